"""Callbacks over HTTP. Every act calls the action of the same name; the rules stand there."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from common.problems import Invalid
from outbound import actions
from outbound.actions.making import find_ticket
from outbound.api.serializers import AttemptBody, CallbackSerializer, DialSerializer, OweBody, WithdrawBody
from outbound.filters import CallbackFilter
from outbound.models import Callback
from tickets.shown_scripts import Shown

NAMED_IN_ACTS = ("claim", "release", "attempts", "call")


class CallbackViewSet(ActViewSet):
    """The callback list (PM-5): calls that are owed, in due order."""

    model = Callback
    serializer_class = CallbackSerializer
    filterset_class = CallbackFilter
    ordering = ("due_at", "id")
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "callback.list",
        "create": "callback.create",
        "claim": "callback.claim",
        "release": "callback.release",
        "attempts": "callback.attempt",
        "take_next": "callback.claim",
        "call": "callback.attempt",
        "withdraw": "callback.create",
    }
    checks: ClassVar[Mapping[str, Any]] = {"claim": actions.require_may_work, "attempts": actions.require_may_work}

    def get_queryset(self) -> QuerySet[Callback]:
        """What is seen; for an act also what a colleague holds, so that the answer is 409 and not 404."""
        if self.action in NAMED_IN_ACTS and not getattr(self, "swagger_fake_view", False):
            return Callback.objects.workable_by(self.person).shown()
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=OweBody, responses={201: CallbackSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Put into the list what the customer must be told (PM-4), or owe a caring call again that was given up."""
        return self.make(OweBody, owe)

    @extend_schema(request=None, responses=CallbackSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, **_kwargs: Any) -> Response:
        """Take it: one person at a time, for as long as the lease lasts (PM-5)."""
        return self.act(None, actions.claim_callback)

    @extend_schema(request=None, responses=CallbackSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Put it back."""
        return self.act(None, actions.release_callback)

    @extend_schema(request=None, responses={200: CallbackSerializer, 204: None})
    @action(detail=False, methods=["post"], url_path="next")
    def take_next(self, request: Request, **_kwargs: Any) -> Response:
        """Take the next one: what one holds, what one was in the middle of, one's own, then the first that is due (PM-5)."""
        taken = actions.claim_next(by=self.person)
        if taken is None:
            return Response(status=204)
        return Response(self.get_serializer(Callback.objects.shown().get(pk=taken.pk)).data)

    @extend_schema(request=None, responses=DialSerializer)
    @action(detail=True, methods=["post"])
    def call(self, request: Request, **_kwargs: Any) -> Response:
        """Write down that the number is dialled; answers with the softphone's address, by the template of one's site (QM-3)."""
        return Response({"address": actions.record_call(self.get_object(), by=self.person)})

    @extend_schema(request=WithdrawBody, responses=CallbackSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_kwargs: Any) -> Response:
        """Take back what need not be told any more (PM-4)."""
        return self.act(WithdrawBody, actions.withdraw_callback)

    @extend_schema(request=AttemptBody, responses={201: CallbackSerializer})
    @action(detail=True, methods=["post"])
    def attempts(self, request: Request, **_kwargs: Any) -> Response:
        """What came of the call: confirmed closes escort and ticket, denied returns them to Support HC (SE-5), else it waits."""
        return self.act(AttemptBody, attempt, status=201)


def owe(ticket: str, information: str, *, by: Person, for_person: str | None = None, **values: Any) -> Callback:
    """The body's number and agent code looked up; 404 for a ticket that this person does not see whole."""
    found = find_ticket(ticket, by)
    return actions.create_callback(found, information, by=by, for_person=_person(for_person), **values)


def _person(code: str | None) -> Person | None:
    if not code:
        return None
    found = Person.objects.filter(agent_code=code, is_active=True).first()
    if found is None:
        sentence = _("Tidak ada orang aktif dengan kode ini.")
        raise Invalid(sentence, errors={"for_person": [sentence]})
    return found


def attempt(callback: Callback, *, by: Person, scripts: Sequence[Shown] = (), **values: Any) -> Callback:
    """The body as one result."""
    return actions.record_attempt(callback, actions.CallResult(**values), by=by, scripts=scripts)
