"""What of this app waits for people at the start of a shift: words of units, escorts, mail (OB-7, SE-4)."""

from collections.abc import Iterable

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import LEADERS, Role
from accounts.waiting import MOST, Item, Kind, register
from escalation.actions.mail_items import handles_mail
from escalation.models import Escort, MailItem, Progress
from tickets.actions.handing import titled


def _untold(person: Person) -> Iterable[Item]:
    """Published words that this person has not read, or that their customer has not heard."""
    owed = Progress.objects.filter(published_at__isnull=False, owed_to__in=person.acts_for)
    debts = owed.filter(Q(told_inside_at=None) | Q(told_customer_at=None), escort__ticket__closed_at=None)
    for each in debts.select_related("escort__ticket").order_by("published_at")[: MOST + 1]:
        about = _("belum dibaca") if each.told_inside_at is None else _("pelanggan belum dikabari")
        yield Item(titled(each.escort.ticket), each.escort.ticket.url, str(about))


def _escorts(person: Person) -> Iterable[Item]:
    own = Escort.objects.open().filter(owner=person).select_related("ticket")
    for each in own.order_by(F("next_due_at").asc(nulls_last=True), "id")[: MOST + 1]:
        yield Item(titled(each.ticket), each.ticket.url, str(each.get_state_display()), each.next_due_at)


def _mail(person: Person) -> Iterable[Item]:
    """One's own, and what nobody has taken yet."""
    if not handles_mail(person):
        return
    rows = MailItem.objects.visible_to(person).open().filter(Q(holder=person) | Q(holder=None))
    for each in rows.order_by("last_in_at", "id")[: MOST + 1]:
        yield Item(each.number, each.url, str(each.get_state_display()))


def register_kinds() -> None:
    """Once, when the apps are ready."""
    mailing = (Role.AGENT, *LEADERS)
    register(Kind("words", _("Kabar unit yang belum sampai"), "chat", 15, mailing, _untold, "home", first=True))
    register(Kind("escorts", _("Tiket kawal saya"), "inbox", 18, (Role.SUPPORT_HC,), _escorts, "escalation:queue", first=True))
    register(Kind("mail", _("E-mail"), "mail", 40, mailing, _mail, "escalation:mail"))
