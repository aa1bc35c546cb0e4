"""What people can hold, and how it changes hands (OB-7). Each app registers its own kinds in ``AppConfig.ready``.

This floor knows neither tickets nor calls: it shows what a kind lists, and asks the kind to hand one thing on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from accounts.models import Person

MOST = 200  # of each kind; who holds more hands over again


@dataclass(frozen=True)
class Held:
    """One thing in somebody's hands. ``title`` and ``about`` carry no personal values: whoever is asked to take it reads them."""

    thing: int
    title: str
    about: str = ""
    url: str = ""
    due_at: datetime | None = None

    @property
    def key(self) -> str:
        """As a form names it."""
        return str(self.thing)


class Holding(Protocol):
    """A kind of thing. ``hand`` and ``fall`` run inside the transaction of the answer and refuse with a ``Problem``."""

    name: str
    label: Any
    icon: str

    def held_by(self, person: Person) -> Sequence[Held]:
        """What this person holds, the most urgent first, at most ``MOST``."""

    def may_take(self, person: Person) -> bool:
        """Whether this person's role may hold such a thing at all."""

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        """It is ``to``'s from now on; refused when ``giver`` does not hold it any more."""

    def fall(self, thing: int, giver: Person, leader: Person) -> None:
        """Nobody accepted it: it goes to who leads the giver, or back to where everybody takes from."""


_kinds: dict[str, Holding] = {}


def register(kind: Holding) -> None:
    """Lay a kind, once, when the apps are ready."""
    _kinds[kind.name] = kind


def kinds() -> Sequence[Holding]:
    """All kinds in the order in which the floors laid them."""
    return list(_kinds.values())


def kind(name: str) -> Holding | None:
    """The kind of this name."""
    return _kinds.get(name)


def all_held_by(person: Person) -> list[tuple[Holding, Sequence[Held]]]:
    """Everything in this person's hands, by kind; kinds without any are left out."""
    found = [(each, each.held_by(person)) for each in _kinds.values() if each.may_take(person)]
    return [(each, held) for each, held in found if held]


def takers(names: Collection[str], people: Sequence[Person]) -> list[Person]:
    """Those of the people who may hold at least one of these kinds."""
    wanted = [each for name, each in _kinds.items() if name in names]
    return [person for person in people if any(each.may_take(person) for each in wanted)]
