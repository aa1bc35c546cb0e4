"""Handing over what one holds (OB-7): offered to a named person, who accepts; until then it stays where it is.

Nobody named, or nobody accepted in time: it goes to who leads the giver. Lock order: the handover, then what is handed over.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.actions.leading import leader_of
from accounts.history import record
from accounts.holding import Held, Holding, all_held_by, kind
from accounts.models import Duty, Handover, HandoverItem, HandoverState, Person
from accounts.models.handovers import HANDOVER_MOVES
from accounts.roles import require
from accounts.signals import handover_answered, handover_fell, handover_offered
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible, Problem
from common.text import clean

log = logging.getLogger(__name__)
LONGEST_NOTE = 2_000
Thing = tuple[str, int]  # the name of its kind, and its key there
Chosen = Sequence[tuple[Holding, Held]]


@transaction.atomic
def offer_handover(*, by: Person, to: Person, note: str = "", things: Collection[Thing] | None = None) -> Handover:
    """Ask ``to`` to take these things, or everything that ``to`` may hold; they stay with ``by`` until then."""
    require(by, "handover.offer")
    _withdraw_made_by_itself(by)
    text = clean(note, longest=LONGEST_NOTE)
    if to.pk == by.pk or not to.is_active:
        _refuse_receiver(_("Serahkan kepada orang lain yang aktif."))
    return _offer(by, to, _chosen(by, to, things), text)


def _chosen(by: Person, to: Person, things: Collection[Thing] | None) -> Chosen:
    """What is meant, all of it held by ``by`` and fit for ``to``; refused in words otherwise."""
    held = {(kind.name, each.thing): (kind, each) for kind, each in unoffered(by)}
    wanted = held if things is None else dict.fromkeys(things)
    if missing := [thing for thing in wanted if thing not in held]:
        _refuse_missing(missing[0])
    fit = [held[thing] for thing in wanted if held[thing][0].may_take(to)]
    if things is not None and len(fit) < len(wanted):
        unfit = {str(held[thing][0].label).lower() for thing in wanted if not held[thing][0].may_take(to)}
        said = _("%(name)s tidak dapat memegang: %(kinds)s. Lepas centangnya, atau pilih orang lain.")
        _refuse_receiver(said, name=to.online_name, kinds=", ".join(sorted(unfit)))
    if not fit:
        said = _("Tidak ada yang dapat diserahkan kepada %(name)s.")
        raise Conflict(said, name=to.online_name, code="nothing-held")
    return fit


def unoffered(person: Person) -> Chosen:
    """What the person holds and has offered to nobody."""
    every = [(kind, each) for kind, held in all_held_by(person) for each in held]
    offered = set(HandoverItem.objects.filter(waiting=True, handover__giver=person).values_list("kind", "thing"))
    return [(kind, each) for kind, each in every if (kind.name, each.thing) not in offered]


def _refuse_missing(thing: Thing) -> None:
    found = HandoverItem.objects.filter(kind=thing[0], thing=thing[1], waiting=True).select_related("handover__receiver").first()
    if found:
        said = _("%(title)s sudah ditawarkan kepada %(name)s.")
        raise Conflict(said, title=found.title, name=found.handover.receiver.online_name, code="already-offered")
    raise Conflict(_("Sebagian yang dipilih tidak lagi Anda pegang. Muat ulang, lalu pilih lagi."), code="not-held")


def _refuse_receiver(sentence: Any, **values: Any) -> None:
    problem = Invalid(sentence, **values)
    problem.errors = {"to": [str(problem)]}
    raise problem


def _offer(by: Person, to: Person, chosen: Chosen, note: str, *, by_itself: bool = False) -> Handover:
    moment = now()
    handover = Handover.objects.create(
        giver=by,
        receiver=to,
        note=note,
        by_itself=by_itself,
        offered_at=moment,
        falls_at=moment + timedelta(minutes=settings.HANDOVER_MINUTES),
    )
    items = [
        HandoverItem(handover=handover, kind=kind.name, thing=each.thing, title=each.title[:160], url=each.url[:120])
        for kind, each in chosen
    ]
    try:
        with transaction.atomic():
            HandoverItem.objects.bulk_create(items)
    except IntegrityError as error:
        raise Conflict(_("Sebagian baru saja ditawarkan. Muat ulang, lalu pilih lagi."), code="already-offered") from error
    facts = {"to": to.agent_code, "things": [[each.kind, each.thing] for each in items], "by_itself": by_itself}
    record(handover, "handover.offered", by=by, facts=facts, personal={"note": (None, note)} if note else None)
    handover_offered.send(Handover, handover=handover)
    return fresh(handover)


# Answers


@transaction.atomic
def accept_handover(handover: Handover, *, by: Person) -> Handover:
    """Take it: everything that the giver still holds and that this person has room for. 409 where nothing is left to take."""
    require(by, "handover.answer")
    handover = _locked_for(handover, by)
    HANDOVER_MOVES.require("accept", handover.state)
    act = _falling(handover, by) if handover.by_itself else _handing(handover, by)
    items = _passed(handover, act)
    if not any(item.handed for item in items):
        raise Conflict("%(why)s", why=" ".join(dict.fromkeys(item.outcome for item in items)), code="nothing-taken")
    _end(handover, HandoverState.ACCEPTED)
    facts = {"handed": [[item.kind, item.thing] for item in items if item.handed]}
    record(handover, "handover.accepted", by=by, facts=facts)
    handover_answered.send(Handover, handover=handover)
    return fresh(handover)


@transaction.atomic
def decline_handover(handover: Handover, *, by: Person, reason: str = "") -> Handover:
    """Say no: everything stays with the giver; where the giver has gone already, it goes to who leads them."""
    require(by, "handover.answer")
    handover = _locked_for(handover, by)
    text = clean(reason, longest=LONGEST_NOTE)
    HANDOVER_MOVES.require("decline", handover.state)
    record(handover, "handover.declined", by=by, personal={"answer": (None, text)} if text else None)
    handover.answer = text
    leader = None if handover.by_itself else leader_of(handover.giver)
    if handover.giver.duty == Duty.OFF and leader and leader.pk != by.pk:
        return _fall(handover, leader)
    _let_stay(handover)
    _end(handover, HandoverState.DECLINED, "answer")
    handover_answered.send(Handover, handover=handover)
    return fresh(handover)


@transaction.atomic
def withdraw_handover(handover: Handover, *, by: Person) -> Handover:
    """The giver keeps it after all."""
    require(by, "handover.offer")
    handover = _locked(handover, by)
    if handover.giver_id != by.pk:
        raise NotAllowed(_("Hanya %(name)s yang dapat menariknya kembali."), name=handover.giver.online_name)
    HANDOVER_MOVES.require("withdraw", handover.state)
    _withdraw(handover, by)
    return fresh(handover)


def _withdraw(handover: Handover, by: Person) -> None:
    _let_stay(handover)
    _end(handover, HandoverState.WITHDRAWN)
    record(handover, "handover.withdrawn", by=by)
    handover_answered.send(Handover, handover=handover)


def _locked_for(handover: Handover, by: Person) -> Handover:
    found = _locked(handover, by)
    if found.receiver_id != by.pk:
        raise NotAllowed(_("Ini ditawarkan kepada %(name)s."), name=found.receiver.online_name)
    return found


def _locked(handover: Handover, by: Person) -> Handover:
    if not Handover.objects.visible_to(by).filter(pk=handover.pk).exists():
        raise NotVisible(_("Serah terima ini tidak ada, atau bukan untuk Anda."))
    return _lock(handover.pk)


def _lock(pk: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("giver__team__leader", "receiver")
    return rows.get(pk=pk)


def _passed(handover: Handover, act: Callable[[Holding, int], None]) -> list[HandoverItem]:
    """Each thing on its own: what is refused stays with the giver and says why."""
    items = list(handover.items.filter(waiting=True))
    for item in items:
        found = kind(item.kind)
        try:
            with transaction.atomic(), override(settings.LANGUAGE_CODE):
                if found:
                    act(found, item.thing)
                    item.handed = True
        except Problem as problem:
            with override(settings.LANGUAGE_CODE):
                item.outcome = f"{item.title}: {problem}"[:300]
        item.waiting = False
    HandoverItem.objects.bulk_update(items, ["waiting", "handed", "outcome"])
    return items


def _handing(handover: Handover, to: Person) -> Callable[[Holding, int], None]:
    return lambda kind, thing: kind.hand(thing, handover.giver, to)


def _falling(handover: Handover, leader: Person) -> Callable[[Holding, int], None]:
    return lambda kind, thing: kind.fall(thing, handover.giver, leader)


def _let_stay(handover: Handover) -> None:
    handover.items.filter(waiting=True).update(waiting=False)


def _end(handover: Handover, state: HandoverState, *fields: str) -> None:
    handover.state, handover.answered_at, handover.falls_at = state, now(), None
    handover.version += 1
    handover.save(update_fields=["state", "answered_at", "falls_at", "version", *fields])


def fresh(handover: Handover) -> Handover:
    """As it is now, with what pages and API show."""
    return Handover.objects.shown().get(pk=handover.pk)


# Coming and going


def follow_duty(person: Person, before: str) -> None:
    """What going off duty or coming back means for what one holds; after that change, and outside its lock on the person."""
    if person.duty == Duty.OFF and before != Duty.OFF:
        leave_to_leader(person)
    elif person.duty == Duty.ON and before == Duty.OFF:
        keep_own(person)


@transaction.atomic
def leave_to_leader(person: Person) -> Handover | None:
    """Somebody went off duty: what they hold and named nobody for is offered to who leads them."""
    chosen, leader = unoffered(person), leader_of(person)
    if not chosen or leader is None:
        return None
    return _offer(person, leader, chosen, "", by_itself=True)


@transaction.atomic
def keep_own(person: Person) -> None:
    """Somebody is back: what was offered only because they had gone is theirs again."""
    _withdraw_made_by_itself(person)


def _withdraw_made_by_itself(person: Person) -> None:
    for waiting in Handover.objects.waiting().filter(giver=person, by_itself=True):
        handover = _lock(waiting.pk)
        if handover.is_waiting:
            _withdraw(handover, person)


# Nobody accepted


def fall_due(*, batch: int = 100) -> int:
    """What nobody answered in time goes to who leads the giver; returns how many."""
    due = Handover.objects.fallen_due(now()).order_by("falls_at").values_list("pk", flat=True)[:batch]
    return sum(_fall_or_park(pk) for pk in list(due))


def _fall_or_park(pk: int) -> bool:
    """One bad row is parked with an alarm and never stops the rest."""
    try:
        return _fall_if_due(pk)
    except Exception:
        log.exception("handover %s is parked", pk)
        Handover.objects.filter(pk=pk).update(falls_at=None)
        handover_fell.send(Handover, handover=Handover.objects.get(pk=pk))
        return True


@transaction.atomic
def _fall_if_due(pk: int) -> bool:
    handover = _lock(pk)
    if not handover.is_waiting or handover.falls_at is None or handover.falls_at > now():
        return False
    leader = leader_of(handover.giver)
    if leader is None:
        handover.falls_at = now() + timedelta(minutes=settings.HANDOVER_MINUTES)  # it stays, and is looked at again
        handover.save(update_fields=["falls_at"])
        return False
    _fall(handover, leader)
    return True


def _fall(handover: Handover, leader: Person) -> Handover:
    items = _passed(handover, _falling(handover, leader))
    handover.fell_to = leader
    _end(handover, HandoverState.FALLEN, "fell_to", "answer")
    facts = {"to": leader.agent_code, "handed": [[item.kind, item.thing] for item in items if item.handed]}
    record(handover, "handover.fell", by=None, facts=facts)
    handover_fell.send(Handover, handover=handover)
    return fresh(handover)
