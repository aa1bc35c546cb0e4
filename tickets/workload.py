"""Who has how much on the hands: open tickets, what floors above owe (calls, promises), the oldest, a person a line (OB-5).

An app above adds its own column when the apps are ready; the page belongs to tickets and knows none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from accounts.models import Person
from accounts.roles import Role
from common.clock import now
from tickets.models import ServiceLine, Ticket
from tickets.models.ticket import OPEN_STATUSES

MOST_PEOPLE = 300  # of a site
SHOWN_ROLES = (Role.AGENT, Role.TEAM_LEADER, Role.OUTBOUND_AGENT)


@dataclass(frozen=True)
class Column:
    """What an app above counts of each person: one query for all of them."""

    name: str
    label: Any
    counts: Callable[[Sequence[int]], Mapping[int, int]]


@dataclass(frozen=True)
class Load:
    """One person's work at this moment. ``more`` holds the columns of the floors above, in their order."""

    person: Person
    open: int
    late: int
    oldest_at: datetime | None
    more: Mapping[str, int]

    @property
    def lines(self) -> str:
        """The service lines of this person, in words."""
        return ", ".join(str(ServiceLine(line).label) for line in self.person.lines)


_columns: list[Column] = []


def add_column(column: Column) -> None:
    """Register a column."""
    _columns.append(column)


def columns() -> Sequence[Column]:
    """All of them, in the order of the floors."""
    return _columns


def people_of(person: Person) -> list[Person]:
    """Whose work this leader sees: the people of the own teams; an administrator all."""
    people = Person.objects.filter(is_active=True, role__in=SHOWN_ROLES, team__isnull=False).select_related("team__site")
    if person.role != Role.ADMINISTRATOR:
        people = people.filter(team__in=person.team_scope)
    return list(people.order_by("team__name", "agent_code")[:MOST_PEOPLE])


def loads(person: Person) -> list[Load]:
    """One line a person, those with the most open tickets first."""
    people = people_of(person)
    keys = [each.pk for each in people]
    late = Count("pk", filter=Q(clock_state="running", clock_due_at__lt=now()))
    held = Ticket.objects.filter(assignee__in=keys, status__in=OPEN_STATUSES).order_by()
    rows = held.values_list("assignee").annotate(open=Count("pk"), late=late, oldest=Min("opened_at"))
    tickets = {key: (count, overdue, oldest) for key, count, overdue, oldest in rows}
    more = {column.name: column.counts(keys) for column in _columns}
    found = [
        Load(each, *tickets.get(each.pk, (0, 0, None)), {name: counts.get(each.pk, 0) for name, counts in more.items()})
        for each in people
    ]
    return sorted(found, key=lambda load: -load.open)
