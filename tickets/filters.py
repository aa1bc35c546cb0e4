"""What lists of tickets and customers can be narrowed by: one class for page and API.

Give it ``Ticket.objects.visible_to(person)``, or with a search ``findable_by(person)``: an exact number, service number or phone
also finds other teams' tickets, which are then shown in short form. ``queryset_for`` chooses.
"""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.phones import same_number
from tickets.models import Customer, HolderKind, Kind, Segment, ServiceLine, Status, Ticket
from tickets.models.ticket import OPEN_STATUSES
from tickets.personal import sees

REGIONS = [(str(number), f"TREG {number}") for number in range(1, 8)]


class Several(forms.MultipleChoiceField):
    """An empty choice, as a form sends for *all*, narrows nothing."""

    def to_python(self, value: Any) -> list[str]:
        return [one for one in super().to_python(value) if one]


class Among(filters.MultipleChoiceFilter):
    """One or several of the values; ``?status=open&status=solved``. One ``IN`` and no DISTINCT, so that indexes serve."""

    field_class = Several

    def filter(self, queryset: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.field_name}__in": values}) if values else queryset


def queryset_for(person: Person, search: str | None) -> Any:
    """The tickets that a list may show to this person: with a search also those that callers ask for."""
    return Ticket.objects.findable_by(person) if search and search.strip() else Ticket.objects.visible_to(person)


class TicketFilter(filters.FilterSet):
    """The filters of the list of tickets. Values that do not exist are refused, unknown people and teams find nothing."""

    search = filters.CharFilter(method="searched", label=_("Cari"), max_length=200)
    open = filters.BooleanFilter(method="only_open", label=_("Terbuka"))
    status = Among(choices=Status.choices)
    kind = Among(choices=Kind.choices)
    service_number = filters.CharFilter()
    service_line = Among(choices=ServiceLine.choices)
    segment = Among(choices=Segment.choices)
    region = Among(choices=REGIONS)
    team = filters.CharFilter(field_name="team__name")
    assignee = filters.CharFilter(field_name="assignee__agent_code", label=_("Kode agen"))
    holder = Among(field_name="holder_kind", choices=HolderKind.choices)
    opened_after = filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte")
    opened_before = filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields: list[str] = []

    def searched(self, tickets: Any, _name: str, text: str) -> Any:
        """An exact number, service number or phone; else words, and those only in tickets that the person sees whole."""
        exact = tickets.matching_exactly(text)
        if exact.exists():
            return exact
        person = self.request.user
        return tickets.visible_to(person).mentioning(text, names=sees(person, "customer_name"))

    def only_open(self, tickets: Any, _name: str, wanted: bool) -> Any:
        return tickets.open() if wanted else tickets.exclude(status__in=OPEN_STATUSES)


class CustomerFilter(filters.FilterSet):
    """Customers by service number or by phone, in any usual spelling."""

    service_number = filters.CharFilter()
    phone = filters.CharFilter(method="with_phone", label=_("Nomor telepon"))

    class Meta:
        model = Customer
        fields: list[str] = []

    def with_phone(self, customers: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        phone = same_number(text)
        return customers.filter(contact_phone=phone) if phone else customers.none()
