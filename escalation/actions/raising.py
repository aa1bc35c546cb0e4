"""Raising a ticket to Super Emergency, Buzzer or Buzzer visit, and taking it back (SE-1, SE-2, PM-2)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid
from escalation.actions.dispatches import WITH_C4
from escalation.actions.escorts import touch
from escalation.actions.notifying import notify, on_duty
from escalation.actions.outbox import queue_message
from escalation.actions.promises import Terms, make_promise
from escalation.group_words import GroupWords, of_raising
from escalation.models import PROMISED_KINDS, Escort, Event, Group, MessageUse, Promise
from escalation.models.channels import Purpose
from tickets.actions import change_kind
from tickets.actions.base import lock_visible, required
from tickets.models import TICKET_MOVES, Kind, Ticket


@transaction.atomic
def raise_super_emergency(
    ticket: Ticket, reason: str, *, by: Person, kind: str = Kind.SUPER_EMERGENCY, promise: Terms | None = None
) -> Ticket:
    """A TL, or a supervisor for the site, raises a ticket (SE-1). Support HC has it at once, in page and group (SE-2).

    With a promise both happen or neither: a full board refuses the raising too (PM-1).
    """
    require(by, "ticket.raise_super_emergency")
    ticket = lock_visible(ticket, by)
    text = required(reason, "reason", _("Tulis mengapa tiket ini dinaikkan."), longest=2_000)
    if kind not in WITH_C4:
        raise Invalid(_("Naik menjadi SE, Buzzer, atau Buzzer visit."), errors={"kind": [_("Pilih salah satu dari daftar.")]})
    TICKET_MOVES.require("change_kind", ticket.status)
    if ticket.kind == kind:
        raise Conflict(_("Tiket ini sudah %(kind)s."), kind=Kind(kind).label)
    before = ticket.kind
    change_kind(ticket, Kind(kind), by=by, act="ticket.super_emergency_raised", personal={"reason": (None, text)})
    escort = Escort.objects.get(ticket=ticket)
    escort.raised_by, escort.raised_at, escort.raise_reason, escort.kind_before = by, now(), text, before
    touch(escort, "raised_by", "raised_at", "raise_reason", "kind_before")
    if promise:
        make_promise(ticket, promise, by=by)
    _tell_support_hc(ticket, escort, by, promise)
    return ticket


def _tell_support_hc(ticket: Ticket, escort: Escort, by: Person, promise: Terms | None) -> None:
    key = f"raised:{ticket.pk}:{escort.version}"
    notify(on_duty(Role.SUPPORT_HC), Event.SUPER_EMERGENCY, key=key, ticket=ticket, text=escort.raise_reason)
    words, said = GroupWords(), of_raising(by, promise.what, promise.due_at) if promise else of_raising(by)
    for group in Group.objects.filter(purpose=Purpose.SUPPORT_HC, active=True).select_related("channel"):
        text = words.of_ticket(MessageUse.SUPER_EMERGENCY, ticket, group, **said)
        queue_message(ticket, group, text, key=f"{key}:{group.pk}", by=by, about="super_emergency", escort=escort)


def withdrawable_until(escort: Escort) -> datetime | None:
    """Until when the raising may be withdrawn (SE-1); None when nothing stands raised."""
    if escort.raised_at is None or not escort.kind_before:
        return None
    return escort.raised_at + timedelta(minutes=settings.WITHDRAW_SUPER_EMERGENCY_MINUTES)


@transaction.atomic
def withdraw_super_emergency(ticket: Ticket, reason: str, *, by: Person) -> Ticket:
    """Take the raising back within the minutes of the setting, with a reason; the earlier kind stands again (SE-1)."""
    require(by, "ticket.withdraw_super_emergency")
    ticket = lock_visible(ticket, by)
    text = required(reason, "reason", _("Tulis mengapa ditarik kembali."), longest=2_000)
    TICKET_MOVES.require("change_kind", ticket.status)
    escort = Escort.objects.filter(ticket=ticket).first()
    until = withdrawable_until(escort) if escort else None
    if escort is None or until is None:
        raise Conflict(_("Tiket ini tidak sedang dinaikkan."))
    if now() > until:
        raise Conflict(_("Sudah lewat %(minutes)s menit sejak dinaikkan."), minutes=settings.WITHDRAW_SUPER_EMERGENCY_MINUTES)
    if escort.kind_before not in PROMISED_KINDS and Promise.objects.open().filter(ticket=ticket).exists():
        raise Conflict(_("Tiket ini memegang janji ke pelanggan. Selesaikan janjinya dulu: ditepati atau ingkar."))
    before, escort.kind_before, escort.raised_at = Kind(escort.kind_before), "", None
    touch(escort, "kind_before", "raised_at")
    return change_kind(ticket, before, by=by, act="ticket.super_emergency_withdrawn", personal={"reason": (None, text)})
