"""What everybody must see on every page: banners, counted in the one statement that the bell asks anyway.

Apps register theirs in ``AppConfig.ready``; ``escalation.context`` asks, ``base.html`` draws those that count more than nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Person
from common.queries import CountOf


@dataclass(frozen=True)
class Notice:
    """One kind of banner: ``which`` rows it is about; what its template is ``told`` besides is asked only when there are any."""

    name: str
    order: int
    template: str
    which: Callable[[Person], QuerySet[Any]]
    told: Callable[[Person], Any] | None = None


@dataclass(frozen=True)
class Shown:
    """A banner as ``base.html`` draws it."""

    template: str
    count: int
    told: Any


_notices: list[Notice] = []


def register(notice: Notice) -> None:
    """Add a kind of banner."""
    _notices.append(notice)
    _notices.sort(key=lambda each: each.order)


def counts(person: Person) -> list[Any]:
    """An expression for each kind, for ``values_list``."""
    return [CountOf(each.which(person)) for each in _notices]


def shown(person: Person, found: Sequence[int]) -> Iterator[Shown]:
    """Those that count more than nothing, by what ``counts`` gave."""
    for notice, count in zip(_notices, found, strict=True):
        if count:
            yield Shown(notice.template, count, notice.told(person) if notice.told else None)
