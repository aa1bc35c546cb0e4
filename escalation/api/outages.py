"""The door of outages (HC-8)."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from escalation import outages as read
from escalation.actions import outages
from escalation.api.serializers import ReasonBody
from escalation.filters import OutageFilter
from escalation.models import Outage, OutageTicket, WordKind

ALIKE = "Also the open tickets of the last hour with the outage's area and symptom that are under no outage."


def numbers(**more: Any) -> Any:
    """A field for numbers of tickets."""
    named = serializers.CharField(max_length=20)
    return serializers.ListField(child=named, max_length=outages.MOST_AT_ONCE, help_text="Numbers of tickets.", **more)


class WaySerializer(serializers.Serializer[Any]):
    """A word for all tickets and how far it is: ``done``, ``skipped`` and ``parked`` of ``total``."""

    id = serializers.IntegerField(source="word.pk")
    kind = serializers.ChoiceField(source="word.kind", choices=WordKind.choices)
    text = serializers.CharField(source="word.text")
    published = serializers.BooleanField(source="word.publish")
    by = serializers.CharField(source="word.by.agent_code")
    at = serializers.DateTimeField(source="word.at")
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    skipped = serializers.IntegerField()
    parked = serializers.IntegerField()


class OutageSerializer(serializers.ModelSerializer[Outage]):
    """One fault with many tickets."""

    number = serializers.CharField(read_only=True)
    opened_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    ticket_count = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()

    class Meta:
        model = Outage
        fields = [
            *("id", "number", "name", "region", "area", "symptom", "state", "opened_by", "opened_at", "last_word"),
            *("last_word_at", "solution", "ended_at", "ticket_count", "words"),
        ]
        read_only_fields = fields

    def get_ticket_count(self, outage: Outage) -> int:
        """How many stand under it."""
        counted = getattr(outage, "ticket_count", None)
        return counted if counted is not None else OutageTicket.objects.standing().filter(outage=outage).count()

    @extend_schema(responses=WaySerializer(many=True))
    def get_words(self, outage: Outage) -> list[Any]:
        return list(WaySerializer(read.ways(outage), many=True).data)


class RefusedSerializer(serializers.Serializer[Any]):
    """A ticket that could not join."""

    ticket = serializers.CharField()
    reason = serializers.CharField()


class JoinedSerializer(OutageSerializer):
    """The outage with what joining did."""

    joined = serializers.ListField(child=serializers.CharField(), read_only=True)
    refused = RefusedSerializer(many=True, read_only=True)

    class Meta(OutageSerializer.Meta):
        fields = [*OutageSerializer.Meta.fields, "joined", "refused"]
        read_only_fields = fields


class OpenBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    region = serializers.IntegerField(min_value=1, max_value=7, required=False, allow_null=True)
    area = serializers.CharField(max_length=120, required=False, allow_blank=True)
    symptom = serializers.CharField(max_length=200, required=False, allow_blank=True)
    tickets = numbers(required=False)
    alike = serializers.BooleanField(required=False, help_text=ALIKE)


class JoinBody(serializers.Serializer[Any]):
    tickets = numbers(required=False)
    alike = serializers.BooleanField(required=False, help_text=ALIKE)


class LeaveBody(serializers.Serializer[Any]):
    ticket = serializers.CharField(max_length=20)


class OutageToldBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000)
    publish = serializers.BooleanField(required=False)


class SolvedBody(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000)


class SuggestionSerializer(serializers.Serializer[Any]):
    """Tickets that look like one fault; ``outage``: the open one that they fit."""

    area = serializers.CharField()
    symptom = serializers.CharField()
    region = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    outage = serializers.IntegerField(source="outage.pk", default=None, allow_null=True)
    tickets = serializers.SerializerMethodField()

    def get_tickets(self, suggestion: read.Suggestion) -> list[str]:
        """The numbers, for ``join``."""
        return outages.numbers_alike(suggestion.area, suggestion.symptom, self.context["person"])


class OutageViewSet(ActViewSet):
    """Faults with many tickets: one progress, one solution, each ticket its own caring call (HC-8)."""

    model = Outage
    serializer_class = OutageSerializer
    filterset_class = OutageFilter
    ordering = ("-id",)
    acts = {
        "list": "outage.list",
        "suggestions": "outage.open",
        "create": "outage.open",
        "join": "outage.join",
        "leave": "outage.leave",
        "progress": "outage.progress",
        "solve": "outage.solve",
        "dissolve": "outage.leave",
    }

    def get_queryset(self) -> QuerySet[Outage]:
        seen: Any = super().get_queryset()
        return seen.select_related("opened_by")  # type: ignore[no-any-return]

    @extend_schema(responses=SuggestionSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def suggestions(self, request: Request, **_kwargs: Any) -> Response:
        """What looks like one fault: the same area and symptom within an hour, under no outage."""
        return Response(SuggestionSerializer(read.suggestions(self.person), many=True, context={"person": self.person}).data)

    @extend_schema(request=OpenBody, responses={201: JoinedSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Open one; the named tickets stand under it at once, those that cannot are named with the reason."""
        return self.make(OpenBody, open_, answer=JoinedSerializer)

    @extend_schema(request=JoinBody, responses=JoinedSerializer)
    @action(detail=True, methods=["post"])
    def join(self, request: Request, **_kwargs: Any) -> Response:
        """Put tickets under it."""
        return self.act(JoinBody, join, answer=JoinedSerializer)

    @extend_schema(request=LeaveBody, responses=OutageSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, **_kwargs: Any) -> Response:
        """Take a ticket out again."""
        return self.act(LeaveBody, outages.leave_outage)

    @extend_schema(request=OutageToldBody, responses=OutageSerializer)
    @action(detail=True, methods=["post"])
    def progress(self, request: Request, **_kwargs: Any) -> Response:
        """One post for all tickets; answered at once, `words` shows how far it is."""
        return self.act(OutageToldBody, outages.tell_outage)

    @extend_schema(request=SolvedBody, responses=OutageSerializer)
    @action(detail=True, methods=["post"])
    def solve(self, request: Request, **_kwargs: Any) -> Response:
        """One solution: each ticket is solved and owed a caring call; answered at once, `words` shows how far it is."""
        return self.act(SolvedBody, outages.solve_outage)

    @extend_schema(request=ReasonBody, responses=OutageSerializer)
    @action(detail=True, methods=["post"])
    def dissolve(self, request: Request, **_kwargs: Any) -> Response:
        """It was not one fault: every ticket stands for itself again."""
        return self.act(ReasonBody, outages.dissolve_outage)


def shown(made: outages.Joined) -> Outage:
    """The outage with what joining did written beside it, as the serializer reads it."""
    outage: Any = made.outage
    outage.joined = made.joined
    outage.refused = [{"ticket": number, "reason": str(why)} for number, why in made.refused]
    return outage  # type: ignore[no-any-return]


def open_(*, by: Person, **values: Any) -> Outage:
    return shown(outages.open_outage(by=by, **values))


def join(outage: Outage, *, by: Person, **values: Any) -> Outage:
    return shown(outages.join_outage(outage, by=by, **values))
