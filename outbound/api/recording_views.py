"""Recordings over HTTP: attach, list, and hear by byte ranges (QC-1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.api.parsers import StrictJSON
from accounts.models import Person
from common.problems import Invalid
from outbound.actions.recordings import attach_recording
from outbound.hearing import heard
from outbound.models import CaringResult, Prospect, Recording


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    """One recording; its sound is at ``audio/`` below it, where hearing is noted. ``peaks``: loudness along it, 0 to 100."""

    by = serializers.SlugRelatedField(slug_field="agent_code", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Recording
        fields: ClassVar = [
            "id", "prospect", "result", "name", "link", "content_type", "size", "sha256", "seconds", "peaks", "by", "at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class RecordingBody(serializers.Serializer[Any]):
    """``file`` or ``link``, of a ``result``, or of a ``prospect`` in hand: then it goes with the result entered next."""

    prospect = serializers.IntegerField(required=False, allow_null=True)
    result = serializers.IntegerField(required=False, allow_null=True)
    file = serializers.FileField(required=False, allow_empty_file=True)
    link = serializers.CharField(max_length=500, required=False, allow_blank=True)


class RecordingFilter(filters.FilterSet):
    """By result or prospect."""

    result = filters.NumberFilter(field_name="result_id", label=_("Hasil caring"))
    prospect = filters.NumberFilter(field_name="prospect_id", label=_("Dapros"))

    class Meta:
        model = Recording
        fields: list[str] = []


class RecordingViewSet(ActViewSet):
    """Recordings of calls, for those who see their result."""

    model = Recording
    serializer_class = RecordingSerializer
    filterset_class = RecordingFilter
    ordering = ("-id",)
    parser_classes = [MultiPartParser, StrictJSON]
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "recording.list",
        "create": "recording.attach",
        "audio": "recording.list",
    }

    def get_queryset(self) -> QuerySet[Recording]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request={"multipart/form-data": RecordingBody}, responses={201: RecordingSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Attach a file or a link. What it is, is told by its content; whatever else is refused."""
        return self.make(RecordingBody, attach)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def audio(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The sound; with ``Range`` a part of it (206, or 416 beyond the end)."""
        return heard(request, self.get_object().pk, self.person)


def attach(*, by: Person, prospect: int | None = None, result: int | None = None, file: Any = None, link: str = "") -> Recording:
    """The numbers looked up, as far as this person sees them."""
    if result is not None:
        found = CaringResult.objects.visible_to(by).select_related("prospect").filter(pk=result).first()
        if found is None:
            raise _unknown("result")
        return attach_recording(found.prospect, result=found, file=file, link=link, by=by)
    held = Prospect.objects.visible_to(by).filter(pk=prospect).first() if prospect is not None else None
    if held is None:
        raise _unknown("prospect")
    return attach_recording(held, file=file, link=link, by=by)


def _unknown(field: str) -> Invalid:
    sentence = _("Sebut hasil atau dapros yang Anda lihat.")
    return Invalid(sentence, errors={field: [sentence]})
