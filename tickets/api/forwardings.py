"""Regular tickets at their units over HTTP (OB-4)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.base import ActViewSet
from tickets.models import Chase, Forwarding
from tickets.models.forwardings import ForwardingQuerySet


class ChaseSerializer(serializers.ModelSerializer[Chase]):
    """One time that the unit was asked."""

    by = serializers.CharField(source="by.agent_code")

    class Meta:
        model = Chase
        fields: ClassVar = ["how", "outcome", "text", "by", "at"]


class ForwardingSerializer(serializers.ModelSerializer[Forwarding]):
    """One stretch of a ticket at one unit, with its chases, the newest first."""

    ticket = serializers.CharField(source="ticket.number")
    by = serializers.CharField(source="by.agent_code")
    chases = ChaseSerializer(many=True)

    class Meta:
        model = Forwarding
        fields: ClassVar = [
            "id", "ticket", "unit", "system", "reference", "by", "at", "next_chase_at", "ended_at", "ended_because", "chases",
        ]  # fmt: skip


class ForwardingFilter(filters.FilterSet):
    """Those still at their unit, and of these those to be chased now."""

    open = filters.BooleanFilter(label=_("Masih di unit"), method="by_open")
    due = filters.BooleanFilter(label=_("Harus dikejar"), method="by_due")
    unit = filters.CharFilter(label=_("Unit"))

    class Meta:
        model = Forwarding
        fields: list[str] = []

    def by_open(self, rows: ForwardingQuerySet, name: str, value: Any) -> QuerySet[Forwarding]:
        return rows.filter(ended_at__isnull=value)

    def by_due(self, rows: ForwardingQuerySet, name: str, value: Any) -> QuerySet[Forwarding]:
        return rows.due() if value else rows.exclude(pk__in=rows.due().values("pk"))


class ForwardingViewSet(ActViewSet):
    """Where regular tickets are and were. Forwarding and chasing are acts on the ticket."""

    model = Forwarding
    serializer_class = ForwardingSerializer
    filterset_class = ForwardingFilter
    lookup_value_converter = "int"
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "forwarding.list"}

    def get_queryset(self) -> QuerySet[Forwarding]:
        return super().get_queryset().shown()  # type: ignore[attr-defined, no-any-return]
