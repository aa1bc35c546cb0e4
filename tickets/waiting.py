"""What of this app waits for people at the start of a shift: their tickets by lateness, and units to chase (OB-7, OB-4)."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import FRONT
from accounts.waiting import MOST, Item, Kind, register
from tickets.actions.handing import titled
from tickets.models import Forwarding, Ticket
from tickets.rail import mine, mine_of


def _own(person: Person) -> Iterable[Item]:
    for ticket in Ticket.objects.visible_to(person).open().filter(mine(person)).by_urgency()[: MOST + 1]:
        yield Item(titled(ticket), ticket.url, str(ticket.get_status_display()), ticket.clock_due_at)


def _to_chase(person: Person) -> Iterable[Item]:
    due = Forwarding.objects.visible_to(person).due().filter(mine_of(person)).select_related("ticket")
    for each in due.by_urgency()[: MOST + 1]:
        yield Item(titled(each.ticket), f"{each.ticket.url}?act=chase", each.unit, each.next_chase_at)


def register_kinds() -> None:
    """Once, when the apps are ready."""
    register(Kind("tickets", _("Tiket saya"), "list", 20, FRONT, _own, "tickets:list", first=True))
    register(Kind("chases", _("Unit yang harus dikejar"), "send", 30, FRONT, _to_chase, "tickets:forwarded"))
