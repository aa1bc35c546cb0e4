"""How the timers are, and the rungs that are stuck, in the API (O1)."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet, Conventions
from escalation.actions import heartbeats
from escalation.actions.auditing import findings, overdue
from escalation.actions.parked import parked_rungs, release_rung
from escalation.models import ClockRung


class PulseSerializer(serializers.Serializer[Any]):
    """A part of the timers and its last mark; ``silent``: it lived once and does not now."""

    part = serializers.CharField(source="part.name")
    last_at = serializers.DateTimeField(source="last", allow_null=True)
    silent = serializers.BooleanField(source="is_silent")


class HealthSerializer(serializers.Serializer[Any]):
    parts = PulseSerializer(many=True)
    overdue = serializers.IntegerField()
    oldest_overdue_at = serializers.DateTimeField(allow_null=True)
    parked = serializers.IntegerField()
    findings = serializers.ListField(child=serializers.CharField())


class HealthView(Conventions):
    """What the page *Kesehatan* shows."""

    acts: ClassVar = {"get": "health.look"}

    @extend_schema(responses=HealthSerializer)
    def get(self, request: Request) -> Response:
        """Each part with its last mark, and what the auditor finds now."""
        count, oldest = overdue()
        answer = {
            "parts": heartbeats.pulses(),
            "overdue": count,
            "oldest_overdue_at": oldest,
            "parked": parked_rungs(self.person).count(),
            "findings": [str(each) for each in findings().values()],
        }
        return Response(HealthSerializer(answer).data)


class ParkedRungSerializer(serializers.ModelSerializer[ClockRung]):
    """A rung that could not be fired. ``state`` is ``waiting`` again when it was released."""

    ticket = serializers.CharField(source="clock.ticket.number", read_only=True)
    milestone = serializers.CharField(source="clock.milestone", read_only=True)

    class Meta:
        model = ClockRung
        fields = ["id", "ticket", "milestone", "order", "whom", "channel", "due_at", "state", "ended_at", "problem"]


class ReleaseBody(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class ParkedRungViewSet(ActViewSet):
    """Rungs that were set aside, oldest first."""

    model = ClockRung
    serializer_class = ParkedRungSerializer
    ordering = ("ended_at", "id")
    acts: ClassVar = {"list": "health.look", "release": "rung.release"}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return ClockRung.objects.none()
        if self.action == "release":  # a second click is a conflict, and not something unknown
            return ClockRung.objects.select_related("clock__ticket")
        return parked_rungs(self.person)

    @extend_schema(request=ReleaseBody, responses=ParkedRungSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Let the parked rungs of its clock go on; the reason stands in the ticket's history."""
        return self.act(ReleaseBody, release_rung)
