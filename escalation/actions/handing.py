"""Escorts, promises and mail that change hands at the end of a shift (OB-7)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.holding import MOST, Held
from accounts.models import Person
from accounts.roles import Role
from common.clock import now
from common.problems import Conflict
from escalation.actions import clocks
from escalation.actions import mail_items as mail
from escalation.actions.escorts import lock_escort, put_back, save_ticket, touch
from escalation.actions.promises import move_slot
from escalation.models import ESCORT_OPEN, Escort, Promise, PromiseSlot
from escalation.models.mail import MailItem
from tickets.actions.base import hand_ball, lies_with, lock, say
from tickets.actions.handing import titled
from tickets.models import HolderKind


class Escorts:
    """What Support HC escorts."""

    name, label, icon = "escort", _("Kawal"), "shield"

    def held_by(self, person: Person) -> Sequence[Held]:
        rows = Escort.objects.open().filter(owner=person).with_ticket().in_queue_order()[:MOST]
        return [Held(row.pk, titled(row.ticket), str(row.get_state_display()), row.ticket.url, row.next_due_at) for row in rows]

    def may_take(self, person: Person) -> bool:
        return person.role == Role.SUPPORT_HC

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        escort = self._held(thing, giver)
        ticket = escort.ticket
        escort.owner = to
        touch(escort, "owner")
        changed = hand_ball(ticket, HolderKind.SUPPORT_HC, to) if lies_with(ticket)[1] == giver.pk else []
        save_ticket(ticket, *changed, *say(ticket, _("Serah terima ke %(name)s"), name=to.online_name))
        record(ticket, "escort.handed_over", by=to, facts={"owner": [giver.agent_code, to.agent_code]})

    def fall(self, thing: int, giver: Person, leader: Person) -> None:
        """Back into the queue, where Support HC takes the most urgent one next."""
        escort = self._held(thing, giver)
        put_back(escort)
        record(escort.ticket, "escort.let_fall", by=None, facts={"owner": [giver.agent_code, None]})
        clocks.show(escort.ticket)

    def _held(self, thing: int, giver: Person) -> Escort:
        escort = lock_escort(Escort.objects.get(pk=thing))
        if escort.owner_id != giver.pk or escort.state not in ESCORT_OPEN:
            raise Conflict(_("tidak lagi dipegang %(name)s."), name=giver.online_name)
        return escort


class Promises:
    """A TL's places: each with the open promises of one ticket, which only another TL with a free place can take (PM-1)."""

    name, label, icon = "promise", _("Janji"), "clock"

    def held_by(self, person: Person) -> Sequence[Held]:
        slots = PromiseSlot.objects.filter(holder=person).select_related("ticket").order_by("place")[:MOST]
        due = Promise.objects.open().filter(ticket__in=[slot.ticket_id for slot in slots]).order_by("-due_at")
        first = dict(due.values_list("ticket", "due_at"))
        return [Held(slot.pk, titled(slot.ticket), "", slot.ticket.url, first.get(slot.ticket_id)) for slot in slots]

    def may_take(self, person: Person) -> bool:
        return person.role == Role.TEAM_LEADER

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        slot = self._held(thing, giver)
        promise = Promise.objects.open().filter(ticket=slot.ticket).order_by("pk")[0]
        move_slot(slot, slot.ticket, to=to)
        record(slot.ticket, "promise.handed_over", by=to, facts={"promise": promise.pk, "to": to.agent_code})

    def fall(self, thing: int, giver: Person, leader: Person) -> None:
        """A promise needs another TL's word and free place, so it stays; who leads the TL hears of it."""
        self._held(thing, giver)
        raise Conflict(_("janji tetap di %(name)s; hanya TL lain dapat menerimanya."), name=giver.online_name)

    def _held(self, thing: int, giver: Person) -> PromiseSlot:
        found = PromiseSlot.objects.filter(pk=thing).first()
        ticket = lock(found.ticket) if found else None
        slot = PromiseSlot.objects.filter(pk=thing, holder=giver).first()
        if slot is None or ticket is None:
            raise Conflict(_("tidak lagi dipegang %(name)s."), name=giver.online_name)
        slot.ticket = ticket
        return slot


class Mails:
    """The conversations that an e-mail agent has taken. Their subjects are customers' words and are not told here."""

    name, label, icon = "mail", _("Surat"), "mail"

    def held_by(self, person: Person) -> Sequence[Held]:
        rows = MailItem.objects.open().filter(holder=person).select_related("mailbox").order_by("last_in_at", "id")[:MOST]
        return [Held(row.pk, f"{row.number} · {row.mailbox.name}", str(row.get_state_display()), row.url) for row in rows]

    def may_take(self, person: Person) -> bool:
        return mail.handles_mail(person)

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        item = self._held(thing, giver)
        if not MailItem.objects.visible_to(to).filter(pk=thing).exists():
            raise Conflict(_("hanya yang mengerjakan kotak surat ini yang dapat menerimanya."))
        item.holder, item.held_since = to, now()
        mail.save(item, "mail.handed_over", by=to, facts={"holder": [giver.agent_code, to.agent_code]})

    def fall(self, thing: int, giver: Person, leader: Person) -> None:
        """Back into the worklist; what waits for the customer goes on waiting there."""
        item = self._held(thing, giver)
        mail.let_go(item)
        mail.save(item, "mail.let_fall", by=None, facts={"holder": [giver.agent_code, None]})

    def _held(self, thing: int, giver: Person) -> MailItem:
        item = MailItem.objects.select_for_update(of=("self",)).select_related("mailbox").get(pk=thing)
        if item.holder_id != giver.pk or not item.is_open:
            raise Conflict(_("tidak lagi dipegang %(name)s."), name=giver.online_name)
        return item
