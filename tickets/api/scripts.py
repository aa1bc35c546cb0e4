"""Scripts over HTTP (OB-3, QM-7)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from tickets.actions.scripts import LONGEST_TEXT, LONGEST_TITLE, MOST_SECTIONS, create_script, retire_script
from tickets.api.base import posted
from tickets.filters import Among
from tickets.models import Language, Script, ServiceLine


class SectionInput(serializers.Serializer[Any]):
    """A stretch of speech. ``{blanks}`` in ``text`` are filled in where it is said; an unknown one is refused."""

    title = serializers.CharField(max_length=LONGEST_TITLE, required=False, allow_blank=True)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    must = serializers.BooleanField(required=False)


class ScriptSerializer(serializers.ModelSerializer[Script]):
    """One version of what is said for one use."""

    sections = SectionInput(many=True, read_only=True)

    class Meta:
        model = Script
        fields: ClassVar = [
            "id", "use", "service_line", "language", "version", "clause", "sections", "active", "effective_from", "created_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class ScriptInput(serializers.Serializer[Any]):
    """``use``: greeting, cross_product, further_help, closing, caring, news, pranpc or ct0. Empty ``service_line``: all lines."""

    use = serializers.CharField(max_length=20)
    service_line = serializers.ChoiceField(choices=ServiceLine.choices, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=Language.choices, required=False)
    clause = serializers.CharField(max_length=80)
    sections = serializers.ListField(child=SectionInput(), max_length=MOST_SECTIONS)
    effective_from = serializers.DateField()


class ScriptFilter(filters.FilterSet):
    """By use, service line, language, and whether still in use."""

    use = filters.CharFilter(label=_("Dipakai untuk"))
    service_line = Among(choices=ServiceLine.choices)
    language = Among(choices=Language.choices)
    active = filters.BooleanFilter(label=_("Dipakai"))

    class Meta:
        model = Script
        fields: list[str] = []


class ScriptViewSet(ActViewSet):
    """What is said to customers, every version of it."""

    model = Script
    serializer_class = ScriptSerializer
    filterset_class = ScriptFilter
    lookup_value_converter = "int"
    ordering = ("use", "service_line", "language", "-version", "id")
    acts: ClassVar[Mapping[str, str | None]] = {"list": "script.list", "create": "script.edit", "retire": "script.edit"}

    @extend_schema(request=ScriptInput, responses={201: ScriptSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Lay the next version, said from ``effective_from`` on."""
        return self.make(ScriptInput, create_script)

    @posted(None, answer=ScriptSerializer)
    def retire(self, request: Request, **_kwargs: Any) -> Response:
        """No longer said; the version before it serves again."""
        return self.act(None, retire_script)
