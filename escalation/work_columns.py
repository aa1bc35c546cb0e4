"""What this floor counts of each person's work: promises on the slots that a TL holds, or on the tickets of an agent (OB-5)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from escalation.models import Promise
from tickets.workload import Column, add_column


def promises_of(people: Sequence[int]) -> Mapping[int, int]:
    """Open promises by whoever must see to them: who works on the ticket, and the TL whose slot it takes."""
    rows = Promise.objects.open().values_list("ticket__assignee", "ticket__promise_slot__holder")
    among = set(people)
    return Counter(person for pair in rows for person in set(pair) if person in among)


def register() -> None:
    """Lay the column, once, when the apps are ready."""
    add_column(Column("promises", _("Janji"), promises_of))
