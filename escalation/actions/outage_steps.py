"""The steps of outages worked off in batches, so that nobody waits long and nothing is half done (HC-8).

A batch is one transaction: its steps and tickets are locked in the order of the tickets, and end with their effect. Killed at any
moment, each step is done once or waits. Many workers share the rows; the words of one outage go one after the other.
"""

import logging
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.history import Act, record_each
from accounts.models import Counter
from accounts.roles import Role
from common import bulk
from common.clock import now
from common.problems import Problem
from escalation.actions.escorts import solve_for_caring
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.actions.outages import COUNTER, counter_of
from escalation.actions.progress import Said, spread_progress
from escalation.actions.timers import NO_FAULT_OF_A_ROW
from escalation.models import Escort, Event, OutageStep, OutageTicket, OutageWord, StepState, WordKind
from escalation.models.escorts import CLAIMED, EscortState
from escalation.wording import Words
from tickets.actions.base import in_house_words, lock_all, say
from tickets.actions.contact import note_internally
from tickets.models import Ticket
from tickets.models.ticket import OPEN_STATUSES

log = logging.getLogger(__name__)
BATCH = 50
SECONDS = 4.0  # then the beat wakes the next one: timers want the worker too
Refused = dict[int, Any]  # by ticket, the reason in words
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
    """Some steps of the word; then the pages hear how far it is. Returns how many ended."""
    waiting = OutageStep.objects.filter(word=word, state=StepState.WAITING).order_by("ticket_id")
    ended = _do_or_halve(word, list(waiting.values_list("pk", flat=True)[:BATCH]))
    if ended:
        Counter.grow_all([COUNTER, counter_of(word.outage)])
    return ended


def _do_or_halve(word: OutageWord, keys: Sequence[int]) -> int:
    """Do them together. Where a bad ticket breaks the batch its halves are tried, until the ticket alone is parked."""
    try:
        return _do(word, keys) if keys else 0
    except NO_FAULT_OF_A_ROW:
        raise
    except Exception:
        if len(keys) == 1:
            return _park(word, keys[0])
        middle = len(keys) // 2
        return _do_or_halve(word, keys[:middle]) + _do_or_halve(word, keys[middle:])


def _park(word: OutageWord, key: int) -> int:
    log.exception("step %s of outage %s is parked", key, word.outage_id)
    notify(
        on_duty_or_all(Role.ADMINISTRATOR),
        Event.ALARM,
        key=f"outage-step:{key}",
        text=Words(_("Langkah gangguan massal tersangkut.")),
        url=word.outage.url,
    )
    waiting = OutageStep.objects.filter(pk=key, state=StepState.WAITING)
    return waiting.update(state=StepState.PARKED, ended_at=now(), note=in_house_words(_("tersangkut")))


@transaction.atomic
def _do(word: OutageWord, keys: Sequence[int]) -> int:
    """The steps and their effect, together or not at all. What another worker has is passed over: its row is locked."""
    waiting = OutageStep.objects.filter(pk__in=keys, state=StepState.WAITING)
    steps = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("ticket_id"))
    tickets = lock_all(step.ticket_id for step in steps)
    refused = EFFECTS[WordKind(word.kind)](word, tickets) if tickets else {}
    for step in steps:
        why = refused.get(step.ticket_id)
        step.state, step.ended_at = StepState.SKIPPED if why else StepState.DONE, now()
        step.note = in_house_words("%(why)s", why=why)[:300] if why else ""
    bulk.update(steps, ["state", "ended_at", "note"])
    return len(steps)


# What a word does to tickets that are locked. Each says which it cannot be done to, and why.


def _joined(word: OutageWord, tickets: list[Ticket]) -> Refused:
    facts = {"outage": word.outage.number, "name": word.outage.name}
    record_each([Act(each, "outage.joined_ticket", word.by, facts) for each in tickets])
    for ticket in tickets:
        changed = say(ticket, _("Di bawah %(outage)s"), outage=word.outage.number)
    bulk.update(tickets, changed)
    Counter.grow("tickets")
    return {}


def _told(word: OutageWord, tickets: list[Ticket]) -> Refused:
    refused, escorts = _left(word, tickets), _open_escorts(tickets)
    for name in ("queue", "tickets"):
        Counter.grow(name)  # once for the batch: each ticket's act finds it waiting
    for ticket in tickets:
        if ticket.pk in refused:
            continue
        try:
            with transaction.atomic():
                _tell(word, ticket, escorts.get(ticket.pk))
        except Problem as refusal:
            refused[ticket.pk] = refusal
    return refused


def _tell(word: OutageWord, ticket: Ticket, escort: Escort | None) -> None:
    """As progress of its escort; a plain ticket has it as a note, and published its agent hears it and the customer may
    (``saying.last_words``)."""
    if escort:
        spread_progress(escort, Said(word.text, publish=word.publish), by=word.by)
        return
    note_internally(ticket, word.text, by=word.by)
    if word.publish and ticket.assignee:
        notify([ticket.assignee], Event.PROGRESS, key=f"outage-word:{word.pk}:{ticket.pk}", ticket=ticket, text=word.text)


def _solved(word: OutageWord, tickets: list[Ticket]) -> Refused:
    """Escorted or plain, the tickets are solved and each customer is owed a call."""
    refused, escorts = _left(word, tickets), _open_escorts(tickets)
    for ticket in tickets:
        escort = escorts.get(ticket.pk)
        if ticket.status not in OPEN_STATUSES or (escort and escort.state not in SOLVABLE):
            refused.setdefault(ticket.pk, _("sudah selesai"))
    rest = [ticket for ticket in tickets if ticket.pk not in refused]
    for ticket in rest:
        if ticket.pk not in escorts:
            ticket.cause = (ticket.cause or word.outage.name)[:200]
    if rest:
        solve_for_caring(rest, [escorts[each.pk] for each in rest if each.pk in escorts], word.text, by=word.by)
    return refused


def _left(word: OutageWord, tickets: list[Ticket]) -> Refused:
    under = OutageTicket.objects.standing().filter(outage=word.outage_id, ticket__in=[each.pk for each in tickets])
    still = set(under.values_list("ticket_id", flat=True))
    return {each.pk: _("sudah dilepas dari gangguan ini") for each in tickets if each.pk not in still}


def _open_escorts(tickets: list[Ticket]) -> dict[int, Escort]:
    """Their escorts that are open, by ticket; the tickets' locks are theirs too."""
    tickets_by = {each.pk: each for each in tickets}
    found = {each.ticket_id: each for each in Escort.objects.filter(ticket__in=tickets_by).select_related("owner")}
    for key, escort in found.items():
        escort.ticket = tickets_by[key]
    return {key: escort for key, escort in found.items() if escort.is_open}


EFFECTS: dict[WordKind, Callable[[OutageWord, list[Ticket]], Refused]] = {
    WordKind.JOINED: _joined,
    WordKind.PROGRESS: _told,
    WordKind.SOLUTION: _solved,
}
