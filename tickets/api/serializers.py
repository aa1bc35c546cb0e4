"""Tickets and customers as JSON, with personal values covered where the role does not need them (tickets/personal.py)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

from django.utils.timezone import localtime
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, extend_schema_field
from rest_framework import serializers

from accounts.models import HistoryDetail, HistoryEntry, Person
from tickets.models import Criterion, Customer, HolderKind, OutsideReference, Ticket
from tickets.panels import api_values
from tickets.personal import COVERS, DOOR_READERS, covered, shown

PLAIN = (
    *("number", "status", "kind", "interaction", "channel", "service_number", "service_line", "segment", "customer_name"),
    *("reporter_name", "contact_phone", "contact_email", "region", "area", "symptom", "description", "criteria"),
    *("overruled_criteria", "repeat_count", "solution", "cause", "reopened", "imported"),
)
_plain = attrgetter(*PLAIN)
MOMENTS = ("opened_at", "solved_at", "closed_at")
MADE = ("customer", "assignee", "team", "holder", "outside_references", "clocks", "escort")
SHORT = ("number", "kind", "status", "symptom", "opened_at", "repeat_count", "last_published_progress", "holder")


def moment(value: datetime | None) -> str | None:
    """RFC 3339 with the offset of the house."""
    return localtime(value).isoformat() if value else None


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


class WithPanels(serializers.ModelSerializer[Ticket]):
    """Loads what the floors above show: for a whole page of tickets at once, for one alone when it is asked for."""

    in_short_form = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._panels: dict[int, dict[str, Any]] = {}

    def load(self, tickets: Sequence[Ticket]) -> None:
        """Ask each panel once for all of ``tickets``."""
        if not tickets:
            return
        panels = api_values(tickets, short=self.in_short_form)
        if not self.in_short_form:
            panels["outside_references"] = _references(tickets), {}
        for ticket in tickets:
            self._panels[ticket.pk] = {name: values.get(ticket.pk, empty) for name, (values, empty) in panels.items()}

    def panel(self, ticket: Ticket, name: str, empty: Any = None) -> Any:
        if ticket.pk not in self._panels:
            self.load([ticket])
        return self._panels[ticket.pk].get(name, empty)


def _references(tickets: Sequence[Ticket]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = OutsideReference.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    for ticket_id, system, number in rows.values_list("ticket_id", "system", "number"):
        found.setdefault(ticket_id, {})[system] = number
    return found


class ShortTicketSerializer(WithPanels):
    """Another team's ticket: what an agent needs when its customer calls (requirements.md, "What each role sees")."""

    in_short_form = True
    holder = HolderSerializer()
    last_published_progress = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = list(SHORT)

    def get_last_published_progress(self, ticket: Ticket) -> str | None:
        said = self.panel(ticket, "last_published_progress")
        return None if said is None else str(said)


class WholeTicketSerializer(WithPanels):
    """A ticket with all its fields."""

    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    criteria = serializers.ListField(child=serializers.ChoiceField(choices=Criterion.choices))
    overruled_criteria = serializers.ListField(child=serializers.ChoiceField(choices=Criterion.choices))
    assignee = PersonSerializer(allow_null=True)
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    holder = HolderSerializer()
    outside_references = serializers.SerializerMethodField()
    clocks = serializers.SerializerMethodField()
    escort = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = [*PLAIN, *MOMENTS, *MADE]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}, "example": {"nossa": "IN123"}})
    def get_outside_references(self, ticket: Ticket) -> Any:
        return self.panel(ticket, "outside_references")

    @extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
    def get_clocks(self, ticket: Ticket) -> Any:
        return self.panel(ticket, "clocks", [])

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": {}})
    def get_escort(self, ticket: Ticket) -> Any:
        return self.panel(ticket, "escort")

    def to_representation(self, ticket: Ticket) -> dict[str, Any]:
        """All fields at once: asking each field by itself, as DRF does, costs four times as much on a page of fifty."""
        person, assignee = self.context["view"].person, ticket.assignee
        data = dict(zip(PLAIN, _plain(ticket), strict=True))
        return {
            **data,
            **{name: moment(getattr(ticket, name)) for name in MOMENTS},
            **{field: shown(field, data[field], person) for field in COVERS},
            "customer": ticket.customer_id,
            "assignee": assignee and {"agent_code": assignee.agent_code, "name": assignee.online_name},
            "team": ticket.team and ticket.team.name,
            "holder": {**ticket.holder, "since": moment(ticket.holder_since)},
            "outside_references": self.get_outside_references(ticket),
            "clocks": self.get_clocks(ticket),
            "escort": self.get_escort(ticket),
        }


class TicketPage(serializers.ListSerializer[Ticket]):
    """A page of tickets: the panels of all of them are loaded together."""

    def to_representation(self, data: Any) -> list[Any]:
        tickets = list(data)
        self.child.load(tickets)  # type: ignore[union-attr]
        return super().to_representation(tickets)


class TicketSerializer(serializers.BaseSerializer[Ticket]):
    """Each ticket whole or in short form, as the reader may see it."""

    class Meta:
        list_serializer_class = TicketPage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = WholeTicketSerializer(context=self.context)
        self.short = ShortTicketSerializer(context=self.context)

    def form_of(self, ticket: Ticket) -> WithPanels:
        return self.whole if ticket.is_whole_for(self.context["view"].person) else self.short

    def load(self, tickets: Iterable[Ticket]) -> None:
        for form in (self.whole, self.short):
            form.load([ticket for ticket in tickets if self.form_of(ticket) is form])

    def to_representation(self, ticket: Ticket) -> Any:
        return self.form_of(ticket).to_representation(ticket)


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
