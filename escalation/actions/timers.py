"""The timers: what is due is fired (ESC-3). The rows are the truth: killing anything at any moment loses and doubles nothing.

One batch is one transaction: lock the tickets with due rungs, fire each clock's highest due rung, write who is told, commit.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict
from escalation.actions import clock_was_ahead, clocks
from escalation.actions.firing import fire
from escalation.actions.heartbeats import TIMERS, beat
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import Clock, ClockRung, ClockState, Event, RungState, Whom
from escalation.wording import Words
from tickets.actions import activities
from tickets.actions.base import lock_visible
from tickets.models import Step, Ticket

log = logging.getLogger(__name__)
FIRST, BATCH = 100, 1_000  # the first ones are soon told; a backlog goes quicker in large batches,
GROWTH = 4  # and a small one quicker where the workers share it
NO_FAULT_OF_A_ROW = (OperationalError, InterfaceError, SoftTimeLimitExceeded)  # the next tick tries the same rows again


def fire_due(*, batch: int = BATCH) -> int:
    """Fire one batch; returns how many clocks were handled, so that the caller goes on while there is more."""
    try:
        return _locked(batch, fire)
    except NO_FAULT_OF_A_ROW:
        raise
    except Exception:  # once more, until the row that does it is alone, and logged
        return _locked(batch, _fire_or_halve)


@transaction.atomic
def _locked(batch: int, fire_all: Callable[[Sequence[int], datetime], None]) -> int:
    moment = now()
    due = _lock_due(moment, batch)
    if due:
        fire_all(due, moment)
    return len(due)


def tick() -> int:
    """All that is due now, in batches, and the mark that the timers live; before it, what a clock that was ahead has moved."""
    clock_was_ahead.set_right()
    total, batch = 0, FIRST
    while fired := fire_due(batch=batch):
        total, batch = total + fired, min(BATCH, batch * GROWTH)
        beat(TIMERS)  # a long backlog is work, and no silence
    beat(TIMERS)
    return total


# PostgreSQL passes over tickets that somebody works on, or that another worker is firing, and takes the next ones: nobody waits
# for anybody, and what was passed over comes with the next tick.
LOCK_DUE = """
select c.id from escalation_clockrung r join escalation_clock c on c.id = r.clock_id join tickets_ticket t on t.id = c.ticket_id
where r.state = 'waiting' and r.due_at <= %s order by r.due_at limit %s for update of t skip locked"""


def _lock_due(moment: datetime, number: int) -> list[int]:
    """The clocks whose rungs fell due first, their tickets locked until the transaction ends."""
    if connection.features.has_select_for_update_skip_locked:
        with connection.cursor() as cursor:
            cursor.execute(LOCK_DUE, [moment, number])
            return list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))
    # SQLite has one writer, and this transaction is it.
    due = ClockRung.objects.filter(state=RungState.WAITING, due_at__lte=moment).order_by("due_at")
    return list(dict.fromkeys(due.values_list("clock_id", flat=True)[:number]))


def _fire_or_halve(clock_ids: Sequence[int], moment: datetime) -> None:
    """Fire them together. Where a bad row breaks the batch its halves are tried, until the row alone is parked."""
    try:
        with transaction.atomic():
            fire(clock_ids, moment)
    except NO_FAULT_OF_A_ROW:
        raise
    except Exception:
        if len(clock_ids) == 1:
            log.exception("the due rungs of clock %s are parked", clock_ids[0])
            _park(clock_ids[0], moment)
            return
        middle = len(clock_ids) // 2
        _fire_or_halve(clock_ids[:middle], moment)
        _fire_or_halve(clock_ids[middle:], moment)


def _park(clock_id: int, moment: datetime) -> None:
    """Set the due rungs of a clock aside, where they stop nobody, and tell administrators."""
    due = ClockRung.objects.filter(clock=clock_id, state=RungState.WAITING, due_at__lte=moment)
    due.update(state=RungState.PARKED, ended_at=moment, problem="could not be fired; see the log")
    ticket = Ticket.objects.only("pk").get(clock_rows=clock_id)
    text = Words(_("Anak tangga %(ticket)s tidak dapat dijalankan dan disisihkan."), ticket=ticket.number)
    key = f"parked:{clock_id}:{moment.timestamp():.0f}"
    notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=key, ticket=ticket, text=text)


@transaction.atomic
def escalate(ticket: Ticket, *, by: Person) -> Ticket:
    """Take the next rung of the ticket's most urgent clock now, by hand (P-06 5.10, ESC-2)."""
    require(by, "ticket.escalate")
    ticket = lock_visible(ticket, by)
    clock = Clock.objects.filter(ticket=ticket, state=ClockState.RUNNING).order_by("due_at").first()
    rungs = clock.rungs.filter(state=RungState.WAITING).exclude(whom=Whom.HOLDER) if clock else None
    rung = rungs.order_by("order").first() if rungs is not None else None
    if clock is None or rung is None:
        raise Conflict(_("Tidak ada anak tangga lagi di atas. Hubungi SPV langsung."))
    moment = now()
    ClockRung.objects.filter(pk=rung.pk).update(due_at=min(moment, rung.due_at))
    fire([clock.pk], moment, by=by)
    activities.tick(ticket, [Step.ESCALATE], by=by, act="ticket.escalated")
    ticket.refresh_from_db()
    clocks.show(ticket)
    return ticket
