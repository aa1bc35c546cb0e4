"""The places of this app on the rail, per role, and the homes of those whose day happens here."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Person
from accounts.roles import Role
from tickets.models import Ticket

MOST_COUNTED = 100


def mine(person: Person) -> Q:
    """The tickets that this person holds or is responsible for."""
    return Q(assignee=person) | Q(holder_person=person)


def mine_of(person: Person) -> Q:
    """The same of rows that hang on a ticket."""
    return Q(ticket__assignee=person) | Q(ticket__holder_person=person)


def _open_of_mine(person: Person) -> QuerySet[Any]:
    return Ticket.objects.visible_to(person).open().filter(mine(person))[:MOST_COUNTED]


def register() -> None:
    """Put the places on the rail, once, when the apps are ready."""
    leading = (Role.TEAM_LEADER, Role.SUPERVISOR, Role.SUPPORT_HC)
    places.register(Role.AGENT, _("Tiket baru"), "tickets:new", "plus", key="b", order=10)
    places.register(Role.AGENT, _("Tiket saya"), "tickets:list", "list", key="t", count=_open_of_mine, order=20)
    places.register(leading, _("Tiket"), "tickets:list", "list", key="t", order=30)
    places.register(leading, _("Tiket baru"), "tickets:new", "plus", key="b", order=40)
    busy = (Role.TEAM_LEADER, Role.SUPERVISOR, Role.ADMINISTRATOR)
    places.register(busy, _("Beban kerja"), "tickets:workload", "users", order=38, minor=True)
    places.lend_to_stand_ins("tickets:workload")
    loads = (_("Muat data"), "tickets:imports", "up")
    places.register(Role.SUPPORT_HC, *loads, order=70)
    places.register(Role.ADMINISTRATOR, *loads, order=94, minor=True)
    places.register((Role.QUALITY_CONTROL, Role.ADMINISTRATOR), _("Tiket"), "tickets:list", "list", key="t", order=30)
    places.register(Role.OUTBOUND_AGENT, _("Tiket"), "tickets:list", "list", key="t", order=60)
    places.register((Role.SUPPORT_HC, Role.ADMINISTRATOR), _("Naskah"), "tickets:scripts", "book", order=92, minor=True)
    places.register(Role.ADMINISTRATOR, _("Alat luar"), "tickets:tools", "out", order=93, minor=True)
    following = (Role.AGENT, *leading)
    places.register(following, _("Di unit"), "tickets:forwarded", "send", key="u", order=45, minor=True)
    places.set_home(Role.AGENT, "tickets:new")
    for role in (Role.QUALITY_CONTROL, Role.ADMINISTRATOR):
        places.set_home(role, "tickets:list")
