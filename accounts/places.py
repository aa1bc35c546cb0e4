"""Where each role may go: the entries of the rail and the home page. Apps above register theirs in ``AppConfig.ready``."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Person
from accounts.roles import Role
from common.queries import CountOf

FALLBACK_HOME = "me"


@dataclass(frozen=True)
class Place:
    """One entry of the rail. ``key`` is the letter after ``g``; ``count`` are the rows counted beside it; ``hot`` is a count of
    now."""

    name: str | Promise
    url_name: str
    icon: str
    key: str = ""
    count: Callable[[Person], QuerySet[Any]] | None = None
    hot: bool = False
    minor: bool = False
    order: int = 100
    shown: Callable[[Person], bool] | None = None  # not to everybody of the role; asks no query


_places: dict[str, list[Place]] = {role: [] for role in Role}
_of_stand_ins: list[Place] = []  # what an agent who stands in for the TL has as well (OB-7)
_homes: dict[str, str] = {}


def register(
    roles: Role | Iterable[Role],
    name: str | Promise,
    url_name: str,
    icon: str,
    key: str = "",
    count: Callable[[Person], QuerySet[Any]] | None = None,
    order: int = 100,
    **marks: Any,
) -> None:
    """Put a page into the rail of one or several roles; ``marks`` are ``hot``, ``minor`` and ``shown``."""
    place = Place(name, url_name, icon, key, count, order=order, **marks)
    for role in [roles] if isinstance(roles, Role) else roles:
        _places[role] = sorted([*_places[role], place], key=lambda each: each.order)


def lend_to_stand_ins(url_name: str) -> None:
    """Who stands in for a TL has this place of the TL's as well, while that lasts."""
    _of_stand_ins.extend(place for place in _places[Role.TEAM_LEADER] if place.url_name == url_name)


def set_home(role: Role, url_name: str) -> None:
    """The page on which this role's day happens."""
    _homes[role] = url_name


def home_of(person: Person) -> str:
    """The name of the person's home page."""
    return _homes.get(person.role, FALLBACK_HOME)


def _of(person: Person) -> list[Place]:
    lent = _of_stand_ins if person.role == Role.AGENT and person.stands_in_for else []
    return [place for place in (*lent, *_places[person.role]) if place.shown is None or place.shown(person)]


def counts(person: Person) -> list[Any]:
    """An expression for each place that counts something, for ``values_list``."""
    return [CountOf(place.count(person)) for place in _of(person) if place.count]


def shown_to(person: Person, path: str, found: Sequence[int]) -> list[dict[str, Any]]:
    """The rail for this person, with what ``counts`` found, the place of ``path`` marked as current."""
    left = iter(found)
    places = [(place, reverse(place.url_name)) for place in _of(person)]
    here = max((url for _, url in places if path.startswith(url)), key=len, default="")
    return [
        {
            "name": place.name,
            "url": url,
            "icon": place.icon,
            "key": place.key,
            "count": next(left) if place.count else 0,
            "hot": place.hot,
            "minor": place.minor,
            "current": url == here,
        }
        for place, url in places
    ]
