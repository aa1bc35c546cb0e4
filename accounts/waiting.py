"""What waits for a person at the start of a shift (OB-7). Each app registers its kinds in ``AppConfig.ready``."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Handover, Person, ShiftNote
from accounts.roles import HOLDING, Role, may
from common.clock import now
from common.words import nearby

MOST = 8  # of each kind; the page of that kind has them all


@dataclass(frozen=True)
class Item:
    """One thing that waits. ``title`` and ``about`` carry no personal values."""

    title: str
    url: str
    about: str = ""
    due_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether its moment has passed."""
        return self.due_at is not None and self.due_at <= now()


@dataclass(frozen=True)
class Kind:
    """A kind of work and for whom it is. ``which`` gives what waits, most urgent first; ``MOST`` and one more are read.

    ``first``: it is this person's own or addressed to them, so a shift begins with it. Shared worklists are never empty.
    """

    name: str
    label: Any
    icon: str
    order: int
    roles: Collection[Role]
    which: Callable[[Person], Iterable[Item]]
    url_name: str
    first: bool = False


@dataclass(frozen=True)
class Group:
    """The things of one kind that wait for somebody."""

    kind: Kind
    items: Sequence[Item]
    has_more: bool

    @property
    def late(self) -> int:
        """How many of those shown are late."""
        return sum(1 for item in self.items if item.is_late)


_kinds: list[Kind] = []


def register(kind: Kind) -> None:
    """Lay a kind, once, when the apps are ready."""
    _kinds.append(kind)
    _kinds.sort(key=lambda each: each.order)


def waiting_for(person: Person) -> list[Group]:
    """All that waits for this person, by kind; kinds without any are left out."""
    found = [(kind, list(islice(kind.which(person), MOST + 1))) for kind in _kinds if person.role in kind.roles]
    return [Group(kind, items[:MOST], len(items) > MOST) for kind, items in found if items]


def is_new_shift(person: Person) -> bool:
    """Whether signing in now begins a shift: a sign-in lasts one, so a second within that time is a return to the same."""
    return person.last_login is None or now() - person.last_login >= timedelta(seconds=settings.SESSION_COOKIE_AGE)


def begins_with(person: Person) -> bool:
    """Whether something waits that this person should see before the work: a note of others, or a thing of their own."""
    if not may(person, "shift.look"):
        return False
    notes = ShiftNote.objects.visible_to(person).of_last_shift().exclude(author=person)
    if person.last_login:
        notes = notes.filter(written_at__gt=person.last_login)
    own = (kind for kind in _kinds if kind.first and person.role in kind.roles)
    return notes.exists() or any(next(iter(kind.which(person)), None) for kind in own)


def _offered(person: Person) -> Iterable[Item]:
    asked = Handover.objects.waiting().filter(receiver=person).select_related("giver").order_by("falls_at", "id")
    for each in asked[: MOST + 1]:
        yield Item(each.giver.online_name, each.url, nearby(each.offered_at), each.falls_at)


def register_own() -> None:
    """The kind of this floor: what one is asked to take."""
    register(Kind("handovers", _("Diserahkan kepada Anda"), "swap", 10, HOLDING, _offered, "handovers", first=True))
