"""Linking tickets that were logged twice, and undoing it (HC-8). Nothing moves from one to the other."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible
from tickets.actions.base import lock_visible
from tickets.models import Ticket, Twin


@transaction.atomic
def link_twin(ticket: Ticket, of: str, *, by: Person) -> Ticket:
    """Say that this ticket is the same trouble as ``of``, which is worked on. Both stay what they are; both show the other."""
    require(by, "ticket.link_twin")
    if not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    first = Ticket.objects.visible_to(by).by_number(str(of).strip().upper()).first()
    if first is None:
        sentence = _("Tidak ada tiket dengan nomor ini yang Anda lihat.")
        raise Invalid(sentence, errors={"of": [sentence]})
    if first.pk == ticket.pk:
        raise Invalid(_("Itu tiket ini sendiri."), errors={"of": [_("Itu tiket ini sendiri.")]})
    locked = {key: lock_visible(Ticket(pk=key), by) for key in sorted((ticket.pk, first.pk))}  # always in one order
    links = Twin.objects.standing()
    if links.filter(ticket=ticket).exists():
        raise Conflict(_("Tiket ini sudah ditautkan. Lepas dulu."))
    if links.filter(ticket=first).exists() or links.filter(of=ticket).exists():
        raise Conflict(_("Kembaran dari kembaran membingungkan: tautkan ke tiket yang pertama."))
    Twin.objects.create(ticket=locked[ticket.pk], of=locked[first.pk], linked_by=by, linked_at=now())
    record(locked[ticket.pk], "ticket.twin_linked", by=by, facts={"of": first.number})
    record(locked[first.pk], "ticket.has_twin", by=by, facts={"twin": ticket.number})
    Counter.grow("tickets")
    return locked[ticket.pk]


@transaction.atomic
def unlink_twin(ticket: Ticket, *, by: Person) -> Ticket:
    """They were two troubles after all."""
    require(by, "ticket.link_twin")
    ticket = lock_visible(ticket, by)
    link = Twin.objects.standing().filter(ticket=ticket).select_related("of").first()
    if link is None:
        raise Conflict(_("Tiket ini tidak ditautkan."))
    link.unlinked_at, link.unlinked_by = now(), by
    link.save(update_fields=["unlinked_at", "unlinked_by"])
    record(ticket, "ticket.twin_unlinked", by=by, facts={"of": link.of.number})
    Counter.grow("tickets")
    Counter.grow(f"ticket:{link.of_id}")
    return ticket
