"""The figures of escorts (HC-9)."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import Conventions
from escalation import figures as read
from escalation import hand_figures
from escalation.models import Measure
from tickets.models import Kind


class EscortFigureSerializer(serializers.Serializer[Any]):
    """One measure of one group, in seconds; ``ninety_seconds``: nine in ten were as short or shorter."""

    measure = serializers.ChoiceField(choices=Measure.choices)
    count = serializers.IntegerField()
    median_seconds = serializers.IntegerField()
    ninety_seconds = serializers.IntegerField()


class EscortFigureLineSerializer(serializers.Serializer[Any]):
    """A person, region, kind or day; ``key`` is empty where it is unknown."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    figures = EscortFigureSerializer(many=True)


class EscortFiguresSerializer(serializers.Serializer[Any]):
    """A period, both days inside, in Jakarta's time."""

    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.CharField()
    lines = EscortFigureLineSerializer(many=True)


def _parameters(groups: list[str]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter("since", OpenApiTypes.DATE, description="Seven days before `until` where it is left out."),
        OpenApiParameter("until", OpenApiTypes.DATE, description="Today where it is left out; at most 31 days in all."),
        OpenApiParameter("by", str, enum=groups),
        OpenApiParameter("kind", str, enum=Kind.values),
        OpenApiParameter("region", int),
    ]


class EscortFiguresView(Conventions):
    """How long the steps of escorts took."""

    acts: ClassVar = {"get": "escort.figures"}

    @extend_schema(
        operation_id="figures_escorts",
        responses=EscortFiguresSerializer,
        parameters=_parameters(list(read.GROUPS)),
    )
    def get(self, request: Request) -> Response:
        """Medians and 90 % per person, region, kind or day, of what this person may see (HC-9)."""
        asked = read.asked_of(request.query_params.dict())
        lines = [
            {"key": line.key, "label": line.label, "figures": [_figure(name, cell) for name, cell in line.cells.items()]}
            for line in read.lines(asked, self.person)
        ]
        shown = {"since": asked.since, "until": asked.until, "by": asked.by, "lines": lines}
        return Response(EscortFiguresSerializer(shown).data)


class HandFigureSerializer(serializers.Serializer[Any]):
    """One hand, person, unit, kind, region or day: how often it held the ball, and how long, in seconds."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    median_seconds = serializers.IntegerField(source="median")
    ninety_seconds = serializers.IntegerField(source="ninety")
    total_seconds = serializers.IntegerField(source="total")


class HandFiguresSerializer(serializers.Serializer[Any]):
    """A period, both days inside, in Jakarta's time."""

    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.CharField()
    lines = HandFigureSerializer(many=True)


class HandFiguresView(Conventions):
    """How long each hand held the ball."""

    acts: ClassVar = {"get": "escort.figures"}

    @extend_schema(
        operation_id="figures_hands", responses=HandFiguresSerializer, parameters=_parameters(list(hand_figures.GROUPS))
    )
    def get(self, request: Request) -> Response:
        """By hand, person, unit, kind, region or day, of tickets that one may see; not what is still held (HC-7)."""
        asked = read.asked_of(request.query_params.dict(), hand_figures.GROUPS)
        shown = {"since": asked.since, "until": asked.until, "by": asked.by, "lines": hand_figures.lines(asked, self.person)}
        return Response(HandFiguresSerializer(shown).data)


def _figure(measure: str, cell: read.Cell) -> dict[str, Any]:
    return {"measure": measure, "count": cell.count, "median_seconds": cell.median, "ninety_seconds": cell.ninety}
