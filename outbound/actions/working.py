"""Who has a callback in hand: claim, the next one, release, the lease that ends when a browser dies (PM-5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actions import require_on_duty
from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, NotAllowed
from outbound.actions.base import (
    COUNTER,
    give_ball,
    lock_callback,
    lock_workable,
    require_held,
    require_may_work,
    touch,
)
from outbound.dialling import address_for
from outbound.hours import open_zones, require_open
from outbound.models import CALLBACK_MOVES, Callback, CallbackState
from outbound.models.callbacks import CallbackQuerySet
from tickets.models import Draft, Ticket

TRIED = 20
DRAFT = "callback-"  # and the key: what its holder has typed and not yet saved
BATCH = 100


def lease_end() -> datetime:
    """Until when a sign of life now keeps a callback."""
    return now() + timedelta(minutes=settings.CALLBACK_LEASE_MINUTES)


@transaction.atomic
def claim_callback(callback: Callback, *, by: Person) -> Callback:
    """Take it: one person at a time. Claiming what one holds renews the lease; a lease that ended gives it to the next (PM-5)."""
    require(by, "callback.claim")
    callback = lock_workable(callback, by)
    require_may_work(callback, by=by)
    if callback.is_held_by(by):
        keep_lease(callback, by=by)
        return callback
    CALLBACK_MOVES.require("claim", callback.state)
    if not callback.is_free and callback.claimed_by:
        raise Conflict(_("Sudah dipegang %(name)s."), name=callback.claimed_by.online_name, code="already-claimed")
    # The conditional UPDATE is what gives it to exactly one, also on a database whose row locks do nothing.
    free = Callback.objects.filter(pk=callback.pk, version=callback.version)
    taken = free.update(state=CallbackState.CLAIMED, claimed_by=by, lease_until=lease_end(), version=F("version") + 1)
    if taken != 1:
        raise Conflict(_("Baru saja diambil orang lain."), code="already-claimed")
    callback.refresh_from_db(fields=["state", "claimed_by", "lease_until", "version"])
    give_ball(callback, by)
    record(callback.ticket, "callback.claimed", by=by, facts={"callback": callback.pk, "purpose": callback.purpose})
    Counter.grow(COUNTER)
    return callback


def claim_next(*, by: Person) -> Callback | None:
    """The one in hand, else the first that is due and that nobody holds; None when there is none. Reaches only those on duty."""
    require(by, "callback.claim")
    if held := Callback.objects.held_by(by).in_due_order().first():
        keep_lease(held, by=by)
        return held
    require_on_duty(by)
    for rows in _in_order(by):
        for candidate in rows.in_due_order()[:TRIED]:
            if taken := _taken(candidate, by):
                return taken
    return None


def _in_order(by: Person) -> Iterator[CallbackQuerySet]:
    """What one was in the middle of when the browser died, one's own, then everybody's where customers may be called now."""
    due = Callback.objects.visible_to(by).due()
    begun = Draft.objects.filter(person=by, form__startswith=DRAFT).values_list("form", flat=True)[:TRIED]
    if keys := [int(name.removeprefix(DRAFT)) for name in begun if name.removeprefix(DRAFT).isdecimal()]:
        yield due.filter(pk__in=keys)
    yield due.filter(for_person=by)
    yield due.filter(time_zone__in=open_zones(now()))


@transaction.atomic
def _taken(candidate: Callback, by: Person) -> Callback | None:
    """The candidate claimed, or None when somebody is faster: nobody waits in line for a row that another is taking."""
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=candidate.ticket_id)
    if not list(ticket):
        return None
    try:
        return claim_callback(candidate, by=by)
    except (Conflict, NotAllowed):
        return None


@transaction.atomic
def release_callback(callback: Callback, *, by: Person) -> Callback:
    """Put back what one holds; it waits for the next caller where it was in the order."""
    require(by, "callback.release")
    callback = lock_workable(callback, by)
    require_held(callback, by)
    put_back(callback)
    record(callback.ticket, "callback.released", by=by, facts={"callback": callback.pk})
    return callback


def put_back(callback: Callback) -> None:
    callback.state, callback.claimed_by, callback.lease_until = CallbackState.WAITING, None, None
    touch(callback, "state", "claimed_by", "lease_until")
    give_ball(callback, None)


def keep_lease(callback: Callback, *, by: Person) -> bool:
    """A sign of life: the lease runs on. False when it is no longer this person's. Not history, like presence."""
    return Callback.objects.held_by(by).filter(pk=callback.pk).update(lease_until=lease_end()) == 1


@transaction.atomic
def record_call(callback: Callback, *, by: Person) -> str:
    """Write down that the number was dialled, before the softphone has it (QM-3); returns the address that dials.

    Refused outside the calling hours where the customer lives (ESC-4).
    """
    require(by, "callback.attempt")
    callback = lock_workable(callback, by)
    require_held(callback, by)
    phone = callback.ticket.contact_phone
    if not phone:
        raise Conflict(_("Tiket ini tanpa nomor kontak. Cari nomornya lewat Support HC."))
    require_open(callback.zone)
    keep_lease(callback, by=by)
    record(callback.ticket, "callback.called", by=by, facts={"callback": callback.pk})
    return address_for(phone, by)


def free_abandoned_callbacks(*, batch: int = BATCH) -> int:
    """Rows whose holder's lease ended wait again, for everybody; returns how many. What was typed stays in the holder's draft."""
    found = list(Callback.objects.abandoned().order_by("lease_until")[:batch])
    return sum(_freed(callback) for callback in found)


@transaction.atomic
def _freed(callback: Callback) -> bool:
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=callback.ticket_id)
    if not list(ticket):
        return False  # somebody works on it at this moment; the next tick looks again
    callback = lock_callback(callback)
    if callback.state != CallbackState.CLAIMED or not callback.is_free:
        return False
    facts = {"callback": callback.pk, "person": callback.claimed_by.agent_code if callback.claimed_by else ""}
    put_back(callback)
    record(callback.ticket, "callback.lease_ended", by=None, facts=facts)
    return True
