"""Loads over HTTP: how far one is, and which rows were refused and why (HC-3, CT-1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.roles import may
from tickets.actions.importing import queue_load, saved_mapping, wake
from tickets.actions.reconciling import settle_ticket_difference
from tickets.models import ImportLoad, RefusedRow, TicketDifference, What
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
            "id", "url", "kind", "target", "file_name", "is_try", "live", "state", "total", "rows", "loaded", "known", "refused",
            "unnamed", "problem", "created_at", "ended_at", "refused_rows", "refused_url",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields

    def get_refused_rows(self, load: ImportLoad) -> list[dict[str, Any]]:
        view = self.context["view"]
        if not (load.refused and view.detail and may(view.person, "load.rows")):
            return []
        return list(RefusedRowSerializer(load.refused_rows.defer("values")[:MOST_REFUSED], many=True).data)

    def get_url(self, load: ImportLoad) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("load-detail", args=[load.pk])))

    def get_refused_url(self, load: ImportLoad) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("load-refused", args=[load.pk])))


class LoadBody(serializers.Serializer[Any]):
    """A .csv or .xlsx, what it holds, and the name of the mapping that reads it."""

    file = serializers.FileField()
    kind = serializers.ChoiceField(choices=["tickets", "customers", "reconciliation"])
    mapping = serializers.CharField(max_length=60)
    live = serializers.BooleanField(required=False, default=False, help_text="open tickets start their clocks and are given out")


class TicketDifferenceSerializer(serializers.ModelSerializer[TicketDifference]):
    """A number of another system with what differs. ``ours`` and ``theirs`` are statuses in our words."""

    ticket = serializers.CharField(source="ticket.number", allow_null=True, default=None)
    state = serializers.ChoiceField(choices=["open", "settled"])
    settled_by = serializers.CharField(source="settled_by.agent_code", allow_null=True, default=None)

    class Meta:
        model = TicketDifference
        fields: ClassVar = [
            *("id", "system", "number", "what", "ticket", "ours", "theirs", "service_number", "state", "found_at"),
            *("settled_at", "settled_by", "note"),
        ]


class SettleTicketBody(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class TicketDifferenceFilter(filters.FilterSet):
    system = filters.CharFilter()
    what = filters.ChoiceFilter(choices=What.choices)
    open = filters.BooleanFilter(field_name="settled_at", lookup_expr="isnull")

    class Meta:
        model = TicketDifference
        fields: ClassVar[list[str]] = []


class TicketDifferenceViewSet(ActViewSet):
    """Where another system says something else of a ticket than Kawal, the newest first."""

    model = TicketDifference
    serializer_class = TicketDifferenceSerializer
    filterset_class = TicketDifferenceFilter
    lookup_value_converter = "int"
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "ticket_difference.list", "settle": "ticket_difference.settle"}

    def get_queryset(self) -> QuerySet[TicketDifference]:
        return super().get_queryset().select_related("ticket", "settled_by")

    @extend_schema(request=SettleTicketBody, responses=TicketDifferenceSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, **_kwargs: Any) -> Response:
        """It was put right here or there, or may stay."""
        return self.act(SettleTicketBody, settle_ticket_difference)


class LoadViewSet(ActViewSet):
    """Loads that one may see, the newest first; ``refused_rows`` only on a single one."""

    model = ImportLoad
    serializer_class = LoadSerializer
    parser_classes: Any = [MultiPartParser]
    lookup_value_converter = "int"
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "load.list", "refused": "load.rows", "create": "ticket.import"}

    @extend_schema(request={"multipart/form-data": LoadBody}, responses={202: LoadSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Load an export by a saved mapping, in the background: tickets, customers, or a reconciliation of tickets (HC-3)."""
        values = self.read(LoadBody)
        mapping = saved_mapping(values["kind"], values["mapping"])
        load = queue_load(values["file"], values["kind"], by=self.person, mapping=mapping, live=values["live"])
        transaction.on_commit(wake)
        return self.answered(load, status=202)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def refused(self, request: Request, **_kwargs: Any) -> StreamingHttpResponse:
        """All refused rows as CSV, the reason beside each."""
        return refused_csv(self.get_object(), by=self.person)
