"""What a ticket shows of its escort and clocks, on its page and in the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from common.clock import now
from common.queries import Prepared, any_of
from escalation.hours import Hours
from escalation.models import Clock, ClockRung, ClockState, Escort, RungState
from escalation.models.calendars import hours_of
from escalation.saying import last_words
from tickets.models.ticket import number_of
from tickets.panels import Panel, add_panel

PLAIN = ("id", "milestone", "state", "started_at", "due_at", "ended_at", "acknowledged_until", "uncertain")
STEP = ("order", "due_at", "whom", "channel")
WAITING = tuple(f"waiting__{name}" for name in STEP)


def remaining_seconds(clock: Clock) -> int | None:
    """The seconds left, from a clock whose intervals were loaded with it."""
    paused = next((each for each in clock.intervals.all() if each.ended_at is None), None)
    return seconds_left(clock.state, clock.due_at, paused.started_at if paused else None, now(), clock.counting_hours)


def seconds_left(state: str, due_at: datetime, stands_since: datetime | None, moment: datetime, counting: Hours) -> int | None:
    """The counted seconds left at ``moment``, below zero when late; None when it has ended. A paused clock keeps what it had."""
    at = moment if state == ClockState.RUNNING else stands_since
    if at is None or state not in (ClockState.RUNNING, ClockState.PAUSED):
        return None
    return int(counting.between(at, due_at) - counting.between(due_at, at))


def rung_values(rung: ClockRung | None) -> dict[str, Any] | None:
    """The next step of the ladder: when, and whom it will reach."""
    if rung is None:
        return None
    return {"order": rung.order, "due_at": rung.due_at, "whom": rung.whom, "channel": rung.channel}


def _clock_rows(tickets: Any) -> QuerySet[Any, Any]:
    rows = Clock.objects.filter(any_of("ticket_id", tickets)).alias(
        waiting=FilteredRelation("rungs", condition=Q(rungs__state=RungState.WAITING)),
        open=FilteredRelation("intervals", condition=Q(intervals__ended_at=None)),
    )
    beside = ("ticket_id", "policy__version", "policy__confirmed", "counting_id", "time_zone", "open__started_at")
    return rows.order_by("id", "waiting__order").values_list(*PLAIN, *beside, *WAITING)


def _escort_rows(tickets: Any) -> QuerySet[Any, Any]:
    rows = Escort.objects.filter(any_of("ticket_id", tickets))
    return rows.values_list("ticket_id", "id", "kind", "state", "owner__agent_code", "returns")


_clocks, _escorts = Prepared(_clock_rows), Prepared(_escort_rows)


def clocks_by_ticket(tickets: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    """The clocks of a page of tickets as api.md fixes them, each with its lowest waiting rung, in one statement."""
    found: dict[int, list[dict[str, Any]]] = {}
    before, moment = 0, now()
    for row in _clocks(tickets):
        if row[0] != before:  # the first line of a clock has its lowest rung
            before = row[0]
            found.setdefault(row[len(PLAIN)], []).append(_clock_values(row, moment))
    return found


def _clock_values(row: Sequence[Any], moment: datetime) -> dict[str, Any]:
    ticket_id, version, confirmed, counting, zone, stands_since, *step = row[len(PLAIN) :]
    return {
        **dict(zip(PLAIN, row, strict=False)),
        "ticket": number_of(ticket_id),
        "remaining_seconds": seconds_left(row[2], row[4], stands_since, moment, hours_of(counting, zone)),
        "next_rung": None if step[0] is None else dict(zip(STEP, step, strict=True)),
        "policy_version": version,
        "assumed": not confirmed,
    }


def escorts_by_ticket(tickets: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """The escort of each ticket in short, for the API."""
    return {
        ticket_id: {"id": pk, "kind": kind, "state": state, "owner": owner, "returns": returns}
        for ticket_id, pk, kind, state, owner, returns in _escorts(tickets)
    }


def register() -> None:
    """Lay the panels, once, when the apps are ready."""
    add_panel(Panel("clocks", 10, values=clocks_by_ticket, empty=[]))
    add_panel(Panel("escort", 20, values=escorts_by_ticket))
    add_panel(Panel("last_published_progress", 30, values=last_words))
