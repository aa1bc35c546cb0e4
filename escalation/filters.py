"""What escorts, clocks and notifications are filtered by; pages and API alike."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from escalation.models import (
    Clock,
    ClockState,
    Escort,
    EscortState,
    Holiday,
    MilestoneName,
    Notification,
    Outage,
    OutageState,
    OutageTicket,
    Policy,
    Progress,
    Promise,
    PromiseState,
    Trial,
)
from tickets.models import Kind, Ticket


def of_ticket(queryset: QuerySet[Any], _name: str, number: str) -> QuerySet[Any]:
    """Those of the ticket with this number."""
    return queryset.filter(ticket__in=Ticket.objects.by_number(number))


class EscortFilter(filters.FilterSet):
    """Filters of the queue."""

    state = filters.MultipleChoiceFilter(choices=EscortState.choices)
    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    owner = filters.CharFilter(field_name="owner__agent_code")
    region = filters.NumberFilter(field_name="ticket__region", min_value=1, max_value=7)
    ticket = filters.CharFilter(method=of_ticket)
    open = filters.BooleanFilter(method="only_open")
    owed = filters.ChoiceFilter(choices=[("leader", "leader"), ("customer", "customer")], method="owing")

    class Meta:
        model = Escort
        fields: list[str] = []

    def owing(self, queryset: QuerySet[Escort], _name: str, whom: str) -> QuerySet[Escort]:
        """Those with published progress that its TL or agent has not read, or that the customer does not know (SE-4)."""
        said = Progress.objects.all()
        return queryset.filter(
            pk__in=(said.owed_to_leader() if whom == "leader" else said.owed_to_customer()).values("escort_id")
        )

    def only_open(self, queryset: QuerySet[Escort], _name: str, value: bool) -> QuerySet[Escort]:
        """Those still going on, or with ``false`` those that have ended."""
        states = [EscortState.CLOSED, EscortState.WITHDRAWN]
        return queryset.exclude(state__in=states) if value else queryset.filter(state__in=states)


class ClockFilter(filters.FilterSet):
    """Filters of the clocks."""

    ticket = filters.CharFilter(method=of_ticket)
    milestone = filters.ChoiceFilter(choices=MilestoneName.choices)
    state = filters.MultipleChoiceFilter(choices=ClockState.choices)

    class Meta:
        model = Clock
        fields: list[str] = []


class NotificationFilter(filters.FilterSet):
    """Filters of one's notifications."""

    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")
    ticket = filters.CharFilter(method=of_ticket)

    class Meta:
        model = Notification
        fields = ["event"]


class PolicyFilter(filters.FilterSet):
    """Filters of the policies."""

    class Meta:
        model = Policy
        fields = ["kind", "segment", "service_line", "region", "active", "confirmed"]


class PromiseFilter(filters.FilterSet):
    """Filters of the promises."""

    ticket = filters.CharFilter(method=of_ticket)
    state = filters.MultipleChoiceFilter(choices=PromiseState.choices)
    holder = filters.CharFilter(field_name="ticket__promise_slot__holder__agent_code")

    class Meta:
        model = Promise
        fields: list[str] = []


class OutageFilter(filters.FilterSet):
    """Filters of the outages."""

    state = filters.MultipleChoiceFilter(choices=OutageState.choices)
    ticket = filters.CharFilter(method="of_a_ticket")

    class Meta:
        model = Outage
        fields = ["region"]

    def of_a_ticket(self, outages: QuerySet[Outage], _name: str, number: str) -> QuerySet[Outage]:
        """Those that this ticket is under."""
        under = OutageTicket.objects.standing().filter(ticket__in=Ticket.objects.by_number(number))
        return outages.filter(pk__in=under.values("outage"))


class HolidayFilter(filters.FilterSet):
    """Filters of the holidays."""

    year = filters.NumberFilter(field_name="date__year", min_value=1900, max_value=2999)

    class Meta:
        model = Holiday
        fields = ["category", "active"]


class TrialFilter(filters.FilterSet):
    """Filters of the tries."""

    class Meta:
        model = Trial
        fields = ["policy", "state"]
