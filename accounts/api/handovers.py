"""The doors of handing over and of standing in (OB-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, holding
from accounts.api.base import ActViewSet, Conventions
from accounts.models import Handover, HandoverItem, HandoverState, Person, StandIn
from common.problems import Invalid


class HeldSerializer(serializers.Serializer[Any]):
    """One thing in somebody's hands; ``kind`` and ``id`` name it in a hand-over."""

    kind = serializers.CharField()
    id = serializers.IntegerField(source="thing")
    title = serializers.CharField()
    about = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)


class HandoverItemSerializer(serializers.ModelSerializer[HandoverItem]):
    """``handed`` once it has changed hands; ``outcome`` says why it stayed."""

    id = serializers.IntegerField(source="thing", read_only=True)

    class Meta:
        model = HandoverItem
        fields = ["kind", "id", "title", "waiting", "handed", "outcome"]


class HandoverSerializer(serializers.ModelSerializer[Handover]):
    """One offer. Until it is accepted everything stays with ``giver``; unanswered at ``falls_at`` it goes to who leads them."""

    giver = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    receiver = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    fell_to = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    items = HandoverItemSerializer(many=True, read_only=True)

    class Meta:
        model = Handover
        fields = [
            *("id", "giver", "receiver", "note", "state", "by_itself", "offered_at", "falls_at"),
            *("answered_at", "answer", "fell_to", "items"),
        ]


class ThingBody(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=12)
    id = serializers.IntegerField()


class OfferHandoverBody(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=8, help_text="Agent code.")
    note = serializers.CharField(required=False, default="", allow_blank=True)
    items = ThingBody(many=True, required=False, help_text="Everything that the other may hold where it is left out.")


class DeclineBody(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, default="", allow_blank=True)


class HandoverFilter(filters.FilterSet):
    """Filters of the hand-overs."""

    state = filters.MultipleChoiceFilter(choices=HandoverState.choices)
    giver = filters.CharFilter(field_name="giver__agent_code")
    receiver = filters.CharFilter(field_name="receiver__agent_code")

    class Meta:
        model = Handover
        fields: list[str] = []


class HandoverViewSet(ActViewSet):
    """What people hand over at the end of a shift."""

    model = Handover
    serializer_class = HandoverSerializer
    filterset_class = HandoverFilter
    ordering = ("-id",)
    acts: ClassVar = {
        "list": "handover.list",
        "create": "handover.offer",
        "accept": "handover.answer",
        "decline": "handover.answer",
        "withdraw": "handover.offer",
    }

    def get_queryset(self) -> QuerySet[Handover]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=OfferHandoverBody, responses={201: HandoverSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Offer what I hold to a named person; it stays mine until that person accepts."""
        return self.make(OfferHandoverBody, offer)

    @extend_schema(request=None, responses=HandoverSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **_kwargs: Any) -> Response:
        """Take it. What cannot be mine stays with the giver and says why; 409 where that is everything."""
        return self.act(None, actions.accept_handover)

    @extend_schema(request=DeclineBody, responses=HandoverSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **_kwargs: Any) -> Response:
        """Say no: it stays with the giver, or goes to who leads them where they have gone."""
        return self.act(DeclineBody, actions.decline_handover)

    @extend_schema(request=None, responses=HandoverSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_kwargs: Any) -> Response:
        """Keep it after all."""
        return self.act(None, actions.withdraw_handover)


def person_by_code(code: str, field: str) -> Person:
    """The active person with this agent code; ``Invalid`` where there is none."""
    found = Person.objects.filter(agent_code=code, is_active=True).select_related("team").first()
    if found is None:
        said = _("Tidak ada orang aktif dengan kode ini.")
        raise Invalid(said, errors={field: [said]})
    return found


def offer(to: str, note: str, items: Sequence[dict[str, Any]] | None = None, *, by: Person) -> Handover:
    """The body's code looked up."""
    things = None if items is None else [(each["kind"], each["id"]) for each in items]
    return actions.offer_handover(by=by, to=person_by_code(to, "to"), note=note, things=things)


class HeldView(Conventions):
    """What I hold."""

    acts: ClassVar = {"get": "handover.list"}

    @extend_schema(operation_id="me_held", responses=HeldSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Everything in my hands, by kind, the most urgent first: what a hand-over may name."""
        rows = [
            {"kind": kind.name, "thing": each.thing, "title": each.title, "about": each.about, "due_at": each.due_at}
            for kind, held in holding.all_held_by(self.person)
            for each in held
        ]
        return Response(HeldSerializer(rows, many=True).data)


class StandInSerializer(serializers.ModelSerializer[StandIn]):
    """A time for which ``person`` acts as TL of what ``leader`` leads."""

    leader = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    person = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    named_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    running = serializers.BooleanField(source="is_running", read_only=True)

    class Meta:
        model = StandIn
        fields = ["id", "leader", "person", "starts_at", "ends_at", "ended_at", "named_by", "named_at", "running"]


class NameStandInBody(serializers.Serializer[Any]):
    leader = serializers.CharField(required=False, max_length=8, help_text="Agent code of the TL; a TL may leave it out.")
    person = serializers.CharField(max_length=8, help_text="Agent code of an agent of the TL's, or of another TL of the site.")
    starts_at = serializers.DateTimeField(required=False, help_text="Now where it is left out.")
    ends_at = serializers.DateTimeField()


class StandInViewSet(ActViewSet):
    """Who stands in for which TL, from when until when."""

    model = StandIn
    serializer_class = StandInSerializer
    ordering = ("-id",)
    acts: ClassVar = {"list": "stand_in.list", "create": "stand_in.name", "end": "stand_in.end"}

    def get_queryset(self) -> QuerySet[StandIn]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=NameStandInBody, responses={201: StandInSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Name somebody: a TL for oneself, a supervisor for the TLs of the site."""
        return self.make(NameStandInBody, name_stand_in)

    @extend_schema(request=None, responses=StandInSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **_kwargs: Any) -> Response:
        """End it before its time."""
        return self.act(None, actions.end_stand_in)


def name_stand_in(person: str, ends_at: datetime, leader: str = "", starts_at: datetime | None = None, *, by: Person) -> StandIn:
    """The body's codes looked up."""
    led = person_by_code(leader, "leader") if leader else by
    return actions.name_stand_in(led, person_by_code(person, "person"), starts_at, ends_at, by=by)
