"""The server's clock was ahead and is right again: ladders that it moved beyond every wait go on from now (T4, ESC-3, ESC-5).

What fell due by the wrong clock has been told and stays told. What began, stood still or was acknowledged in a moment to come did
so now: the ledger says so, and the due moments follow from it.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.clock import now
from escalation.actions import clocks
from escalation.models import Clock, ClockInterval, ClockRung, RungState
from tickets.actions.base import lock
from tickets.models import Ticket

WRONG_BY = timedelta(minutes=1)  # what a moment may lie ahead between two servers that agree
LONGEST_HOLD = timedelta(minutes=clocks.LONGEST_ACKNOWLEDGEMENT_MINUTES)
HOLD = timedelta(minutes=clocks.ACKNOWLEDGEMENT_MINUTES)  # for how long somebody has it who said so in a moment to come
COUNTING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
STANDING = [RungState.WAITING, RungState.HELD]


@dataclass
class Steps:
    """What this process has seen of its clock, beside the one that only counts seconds and that nobody sets.

    A clock that was set back may have been ahead before, or be behind now. A process that has seen it right, ahead, and where it
    was at first, knows. Any other moves nothing: what waits for its hour is better than what rings an hour early.
    """

    right: float | None = None  # how far the one clock was from the other when it began
    was_ahead: bool = False
    to_mend: bool = False
    lock: Lock = field(default_factory=Lock)

    def look(self) -> None:
        """Compare both clocks."""
        offset, wrong = now().timestamp() - time.clock_gettime(COUNTING), WRONG_BY.total_seconds()
        with self.lock:
            self.right = offset if self.right is None else self.right
            ahead = offset - self.right
            if ahead > wrong:
                self.was_ahead = True
            elif ahead >= -wrong and self.was_ahead:
                self.was_ahead, self.to_mend = False, True


SEEN = Steps()


def set_right() -> int:
    """Where the clock has come back from ahead: mend what was moved meanwhile; returns how many clocks."""
    SEEN.look()
    if not SEEN.to_mend:
        return 0
    tickets = _suspects(now()).order_by("ticket").values_list("ticket", flat=True).distinct()
    mended = sum(_of_ticket(pk) for pk in list(tickets))
    SEEN.to_mend = False  # only now: a database that is away is asked again
    return mended


def _suspects(moment: datetime) -> QuerySet[Clock]:
    beyond = moment + WRONG_BY
    ledger = ClockInterval.objects.filter(Q(started_at__gt=beyond) | Q(ended_at__gt=beyond), clock=OuterRef("pk"))
    repeats = _repeating().filter(clock=OuterRef("pk"), due_at__gt=beyond)
    own = Q(started_at__gt=beyond) | Q(acknowledged_until__gt=moment + LONGEST_HOLD)
    return Clock.objects.live().filter(own | Exists(ledger) | Exists(repeats))


def _repeating() -> QuerySet[ClockRung]:
    """Rungs that have called somebody and will do so again."""
    return ClockRung.objects.filter(state__in=STANDING).exclude(reached="")


@transaction.atomic
def _of_ticket(pk: int) -> int:
    ticket, moment = lock(Ticket(pk=pk)), now()
    found = list(_suspects(moment).filter(ticket=ticket))
    for clock in found:
        _mend(clock, moment)
    clocks.show(ticket)
    return len(found)


def _mend(clock: Clock, moment: datetime) -> None:
    beyond, before = moment + WRONG_BY, (clock.started_at, clock.acknowledged_until)
    if clock.started_at > beyond:
        clock.started_at = moment
    if clock.acknowledged_until and clock.acknowledged_until > moment + LONGEST_HOLD:
        clock.acknowledged_until = moment + HOLD
    stretches = clock.intervals.all()
    ends = stretches.filter(ended_at__gt=beyond).update(ended_at=moment)
    starts = stretches.filter(started_at__gt=beyond).update(started_at=moment)
    if starts or ends or before != (clock.started_at, clock.acknowledged_until):
        _due_again(clock)
    for rung in _repeating().filter(clock=clock):
        soonest = clock.notifying_hours.opening(moment + timedelta(seconds=rung.repeat_seconds))
        ClockRung.objects.filter(pk=rung.pk, due_at__gt=soonest).update(due_at=soonest)


def _due_again(clock: Clock) -> None:
    """Due by the ledger, and so the rungs that have told nobody yet; who has it keeps it until then."""
    pauses = clock.intervals.filter(running=False).exclude(ended_at=None)
    stood = sum(clock.counting_hours.between(pause.started_at, pause.ended_at) for pause in pauses if pause.ended_at)
    clock.due_at = clock.counting_hours.after(clock.started_at, clock.seconds + stood)
    clock.save(update_fields=["started_at", "due_at", "acknowledged_until"])
    rungs = list(clock.rungs.filter(state__in=STANDING, reached=""))
    for rung in rungs:
        clock.set_due(rung, clock.counting_hours.after(clock.due_at, rung.after_seconds))
    ClockRung.objects.bulk_update(rungs, ["due_at", "counted_at"])
    if clock.acknowledged_until:
        clocks.hold_ladder(clock, clock.acknowledged_until)
