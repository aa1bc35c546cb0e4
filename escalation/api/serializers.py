"""Escorts, clocks, policies and notifications as api.md fixes them, and the bodies of their acts."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Site
from escalation.actions.notifying import words_of
from escalation.actions.promises import Terms
from escalation.actions.together import Row
from escalation.api.messages import MessageSerializer
from escalation.models import (
    Calendar,
    Clock,
    ClockInterval,
    Escort,
    Holiday,
    HolidayCategory,
    Milestone,
    MilestoneName,
    Notification,
    Policy,
    Progress,
    Rung,
    Severity,
    Trial,
)
from escalation.panels import remaining_seconds, rung_values
from tickets.models import Kind, Segment, ServiceLine


class ProgressSerializer(serializers.ModelSerializer[Progress]):
    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)

    class Meta:
        model = Progress
        fields = [
            "id",
            "text",
            "source",
            "sender",
            "group",
            "said_at",
            "by",
            "published_at",
            "told_inside_at",
            "told_customer_at",
        ]


class EscortSerializer(serializers.ModelSerializer[Escort]):
    """One escort; ``messages`` are its dispatches, one per group and sending."""

    ticket = serializers.CharField(source="ticket.number", read_only=True)
    owner = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    messages = serializers.SerializerMethodField()
    progress = ProgressSerializer(many=True, read_only=True)
    region = serializers.IntegerField(source="ticket.region", read_only=True)
    area = serializers.CharField(source="ticket.area", read_only=True)

    class Meta:
        model = Escort
        fields = [
            "id",
            "ticket",
            "kind",
            "state",
            "owner",
            "cause",
            "responsible_unit",
            "severity",
            "note",
            "region",
            "area",
            "returns",
            "messages",
            "progress",
            "queued_at",
            "raised_at",
            "closed_at",
            "last_update_at",
            "next_due_at",
            "next_follow_up_at",
        ]

    @extend_schema_field(MessageSerializer(many=True))
    def get_messages(self, escort: Escort) -> Any:
        lines = [line for line in escort.ticket.dispatches.all() if line.dropped_at is None]
        rows = sorted((line.message for line in lines), key=lambda each: each.pk)
        return MessageSerializer(rows, many=True).data


class NextRungSerializer(serializers.Serializer[Any]):
    """The next step of a ladder; ``whom`` is a word of the policy or an agent code."""

    order = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    whom = serializers.CharField()
    channel = serializers.CharField()


class IntervalSerializer(serializers.ModelSerializer[ClockInterval]):
    """A stretch of the ledger (ESC-5): running, or standing still for a reason. ``ended_at`` is null while it lasts."""

    by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)

    class Meta:
        model = ClockInterval
        fields = ["running", "started_at", "ended_at", "reason", "by"]


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """One clock. ``remaining_seconds`` is below zero when late and null when ended; no ``intervals``: it never stood still."""

    ticket = serializers.CharField(source="ticket.number", read_only=True)
    remaining_seconds = serializers.SerializerMethodField()
    next_rung = serializers.SerializerMethodField()
    policy_version = serializers.IntegerField(source="policy.version", read_only=True)
    acknowledged_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    intervals = IntervalSerializer(many=True, read_only=True)

    class Meta:
        model = Clock
        fields = [
            "id",
            "ticket",
            "milestone",
            "state",
            "started_at",
            "due_at",
            "ended_at",
            "remaining_seconds",
            "next_rung",
            "acknowledged_by",
            "acknowledged_until",
            "uncertain",
            "policy_version",
            "intervals",
        ]

    def get_remaining_seconds(self, clock: Clock) -> int | None:
        return remaining_seconds(clock)

    @extend_schema_field(NextRungSerializer(allow_null=True))
    def get_next_rung(self, clock: Clock) -> dict[str, Any] | None:
        waiting = [rung for rung in clock.rungs.all() if rung.state == "waiting"]
        return rung_values(min(waiting, key=lambda rung: rung.order) if waiting else None)


class RungSerializer(serializers.ModelSerializer[Rung]):
    channel = serializers.CharField(max_length=40, default="page")
    repeat_seconds = serializers.IntegerField(min_value=0, max_value=86_400, default=0)
    repeat_times = serializers.IntegerField(min_value=0, max_value=20, default=0)
    after_seconds = serializers.IntegerField(min_value=0, max_value=2_592_000)
    all_must_acknowledge = serializers.BooleanField(default=False)

    class Meta:
        model = Rung
        fields = ["after_seconds", "whom", "channel", "repeat_seconds", "repeat_times", "all_must_acknowledge"]


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    milestone = serializers.ChoiceField(choices=MilestoneName.choices)
    seconds = serializers.IntegerField(min_value=1, max_value=2_592_000)
    rungs = RungSerializer(many=True)

    class Meta:
        model = Milestone
        fields = ["milestone", "seconds", "rungs"]


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """One version of a policy. A new one is made by POST; none is ever changed. A scope left empty serves all; ``counting`` and
    ``notifying`` are calendars, empty for around the clock."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    segment = serializers.ChoiceField(choices=Segment.choices, required=False, allow_blank=True)
    service_line = serializers.ChoiceField(choices=ServiceLine.choices, required=False, allow_blank=True)
    region = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=7)
    site = serializers.SlugRelatedField(slug_field="code", queryset=Site.objects.all(), required=False, allow_null=True)
    counting = serializers.SlugRelatedField(slug_field="slug", queryset=Calendar.objects.all(), required=False, allow_null=True)
    notifying = serializers.SlugRelatedField(slug_field="slug", queryset=Calendar.objects.all(), required=False, allow_null=True)
    milestones = MilestoneSerializer(many=True)
    active = serializers.BooleanField(default=True)

    class Meta:
        model = Policy
        fields = [
            "id",
            "name",
            "kind",
            "segment",
            "service_line",
            "region",
            "site",
            "version",
            "active",
            "in_force_from",
            "counting",
            "notifying",
            "confirmed",
            "clause",
            "created_at",
            "milestones",
        ]
        read_only_fields = ["version", "confirmed", "created_at"]
        validators: list[Any] = []  # the version is given by the action, under the unique constraint


class SwitchOnBody(serializers.Serializer[Any]):
    """From when on it serves; empty for at once."""

    in_force_from = serializers.DateTimeField(required=False, allow_null=True, default=None)


class TryBody(serializers.Serializer[Any]):
    """Tickets logged in this period, at most 92 days; until now where no end is given."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class TrialSerializer(serializers.ModelSerializer[Trial]):
    """A try of a policy. ``result`` is empty until it is done: per milestone and rung, how often it would have fired and did."""

    by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    result = serializers.DictField(read_only=True)

    class Meta:
        model = Trial
        fields = ["id", "policy", "since", "until", "state", "by", "total", "done", "result", "created_at", "ended_at"]


class HoursField(serializers.DictField):
    """Days with their spans: ``{"0": [["08:00", "12:00"], ["13:00", "17:00"]]}``; an empty list is a closed day."""

    child = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(max_length=5), min_length=2, max_length=2), max_length=12
    )


class CalendarSerializer(serializers.ModelSerializer[Calendar]):
    """A calendar as it is now. POST makes a new version of the one with this ``slug``; what runs keeps its version.

    ``weekly`` has weekdays "0" (Monday) to "6", ``exceptions`` dates; ``closed_on`` are categories of holidays, and ``holidays``
    the days that they close.
    """

    slug = serializers.SlugField(max_length=40)
    version = serializers.IntegerField(source="current.version", read_only=True)
    weekly = HoursField(source="current.weekly")
    exceptions = HoursField(source="current.exceptions", required=False)
    closed_on = serializers.ListField(
        source="current.closed_on", child=serializers.ChoiceField(choices=HolidayCategory.choices), required=False
    )
    holidays = serializers.DictField(source="current.holidays", child=serializers.CharField(), read_only=True)

    class Meta:
        model = Calendar
        fields = ["id", "slug", "name", "version", "weekly", "exceptions", "closed_on", "holidays"]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The action takes plain values."""
        values: dict[str, Any] = super().to_internal_value(data)
        return {**values.pop("current", {}), **values}


class HolidaySerializer(serializers.ModelSerializer[Holiday]):
    """A holiday; one that is not ``active`` was struck out, and people work on it."""

    date = serializers.DateField()
    category = serializers.ChoiceField(choices=HolidayCategory.choices, default=HolidayCategory.OWN)

    class Meta:
        model = Holiday
        fields = ["id", "date", "name", "category", "active"]
        read_only_fields = ["active"]


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """One notice; ``text`` is in the language of the request where it is the house's own sentence."""

    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    text = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ["id", "ticket", "event", "text", "url", "created_at", "read_at"]

    def get_text(self, told: Notification) -> str:
        return words_of(told)


class AnalysisBody(serializers.Serializer[Any]):
    cause = serializers.CharField(required=False, allow_blank=True)
    responsible_unit = serializers.CharField(required=False, allow_blank=True)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)
    region = serializers.IntegerField(required=False, min_value=1, max_value=7, allow_null=True)
    area = serializers.CharField(required=False, allow_blank=True)


class TogetherBody(serializers.Serializer[Any]):
    """``escorts``: their ids, at most 20. ``text`` stands above the lists, and asks groups again that have them already."""

    escorts = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**62), allow_empty=False)
    text = serializers.CharField(required=False, allow_blank=True, default="")


class TogetherRowSerializer(serializers.Serializer[Any]):
    """What became of one of the escorts: the messages that tell of it, or the ``code`` and words of what was against it."""

    escort = serializers.IntegerField(source="pk")
    ticket = serializers.CharField(source="escort.ticket.number", allow_null=True, default=None)
    sent = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()
    code = serializers.CharField(source="problem.code", allow_null=True, default=None)
    detail = serializers.CharField(source="problem", allow_null=True)

    def get_sent(self, row: Row) -> bool:
        return row.problem is None

    def get_messages(self, row: Row) -> list[int]:
        return [message.pk for message in row.messages]


class TogetherSerializer(serializers.Serializer[Any]):
    """One row an escort, in the order given, and the messages that were written."""

    results = TogetherRowSerializer(many=True, source="rows")
    messages = MessageSerializer(many=True)


class DispatchBody(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True, default="")


class ProgressBody(serializers.Serializer[Any]):
    """``done``: the unit says that it is repaired; ``needs_data``: it asks for something."""

    text = serializers.CharField()
    publish = serializers.BooleanField(default=False)
    done = serializers.BooleanField(default=False)
    needs_data = serializers.BooleanField(default=False)


class TextBody(serializers.Serializer[Any]):
    text = serializers.CharField()


@extend_schema_serializer(component_name="WhyBody")  # tickets have one of this name too
class ReasonBody(serializers.Serializer[Any]):
    reason = serializers.CharField()


class TermsBody(serializers.Serializer[Any]):
    """What is promised: to whom, what, until when."""

    promised_to = serializers.CharField(max_length=120)
    what = serializers.CharField(max_length=500)
    due_at = serializers.DateTimeField()

    def validate(self, attrs: dict[str, Any]) -> Any:
        return Terms(**attrs)


class RaiseBody(serializers.Serializer[Any]):
    reason = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices, default=Kind.SUPER_EMERGENCY)
    promise = TermsBody(required=False, allow_null=True, default=None)


class AcknowledgeBody(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(default=15)
