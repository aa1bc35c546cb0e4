"""Where callbacks come from, and how they end when nobody needs them any more (SE-5, PM-4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import Act, record, record_each
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible
from escalation.models import Escort, EscortState, Promise
from outbound.actions.base import COUNTER, give_ball, lock_callback, own_until, touch
from outbound.hours import require_callable, zone_of
from outbound.models import CALLBACK_MOVES, Callback, CallbackState, Ending, Purpose
from tickets.actions.base import lock_visible, required
from tickets.models import Status, Ticket

CALLERS = (Role.AGENT, Role.TEAM_LEADER, Role.OUTBOUND_AGENT)


def make_caring_callbacks(
    tickets: Sequence[Ticket], information: str, *, rounds: Mapping[int, int], by: Person | None
) -> list[Callback]:
    """The unit says solved: one caring call each is due now, with what the unit did (SE-5). Returns those that are new.

    The caller holds the locks of the tickets; ``rounds``: by ticket how often its escort came back, if it has one.
    """
    owed = Callback.objects.open().filter(ticket__in=[each.pk for each in tickets], purpose=Purpose.CARING)
    already = set(owed.values_list("ticket_id", flat=True))
    made = [
        Callback(
            ticket=ticket,
            purpose=Purpose.CARING,
            due_at=now(),
            time_zone=zone_of(ticket).key,
            information=information,
            round=rounds.get(ticket.pk, 0),
            created_by=by,
            created_at=now(),
        )
        for ticket in tickets
        if ticket.pk not in already
    ]
    Callback.objects.bulk_create(made)
    _made(made, by)
    return made


def _made(callbacks: Sequence[Callback], by: Person | None) -> None:
    """Write down that these are owed from now on, each in the history of its ticket."""
    record_each([_making(each, by) for each in callbacks])
    if callbacks:
        Counter.grow(COUNTER)


def _making(callback: Callback, by: Person | None) -> Act:
    facts = {"callback": callback.pk, "purpose": callback.purpose, "due_at": callback.due_at.isoformat()}
    if callback.for_person:
        facts["person"] = callback.for_person.agent_code
    # What the unit did stands in the row of the solve already; it is not quoted twice.
    told = {"information": (None, callback.information)} if callback.information != callback.ticket.solution else {}
    return Act(callback.ticket, "callback.made", by, facts, told)


@transaction.atomic
def create_callback(
    ticket: Ticket,
    information: str,
    *,
    by: Person,
    purpose: str = Purpose.INFORMATION,
    due_at: datetime | None = None,
    for_person: Person | None = None,
) -> Callback:
    """Put into the list what the customer must be told (PM-4); or owe a given-up caring call again, with a new hint."""
    require(by, "callback.create")
    ticket = lock_visible(ticket, by)
    text = required(information, "information", _("Tulis apa yang disampaikan ke pelanggan."), longest=3_000)
    if purpose not in Purpose.values:
        raise Invalid(_("Pilih kabar, janji atau caring."), errors={"purpose": [_("Pilih salah satu dari daftar.")]})
    zone = zone_of(ticket)
    moment = require_callable(due_at, zone, "due_at") if due_at else now()
    _require_caller(for_person, ticket)
    if purpose == Purpose.CARING:
        return _care_again(ticket, text, moment, by)
    if ticket.status == Status.CLOSED:
        raise Conflict(_("Tiket sudah ditutup. Buka lagi dulu bila masih ada kabar untuk pelanggan."))
    if purpose == Purpose.PROMISE and not Promise.objects.open().filter(ticket=ticket).exists():
        raise Conflict(_("Tiket ini tanpa janji yang terbuka. Pilih kabar."))
    callback = Callback(ticket=ticket, purpose=purpose, due_at=moment, time_zone=zone.key, information=text)
    callback.for_person, callback.created_by, callback.created_at = for_person, by, now()
    callback.own_until = own_until(callback)
    callback.save()
    _made([callback], by)
    return callback


def _require_caller(person: Person | None, ticket: Ticket) -> None:
    if person is None:
        return
    outside = person.role != Role.OUTBOUND_AGENT and ticket.team_id not in person.team_scope
    if not person.is_active or person.role not in CALLERS or outside:
        sentence = _("Callback hanya untuk agen atau TL tim tiket ini, atau agen Tier-2.")
        raise Invalid(sentence, errors={"for_person": [sentence]})


def _care_again(ticket: Ticket, text: str, moment: datetime, by: Person) -> Callback:
    escort = Escort.objects.filter(ticket=ticket, state=EscortState.CARING).first()
    owed = Callback.objects.filter(ticket=ticket, purpose=Purpose.CARING)
    if ticket.status != Status.SOLVED or (escort is None and (ticket.is_escorted or not owed.exists())):
        raise Conflict(_("Tiket ini tidak sedang menunggu caring."))
    if Callback.objects.open().filter(ticket=ticket, purpose=Purpose.CARING).exists():
        raise Conflict(_("Caring tiket ini masih terbuka."))
    (callback,) = make_caring_callbacks([ticket], text, rounds={ticket.pk: escort.returns} if escort else {}, by=by)
    if moment > callback.due_at:
        callback.due_at = moment
        touch(callback, "due_at")
    give_ball(callback, None)
    return callback


def end_caring(ticket: Ticket, *, by: Person | None) -> None:
    """The escort went on without the call (withdrawn, raised, closed): what was still open is not owed any more."""
    for callback in Callback.objects.open().filter(ticket=ticket, purpose=Purpose.CARING).select_for_update():
        callback.state, callback.ended_because, callback.done_at = CallbackState.GIVEN_UP, Ending.NOT_NEEDED, now()
        callback.lease_until = None
        touch(callback, "state", "ended_because", "done_at", "lease_until")
        record(ticket, "callback.ended", by=by, facts={"callback": callback.pk, "because": callback.ended_because})


@transaction.atomic
def withdraw_callback(callback: Callback, reason: str, *, by: Person) -> Callback:
    """What waits to be told is old news: nobody calls the customer about it any more (PM-4). A caring call is owed until it was
    made."""
    require(by, "callback.create")
    if not Callback.objects.visible_to(by).filter(pk=callback.pk).exists():
        raise NotVisible(_("Callback ini tidak ada atau bukan milik tim Anda."))
    callback = lock_callback(callback)
    text = required(reason, "reason", _("Tulis mengapa tidak perlu ditelepon lagi."), longest=500)
    if callback.purpose == Purpose.CARING:
        raise Conflict(_("Caring tidak dapat ditarik: pelanggan harus membenarkan dulu."))
    CALLBACK_MOVES.require("withdraw", callback.state)
    callback.state, callback.ended_because, callback.done_at = CallbackState.GIVEN_UP, Ending.NOT_NEEDED, now()
    touch(callback, "state", "ended_because", "done_at")
    record(callback.ticket, "callback.withdrawn", by=by, facts={"callback": callback.pk}, personal={"reason": (None, text)})
    return callback


def find_ticket(number: Any, by: Person) -> Ticket:
    """The ticket with this number that the person sees whole; ``NotVisible`` otherwise."""
    found = Ticket.objects.visible_to(by).by_number(str(number)).first()
    if found is None:
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    return found
