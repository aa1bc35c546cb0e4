"""The place of this app on the rail, and the home of those whose day happens here."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Person
from accounts.roles import Role
from outbound.models import Callback, Prospect

MOST_COUNTED = 100


def _due(person: Person) -> QuerySet[Any]:
    return Callback.objects.visible_to(person).due()[:MOST_COUNTED]


def _mine(person: Person) -> QuerySet[Any]:
    """What is to be called again by this person now."""
    return Prospect.objects.own_due(person)[:MOST_COUNTED]


def register() -> None:
    """Put the place on the rail, once, when the apps are ready."""
    places.register(Role.OUTBOUND_AGENT, _("Caring"), "outbound:list", "headset", key="c", count=_due, order=10, hot=True)
    places.register(Role.OUTBOUND_AGENT, _("Dapros"), "outbound:prospects", "wallet", key="d", count=_mine, order=20)
    places.register(Role.OUTBOUND_AGENT, _("Hasil"), "outbound:results", "chart", key="h", order=30)
    running = (Role.TEAM_LEADER, Role.SUPERVISOR, Role.ADMINISTRATOR)
    places.register(running, _("Dapros"), "outbound:campaigns", "wallet", key="k", order=60)
    places.register(running, _("Hasil"), "outbound:results", "chart", key="h", order=65)
    leading = (Role.TEAM_LEADER, Role.SUPERVISOR, Role.SUPPORT_HC, Role.ADMINISTRATOR)
    places.register(leading, _("Callback"), "outbound:list", "headset", key="c", order=50)
    places.register(Role.AGENT, _("Callback"), "outbound:list", "headset", key="c", order=50)
    places.set_home(Role.OUTBOUND_AGENT, "outbound:list")
