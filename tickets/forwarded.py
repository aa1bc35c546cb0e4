"""What a ticket shows of its time at units: where it is, since when, what the unit said, when to chase next (OB-4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import Person
from tickets.models import Chase, Forwarding, Ticket
from tickets.panels import Panel, add_panel

MOST_CHASES = 5


def forwarding_of(ticket: Ticket) -> Forwarding | None:
    """The unit that has it now, asked once however many parts of its page show it."""
    kept: dict[str, Any] = vars(ticket)
    if "_forwarding" not in kept:
        kept["_forwarding"] = Forwarding.objects.open().filter(ticket=ticket).select_related("by").first()
    found: Forwarding | None = kept["_forwarding"]
    return found


def panel(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """The card, while a unit has the ticket."""
    forwarding = None if ticket.is_escorted else forwarding_of(ticket)
    if forwarding is None:
        return {}
    chases = list(Chase.objects.filter(forwarding=forwarding).select_related("by")[: MOST_CHASES + 1])
    return {"forwarding": forwarding, "chases": chases[:MOST_CHASES], "more": len(chases) > MOST_CHASES}


def values(tickets: Sequence[int]) -> Mapping[int, Any]:
    """For the API: where each ticket is."""
    names = ("unit", "system", "reference", "at", "next_chase_at")
    rows = Forwarding.objects.open().filter(ticket__in=tickets).values("ticket_id", *names)
    return {row.pop("ticket_id"): row for row in rows}


def register() -> None:
    """Lay the card, once, when the apps are ready."""
    add_panel(Panel("forwarding", 25, "tickets/panels/forwarding.html", panel, values, listed=False))
