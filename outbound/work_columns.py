"""What this floor counts of each person's work: calls that they hold, or that were made for them (OB-5)."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from outbound.models import Callback
from tickets.workload import Column, add_column


def callbacks_of(people: Sequence[int]) -> Mapping[int, int]:
    """Open callbacks by whoever holds them, else by whom they were made for."""
    who = Callback.objects.open().annotate(who=Coalesce(F("claimed_by"), F("for_person"))).filter(who__in=people)
    return dict(who.order_by().values_list("who").annotate(count=Count("pk")))


def register() -> None:
    """Lay the column, once, when the apps are ready."""
    add_column(Column("callbacks", _("Telepon"), callbacks_of))
