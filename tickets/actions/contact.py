"""Words with the customer and among ourselves: updates, verification, take-over requests, unmasking."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid, NotVisible
from tickets.actions.activities import tick
from tickets.actions.base import begin_work, lock, lock_visible, required, say
from tickets.models import (
    TICKET_MOVES,
    Channel,
    Customer,
    Status,
    Step,
    Ticket,
    TicketUpdate,
    UpdateTo,
    Verification,
)
from tickets.signals import customer_told, take_over_requested


def _lock_findable(ticket: Ticket, by: Person) -> Ticket:
    if not Ticket.objects.findable_by(by).filter(pk=ticket.pk).exists():
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    return lock(ticket)


@transaction.atomic
def post_update(ticket: Ticket, text: str, *, by: Person, to: str, channel: str = Channel.CALL) -> Ticket:
    """Record something said, to the customer or among ourselves (OB-4). To the customer it ends the debt of telling (SE-4)."""
    require(by, "ticket.update")
    if to not in UpdateTo.values:
        raise Invalid(_("Pilih untuk siapa."), errors={"to": [_("Pilih pelanggan atau internal.")]})
    return _said(_lock_findable(ticket, by), text, by=by, to=UpdateTo(to), channel=channel, act="ticket.updated")


@transaction.atomic
def tell_customer(ticket: Ticket, text: str, *, by: Person, channel: str = Channel.CALL) -> Ticket:
    """Say that the customer was told what the unit published (SE-4)."""
    require(by, "ticket.tell")
    return _said(lock_visible(ticket, by), text, by=by, to=UpdateTo.CUSTOMER, channel=channel, act="ticket.customer_told")


def note_internally(ticket: Ticket, text: str, *, by: Person) -> Ticket:
    """A note on a locked ticket, for the floor above whose own act writes it on many."""
    return _said(ticket, text, by=by, to=UpdateTo.INTERNAL, channel=Channel.CALL, act="ticket.updated")


def _said(ticket: Ticket, text: str, *, by: Person, to: UpdateTo, channel: str, act: str) -> Ticket:
    text = required(text, "text", _("Tulis apa yang disampaikan."))
    if channel not in Channel.values:
        raise Invalid(_("Pilih lewat apa."), errors={"channel": [_("Pilih salah satu dari daftar.")]})
    TICKET_MOVES.require("update", ticket.status)
    update = TicketUpdate.objects.create(ticket=ticket, to=to, channel=channel, text=text, by=by, at=now())
    word = _("Pelanggan dikabari") if to == UpdateTo.CUSTOMER else _("Catatan internal")
    ticket.save(update_fields=[*begin_work(ticket, by=by), *say(ticket, word)])
    record(ticket, act, by=by, facts={"to": to, "channel": channel}, personal={"text": (None, text)})
    if to == UpdateTo.CUSTOMER:
        tick(ticket, [Step.TELL_RESULT if ticket.status == Status.SOLVED else Step.TELL_STATUS], by=by, act=act)
        customer_told.send(Ticket, ticket=ticket, update=update, by=by)
    Counter.grow("tickets")
    return ticket


@transaction.atomic
def verify_caller(ticket: Ticket, *, by: Person, name_matches: bool, customer_id_matches: bool, contact_matches: bool) -> Ticket:
    """Keep what the caller was verified by (OB-1)."""
    require(by, "ticket.verify")
    ticket = _lock_findable(ticket, by)
    checks = {"name_matches": name_matches, "customer_id_matches": customer_id_matches, "contact_matches": contact_matches}
    Verification.objects.create(ticket=ticket, by=by, at=now(), **checks)
    record(ticket, "ticket.caller_verified", by=by, facts=checks)
    return ticket


@transaction.atomic
def request_take_over(ticket: Ticket, *, by: Person) -> Ticket:
    """An agent asks the TL to take the ticket or the live call (OB-7)."""
    require(by, "ticket.request_take_over")
    ticket = lock_visible(ticket, by)
    TICKET_MOVES.require("take_over", ticket.status)
    record(ticket, "ticket.take_over_requested", by=by)
    tick(ticket, [Step.ESCALATE], by=by, act="ticket.take_over_requested")
    take_over_requested.send(Ticket, ticket=ticket, by=by)
    return ticket


@transaction.atomic
def unmask(customer: Customer, reason: str, *, by: Person, ticket: Ticket | None = None) -> dict[str, str]:
    """Show the personal values of a customer, for a reason that goes into the history of the ticket or the customer (QM-3)."""
    require(by, "customer.unmask")
    tickets = Ticket.objects.visible_to(by).filter(customer=customer)
    if not tickets.filter(pk=ticket.pk).exists() if ticket else not tickets.exists():
        raise NotVisible(_("Pelanggan ini tidak ada atau bukan milik tim Anda."))
    text = required(reason, "reason", _("Tulis untuk apa nomor ini diperlukan."), longest=500)
    subject = lock(ticket) if ticket else Customer.objects.select_for_update().get(pk=customer.pk)
    record(subject, "customer.unmasked", by=by, personal={"reason": (None, text)})
    shown = {"customer_name": customer.name, "contact_phone": customer.contact_phone, "contact_email": customer.contact_email}
    if ticket:
        names = ("customer_name", "reporter_name", "contact_phone", "contact_email")
        shown |= {name: getattr(ticket, name) or "" for name in names}
    return shown
