"""The steps of outages worked off: each ticket in a transaction of its own, so that nobody waits and nothing is half done (HC-8).

A step is claimed by a conditional UPDATE in the transaction of its effect: killed at any moment, it is done once or waits. Many
workers share the rows; the words of one outage go one after the other.
"""

import logging
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.history import record
from accounts.models import Counter
from accounts.roles import Role
from common.clock import now
from common.problems import Conflict, Problem
from escalation.actions.escorts import mark_escort_solved
from escalation.actions.notifying import notify, on_duty
from escalation.actions.outages import COUNTER, counter_of
from escalation.actions.progress import Said, spread_progress
from escalation.models import Event, OutageStep, OutageTicket, OutageWord, StepState, WordKind
from escalation.models.escorts import CLAIMED, EscortState
from escalation.signals import caring_due
from escalation.wording import Words
from tickets.actions.base import in_house_words, lock, pass_ball, say
from tickets.actions.contact import note_internally
from tickets.actions.work import mark_solved
from tickets.models import HolderKind, Ticket
from tickets.models.ticket import OPEN_STATUSES

log = logging.getLogger(__name__)
BATCH = 50
SECONDS = 4.0  # then the beat wakes the next one: timers want the worker too
SOLVABLE = [EscortState.QUEUED, *CLAIMED]


def work(*, seconds: float = SECONDS) -> bool:
    """Work steps off for so long; True when there is more to do."""
    until = monotonic() + seconds
    while monotonic() < until:
        worked = 0
        for word in _words():
            worked += _batch(word)
        if not worked:
            return False
    return True


def _words() -> list[OutageWord]:
    """The first unfinished word of each outage: a solution waits until everybody has heard the progress before it."""
    waiting = OutageStep.objects.filter(word=OuterRef("pk"), state=StepState.WAITING)
    first: dict[int, OutageWord] = {}
    for word in OutageWord.objects.filter(Exists(waiting)).select_related("outage", "by").order_by("id"):
        first.setdefault(word.outage_id, word)
    return list(first.values())


def _batch(word: OutageWord) -> int:
    """Some steps of the word, each in its own transaction; then the pages hear how far it is. Returns how many ended."""
    ended = sum(_step(word, key) for key in _waiting(word))
    if ended:
        Counter.grow_all([COUNTER, counter_of(word.outage)])
    return ended


def _waiting(word: OutageWord) -> list[int]:
    steps = OutageStep.objects.filter(word=word, state=StepState.WAITING).order_by("id")
    return list(steps.values_list("pk", flat=True)[:BATCH])


def _step(word: OutageWord, key: int) -> bool:
    try:
        return _done(word, key)
    except Problem as refusal:
        return _passed_over(key, StepState.SKIPPED, str(refusal))
    except Exception:
        log.exception("step %s of outage %s is parked", key, word.outage_id)
        notify(
            on_duty(Role.ADMINISTRATOR),
            Event.ALARM,
            key=f"outage-step:{key}",
            text=Words(gettext_lazy("Langkah gangguan massal tersangkut.")),
            url=word.outage.url,
        )
        return _passed_over(key, StepState.PARKED, _("tersangkut"))


@transaction.atomic
def _done(word: OutageWord, key: int) -> bool:
    """The effect of one step. Who finds it taken passes it over: the row lock says so at once, and the UPDATE for certain."""
    waiting = OutageStep.objects.filter(pk=key, state=StepState.WAITING)
    step = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if step is None or waiting.update(state=StepState.DONE, ended_at=now()) != 1:
        return False
    EFFECTS[WordKind(word.kind)](word, lock(Ticket(pk=step.ticket_id)))
    return True


def _passed_over(key: int, state: StepState, why: str) -> bool:
    waiting = OutageStep.objects.filter(pk=key, state=StepState.WAITING)
    return waiting.update(state=state, ended_at=now(), note=in_house_words("%(why)s", why=why)[:300]) == 1


def _joined(word: OutageWord, ticket: Ticket) -> None:
    record(ticket, "outage.joined_ticket", by=word.by, facts={"outage": word.outage.number, "name": word.outage.name})
    ticket.save(update_fields=say(ticket, _("Di bawah %(outage)s"), outage=word.outage.number))
    Counter.grow("tickets")


def _require_under(word: OutageWord, ticket: Ticket) -> None:
    if not OutageTicket.objects.standing().filter(outage=word.outage_id, ticket=ticket).exists():
        raise Conflict(_("sudah dilepas dari gangguan ini"))


def _told(word: OutageWord, ticket: Ticket) -> None:
    _require_under(word, ticket)
    escort = getattr(ticket, "escort", None)
    if escort is not None and escort.is_open:
        spread_progress(escort, Said(word.text, publish=word.publish), by=word.by)
    else:
        note_internally(ticket, word.text, by=word.by)


def _solved(word: OutageWord, ticket: Ticket) -> None:
    """Escorted or plain, the ticket is solved and its customer is owed a call."""
    _require_under(word, ticket)
    if ticket.status not in OPEN_STATUSES:
        raise Conflict(_("sudah selesai"))
    escort = getattr(ticket, "escort", None)
    if escort is not None and escort.is_open:
        escort.ticket = ticket
        if escort.state not in SOLVABLE:
            raise Conflict(_("sudah selesai"))
        mark_escort_solved(escort, word.text, by=word.by)
        return
    cause = ticket.cause or word.outage.name
    ticket.save(update_fields=[*pass_ball(ticket, HolderKind.CARING), "version"])
    mark_solved(ticket, by=word.by, solution=word.text, cause=cause[:200])
    caring_due.send(OutageStep, ticket=ticket, round=0, text=word.text, by=word.by)


EFFECTS = {WordKind.JOINED: _joined, WordKind.PROGRESS: _told, WordKind.SOLUTION: _solved}
