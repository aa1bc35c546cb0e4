"""What every act on a callback needs: the locks, who may work it, the ball."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter, Person
from accounts.roles import Role
from common.problems import Conflict, NotAllowed, NotVisible
from escalation.actions.confirming import may_hear
from outbound.models import Callback, CallbackState, Purpose
from tickets.actions import pass_ball
from tickets.actions.base import lock
from tickets.models import HolderKind, Status, Ticket

COUNTER = "callbacks"


def lock_callback(callback: Callback) -> Callback:
    """The callback as it is now, its ticket locked before it: everybody locks in this order."""
    ticket = lock(Ticket(pk=callback.ticket_id))
    fresh = Callback.objects.select_for_update(of=("self",)).select_related("claimed_by", "for_person").get(pk=callback.pk)
    fresh.ticket = ticket
    return fresh


def lock_workable(callback: Callback, by: Person) -> Callback:
    """The same, refused as not there when it is none of this person's business."""
    if not Callback.objects.workable_by(by).filter(pk=callback.pk).exists():
        raise NotVisible(_("Callback ini tidak ada atau bukan untuk Anda."))
    return lock_callback(callback)


def require_may_work(callback: Callback, *, by: Person) -> None:
    """A caring call is for those who may say that the customer confirmed (SE-5), one about a promise for Tier-2 (5.3.9)."""
    if callback.purpose == Purpose.CARING and not may_hear(callback.ticket, by):
        raise NotAllowed(_("Caring tiket ini dikerjakan Tier-2, atau TL tim yang bersangkutan bila jenisnya boleh."))
    if callback.purpose == Purpose.PROMISE and by.role != Role.OUTBOUND_AGENT:
        raise NotAllowed(_("Telepon tentang janji dikerjakan Tier-2."))


def require_held(callback: Callback, by: Person) -> None:
    """Refuse when nobody or somebody else holds it."""
    if callback.is_held_by(by):
        return
    if callback.state == CallbackState.CLAIMED and callback.claimed_by:
        raise Conflict(_("Dipegang %(name)s."), name=callback.claimed_by.online_name, code="already-claimed")
    if callback.state == CallbackState.WAITING:
        raise Conflict(_("Belum ada yang memegang. Ambil dulu."))
    raise Conflict(_("Callback ini sudah %(state)s."), state=callback.get_state_display())


def own_until(callback: Callback) -> datetime | None:
    """Until when somebody's own callback is kept for them (setting); None for everybody's."""
    return callback.due_at + timedelta(minutes=settings.OWN_CALLBACK_MINUTES) if callback.for_person else None


def touch(callback: Callback, *fields: str) -> None:
    """Save the changed fields, make the version newer and wake the lists that show it."""
    callback.version += 1
    callback.save(update_fields=[*fields, "version"])
    Counter.grow(COUNTER)


def give_ball(callback: Callback, person: Person | None) -> None:
    """While the customer's word is awaited the ball is with who calls, or with caring while nobody does (HC-7)."""
    ticket = callback.ticket
    if callback.purpose != Purpose.CARING or ticket.status != Status.SOLVED:
        return
    if fields := pass_ball(ticket, HolderKind.CARING, person):
        ticket.save(update_fields=fields)
        Counter.grow("tickets")
