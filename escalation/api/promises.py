"""The door of promises."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from accounts.roles import Role
from common.problems import Invalid, NotVisible
from escalation.actions import promises
from escalation.api.serializers import ReasonBody
from escalation.filters import PromiseFilter
from escalation.models import Promise
from tickets.models import Ticket


class PromiseSerializer(serializers.ModelSerializer[Promise]):
    """One promise. ``holder`` has it in one of three slots while it is open; ``earlier_due`` are the moments before."""

    ticket = serializers.CharField(source="ticket.number", read_only=True)
    made_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    holder = serializers.CharField(source="slot.holder.agent_code", read_only=True, default=None, allow_null=True)
    offered_to = serializers.CharField(source="slot.offered_to.agent_code", read_only=True, default=None, allow_null=True)
    earlier_due = serializers.ListField(child=serializers.DateTimeField(), read_only=True)

    class Meta:
        model = Promise
        fields = [
            "id",
            "ticket",
            "promised_to",
            "what",
            "due_at",
            "state",
            "earlier_due",
            "made_by",
            "made_at",
            "holder",
            "offered_to",
            "ended_at",
            "kept_proposed_at",
        ]


class PromiseBody(serializers.Serializer[Any]):
    ticket = serializers.CharField(max_length=20)
    promised_to = serializers.CharField(max_length=120)
    what = serializers.CharField(max_length=500)
    due_at = serializers.DateTimeField()


class RenegotiateBody(serializers.Serializer[Any]):
    due_at = serializers.DateTimeField()
    reason = serializers.CharField()


class OfferBody(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=8, help_text="Agent code of another TL.")


class PromiseViewSet(ActViewSet):
    """Promises to customers: three slots a TL, closed by nothing but their result (W-24 5.3)."""

    model = Promise
    serializer_class = PromiseSerializer
    filterset_class = PromiseFilter
    ordering = ("due_at", "id")
    acts = {
        "list": "promise.list",
        "create": "promise.make",
        "keep": "promise.keep",
        "break_promise": "promise.break",
        "renegotiate": "promise.renegotiate",
        "hand_over": "promise.hand_over",
        "accept": "promise.accept",
        "decline": "promise.accept",
    }

    def get_queryset(self) -> QuerySet[Promise]:
        seen: Any = super().get_queryset()
        return seen.with_ticket()  # type: ignore[no-any-return]

    @extend_schema(request=PromiseBody, responses={201: PromiseSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Write a promise down (PM-1, PM-3): 409 when the three slots are full."""
        return self.make(PromiseBody, promise_to)

    @extend_schema(request=None, responses=PromiseSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, **_kwargs: Any) -> Response:
        """It was kept."""
        return self.act(None, promises.keep_promise)

    @extend_schema(request=ReasonBody, responses=PromiseSerializer)
    @action(detail=True, methods=["post"], url_path="break", url_name="break")
    def break_promise(self, request: Request, **_kwargs: Any) -> Response:
        """It was not kept, and why."""
        return self.act(ReasonBody, promises.break_promise)

    @extend_schema(request=RenegotiateBody, responses=PromiseSerializer)
    @action(detail=True, methods=["post"])
    def renegotiate(self, request: Request, **_kwargs: Any) -> Response:
        """Another moment was agreed; the earlier one is kept (PM-3)."""
        return self.act(RenegotiateBody, promises.renegotiate_promise)

    @extend_schema(request=OfferBody, responses=PromiseSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over", url_name="hand-over")
    def hand_over(self, request: Request, **_kwargs: Any) -> Response:
        """Ask another TL to take the ticket's promises; they stay until that TL accepts (PM-1)."""
        return self.act(OfferBody, lambda promise, *, by, to: promises.offer_promise(promise, leader_by_code(to), by=by))

    @extend_schema(request=None, responses=PromiseSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **_kwargs: Any) -> Response:
        """Take what another TL hands over: needs a free slot (PM-1)."""
        return self.act(None, promises.accept_promise)

    @extend_schema(request=None, responses=PromiseSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **_kwargs: Any) -> Response:
        """Say no to it, or take the offer back."""
        return self.act(None, promises.decline_promise)


def promise_to(ticket: str, promised_to: str, what: str, due_at: datetime, *, by: Person) -> Promise:
    """The body's number looked up; 404 for a ticket that this person does not see whole."""
    found = Ticket.objects.visible_to(by).by_number(ticket).first()
    if found is None:
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    return promises.make_promise(found, promises.Terms(promised_to, what, due_at), by=by)


def leader_by_code(code: str) -> Person:
    """The TL with this agent code; ``Invalid`` where there is none."""
    found = Person.objects.filter(agent_code=code, role=Role.TEAM_LEADER, is_active=True).first()
    if found is None:
        said = _("Tidak ada TL aktif dengan kode ini.")
        raise Invalid(said, errors={"to": [said]})
    return found
