"""Sampling plans and draws over HTTP (QC-7)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from quality.actions import sampling
from quality.actions.evaluations import require_other_team
from quality.actions.sheets import MarkBody
from quality.api.serializers import EvaluationSerializer, MarkInput, code_of
from quality.models import Draw, Evaluation, Period, SamplingPlan


class SamplingPlanSerializer(serializers.ModelSerializer[SamplingPlan]):
    """How many results of each period are drawn, by which rule."""

    class Meta:
        model = SamplingPlan
        fields: ClassVar = [
            "id", "name", "period", "per_agent", "at_random", "large_amount", "new_agent_days", "after_return", "most_by_risk",
            "active", "next_draw_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class PlanInput(serializers.Serializer[Any]):
    """A plan: one rule at least."""

    name = serializers.CharField(max_length=80)
    period = serializers.ChoiceField(choices=Period.choices, default=Period.WEEK)
    per_agent = serializers.IntegerField(min_value=0, max_value=100, default=0)
    at_random = serializers.IntegerField(min_value=0, max_value=1_000, default=0)
    large_amount = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    new_agent_days = serializers.IntegerField(min_value=0, max_value=365, default=0)
    after_return = serializers.BooleanField(default=False)
    most_by_risk = serializers.IntegerField(min_value=0, max_value=1_000, default=10)


class SwitchInput(serializers.Serializer[Any]):
    active = serializers.BooleanField()


class DrawSerializer(serializers.ModelSerializer[Draw]):
    """One result that is to be tapped: ``why`` it was drawn, and the ``fact`` behind that."""

    plan = serializers.CharField(source="plan.name", read_only=True)
    caring_result = serializers.IntegerField(source="result_id", read_only=True)
    person = code_of()
    evaluation = serializers.IntegerField(source="evaluation_id", read_only=True, allow_null=True)

    class Meta:
        model = Draw
        fields: ClassVar = ["id", "plan", "caring_result", "person", "why", "fact", "drawn_at", "evaluation"]
        read_only_fields: ClassVar = fields


class TapInput(serializers.Serializer[Any]):
    marks = MarkInput(many=True)
    findings = serializers.CharField(max_length=3_000, required=False, allow_blank=True)


class DrawFilter(filters.FilterSet):
    """By whether it waits, and whose call it is."""

    waiting = filters.BooleanFilter(field_name="evaluation", lookup_expr="isnull", label=_("Menunggu didengar"))
    person = filters.CharFilter(field_name="person__agent_code", label=_("Kode agen"))

    class Meta:
        model = Draw
        fields: list[str] = []


class SamplingPlanViewSet(ActViewSet):
    """Plans, which draw by themselves at the end of each period."""

    model = SamplingPlan
    serializer_class = SamplingPlanSerializer
    acts: ClassVar[Mapping[str, str | None]] = {"list": "sampling.list", "create": "sampling.edit", "switch": "sampling.edit"}

    @extend_schema(request=PlanInput, responses={201: SamplingPlanSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new plan."""
        return self.make(PlanInput, sampling.make_plan)

    @extend_schema(request=SwitchInput, responses=SamplingPlanSerializer)
    @action(detail=True, methods=["post"])
    def switch(self, request: Request, **_kwargs: Any) -> Response:
        """Draw no more, or again."""
        return self.act(SwitchInput, sampling.switch_plan)


def may_tap(draw: Draw, *, by: Person) -> None:
    require_other_team(draw.person, by=by)


class DrawViewSet(ActViewSet):
    """What was drawn, the oldest first."""

    model = Draw
    serializer_class = DrawSerializer
    filterset_class = DrawFilter
    acts: ClassVar[Mapping[str, str | None]] = {"list": "sampling.list", "tap": "evaluation.create"}
    checks: ClassVar[Mapping[str, Any]] = {"tap": may_tap}

    def get_queryset(self) -> QuerySet[Draw]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=TapInput, responses={201: EvaluationSerializer})
    @action(detail=True, methods=["post"])
    def tap(self, request: Request, **_kwargs: Any) -> Response:
        """Fill its sheet."""
        return self.act(TapInput, tap, status=201, answer=EvaluationSerializer)


def tap(draw: Draw, marks: list[dict[str, Any]], *, by: Person, findings: str = "") -> Evaluation:
    return sampling.tap(draw, [MarkBody(**each) for each in marks], by=by, findings=findings)
