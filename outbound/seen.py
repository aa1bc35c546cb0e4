"""Which tickets the callbacks bring before Tier-2: those that they may call about, to read (requirements.md)."""

from django.db.models import Q

from accounts.models import Person
from accounts.roles import Role
from outbound.models import Callback
from tickets.models import show_tickets_to


def _of_callbacks(person: Person) -> Q:
    return Q(pk__in=Callback.objects.visible_to(person).values("ticket"))


def register() -> None:
    """Say so, once, when the apps are ready."""
    show_tickets_to(Role.OUTBOUND_AGENT, _of_callbacks)
