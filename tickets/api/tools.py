"""The outside tools over HTTP: the matrix of P-06 11, and those of one ticket with its numbers filled in (OB-5)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from accounts.api.base import ActViewSet
from tickets.models import Found, ServiceLine, Tool, ToolUse


class UseSerializer(serializers.ModelSerializer[ToolUse]):
    """A line that uses it, at these sites; none named means every one."""

    sites = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ToolUse
        fields: ClassVar = ["service_line", "sites", "order", "clause"]


class ToolSerializer(serializers.ModelSerializer[Tool]):
    """One application outside Kawal; ``found`` says what is recorded of a look into it."""

    uses = UseSerializer(many=True, source="used")

    class Meta:
        model = Tool
        fields: ClassVar = ["code", "name", "purpose", "clause", "link", "found", "numbered", "uses"]


class OfferedSerializer(serializers.Serializer[Any]):
    """A tool of a ticket; ``link`` is empty where none was written, or the ticket lacks the number that it needs."""

    code = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    clause = serializers.CharField()
    found = serializers.ChoiceField(choices=Found.choices)
    link = serializers.CharField(allow_blank=True)


class ToolFilter(filters.FilterSet):
    service_line = filters.ChoiceFilter(field_name="uses__service_line", choices=ServiceLine.choices)

    class Meta:
        model = Tool
        fields: ClassVar[list[str]] = []


class ToolViewSet(ActViewSet):
    """The tools that are in use, with the lines and sites that use them."""

    model = Tool
    serializer_class = ToolSerializer
    lookup_field = "code"
    lookup_value_converter = "str"
    filterset_class = ToolFilter
    ordering = ("name", "id")
    acts: ClassVar[Mapping[str, str | None]] = {"list": "tool.list"}

    def get_queryset(self) -> QuerySet[Tool]:
        uses = Prefetch("uses", ToolUse.objects.filter(active=True), to_attr="used")
        return Tool.objects.filter(active=True).prefetch_related(uses)
