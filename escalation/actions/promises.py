"""Promises: made, kept, broken, renegotiated, handed over; and the three slots of a TL (W-24 5.3.1, PM-1, PM-3).

Lock order: ticket, then the person whose slots change, then the promise. Whoever takes a slot holds that person's row, so that of
many who race for the last one exactly one gets it; the place's unique key says the same once more.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person, Team
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible
from escalation.actions import clocks
from escalation.actions.debts import hand_debts
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import (
    PROMISE_MOVES,
    PROMISED_KINDS,
    Event,
    MilestoneName,
    Promise,
    PromiseSlot,
    PromiseState,
    PromiseWarning,
    WarningState,
)
from escalation.wording import Words
from tickets.actions import move_to_team
from tickets.actions.base import lock, lock_visible, required, say
from tickets.models import Status, Ticket

log = logging.getLogger(__name__)
LONGEST_WHAT = 500


@dataclass(frozen=True)
class Terms:
    """What is promised, to whom, until when."""

    promised_to: str
    what: str
    due_at: datetime


@transaction.atomic
def make_promise(ticket: Ticket, terms: Terms, *, by: Person) -> Promise:
    """Write down what was promised to the customer; 409 when the TL's slots are full or the ticket's kind bears none (PM-1)."""
    require(by, "promise.make")
    ticket = lock_visible(ticket, by)
    if ticket.kind not in PROMISED_KINDS:
        raise Conflict(_("Janji hanya untuk Super Emergency, Buzzer, atau Buzzer visit. Naikkan tiket ini dulu."))
    if ticket.status == Status.CLOSED:
        raise Conflict(_("Tiket ini sudah ditutup."))
    promised_to = required(terms.promised_to, "promised_to", _("Tulis kepada siapa janjinya."), longest=120)
    what = required(terms.what, "what", _("Tulis apa yang dijanjikan."), longest=LONGEST_WHAT)
    due_at, moment = _acceptable(terms.due_at), now()
    slot = _slot_for(ticket, by)
    promise = Promise.objects.create(
        ticket=ticket, promised_to=promised_to, what=what, made_by=by, made_at=moment, counts_from=moment, due_at=due_at
    )
    _set_warnings(promise)
    ticket.save(update_fields=say(ticket, _("Janji dicatat")))
    facts = {"promise": promise.pk, "due_at": due_at.isoformat(), "holder": slot.holder.agent_code, "place": slot.place}
    personal = {"promised_to": (None, promised_to), "what": (None, what)}
    record(ticket, "promise.made", by=by, facts=facts, personal=personal)
    _grow()
    return promise


def _acceptable(due_at: datetime) -> datetime:
    furthest = now() + timedelta(days=settings.PROMISE_FURTHEST_DAYS)
    if due_at <= now():
        said = _("Waktu janji sudah lewat. Pilih waktu yang akan datang.")
    elif due_at > furthest:
        said = _("Waktu janji terlalu jauh. Periksa tanggalnya.")
    else:
        return due_at
    raise Invalid(said, errors={"due_at": [said]})


def _grow() -> None:
    Counter.grow("queue")
    Counter.grow("tickets")


# Slots


def _slot_for(ticket: Ticket, by: Person) -> PromiseSlot:
    """The slot that the ticket has, else a new one of the TL who promises; for a supervisor, of the ticket's TL."""
    slot = PromiseSlot.objects.filter(ticket=ticket).select_related("holder").first()
    if slot:
        return slot
    holder = by if by.role == Role.TEAM_LEADER else ticket.team.leader if ticket.team else None
    if holder is None:
        raise Conflict(_("Tim tiket ini belum punya TL yang dapat memegang janji."))
    return PromiseSlot.objects.create(ticket=ticket, holder=holder, place=_free_place(holder), since=now())


def _free_place(holder: Person) -> int:
    """The lowest free place, with the holder's row locked; 409 when all are taken. Nobody overrides the limit (PM-1)."""
    Person.objects.select_for_update(no_key=True).get(pk=holder.pk)
    taken = set(PromiseSlot.objects.filter(holder=holder).values_list("place", flat=True))
    free = [place for place in range(1, settings.PROMISE_SLOTS + 1) if place not in taken]
    if not free or len(taken) >= settings.PROMISE_SLOTS:
        said = _("Slot janji %(name)s penuh: %(limit)s tiket. Selesaikan satu, atau serahkan ke TL lain.")
        raise Conflict(said, name=holder.online_name, limit=settings.PROMISE_SLOTS, code="promise-limit")
    return free[0]


def _free_slot_when_done(ticket: Ticket) -> None:
    if not Promise.objects.open().filter(ticket=ticket).exists():
        PromiseSlot.objects.filter(ticket=ticket).delete()


# Results


@transaction.atomic
def keep_promise(promise: Promise, *, by: Person) -> Promise:
    """The TL says that it was kept; its slot is free when it was the ticket's last one (PM-1)."""
    require(by, "promise.keep")
    promise = _lock_held(promise, by)
    PROMISE_MOVES.require("keep", promise.state)
    _end(promise, PromiseState.KEPT, by)
    record(promise.ticket, "promise.kept", by=by, facts={"promise": promise.pk, "due_at": promise.due_at.isoformat()})
    return promise


@transaction.atomic
def break_promise(promise: Promise, reason: str, *, by: Person) -> Promise:
    """It was not kept, and why."""
    require(by, "promise.break")
    promise = _lock_held(promise, by)
    text = required(reason, "reason", _("Tulis mengapa janji ini tidak ditepati."), longest=2_000)
    PROMISE_MOVES.require("break_promise", promise.state)
    _end(promise, PromiseState.BROKEN, by)
    facts = {"promise": promise.pk, "due_at": promise.due_at.isoformat()}
    record(promise.ticket, "promise.broken", by=by, facts=facts, personal={"reason": (None, text)})
    return promise


@transaction.atomic
def renegotiate_promise(promise: Promise, due_at: datetime, reason: str, *, by: Person) -> Promise:
    """Another moment was agreed with the customer; the earlier one is kept beside it (PM-3)."""
    require(by, "promise.renegotiate")
    promise = _lock_held(promise, by)
    text = required(reason, "reason", _("Tulis mengapa waktunya berubah."), longest=2_000)
    PROMISE_MOVES.require("renegotiate", promise.state)
    fresh = _acceptable(due_at)
    if fresh == promise.due_at:
        raise Invalid(_("Waktu ini sama dengan yang sekarang."), errors={"due_at": [_("Pilih waktu lain.")]})
    before = promise.due_at
    promise.earlier_due = [*promise.earlier_due, before.isoformat()]
    promise.due_at, promise.counts_from, promise.kept_proposed_at = fresh, now(), None
    _touch(promise, "earlier_due", "due_at", "counts_from", "kept_proposed_at")
    _cancel_warnings(promise)
    _set_warnings(promise)
    follow_clock(promise.ticket)
    facts = {"promise": promise.pk, "due_at": [before.isoformat(), fresh.isoformat()]}
    record(promise.ticket, "promise.renegotiated", by=by, facts=facts, personal={"reason": (None, text)})
    return promise


def _lock_held(promise: Promise, by: Person) -> Promise:
    """The promise as it is now, locked; 404 unseen, 403 when another TL holds it."""
    found = _lock_seen(promise, by)
    if found.slot and found.slot.holder_id not in by.acts_for:
        raise NotAllowed(_("Janji ini dipegang %(name)s."), name=found.slot.holder.online_name)
    return found


def _lock_seen(promise: Promise, by: Person) -> Promise:
    if not Promise.objects.visible_to(by).filter(pk=promise.pk).exists():
        raise NotVisible(_("Janji ini tidak ada atau bukan milik tim Anda."))
    ticket = lock(promise.ticket)
    found = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    found.ticket = ticket
    return found


def _end(promise: Promise, state: PromiseState, by: Person) -> None:
    promise.state, promise.ended_at, promise.ended_by = state, now(), by
    _touch(promise, "state", "ended_at", "ended_by")
    _cancel_warnings(promise)
    _free_slot_when_done(promise.ticket)
    follow_clock(promise.ticket)


def _touch(promise: Promise, *fields: str) -> None:
    promise.version += 1
    promise.save(update_fields=[*fields, "version"])
    _grow()


# Handing over


@transaction.atomic
def offer_promise(promise: Promise, to: Person, *, by: Person) -> Promise:
    """Ask another TL to take the ticket's promises; until that TL accepts, they stay where they are (PM-1)."""
    require(by, "promise.hand_over")
    promise = _lock_held(promise, by)
    PROMISE_MOVES.require("hand_over", promise.state)
    if to.role != Role.TEAM_LEADER or not to.is_active or to.pk == by.pk:
        said = _("Serahkan kepada TL lain yang aktif.")
        raise Invalid(said, errors={"to": [said]})
    moment = now()
    PromiseSlot.objects.filter(ticket=promise.ticket).update(offered_to=to, offered_at=moment)
    facts = {"promise": promise.pk, "to": to.agent_code}
    record(promise.ticket, "promise.offered", by=by, facts=facts)
    notify([to], Event.PROMISE_OFFERED, key=f"promise-offered:{promise.pk}:{moment.timestamp()}", ticket=promise.ticket)
    _touch(promise)
    return _fresh(promise)


@transaction.atomic
def accept_promise(promise: Promise, *, by: Person) -> Promise:
    """The TL who was asked takes all open promises of the ticket, and the ticket into the own team; needs a free slot (PM-1)."""
    require(by, "promise.accept")
    promise = _lock_seen(promise, by)
    move_slot(_offered(promise, by), promise.ticket, to=by)
    record(promise.ticket, "promise.handed_over", by=by, facts={"promise": promise.pk, "to": by.agent_code})
    _touch(promise)
    return _fresh(promise)


@transaction.atomic
def decline_promise(promise: Promise, *, by: Person) -> Promise:
    """The TL who was asked says no, or the one who asked takes it back."""
    require(by, "promise.accept")
    promise = _lock_seen(promise, by)
    slot = promise.slot
    if slot is None or slot.offered_to is None or by.pk not in (slot.offered_to_id, slot.holder_id):
        raise Conflict(_("Janji ini tidak sedang ditawarkan kepada Anda."))
    holder = slot.holder
    slot.offered_to, slot.offered_at = None, None
    slot.save(update_fields=["offered_to", "offered_at"])
    record(promise.ticket, "promise.declined", by=by, facts={"promise": promise.pk})
    if holder.pk != by.pk:
        notify([holder], Event.PROMISE_DECLINED, key=f"promise-declined:{promise.pk}:{promise.version}", ticket=promise.ticket)
    _touch(promise)
    return _fresh(promise)


def move_slot(slot: PromiseSlot, ticket: Ticket, *, to: Person) -> None:
    """The promises of a locked ticket are this TL's from now on, and the ticket a team's of the TL's that serves its line (OB-5),
    so that the TL sees it; 409 without such a team or a free place."""
    slot.holder, slot.place, slot.since = to, _free_place(to), now()
    slot.offered_to, slot.offered_at = None, None
    slot.save()
    team = _team_of(to, ticket)
    if ticket.team_id != team.pk:
        move_to_team(ticket, team, by=to)
        hand_debts([ticket])
    Counter.grow("queue")


def _team_of(leader: Person, ticket: Ticket) -> Team:
    led = Team.objects.filter(leader=leader).order_by("id")
    found = next((team for team in [*([leader.team] if leader.team else []), *led] if ticket.service_line in team.lines), None)
    if found is None:
        values = {"team": str(leader.team or leader), "line": str(ticket.get_service_line_display())}
        raise Conflict(_("Tim %(team)s tidak melayani %(line)s.") % values)
    return found


def _offered(promise: Promise, by: Person) -> PromiseSlot:
    slot = promise.slot
    if slot is None or slot.offered_to_id != by.pk:
        raise Conflict(_("Janji ini tidak sedang ditawarkan kepada Anda."))
    return slot


def _fresh(promise: Promise) -> Promise:
    return Promise.objects.with_ticket().get(pk=promise.pk)


# Time


def _set_warnings(promise: Promise) -> None:
    """The rows that remind: shares of the time from the agreement to the promised moment (PM-3)."""
    length = promise.due_at - promise.counts_from
    PromiseWarning.objects.bulk_create(
        PromiseWarning(promise=promise, percent=percent, due_at=promise.counts_from + length * percent / 100)
        for percent in settings.PROMISE_WARN_AT
    )


def _cancel_warnings(promise: Promise) -> None:
    waiting = PromiseWarning.objects.filter(promise=promise, state=WarningState.WAITING)
    waiting.update(state=WarningState.CANCELLED, ended_at=now())


def warn_due(*, batch: int = 200) -> int:
    """Remind of what is due; of several due warnings of one promise only the highest (ESC-3). Returns how many promises."""
    due = PromiseWarning.objects.filter(state=WarningState.WAITING, due_at__lte=now())
    wanted = dict.fromkeys(due.order_by("due_at").values_list("promise_id", flat=True)[:batch])
    return sum(_warn_or_park(promise_id) for promise_id in wanted)


def _warn_or_park(promise_id: int) -> bool:
    """One bad row is parked with an alarm and never stops the rest."""
    try:
        return _warn(promise_id)
    except Exception:
        log.exception("the warnings of promise %s are parked", promise_id)
        due = PromiseWarning.objects.filter(promise=promise_id, state=WarningState.WAITING, due_at__lte=now())
        due.update(state=WarningState.PARKED, ended_at=now())
        text = Words(_("Pengingat janji tersangkut."))
        notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=f"promise-parked:{promise_id}", text=text)
        return True


@transaction.atomic
def _warn(promise_id: int) -> bool:
    """Of two who do it at once, the conditional UPDATE lets one tell people."""
    moment, ticket = now(), lock(Promise.objects.select_related("ticket").get(pk=promise_id).ticket)
    due = PromiseWarning.objects.filter(promise=promise_id, state=WarningState.WAITING, due_at__lte=moment)
    rows = list(due.order_by("due_at").values_list("pk", "percent"))
    if not rows:
        return False
    *lower, (top, percent) = rows
    taken = due.filter(pk=top).update(state=WarningState.FIRED, ended_at=moment)
    due.filter(pk__in=[pk for pk, _percent in lower]).update(state=WarningState.OVERTAKEN, ended_at=moment)
    promise = Promise.objects.with_ticket().get(pk=promise_id)
    if taken != 1 or promise.slot is None:
        return False
    _remind(promise, promise.slot.holder, percent)
    if percent >= 100:
        follow_clock(ticket)
    return True


def follow_clock(ticket: Ticket) -> None:
    """Where its policy times promises: from the promised moment a clock runs until the TL says how it ended (ESC-1). The caller
    has locked the ticket."""
    passed = Promise.objects.open().filter(ticket=ticket, due_at__lte=now()).exists()
    running = clocks.live(ticket, [MilestoneName.PROMISE])
    if passed and ticket.is_open and not running:
        clocks.start(ticket, [MilestoneName.PROMISE])
    elif running and not passed:
        clocks.end(running, by_act="promise")
    clocks.show(ticket)


def _remind(promise: Promise, holder: Person, percent: int) -> None:
    """The holder each time; at the moment itself also whoever leads the holder's site."""
    event = Event.PROMISE_DUE if percent >= 100 else Event.PROMISE_SOON
    people = [holder]
    if percent >= 100 and holder.team:
        leads = Person.objects.filter(role=Role.SUPERVISOR, is_active=True, team__site=holder.team.site_id)
        people += leads
    key = f"promise:{promise.pk}:{promise.due_at.timestamp()}:{percent}"
    notify(people, event, key=key, ticket=promise.ticket, text=promise.what)
    Counter.grow("queue")


@transaction.atomic
def customer_confirmed(ticket: Ticket) -> None:
    """Caring confirmed the repair: what is still in time is proposed as kept, and the TL is asked for the last word (PM-1)."""
    moment = now()
    rows = list(Promise.objects.open().with_ticket().filter(ticket=ticket))
    for promise in rows:
        if promise.due_at >= moment:
            promise.kept_proposed_at = moment
            _touch(promise, "kept_proposed_at")
        if promise.slot:
            key = f"promise-result:{promise.pk}:{moment.timestamp()}"
            notify([promise.slot.holder], Event.PROMISE_RESULT, key=key, ticket=ticket, text=promise.what)
