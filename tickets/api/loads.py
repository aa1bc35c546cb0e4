"""Loads over HTTP: how far one is, and which rows were refused and why (HC-3, CT-1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.api.base import ActViewSet
from tickets.models import ImportLoad, RefusedRow
from tickets.refused import refused_csv

MOST_REFUSED = 100


class RefusedRowSerializer(serializers.ModelSerializer[RefusedRow]):
    """A row that was not loaded. ``row`` counts as a person does: the head is row 1."""

    class Meta:
        model = RefusedRow
        fields: ClassVar = ["row", "number", "reason"]
        read_only_fields: ClassVar = fields


class LoadSerializer(serializers.ModelSerializer[ImportLoad]):
    """One load. ``rows`` is how many are read; always ``loaded + known + refused``. Of the refused the first 100 are listed."""

    refused_rows = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="where to ask how far it is")
    refused_url = serializers.SerializerMethodField(help_text="all refused rows as CSV, the reason beside each")

    class Meta:
        model = ImportLoad
        fields: ClassVar = [
            "id", "url", "kind", "target", "file_name", "is_try", "state", "total", "rows", "loaded", "known", "refused",
            "unnamed", "problem", "created_at", "ended_at", "refused_rows", "refused_url",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields

    def get_refused_rows(self, load: ImportLoad) -> list[dict[str, Any]]:
        if not load.refused or not self.context["view"].detail:
            return []
        return list(RefusedRowSerializer(load.refused_rows.defer("values")[:MOST_REFUSED], many=True).data)

    def get_url(self, load: ImportLoad) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("load-detail", args=[load.pk])))

    def get_refused_url(self, load: ImportLoad) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("load-refused", args=[load.pk])))


class LoadViewSet(ActViewSet):
    """Loads that one may see, the newest first; ``refused_rows`` only on a single one."""

    model = ImportLoad
    serializer_class = LoadSerializer
    lookup_value_converter = "int"
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "load.list", "refused": "load.list"}

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def refused(self, request: Request, **_kwargs: Any) -> StreamingHttpResponse:
        """All refused rows as CSV, the reason beside each."""
        return refused_csv(self.get_object())
