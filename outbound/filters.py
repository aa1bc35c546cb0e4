"""What the lists can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outbound.models import (
    Callback,
    CallbackState,
    CallReason,
    Campaign,
    CaringResult,
    Difference,
    DifferenceState,
    Product,
    Prospect,
    ProspectState,
    Purpose,
    ResultState,
)
from tickets.filters import Among
from tickets.models import Ticket


class CallbackFilter(filters.FilterSet):
    """By state, purpose, ticket, and whether they are mine: held by me or made for me."""

    state = Among(choices=CallbackState.choices)
    purpose = Among(choices=Purpose.choices)
    ticket = filters.CharFilter(method="of_ticket", label=_("Nomor tiket"))
    mine = filters.BooleanFilter(method="only_mine", label=_("Milik saya"))

    class Meta:
        model = Callback
        fields: list[str] = []

    def of_ticket(self, callbacks: QuerySet[Callback], _name: str, number: str) -> QuerySet[Callback]:
        return callbacks.filter(ticket__in=Ticket.objects.by_number(number))

    def only_mine(self, callbacks: QuerySet[Callback], _name: str, wanted: bool) -> Any:
        mine = Q(claimed_by=self.request.user) | Q(for_person=self.request.user)
        return callbacks.filter(mine) if wanted else callbacks.exclude(mine)


class CampaignFilter(filters.FilterSet):
    """By product, and whether it is open."""

    product = Among(choices=Product.choices)
    active = filters.BooleanFilter()

    class Meta:
        model = Campaign
        fields: list[str] = []


class ProspectFilter(filters.FilterSet):
    """By campaign, state and service number."""

    campaign = filters.NumberFilter(field_name="campaign_id")
    state = Among(choices=ProspectState.choices)
    service_number = filters.CharFilter()

    class Meta:
        model = Prospect
        fields: list[str] = []


class ReasonFilter(filters.FilterSet):
    """By parent, and whether it may be chosen now."""

    parent = filters.NumberFilter(field_name="parent_id")
    active = filters.BooleanFilter()

    class Meta:
        model = CallReason
        fields: list[str] = []


class ResultFilter(filters.FilterSet):
    """By campaign, prospect, state, reason, agent, and whether the customer agreed."""

    campaign = filters.NumberFilter(field_name="campaign_id")
    prospect = filters.NumberFilter(field_name="prospect_id")
    reason = filters.NumberFilter(field_name="reason_id")
    state = Among(choices=ResultState.choices)
    agreed = filters.BooleanFilter()
    contacted = filters.BooleanFilter()
    by = filters.CharFilter(field_name="by__agent_code")

    class Meta:
        model = CaringResult
        fields: list[str] = []


class DifferenceFilter(filters.FilterSet):
    """By state and result."""

    state = Among(choices=DifferenceState.choices)
    result = filters.NumberFilter(field_name="result_id")

    class Meta:
        model = Difference
        fields: list[str] = []
