"""What the list of callbacks can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outbound.models import Callback, CallbackState, Purpose
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
