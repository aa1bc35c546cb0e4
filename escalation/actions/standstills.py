"""The tickets of an application problem, one after the other: their clocks stop, and go on when it has ended (ESC-5).

Each step is one transaction that locks the ticket and ends its row: killed at any moment it is done once or waits. A clock that
stands still for the customer too goes on standing for the customer.
"""

import logging
from collections.abc import Callable
from time import monotonic

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter
from accounts.roles import Role
from escalation.actions import clocks
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.actions.problems import COUNTER, bring_under
from escalation.actions.timers import NO_FAULT_OF_A_ROW
from escalation.models import AppProblem, ClockInterval, Event, MilestoneName, ProblemState, Standstill, StandstillState
from escalation.wording import Words
from tickets.actions.base import in_house_words, lock, say
from tickets.models import Status, Ticket

log = logging.getLogger(__name__)
BATCH = 50
SECONDS = 4.0  # then the beat wakes the next one: timers want the worker too
MOST_PROBLEMS = 20  # confirmed at once
WAITING = [StandstillState.TO_PAUSE, StandstillState.TO_RESUME]


def work(*, seconds: float = SECONDS) -> int:
    """Work for so long; returns how many tickets."""
    for problem in AppProblem.objects.filter(state=ProblemState.CONFIRMED).order_by("id")[:MOST_PROBLEMS]:
        with transaction.atomic():
            bring_under(problem)
    until, done = monotonic() + seconds, 0
    while monotonic() < until:
        rows = Standstill.objects.filter(state__in=WAITING).order_by("id").values_list("pk", "ticket_id")[:BATCH]
        found = list(rows)
        for key, ticket in found:
            done += _step(key, ticket)
        if not found:
            break
    if done:
        Counter.grow_all([COUNTER, "tickets", "queue"])
    return done


def _step(key: int, ticket: int) -> bool:
    try:
        return _do(key, ticket)
    except NO_FAULT_OF_A_ROW:
        raise
    except Exception:  # whatever is wrong with one ticket, the others go on
        log.exception("standstill %s is parked", key)
        Standstill.objects.filter(pk=key).update(state=StandstillState.PARKED)
        text = Words(_("Jeda karena gangguan aplikasi tersangkut pada satu tiket."))
        notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=f"standstill:{key}", text=text)
        return True


@transaction.atomic
def _do(key: int, ticket_id: int) -> bool:
    ticket = lock(Ticket(pk=ticket_id))
    row = (
        Standstill.objects.select_for_update(of=("self",))
        .select_related("problem__confirmed_by", "problem__ended_by")
        .get(pk=key)
    )
    effect = EFFECTS.get(StandstillState(row.state))
    if effect is None:
        return False
    row.state = effect(row.problem, ticket)
    row.save(update_fields=["state"])
    return True


def reason_of(problem: AppProblem) -> str:
    """How the ledger says why."""
    return in_house_words(_("Gangguan aplikasi %(app)s (%(number)s)"), app=problem.app, number=problem.number)


def _pause(problem: AppProblem, ticket: Ticket) -> StandstillState:
    if problem.state != ProblemState.CONFIRMED or not ticket.is_open or problem.confirmed_by is None:
        return StandstillState.SKIPPED
    milestones, reason = [MilestoneName(each) for each in problem.milestones], reason_of(problem)
    stopped = clocks.pause_all(ticket, reason=reason, by=problem.confirmed_by, milestones=milestones, cause=problem.cause)
    if not stopped:
        stands = ClockInterval.objects.filter(clock__ticket=ticket, cause=problem.cause, ended_at=None).exists()
        return StandstillState.PAUSED if stands else StandstillState.SKIPPED
    ticket.save(update_fields=say(ticket, _("Jam berhenti: gangguan %(app)s"), app=problem.app))
    record(ticket, "problem.clocks_stopped", by=problem.confirmed_by, facts=_facts(problem))
    clocks.show(ticket)
    return StandstillState.PAUSED


def _resume(problem: AppProblem, ticket: Ticket) -> StandstillState:
    if problem.ended_by is None:
        return StandstillState.SKIPPED
    clocks.resume_all(ticket, by=problem.ended_by, cause=problem.cause)
    if ticket.status == Status.PENDING_CUSTOMER:
        waits = in_house_words(_("Menunggu pelanggan"))
        clocks.pause_all(ticket, reason=waits, by=problem.ended_by)
    ticket.save(update_fields=say(ticket, _("Jam jalan lagi: %(app)s normal"), app=problem.app))
    record(ticket, "problem.clocks_went_on", by=problem.ended_by, facts=_facts(problem))
    clocks.show(ticket)
    return StandstillState.RESUMED


def _facts(problem: AppProblem) -> dict[str, str]:
    return {"problem": problem.number, "app": problem.app}


EFFECTS: dict[StandstillState, Callable[[AppProblem, Ticket], StandstillState]] = {
    StandstillState.TO_PAUSE: _pause,
    StandstillState.TO_RESUME: _resume,
}
