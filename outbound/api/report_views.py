"""The report of callbacks over HTTP (W-24 5.3.10)."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import Conventions
from common.paging import Cursor
from outbound import report as read
from outbound.api.serializers import AttemptSerializer
from outbound.models import CallbackAttempt, Outcome, Purpose
from tickets.models import Kind


class CallbackFigureLineSerializer(serializers.Serializer[Any]):
    """A person, purpose, kind, region or day; ``key`` is empty where it is unknown."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    counts = serializers.DictField(child=serializers.IntegerField(), help_text=f"By name: {', '.join(read.COUNTS)}.")


class CallbackFiguresSerializer(serializers.Serializer[Any]):
    """A period, both days inside, in Jakarta's time."""

    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.CharField()
    lines = CallbackFigureLineSerializer(many=True)
    total = serializers.DictField(child=serializers.IntegerField())


class AnswerSerializer(AttemptSerializer):
    """One try with what it was about: what the customer had to be told, and what the customer said."""

    callback = serializers.IntegerField(source="callback_id", read_only=True)
    ticket = serializers.CharField(source="callback.ticket.number", read_only=True)
    purpose = serializers.CharField(source="callback.purpose", read_only=True)
    information = serializers.CharField(source="callback.information", read_only=True)
    said = serializers.CharField(read_only=True)

    class Meta:
        model = CallbackAttempt
        fields: ClassVar = ["callback", "ticket", "purpose", "information", "said", *AttemptSerializer.Meta.fields]
        read_only_fields: ClassVar = fields


PERIOD = [
    OpenApiParameter("since", OpenApiTypes.DATE, description="Seven days before `until` where it is left out."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="Today where it is left out; at most 31 days in all."),
    OpenApiParameter("purpose", str, enum=Purpose.values),
    OpenApiParameter("outcome", str, enum=Outcome.values),
    OpenApiParameter("kind", str, enum=Kind.values),
]


class CallbackFiguresView(Conventions):
    """How many were called, reached, satisfied."""

    acts: ClassVar = {"get": "callback.report"}

    @extend_schema(
        operation_id="figures_callbacks",
        responses=CallbackFiguresSerializer,
        parameters=[*PERIOD, OpenApiParameter("by", str, enum=list(read.GROUPS))],
    )
    def get(self, request: Request) -> Response:
        """Tries, answers and satisfaction of a period per person, purpose, kind, region or day (5.3.10, QM-6)."""
        asked = read.asked_of(request.query_params.dict())
        lines = read.lines(asked, self.person)
        shown = {"since": asked.since, "until": asked.until, "by": asked.by, "lines": lines, "total": read.total(lines).counts}
        return Response(CallbackFiguresSerializer(shown).data)


class CallbackAnswersView(Conventions):
    """The report itself, try by try."""

    acts: ClassVar = {"get": "callback.report"}
    ordering = ("-id",)

    @extend_schema(operation_id="callback_answers", responses=AnswerSerializer(many=True), parameters=PERIOD)
    def get(self, request: Request) -> Response:
        """What customers answered in a period, newest first, by cursor (5.3.10)."""
        asked = read.asked_of(request.query_params.dict())
        pages = Cursor()
        rows = pages.paginate_queryset(read.tries_of(asked, self.person), request, view=self)
        return pages.get_paginated_response(AnswerSerializer(rows, many=True).data)
