"""The kinds of loads: one engine (``tickets.actions.loading``) for tickets, and for the tables of the apps above."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.db.models import Q

from accounts.models import Person
from common.problems import NotVisible
from tickets.mapping import ReadyMapping, Shape, row_values
from tickets.models import ImportLoad
from tickets.models.imports import show_loads


class Good(NamedTuple):
    """A row that could be read: by which number it is known again, and its values."""

    number: str
    values: dict[str, Any]
    row: int
    cells: list[str]


class Sorted(NamedTuple):
    """A batch sorted: what is to be written, by number; and what is refused after all, with the reason. The rest is known."""

    fresh: dict[str, dict[str, Any]]
    refused: list[tuple[Good, str]]


class LoadKind(ABC):
    """What is particular of one kind of load. ``act`` is its line in the table of roles, ``words`` what its pages say."""

    name: ClassVar[str]
    act: ClassVar[str]
    shape: ClassVar[Shape]
    counters: ClassVar[tuple[str, ...]] = ()
    may_be_live: ClassVar[bool] = False
    looks_back: ClassVar[bool] = False  # asks, when the file is read, what it should have named and did not
    usual: ClassVar[Mapping[str, Any] | None] = (
        None  # a definition for files that have the usual columns; then none need be named
    )

    @abstractmethod
    def seen_by(self, person: Person) -> Q:
        """Which loads of this kind the person sees."""

    @abstractmethod
    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        """What of the rows is new or changes something; asked before anything is written, for a try too."""

    @abstractmethod
    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        """Write those, in the transaction that counts them."""

    @abstractmethod
    def begin_words(self, load: ImportLoad) -> str:
        """What the button says that loads what was tried."""

    @abstractmethod
    def done_words(self, load: ImportLoad) -> str:
        """What is said of a finished load."""

    @abstractmethod
    def home(self, load: ImportLoad) -> str:
        """Where the page of a load leads back to."""

    def read(self, load: ImportLoad, mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """The number and values of one row; ``Invalid`` says why not."""
        return row_values(mapping, cells)

    def look_back(self, load: ImportLoad, system: str, numbers: Collection[str]) -> int:
        """How much of ours the whole file does not name and nobody was told of; written down, unless it is a try."""
        return 0


KINDS: dict[str, LoadKind] = {}


def register(kind: LoadKind) -> None:
    """Lay a kind, once, when the apps are ready."""
    KINDS[kind.name] = kind
    show_loads(kind.name, kind.seen_by)


def kind_of(load: ImportLoad) -> LoadKind:
    """The kind of a load."""
    return named(load.kind)


def named(name: str) -> LoadKind:
    """The kind of this name; 404 where there is none."""
    if name not in KINDS:
        raise NotVisible("")
    return KINDS[name]
