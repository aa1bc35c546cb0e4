"""The escort loop (W-24 5.1, 5.2): queued, claimed, analysed, dispatched, progressed, solved, and what the customer says then."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import require_on_duty
from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common import bulk
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible, Stale
from common.text import clean
from escalation.actions import clocks
from escalation.actions.dispatches import dispatch_to, groups_for, groups_wanting, had_by
from escalation.actions.lines import drop_tickets
from escalation.actions.measuring import measure, measure_each, unmeasure
from escalation.actions.outbox import dispatch_may_be_proved
from escalation.actions.promises import follow_clock
from escalation.group_words import GroupWords
from escalation.models import (
    ESCORT_MOVES,
    ESCORT_OPEN,
    Clock,
    Escort,
    EscortState,
    Group,
    Measure,
    Message,
    MilestoneName,
    Severity,
)
from escalation.models.escorts import rank_of
from escalation.signals import caring_due, escort_withdrawn
from tickets.actions import hold_open, lift_hold, pass_ball
from tickets.actions.activities import tick
from tickets.actions.base import BALL, begin_work, hand_ball, lies_with, lock, pass_each_ball, required, say
from tickets.actions.work import mark_each_solved
from tickets.models import HolderKind, Kind, Step, Ticket

HOLD = "escort"
S = EscortState


def lock_escort(escort: Escort) -> Escort:
    """The escort as it is now, its ticket locked before it: everybody locks in this order."""
    ticket = lock(Ticket(pk=escort.ticket_id))
    fresh = Escort.objects.select_for_update(of=("self",)).select_related("owner").get(pk=escort.pk)
    fresh.ticket = ticket
    return fresh


def lock_visible_escort(escort: Escort, by: Person) -> Escort:
    """The same, refused as not there when this person may not see it."""
    if not Escort.objects.visible_to(by).filter(pk=escort.pk).exists():
        raise NotVisible(_("Tiket kawal ini tidak ada atau bukan milik tim Anda."))
    return lock_escort(escort)


def touch(escort: Escort, *fields: str) -> None:
    """Save the changed fields, make the version newer and wake the lists that show it."""
    touch_each([escort], *fields)


def touch_each(escorts: Sequence[Escort], *fields: str) -> None:
    """The same with many escorts."""
    for escort in escorts:
        escort.version += 1
    bulk.update(escorts, [*fields, "version"])
    Counter.grow("queue")
    Counter.grow("tickets")


def save_ticket(ticket: Ticket, *fields: str) -> None:
    """Save the changed fields, where there are any."""
    if fields:
        ticket.save(update_fields=list(dict.fromkeys(fields)))


# Beginning and changing with the ticket's kind


def begin_escalation(ticket: Ticket, *, by: Person | None) -> None:
    """A ticket was logged: its clocks start, and one of an escorted kind stands in the queue at once (HC-3)."""
    started = clocks.start(ticket, clocks.AT_LOGGING, first=True)
    if ticket.is_escorted:
        _queue(ticket)
    clocks.show_these(ticket, started)


def _queue(ticket: Ticket) -> Escort:
    """Put the ticket's one escort into the queue, made where it has none."""
    fresh = {
        "kind": ticket.kind,
        "rank": rank_of(ticket.kind),
        "state": S.QUEUED,
        "owner": None,
        "queued_at": now(),
        "closed_at": None,
    }
    escort, made = Escort.objects.get_or_create(ticket=ticket, defaults=fresh)
    if not made:
        for name, value in fresh.items():
            setattr(escort, name, value)
        escort.save(update_fields=list(fresh))
    hold_open(ticket, HOLD, _("Tiket masih dikawal Support HC; ditutup setelah pelanggan membenarkan lewat caring."))
    save_ticket(ticket, *pass_ball(ticket, HolderKind.SUPPORT_HC))
    Counter.grow("queue")
    return escort


def queue_again(ticket: Ticket) -> Escort:
    """A finished ticket was reopened: Support HC escorts it anew, first of its kind like one that the customer denied (SE-5)."""
    escort = _queue(ticket)
    escort.returns, escort.returned = escort.returns + 1, True
    touch(escort, "returns", "returned")
    return escort


def follow_kind(ticket: Ticket, *, before: Kind, by: Person | None) -> None:
    """The kind changed: its clocks start now, the escort goes to analysis, or ends where none is due (api.md, states)."""
    escort = Escort.objects.filter(ticket=ticket).first()
    clocks.end(clocks.live(ticket, clocks.REPAIR), by_act="raised", cancelled=True)
    milestones = set(clocks.AT_LOGGING)
    if not ticket.is_escorted:
        _withdraw(escort, ticket, by)
    elif escort is None or escort.state not in ESCORT_OPEN:
        _queue(ticket)
    else:
        if escort.owner_id:
            milestones.discard(MilestoneName.CLAIM)
        escort.kind, escort.rank = ticket.kind, rank_of(ticket.kind)
        escort.state = S.ANALYSING if escort.owner_id else S.QUEUED
        touch(escort, "kind", "rank", "state")
        holder = escort.owner if escort.owner_id else None
        save_ticket(ticket, *pass_ball(ticket, HolderKind.SUPPORT_HC, holder))
    if Clock.objects.filter(ticket=ticket, milestone=MilestoneName.FIRST_RESPONSE, ended_by="told").exists():
        milestones.discard(MilestoneName.FIRST_RESPONSE)
    clocks.start(ticket, milestones)
    follow_clock(ticket)


def _withdraw(escort: Escort | None, ticket: Ticket, by: Person | None) -> None:
    if escort is None:
        return
    escort.state, escort.owner, escort.closed_at = S.WITHDRAWN, None, now()
    touch(escort, "state", "owner", "closed_at")
    lift_hold(ticket, HOLD)
    drop_tickets([ticket])
    if ticket.assignee:
        save_ticket(ticket, *pass_ball(ticket, HolderKind.AGENT, ticket.assignee))
    escort_withdrawn.send(Escort, escort=escort, by=by)


# Claim and release


@transaction.atomic
def claim_escort(escort: Escort, *, by: Person) -> Escort:
    """Take a ticket of the queue: one person at a time, visible to the rest (HC-4). Claiming what one holds changes nothing."""
    require(by, "escort.claim")
    escort = lock_visible_escort(escort, by)
    if escort.owner_id == by.pk:
        return escort
    if escort.owner:
        raise Conflict(_("Sudah dipegang %(name)s."), name=escort.owner.online_name, code="already-claimed")
    ESCORT_MOVES.require("claim", escort.state)
    ticket = escort.ticket
    escort.owner = by
    if escort.state == S.QUEUED:
        escort.state = S.ANALYSING
        measure(escort, Measure.CLAIM, by=by, since=escort.queued_at)
    clocks.meet(ticket, MilestoneName.CLAIM, by_act="claim")
    touch(escort, "owner", "state")
    changed = begin_work(ticket, by=by)
    if lies_with(ticket)[0] == HolderKind.SUPPORT_HC:
        changed += hand_ball(ticket, HolderKind.SUPPORT_HC, by)
    save_ticket(ticket, *changed, *say(ticket, _("Diambil Support HC")))
    record(ticket, "escort.claimed", by=by, facts={"state": escort.state})
    clocks.show(ticket)
    return escort


@transaction.atomic
def release_escort(escort: Escort, *, by: Person) -> Escort:
    """Put back what one holds. Before the dispatch it returns to the queue; after it, it keeps its state without an owner."""
    require(by, "escort.release")
    escort = lock_visible_escort(escort, by)
    ESCORT_MOVES.require("release", escort.state)
    _require_owner(escort, by)
    put_back(escort)
    record(escort.ticket, "escort.released", by=by, facts={"state": escort.state})
    clocks.show(escort.ticket)
    return escort


def put_back(escort: Escort) -> None:
    """Nobody holds this locked escort any more."""
    ticket = escort.ticket
    escort.owner = None
    if escort.state == S.ANALYSING:
        escort.state = S.QUEUED
        unmeasure(escort, Measure.CLAIM)
        clocks.start(ticket, [MilestoneName.CLAIM])
    touch(escort, "owner", "state")
    if lies_with(ticket)[0] == HolderKind.SUPPORT_HC:
        save_ticket(ticket, *hand_ball(ticket, HolderKind.SUPPORT_HC, None))


def claim_next(*, by: Person) -> Escort | None:
    """Take the most urgent one that nobody holds; None when the queue is empty. A lost race tries the next.

    Reaches only those on duty (OB-7).
    """
    require(by, "escort.claim")
    require_on_duty(by)
    for candidate in Escort.objects.visible_to(by).filter(state=S.QUEUED).in_queue_order()[:20]:
        try:
            return claim_escort(candidate, by=by)
        except Conflict:
            continue
    return None


def _require_owner(escort: Escort, by: Person) -> None:
    if escort.owner is None:
        raise Conflict(_("Belum ada yang memegang. Ambil dulu."))
    if escort.owner_id != by.pk:
        raise Conflict(_("Dipegang %(name)s. Minta dilepas dulu."), name=escort.owner.online_name)


# Analysis and dispatch


@transaction.atomic
def analyse(escort: Escort, values: Mapping[str, Any], *, by: Person, version: int | None = None) -> Escort:
    """Record cause, unit, severity, note, and the ticket's region and area where they are given (HC-4)."""
    require(by, "escort.analyse")
    escort = lock_visible_escort(escort, by)
    fields, place = _analysis(values)
    if version is not None and version != escort.version:
        names = ("cause", "responsible_unit", "severity", "note")
        current = {name: getattr(escort, name) for name in names} | {"version": escort.version}
        raise Stale(_("Analisa ini diubah orang lain sejak Anda membukanya."), current=current)
    ESCORT_MOVES.require("analyse", escort.state)
    _require_owner(escort, by)
    ticket = escort.ticket
    changes = {name: [getattr(escort, name), value] for name, value in fields.items() if getattr(escort, name) != value}
    moved = {name: [getattr(ticket, name), value] for name, value in place.items() if getattr(ticket, name) != value}
    if not changes and not moved:
        return escort
    for name, (_before, value) in changes.items():
        setattr(escort, name, value)
    touch(escort, *changes)
    for name, (_before, value) in moved.items():
        setattr(ticket, name, value)
    if moved:
        ticket.version += 1
        save_ticket(ticket, *moved, "version")
    note = changes.pop("note", None)
    personal = {"note": (note[0], note[1])} if note else None
    record(ticket, "escort.analysed", by=by, facts={**changes, **moved}, personal=personal)
    return escort


def _analysis(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    longest = {"cause": 200, "responsible_unit": 120, "note": 2_000}
    fields = {name: clean(str(values[name] or ""), longest=longest[name]) for name in longest if name in values}
    severity = values.get("severity")
    if severity not in (None, "", *Severity.values):
        raise Invalid(
            _("Keparahan: rendah, sedang, tinggi, atau kritis."), errors={"severity": [_("Pilih salah satu dari daftar.")]}
        )
    if "severity" in values:
        fields["severity"] = severity or ""
    place: dict[str, Any] = {}
    if values.get("region") not in (None, ""):
        region = str(values["region"])
        if region not in [str(number) for number in range(1, 8)]:
            raise Invalid(_("TREG adalah angka 1 sampai 7."), errors={"region": [_("Angka 1 sampai 7.")]})
        place["region"] = int(region)
    if values.get("area"):
        place["area"] = clean(str(values["area"]), longest=120)
    return fields, place


@transaction.atomic
def dispatch(escort: Escort, *, by: Person, text: str = "") -> Escort:
    """Send to the unit's groups in one act (HC-5, SE-3). A group that already has it in this round hears only what is new."""
    require(by, "escort.dispatch")
    escort = lock_visible_escort(escort, by)
    require_dispatchable(escort, by)
    own, had, groups = clean(text, longest=3_000), had_by(escort), groups_for(escort.ticket)
    wanted, words = groups_wanting(escort, groups, had, again=bool(own)), own or GroupWords()
    mark_dispatched(escort, groups, [dispatch_to(escort, group, words, had.get(group.pk), by) for group in wanted], by=by)
    return escort


def require_dispatchable(escort: Escort, by: Person) -> None:
    """Refuse where the state of the locked escort or who holds it is against sending it to the unit."""
    ESCORT_MOVES.require("dispatch", escort.state)
    _require_owner(escort, by)


def mark_dispatched(escort: Escort, groups: Sequence[Group], sent: Sequence[Message], *, by: Person, **facts: Any) -> None:
    """The messages stand in the outbox: the ticket is with the groups, and their silence counts."""
    ticket, names = escort.ticket, " + ".join(group.name for group in groups)
    escort.state = S.DISPATCHED if escort.state == S.ANALYSING else escort.state
    escort.returned = False
    measure(escort, Measure.DISPATCH, by=by, since=escort.queued_at)
    touch(escort, "state", "returned")
    changed = [*begin_work(ticket, by=by), *pass_ball(ticket, HolderKind.UNIT, name=names)]
    save_ticket(ticket, *changed, *say(ticket, _("Dikirim ke unit")))
    facts |= {"groups": [message.group.name for message in sent], "messages": [message.pk for message in sent]}
    record(ticket, "escort.dispatched", by=by, facts=facts)
    tick(ticket, [Step.WITH_COLLEAGUES], by=by, act="escort.dispatched")
    clocks.renew(ticket, MilestoneName.UNIT_SILENCE, by_act="dispatch")
    dispatch_may_be_proved(ticket)
    clocks.show(ticket)


# Solving, and what the customer says


@transaction.atomic
def solve_escort(escort: Escort, text: str, *, by: Person) -> Escort:
    """The fault is repaired, says the unit: the ticket is solved, a caring call is due; closing waits for the customer (SE-5)."""
    require(by, "escort.solve")
    escort = lock_visible_escort(escort, by)
    text = required(text, "text", _("Tulis apa yang dikerjakan unit."))
    ESCORT_MOVES.require("solve", escort.state)
    _require_owner(escort, by)
    solve_for_caring([escort.ticket], [escort], text, by=by)
    return escort


def solve_for_caring(tickets: Sequence[Ticket], escorts: Sequence[Escort], text: str, *, by: Person) -> None:
    """Locked tickets are solved, their open escorts wait for the customer's word, and each customer is owed a call (SE-5).

    Also for the act that solves many at once, with and without an escort (HC-8).
    """
    for escort in escorts:
        escort.state = S.CARING
        escort.ticket.cause = escort.cause or escort.ticket.cause
    measure_each([(each, each.ticket.opened_at) for each in escorts], Measure.SOLUTION, by=by)
    touch_each(escorts, "state")
    bulk.update(pass_each_ball(tickets, HolderKind.CARING), BALL)
    mark_each_solved(tickets, by=by, solution=text)
    caring_due.send(Escort, tickets=tickets, rounds={each.ticket_id: each.returns for each in escorts}, text=text, by=by)
