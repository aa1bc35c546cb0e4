"""What a ticket shows of its escort and clocks, on its page and in the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.clock import now
from escalation.models import Clock, ClockRung, Escort, Progress, RungState, Whom
from tickets.models import Ticket
from tickets.panels import Panel, add_panel


def clock_values(clock: Clock, next_rung: ClockRung | None, ticket_number: str) -> dict[str, Any]:
    """One clock as api.md fixes it."""
    return {
        "id": clock.pk,
        "ticket": ticket_number,
        "milestone": clock.milestone,
        "state": clock.state,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "ended_at": clock.ended_at,
        "remaining_seconds": remaining_seconds(clock),
        "next_rung": rung_values(next_rung),
        "acknowledged_until": clock.acknowledged_until,
        "uncertain": clock.uncertain,
        "policy_version": clock.policy.version,
        "assumed": not clock.policy.confirmed,
    }


def remaining_seconds(clock: Clock) -> int | None:
    """The seconds left, below zero when late; None when the clock has ended. A paused clock keeps what it had left."""
    if clock.state == "running":
        return int((clock.due_at - now()).total_seconds())
    if clock.state == "paused":
        paused = next((each for each in clock.intervals.all() if each.ended_at is None), None)
        return int((clock.due_at - paused.started_at).total_seconds()) if paused else None
    return None


def rung_values(rung: ClockRung | None) -> dict[str, Any] | None:
    """The next step of the ladder: when, and whom it will reach."""
    if rung is None:
        return None
    return {"order": rung.order, "due_at": rung.due_at, "whom": rung.whom, "channel": rung.channel}


def whom_label(whom: str) -> Any:
    """Whom a rung reaches, in words; an agent code stays one."""
    return Whom(whom).label if whom in Whom.values else whom


def next_rungs(clocks: Sequence[Clock]) -> dict[int, ClockRung]:
    """The lowest waiting rung of each clock, in one query."""
    waiting = ClockRung.objects.filter(clock__in=clocks, state=RungState.WAITING).order_by("clock_id", "-order")
    return {rung.clock_id: rung for rung in waiting}


def clocks_by_ticket(tickets: Sequence[Ticket]) -> Mapping[int, list[dict[str, Any]]]:
    """The clocks of a page of tickets for the API."""
    rows = Clock.objects.filter(ticket__in=tickets).select_related("policy").prefetch_related("intervals").order_by("id")
    clocks, numbers = list(rows), {ticket.pk: ticket.number for ticket in tickets}
    rungs = next_rungs(clocks)
    found: dict[int, list[dict[str, Any]]] = {}
    for clock in clocks:
        found.setdefault(clock.ticket_id, []).append(clock_values(clock, rungs.get(clock.pk), numbers[clock.ticket_id]))
    return found


def escorts_by_ticket(tickets: Sequence[Ticket]) -> Mapping[int, dict[str, Any]]:
    """The escort of each ticket in short, for the API."""
    rows = Escort.objects.filter(ticket__in=tickets).select_related("owner")
    return {
        escort.ticket_id: {
            "id": escort.pk,
            "kind": escort.kind,
            "state": escort.state,
            "owner": escort.owner.agent_code if escort.owner else None,
            "returns": escort.returns,
        }
        for escort in rows
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
