"""What a ticket shows of its escort and clocks, on its page and in the API."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q

from common.clock import now
from escalation.models import Clock, ClockRung, ClockState, Escort, Progress, RungState, Whom
from tickets.models import Ticket
from tickets.panels import Panel, add_panel

PLAIN = ("id", "milestone", "state", "started_at", "due_at", "ended_at", "acknowledged_until", "uncertain")
STEP = ("order", "due_at", "whom", "channel")


def clock_values(row: Mapping[str, Any], ticket_number: str) -> dict[str, Any]:
    """One clock as api.md fixes it, from a row of ``clock_rows``."""
    return {
        **{name: row[name] for name in PLAIN},
        "ticket": ticket_number,
        "remaining_seconds": seconds_left(row["state"], row["due_at"], row["stands_since"]),
        "next_rung": None if row["next_order"] is None else {name: row[f"next_{name}"] for name in STEP},
        "policy_version": row["policy__version"],
        "assumed": not row["policy__confirmed"],
    }


def remaining_seconds(clock: Clock) -> int | None:
    """The seconds left, from a clock whose intervals were loaded with it."""
    paused = next((each for each in clock.intervals.all() if each.ended_at is None), None)
    return seconds_left(clock.state, clock.due_at, paused.started_at if paused else None)


def seconds_left(state: str, due_at: datetime, stands_since: datetime | None) -> int | None:
    """The seconds left, below zero when late; None when the clock has ended. A paused clock keeps what it had left."""
    if state == ClockState.RUNNING:
        return int((due_at - now()).total_seconds())
    if state == ClockState.PAUSED and stands_since:
        return int((due_at - stands_since).total_seconds())
    return None


def rung_values(rung: ClockRung | None) -> dict[str, Any] | None:
    """The next step of the ladder: when, and whom it will reach."""
    if rung is None:
        return None
    return {"order": rung.order, "due_at": rung.due_at, "whom": rung.whom, "channel": rung.channel}


def whom_label(whom: str) -> Any:
    """Whom a rung reaches, in words; an agent code stays one."""
    return Whom(whom).label if whom in Whom.values else whom


def clock_rows(ticket_ids: Sequence[int]) -> Iterable[Mapping[str, Any]]:
    """The clocks of these tickets, each with its lowest waiting rung and since when it stands still, in one statement."""
    rows = Clock.objects.filter(ticket__in=ticket_ids).alias(
        waiting=FilteredRelation("rungs", condition=Q(rungs__state=RungState.WAITING)),
        open=FilteredRelation("intervals", condition=Q(intervals__ended_at=None)),
    )
    step = {f"next_{name}": F(f"waiting__{name}") for name in STEP}
    named = ("ticket_id", "policy__version", "policy__confirmed")
    lowest: dict[int, Mapping[str, Any]] = {}
    for row in rows.order_by("id", "waiting__order").values(*PLAIN, *named, stands_since=F("open__started_at"), **step):
        lowest.setdefault(row["id"], row)
    return lowest.values()


def clocks_by_ticket(tickets: Sequence[Ticket]) -> Mapping[int, list[dict[str, Any]]]:
    """The clocks of a page of tickets for the API."""
    numbers = {ticket.pk: ticket.number for ticket in tickets}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in clock_rows(list(numbers)):
        found.setdefault(row["ticket_id"], []).append(clock_values(row, numbers[row["ticket_id"]]))
    return found


def escorts_by_ticket(tickets: Sequence[Ticket]) -> Mapping[int, dict[str, Any]]:
    """The escort of each ticket in short, for the API."""
    rows = Escort.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    return {
        ticket_id: {"id": pk, "kind": kind, "state": state, "owner": owner, "returns": returns}
        for ticket_id, pk, kind, state, owner, returns in rows.values_list(
            "ticket_id", "id", "kind", "state", "owner__agent_code", "returns"
        )
    }


def last_published(tickets: Sequence[Ticket]) -> Mapping[int, str]:
    """The last published progress of each ticket, for the short form."""
    rows = Progress.objects.filter(escort__ticket__in=tickets, published_at__isnull=False).order_by("published_at")
    return dict(rows.values_list("escort__ticket_id", "text"))


def register() -> None:
    """Lay the panels, once, when the apps are ready."""
    add_panel(Panel("clocks", 10, values=clocks_by_ticket, empty=[]))
    add_panel(Panel("escort", 20, values=escorts_by_ticket))
    add_panel(Panel("last_published_progress", 30, values=last_published))
