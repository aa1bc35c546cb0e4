"""What a policy would do to a ticket: the same due moments as the engine's, walked through without writing anything (ESC-6).

It knows the rules of ``docs/time.md``, but not who was on duty or said *I have it*: every rung is taken to reach somebody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.actions.stamping import planned
from escalation.models import Clock, ClockRung, Milestone, MilestoneName, Policy

M = MilestoneName
MOST_EVENTS = 400
HORIZON = timedelta(days=30)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Event:
    """Something that happens: a clock falls due (``order`` 0), or a rung fires."""

    at: datetime
    milestone: str
    order: int = 0
    whom: str = ""
    channel: str = ""
    waited_since: datetime | None = None  # it would have fired then, but it was quiet
    passed: tuple[int, ...] = ()  # lower rungs that waited for the same opening


def course(milestone: Milestone, start: datetime, *, zone: str, until: datetime, pauses: Iterable[Stretch] = ()) -> list[Event]:
    """What one clock of this milestone does that runs from ``start`` to ``until``, standing still in these pauses."""
    clock, rungs = planned(milestone, start, zone)
    events: list[Event] = []
    for paused, resumed in sorted(pauses):
        if resumed <= start or paused >= until:
            continue
        _walk(clock, rungs, min(paused, until), events)
        _stand_still(clock, rungs, max(paused, start), resumed)
    _walk(clock, rungs, until, events)
    if clock.due_at < until:
        events.append(Event(clock.due_at, clock.milestone))
    return sorted(events, key=lambda event: (event.at, event.order))


def _stand_still(clock: Clock, rungs: Sequence[ClockRung], paused: datetime, resumed: datetime) -> None:
    length = clock.counting_hours.between(paused, resumed)
    clock.due_at = clock.counting_hours.after(clock.due_at, length)
    for rung in rungs:
        clock.move(rung, length, not_before=resumed)


def _walk(clock: Clock, waiting: list[ClockRung], until: datetime, events: list[Event]) -> None:
    """Fire what falls due before ``until``: of those that do so at the same moment the highest, which passes the others."""
    while waiting and len(events) < MOST_EVENTS:
        moment = min(rung.due_at for rung in waiting)
        if moment >= until:
            return
        *lower, top = sorted((rung for rung in waiting if rung.due_at == moment), key=lambda rung: rung.order)
        quiet = top.counted_at if top.counted_at and top.counted_at < moment else None
        passed = tuple(rung.order for rung in lower)
        events.append(Event(moment, clock.milestone, top.order, top.whom, top.channel, quiet, passed))
        for rung in lower:
            waiting.remove(rung)
        if top.repeats_left:
            top.repeats_left -= 1
            clock.set_due(top, moment + timedelta(seconds=top.repeat_seconds))
        else:
            waiting.remove(top)


@dataclass(frozen=True)
class Happenings:
    """What befalls a ticket, each as a moment; None for never."""

    logged: datetime
    claimed: datetime | None = None
    dispatched: datetime | None = None
    told: datetime | None = None
    solved: datetime | None = None
    paused: datetime | None = None
    resumed: datetime | None = None

    def stretches(self, end: datetime) -> list[tuple[str, datetime, datetime]]:
        """Which clocks run from when to when, as ``docs/time.md`` says."""
        solved = self.solved or end
        found = [
            (M.CLAIM, self.logged, self.claimed or solved),
            (M.FIRST_RESPONSE, self.logged, self.told or solved),
            (M.DISPATCH, self.logged, self.dispatched or solved),
            (M.CUSTOMER_UPDATE, self.logged, self.told or solved),
            (M.SOLUTION, self.logged, solved),
        ]
        if self.told:
            found.append((M.CUSTOMER_UPDATE, self.told, solved))
        if self.dispatched:
            found.append((M.UNIT_SILENCE, self.dispatched, solved))
        if self.solved:
            found.append((M.CARING, self.solved, end))
        return [(name, start, min(until, solved if name != M.CARING else end)) for name, start, until in found]


def simulate(policy: Policy, happens: Happenings, zone: str) -> list[Event]:
    """Everything that this version would do to such a ticket within a month, in order."""
    end = happens.logged + HORIZON
    rows = {row.milestone: row for row in policy.milestones.all()}
    pauses = [(happens.paused, happens.resumed or end)] if happens.paused else []
    events = [
        event
        for name, start, until in happens.stretches(end)
        if name in rows
        for event in course(rows[name], start, zone=zone, until=until, pauses=pauses)
    ]
    return sorted(events, key=lambda event: (event.at, event.milestone, event.order))
