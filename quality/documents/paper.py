"""What an official form says, whatever it is printed as: heading, facts, tables, signatures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation

from common import words
from common.clock import now

Cell = str | int | Decimal | date
HOUSE = "Infomedia CC Telkom"
LANGUAGE = "id"  # an official form speaks Indonesian, whoever prints it


@dataclass(frozen=True)
class Table:
    """Rows below a head; ``widths`` are parts of the page's width, ``right`` the columns with numbers, ``strong`` bold rows."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    right: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Form:
    """One form. ``signatures``: function and name; an empty name is left to be written by hand."""

    title: str
    code: str
    revision: str
    effective_on: date
    facts: Sequence[tuple[str, Cell]]
    tables: Sequence[Table]
    notes: Sequence[str] = ()
    signatures: Sequence[tuple[str, str]] = ()
    wide: bool = False
    printed: str = field(default_factory=lambda: printed_at())


def printed_at() -> str:
    """When it is made, on the form itself."""
    with translation.override(LANGUAGE):
        return words.moment_with_zone(now())


def text_of(cell: Any) -> str:
    """A cell as it is read: numbers and days the Indonesian way."""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", ".")
    if isinstance(cell, date):
        return day_of(cell)
    return str(cell)


def day_of(day: date) -> str:
    with translation.override(LANGUAGE):
        return words.day(day)
