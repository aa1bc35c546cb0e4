"""Application problems over HTTP (P-01 6.9)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from escalation.actions import problems
from escalation.models import AppProblem, MilestoneName, ProblemState
from tickets.models import ServiceLine


class AppProblemSerializer(serializers.ModelSerializer[AppProblem]):
    """One application that does not work. ``lines`` and ``site`` empty: every one; ``stopped``: tickets that stand still."""

    number = serializers.CharField(read_only=True)
    site = serializers.CharField(source="site.code", allow_null=True, default=None)
    reported_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    acknowledged_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    confirmed_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    lines = serializers.ListField(child=serializers.CharField())
    milestones = serializers.ListField(child=serializers.CharField())
    reports = serializers.SerializerMethodField()
    stopped = serializers.SerializerMethodField()

    class Meta:
        model = AppProblem
        fields: ClassVar = [
            *("id", "number", "app", "symptom", "state", "site", "reported_by", "reported_at", "reports", "acknowledged_by"),
            *("acknowledged_at", "next_rung_at", "ioc_number", "confirmed_by", "confirmed_at", "lines", "milestones", "stopped"),
            *("ended_at", "solution"),
        ]
        read_only_fields: ClassVar = fields

    def get_reports(self, problem: AppProblem) -> int:
        return problem.reports.count() if self.context["view"].action != "list" else 0

    def get_stopped(self, problem: AppProblem) -> int:
        return problem.standstills.filter(state="paused").count() if self.context["view"].action != "list" else 0


class ReportProblemBody(serializers.Serializer[Any]):
    app = serializers.CharField(max_length=60)
    symptom = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ConfirmBody(serializers.Serializer[Any]):
    """Whose clocks stop: without ``lines`` every line, without ``milestones`` those that wait for other people's applications."""

    lines = serializers.ListField(child=serializers.ChoiceField(choices=ServiceLine.choices), required=False, max_length=5)
    milestones = serializers.ListField(
        child=serializers.ChoiceField(choices=MilestoneName.choices), required=False, max_length=10
    )
    every_site = serializers.BooleanField(default=False)


class IocBody(serializers.Serializer[Any]):
    number = serializers.CharField(max_length=80)


class ProblemEndBody(serializers.Serializer[Any]):
    solution = serializers.CharField(max_length=500)


class ProblemReasonBody(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class AppProblemFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ProblemState.choices)

    class Meta:
        model = AppProblem
        fields: ClassVar[list[str]] = []


class AppProblemViewSet(ActViewSet):
    """Applications that do not work, the newest first. ``reports`` and ``stopped`` are not counted in lists."""

    model = AppProblem
    serializer_class = AppProblemSerializer
    filterset_class = AppProblemFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "problem.list",
        "create": "problem.report",
        "acknowledge": "problem.acknowledge",
        "ioc": "problem.acknowledge",
        "confirm": "problem.handle",
        "end": "problem.handle",
        "dismiss": "problem.handle",
    }

    def get_queryset(self) -> QuerySet[AppProblem]:
        return AppProblem.objects.select_related("site", "reported_by", "acknowledged_by", "confirmed_by")

    @extend_schema(request=ReportProblemBody, responses={201: AppProblemSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Report one; the same application at the same site is one problem with more reports."""
        return self.make(ReportProblemBody, problems.report_problem)

    @extend_schema(request=None, responses=AppProblemSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, **_kwargs: Any) -> Response:
        """I have it; the ladder ends."""
        return self.act(None, problems.acknowledge_problem)

    @extend_schema(request=IocBody, responses=AppProblemSerializer)
    @action(detail=True, methods=["post"])
    def ioc(self, request: Request, **_kwargs: Any) -> Response:
        """IOC has it under this number."""
        return self.act(IocBody, problems.report_to_ioc)

    @extend_schema(request=ConfirmBody, responses=AppProblemSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **_kwargs: Any) -> Response:
        """It is so: the hindered tickets' clocks stop, with the reason, until it ends (ESC-5)."""
        return self.act(ConfirmBody, problems.confirm_problem)

    @extend_schema(request=ProblemEndBody, responses=AppProblemSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **_kwargs: Any) -> Response:
        """It works again: what stood still goes on."""
        return self.act(ProblemEndBody, problems.end_problem)

    @extend_schema(request=ProblemReasonBody, responses=AppProblemSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, **_kwargs: Any) -> Response:
        """It was none."""
        return self.act(ProblemReasonBody, problems.dismiss_problem)
