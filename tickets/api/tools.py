"""The outside tools over HTTP: the matrix of P-06 11, and those of one ticket with its numbers filled in (OB-5)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from tickets.actions import Use, change_tool, create_tool
from tickets.actions.toolbox import MOST_ORDER
from tickets.models import Found, ServiceLine, Tool, ToolUse


class UseSerializer(serializers.ModelSerializer[ToolUse]):
    """A line that uses it, at these sites; none named means every one."""

    sites = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ToolUse
        fields: ClassVar = ["service_line", "sites", "order", "clause"]


class ToolSerializer(serializers.ModelSerializer[Tool]):
    """One application outside Kawal; ``found`` says what is recorded of a look into it."""

    uses = UseSerializer(many=True, source="in_use")

    class Meta:
        model = Tool
        fields: ClassVar = ["code", "name", "purpose", "clause", "link", "found", "numbered", "active", "uses"]


class OfferedSerializer(serializers.Serializer[Any]):
    """A tool of a ticket; ``link`` is empty where none was written, or the ticket lacks the number that it needs."""

    code = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    clause = serializers.CharField()
    found = serializers.ChoiceField(choices=Found.choices)
    link = serializers.CharField(allow_blank=True)


class UseBody(serializers.Serializer[Any]):
    """A row of the matrix; no site named means every one, ``order`` is that of the ticket's card."""

    service_line = serializers.ChoiceField(choices=ServiceLine.choices)
    sites = serializers.ListField(child=serializers.CharField(max_length=8), required=False, max_length=50)
    order = serializers.IntegerField(required=False, min_value=0, max_value=MOST_ORDER)
    clause = serializers.CharField(required=False, allow_blank=True, max_length=40)


class ToolBody(serializers.Serializer[Any]):
    """A tool as the administrator writes it. ``link``: http(s) or sip, with ``{service_number}`` or ``{reference}``.

    ``uses``, where given, becomes its whole matrix: a line that is not named uses it no more.
    """

    name = serializers.CharField(max_length=60)
    purpose = serializers.CharField(max_length=160)
    clause = serializers.CharField(required=False, allow_blank=True, max_length=40)
    link = serializers.CharField(required=False, allow_blank=True, max_length=300)
    found = serializers.ChoiceField(choices=Found.choices, required=False)
    numbered = serializers.BooleanField(required=False)
    active = serializers.BooleanField(required=False)
    uses = UseBody(many=True, required=False)

    def validate_uses(self, uses: list[dict[str, Any]]) -> list[Use]:
        return [Use(**use) for use in uses]


class NewToolBody(ToolBody):
    """The same with its code, which stays: numbers of tickets stand under it."""

    code = serializers.SlugField(max_length=30)


def changed(tool: Tool, *, by: Person, uses: list[Use] | None = None, **changes: Any) -> Tool:
    """A PATCH as the action takes it."""
    return change_tool(tool, by=by, changes=changes, uses=uses)


class ToolFilter(filters.FilterSet):
    service_line = filters.ChoiceFilter(choices=ServiceLine.choices, method="of_line")

    class Meta:
        model = Tool
        fields: ClassVar[list[str]] = []

    def of_line(self, tools: QuerySet[Tool], _name: str, line: str) -> QuerySet[Tool]:
        return tools.filter(uses__service_line=line, uses__active=True)


class ToolViewSet(ActViewSet):
    """The tools with the lines and sites that use them; those that are switched off only for administrators."""

    model = Tool
    serializer_class = ToolSerializer
    lookup_field = "code"
    lookup_value_converter = "str"
    filterset_class = ToolFilter
    ordering = ("name", "id")
    acts: ClassVar[Mapping[str, str | None]] = {"list": "tool.list", "create": "tool.edit", "partial_update": "tool.edit"}

    def get_queryset(self) -> QuerySet[Tool]:
        """With their rows of the matrix."""
        return super().get_queryset().prefetch_related("uses")

    @extend_schema(request=NewToolBody, responses={201: ToolSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Add another application."""
        return self.make(NewToolBody, create_tool)

    @extend_schema(request=ToolBody, responses=ToolSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Change it; needs ``If-Match``."""
        return self.act(ToolBody, changed, changes_fields=True)
