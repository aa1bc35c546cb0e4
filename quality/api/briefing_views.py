"""Briefings and sessions over HTTP (QM-4)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person, Site, Team
from accounts.roles import Role
from quality.actions import briefings
from quality.api.serializers import code_of
from quality.models import Attendance, Briefing, BriefingKind, Reading, Training
from tickets.filters import Among
from tickets.models import ServiceLine


class BriefingSerializer(serializers.ModelSerializer[Briefing]):
    """A briefing, and whether the reader has read it and answered rightly."""

    for_roles = serializers.ListField(source="roles", child=serializers.CharField(), read_only=True)
    published_by = code_of()
    team = serializers.CharField(source="team.name", default=None, allow_null=True, read_only=True)
    site = serializers.CharField(source="site.code", default=None, allow_null=True, read_only=True)
    read_at = serializers.SerializerMethodField()
    answered_right = serializers.SerializerMethodField()

    class Meta:
        model = Briefing
        fields: ClassVar = [
            "id", "kind", "title", "text", "clause", "for_roles", "service_line", "team", "site", "question", "choices", "until",
            "published_by", "published_at", "withdrawn_at", "read_at", "answered_right",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields

    def _reading(self, briefing: Briefing) -> Reading | None:
        mine: list[Reading] | None = getattr(briefing, "mine", None)
        if mine is None:
            mine = list(Reading.objects.filter(briefing=briefing, person=self.context["view"].person))
        return mine[0] if mine else None

    def get_read_at(self, briefing: Briefing) -> str | None:
        reading = self._reading(briefing)
        return serializers.DateTimeField().to_representation(reading.read_at) if reading else None

    def get_answered_right(self, briefing: Briefing) -> bool | None:
        reading = self._reading(briefing)
        return reading.right if reading else None


class BriefingInput(serializers.Serializer[Any]):
    """What to publish. Empty ``for_roles``, ``team``, ``site``, ``service_line``: all of them."""

    kind = serializers.ChoiceField(choices=BriefingKind.choices)
    title = serializers.CharField(max_length=160)
    text = serializers.CharField(max_length=10_000)
    clause = serializers.CharField(max_length=120, required=False, allow_blank=True)
    for_roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), required=False, max_length=8)
    service_line = serializers.ChoiceField(choices=ServiceLine.choices, required=False, allow_blank=True)
    team = serializers.SlugRelatedField(slug_field="name", queryset=Team.objects.all(), required=False, allow_null=True)
    site = serializers.SlugRelatedField(slug_field="code", queryset=Site.objects.all(), required=False, allow_null=True)
    question = serializers.CharField(max_length=300, required=False, allow_blank=True)
    choices = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=6)
    right_choice = serializers.IntegerField(min_value=1, max_value=6, required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)


class ReadInput(serializers.Serializer[Any]):
    """``answer``: the place of the chosen answer, from 1; may be left out."""

    answer = serializers.IntegerField(min_value=1, max_value=6, required=False, allow_null=True)


class ReceiptsSerializer(serializers.Serializer[Any]):
    """Who has read it, and who has not, as far as one leads them."""

    audience = serializers.IntegerField()
    read = serializers.ListField(child=serializers.CharField())
    not_read = serializers.ListField(child=serializers.CharField())


class BriefingFilter(filters.FilterSet):
    """By kind, and what waits to be read by oneself."""

    kind = Among(choices=BriefingKind.choices)
    unread = filters.BooleanFilter(label=_("Belum dibaca"), method="by_unread")

    class Meta:
        model = Briefing
        fields: list[str] = []

    def by_unread(self, rows: QuerySet[Briefing], _name: str, wanted: bool) -> QuerySet[Briefing]:
        waiting = Briefing.objects.waiting_for(self.request.user).values("pk")
        return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


class BriefingViewSet(ActViewSet):
    """Product news and refreshers, the newest first."""

    model = Briefing
    serializer_class = BriefingSerializer
    filterset_class = BriefingFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "briefing.list",
        "create": "briefing.publish",
        "read_it": "briefing.read",
        "withdraw": "briefing.publish",
        "receipts": "briefing.publish",
    }

    def get_queryset(self) -> QuerySet[Briefing]:
        found: QuerySet[Briefing] = super().get_queryset()
        if self.action == "list" and not getattr(self, "swagger_fake_view", False):
            found = found.prefetch_related(Prefetch("readings", Reading.objects.filter(person=self.person), to_attr="mine"))
        return found.select_related("published_by", "team", "site")

    @extend_schema(request=BriefingInput, responses={201: BriefingSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Publish one."""
        return self.make(BriefingInput, publish)

    @extend_schema(request=ReadInput, responses=BriefingSerializer)
    @action(detail=True, methods=["post"], url_path="read", url_name="read")
    def read_it(self, request: Request, **_kwargs: Any) -> Response:
        """The receipt; with an answer also what one answered. A wrong one may be given again."""
        return self.act(ReadInput, briefings.read_briefing)

    @extend_schema(request=None, responses=BriefingSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_kwargs: Any) -> Response:
        """Take it from everybody's page."""
        return self.act(None, briefings.withdraw)

    @extend_schema(responses=ReceiptsSerializer)
    @action(detail=True, methods=["get"])
    def receipts(self, request: Request, **_kwargs: Any) -> Response:
        """Who has not read it."""
        found = briefings.receipts(self.get_object(), self.person)
        read = [row["person"].agent_code for row in found["readers"]]
        missing = [person.agent_code for person in found["missing"]]
        return Response({"audience": found["audience"], "read": read, "not_read": missing})


def publish(*, by: Person, **values: Any) -> Briefing:
    return briefings.publish(briefings.BriefingBody(**values), by=by)


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    person = code_of()

    class Meta:
        model = Attendance
        fields: ClassVar = ["person", "present", "marked_at"]


class TrainingSerializer(serializers.ModelSerializer[Training]):
    """A session with its attendance; ``present`` is null until it was noted."""

    held_by = code_of()
    attendance = AttendanceSerializer(many=True, read_only=True)

    class Meta:
        model = Training
        fields: ClassVar = ["id", "title", "briefing", "at", "place", "held_by", "attendance"]
        read_only_fields: ClassVar = fields


class TrainingInput(serializers.Serializer[Any]):
    """``people``: the agent codes of those who are invited."""

    title = serializers.CharField(max_length=160)
    at = serializers.DateTimeField()
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)
    briefing = serializers.PrimaryKeyRelatedField(queryset=Briefing.objects.all(), required=False, allow_null=True)
    people = serializers.ListField(child=serializers.CharField(max_length=8), min_length=1, max_length=200)


class PresentInput(serializers.Serializer[Any]):
    """``present``: the agent codes of those who were there."""

    present = serializers.ListField(child=serializers.CharField(max_length=8), max_length=200)


class TrainingViewSet(ActViewSet):
    """Sessions: one's own, and those that one leads."""

    model = Training
    serializer_class = TrainingSerializer
    filterset_class = None
    ordering = ("-at", "-id")
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "training.list",
        "create": "training.hold",
        "attendance": "training.hold",
    }

    def get_queryset(self) -> QuerySet[Training]:
        found: QuerySet[Training] = super().get_queryset()
        return found.select_related("held_by").prefetch_related("attendance__person")

    @extend_schema(request=TrainingInput, responses={201: TrainingSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Plan one; the invited are told."""
        return self.make(TrainingInput, briefings.plan_training)

    @extend_schema(request=PresentInput, responses=TrainingSerializer)
    @action(detail=True, methods=["post"])
    def attendance(self, request: Request, **_kwargs: Any) -> Response:
        """Note who was there; all others who were invited were not."""
        return self.act(PresentInput, briefings.note_attendance)
