"""What waits for a person at the start of a shift (OB-7). Each app registers its kinds in ``AppConfig.ready``."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Handover, Person
from accounts.roles import HOLDING, Role
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
    """A kind of work and for whom it is. ``which`` gives what waits, most urgent first; ``MOST`` and one more are read."""

    name: str
    label: Any
    icon: str
    order: int
    roles: Collection[Role]
    which: Callable[[Person], Iterable[Item]]
    url_name: str


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


def _offered(person: Person) -> Iterable[Item]:
    asked = Handover.objects.waiting().filter(receiver=person).select_related("giver").order_by("falls_at", "id")
    for each in asked[: MOST + 1]:
        yield Item(each.giver.online_name, each.url, nearby(each.offered_at), each.falls_at)


def register_own() -> None:
    """The kind of this floor: what one is asked to take."""
    register(Kind("handovers", _("Diserahkan kepada Anda"), "swap", 10, HOLDING, _offered, "handovers"))
