"""Tickets and customers as JSON, with personal values covered where the role does not need them (tickets/personal.py)."""

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, extend_schema_field
from rest_framework import serializers

from accounts.models import HistoryDetail, HistoryEntry, Person
from tickets.api.rows import row_of, shown_rows
from tickets.models import Criterion, Customer, HolderKind, LinkState, Ticket
from tickets.personal import DOOR_READERS, covered, shown

PLAIN = (
    *("number", "status", "kind", "interaction", "channel", "service_number", "service_line", "segment", "customer_name"),
    *("reporter_name", "contact_phone", "contact_email", "region", "area", "symptom", "description", "criteria"),
    *("overruled_criteria", "repeat_count", "solution", "cause", "reopened", "imported"),
)
MOMENTS = ("opened_at", "solved_at", "closed_at")
MADE = (
    "customer",
    "assignee",
    "team",
    "holder",
    "outside_references",
    "clocks",
    "escort",
    "activities",
    "outage",
    "twin_of",
    "findings",
    "forwarding",
)
SHORT = ("number", "kind", "status", "symptom", "opened_at", "repeat_count", "last_published_progress", "holder")


class PersonSerializer(serializers.ModelSerializer[Person]):
    """A colleague, as far as others need to know."""

    name = serializers.CharField(source="online_name")

    class Meta:
        model = Person
        fields = ["agent_code", "name"]


class HolderSerializer(serializers.Serializer[Any]):
    """Who holds the ball (HC-7). An empty name: anybody of that kind."""

    kind = serializers.ChoiceField(choices=HolderKind.choices)
    name = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}, "example": {"nossa": "IN123"}})
class References(serializers.ReadOnlyField):
    """Its numbers in other systems."""


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
class Clocks(serializers.ReadOnlyField):
    """Its clocks, from the floor above."""


@extend_schema_field({"type": "object", "nullable": True, "additionalProperties": {}})
class EscortInShort(serializers.ReadOnlyField):
    """Its escort, from the floor above."""


class LineSerializer(serializers.Serializer[Any]):
    """One row of a ticket's checklist (OB-2), in the document's words."""

    number = serializers.IntegerField(source="activity.number")
    version = serializers.IntegerField(source="activity.version")
    title = serializers.CharField(source="activity.title")
    actor = serializers.CharField(source="activity.actor")
    output = serializers.CharField(source="activity.output")
    aim = serializers.CharField(source="activity.aim")
    kpi = serializers.CharField(source="activity.kpi")
    clause = serializers.CharField(source="activity.clause")
    mandatory = serializers.BooleanField(source="required")
    done = serializers.SerializerMethodField()
    done_at = serializers.DateTimeField(source="done.at", default=None, allow_null=True)
    done_by = PersonSerializer(source="done.by", default=None, allow_null=True)
    act = serializers.CharField(source="done.act", default="")
    note = serializers.CharField(source="done.note", default="")

    def get_done(self, line: Any) -> bool:
        return line.done is not None


class FindingSerializer(serializers.Serializer[Any]):
    """What was found in an outside tool; only the fields of that tool are filled."""

    tool = serializers.CharField()
    attenuation_db = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    snr_db = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    rate_mbps = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    attainable_mbps = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    link_state = serializers.ChoiceField(choices=LinkState.choices, allow_blank=True)
    registered = serializers.BooleanField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    by = serializers.CharField()
    at = serializers.DateTimeField()


class AtUnitSerializer(serializers.Serializer[Any]):
    """Where a forwarded regular ticket is (OB-4)."""

    unit = serializers.CharField()
    system = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    next_chase_at = serializers.DateTimeField(allow_null=True)


class ShortTicketSerializer(serializers.ModelSerializer[Ticket]):
    """Another team's ticket: what an agent needs when its customer calls (requirements.md, "What each role sees")."""

    holder = HolderSerializer()
    last_published_progress = serializers.CharField(allow_null=True, read_only=True)

    class Meta:
        model = Ticket
        fields = list(SHORT)


class WholeTicketSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket with all its fields."""

    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    criteria = serializers.ListField(child=serializers.ChoiceField(choices=Criterion.choices))
    overruled_criteria = serializers.ListField(child=serializers.ChoiceField(choices=Criterion.choices))
    assignee = PersonSerializer(allow_null=True)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    holder = HolderSerializer()
    outside_references = References()
    clocks = Clocks()
    escort = EscortInShort()
    # These stand in one ticket's JSON and not in lists.
    activities = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="done, by number (OB-2)")
    outage = serializers.IntegerField(required=False, allow_null=True)
    twin_of = serializers.CharField(required=False, allow_null=True)
    findings = FindingSerializer(many=True, required=False, help_text="what was found in outside tools, the newest first (OB-5)")
    forwarding = AtUnitSerializer(required=False, allow_null=True, help_text="while a unit has it (OB-4)")

    class Meta:
        model = Ticket
        fields = [*PLAIN, *MOMENTS, *MADE]


class TicketSerializer(serializers.BaseSerializer[Ticket]):
    """Each ticket whole or in short form, as the reader may see it (``tickets.api.rows``)."""

    def to_representation(self, ticket: Ticket) -> dict[str, Any]:
        return shown_rows([row_of(ticket)], self.context["view"].person, listed=False, logged_now=ticket.logged_now)[0]


class WholeOrShort(OpenApiSerializerExtension):
    """How OpenAPI says it: one of the two."""

    target_class = "tickets.api.serializers.TicketSerializer"

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return "Ticket"

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        forms = (WholeTicketSerializer, ShortTicketSerializer)
        return {"oneOf": [auto_schema.resolve_serializer(form, direction).ref for form in forms]}


class DetailSerializer(serializers.ModelSerializer[HistoryDetail]):
    """A personal value before and after; empty and ``erased`` where retention took it (*dihapus menurut retensi*)."""

    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    erased = serializers.SerializerMethodField()

    class Meta:
        model = HistoryDetail
        fields: ClassVar = ["field", "before", "after", "erased"]

    def get_before(self, detail: HistoryDetail) -> str | None:
        return self._shown(detail, detail.before)

    def get_after(self, detail: HistoryDetail) -> str | None:
        return self._shown(detail, detail.after)

    def get_erased(self, detail: HistoryDetail) -> bool:
        return detail.erased_at is not None

    def _shown(self, detail: HistoryDetail, value: Any) -> str | None:
        return None if value is None else str(shown(detail.field, value, self.context["view"].person))


class HistorySerializer(serializers.ModelSerializer[HistoryEntry]):
    """One act. ``door`` (from where) is for those who look into acts; others read an empty one."""

    by = PersonSerializer(allow_null=True)
    door = serializers.SerializerMethodField()
    facts = serializers.DictField()
    details = DetailSerializer(many=True)

    class Meta:
        model = HistoryEntry
        fields: ClassVar = ["sequence", "at", "act", "by", "door", "facts", "details"]

    def get_door(self, entry: HistoryEntry) -> str:
        return entry.door if self.context["view"].person.role in DOOR_READERS else ""


COVERED = ("customer_name", "contact_phone", "contact_email")


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer, covered for everybody until ``unmask``."""

    customer_name = serializers.CharField(source="name")

    class Meta:
        model = Customer
        fields: ClassVar = ["id", "service_number", "service_line", "segment", "region", "area", *COVERED]

    def to_representation(self, customer: Customer) -> dict[str, Any]:
        data = super().to_representation(customer)
        return data | {field: covered(field, data[field]) for field in COVERED}


class UnmaskedSerializer(serializers.Serializer[Any]):
    """A customer's personal values, plain; with those of the ticket where one was named."""

    id = serializers.IntegerField()
    service_number = serializers.CharField()
    customer_name = serializers.CharField()
    reporter_name = serializers.CharField(required=False)
    contact_phone = serializers.CharField()
    contact_email = serializers.CharField()
