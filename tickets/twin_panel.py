"""What a ticket shows of those that are the same trouble, logged twice (HC-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Person
from common.queries import Prepared
from tickets.models import Status, Ticket, Twin, number_of
from tickets.panels import Panel, add_panel


@dataclass(frozen=True)
class Other:
    """The other ticket of a link."""

    number: str
    status: Any
    symptom: str


@dataclass
class Twins:
    """The ticket that was there first, where this one is a twin; and those that are twins of this one."""

    first: Other | None = None
    later: list[Other] = field(default_factory=list)


def _lines(ticket: Any) -> QuerySet[Any, Any]:
    rows = Twin.objects.standing().filter(Q(ticket=ticket) | Q(of=ticket)).order_by("id")
    return rows.values_list("ticket", "ticket__status", "ticket__symptom", "of", "of__status", "of__symptom")


_prepared = Prepared(_lines)


def twins_of(ticket: Ticket) -> Twins:
    """The links of a ticket, asked once however many parts of its page show them."""
    known: Twins | None = getattr(ticket, "twins", None)
    if known is None:
        known = ticket.twins = _read(ticket.pk)  # type: ignore[attr-defined]
    return known


def _read(key: int) -> Twins:
    found = Twins()
    for twin, twin_status, twin_symptom, of, of_status, of_symptom in _prepared(key):
        if twin == key:
            found.first = Other(number_of(of), Status(of_status).label, of_symptom)
        else:
            found.later.append(Other(number_of(twin), Status(twin_status).label, twin_symptom))
    return found


def panel(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """The card; nothing where there is no link."""
    found = twins_of(ticket)
    return {"first": found.first, "later": found.later} if found.first or found.later else {}


def values(tickets: Sequence[int]) -> Mapping[int, Any]:
    """For the API: of which ticket each is the twin."""
    rows = Twin.objects.standing().filter(ticket__in=tickets).values_list("ticket", "of")
    return {ticket: number_of(of) for ticket, of in rows}


def register() -> None:
    """Lay the card, once, when the apps are ready."""
    add_panel(Panel("twin_of", 19, "tickets/panels/twins.html", panel, values, listed=False, at_once=False))
