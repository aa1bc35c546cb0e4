"""A first guess at how an unknown export is to be read, for a person to look over (HC-3)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tickets.mapping import EXCEL, Field, Shape

FORMATS = (
    "",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    EXCEL,
)
LOOKED_AT = 200


def first_guess(shape: Shape, head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A definition as far as the names of the columns tell; what they do not tell is left open."""
    fields: dict[str, Any] = {}
    free = [name for name in head if name]
    for name, field in shape.fields.items():
        if column := _named(free, field.words):
            free.remove(column)
            fields[name] = how_to_read(field, column, head, rows)
    return {"number": _named(free, shape.number_words) or (head[0] if head else ""), "fields": fields}


def _named(head: Iterable[str], words: Iterable[str]) -> str:
    """The first column whose name holds one of the words as a part of its own."""
    parts = {name: f"_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}_" for name in head}
    return next((name for word in words for name, spelled in parts.items() if f"_{word}_" in spelled), "")


def how_to_read(field: Field, column: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """How this field is read from this column: the format of its dates, the meaning of its values."""
    said = column_values(column, head, rows)
    if field.is_moment:
        return {"column": column, "format": _format(said)}
    if field.choices:
        return {"column": column, "values": {value: code for value in said if (code := meaning(field, value))}}
    return {"column": column}


def column_values(column: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """What stands in a column, the most frequent first, each once, without the empty ones."""
    at = head.index(column) if column in head else len(head)
    seen: dict[str, int] = {}
    for cells in rows:
        if at < len(cells) and (said := cells[at].strip()):
            seen[said] = seen.get(said, 0) + 1
    return sorted(seen, key=lambda said: -seen[said])


def meaning(field: Field, said: str) -> str:
    """Kawal's code for a value, when the value names it."""
    plain = said.lower().strip()
    code = re.sub(r"[^a-z0-9]+", "_", plain)
    by_code: Mapping[str, str] = {code.lower(): code for code in field.codes}
    return by_code.get(code) or field.meanings.get(plain, "")


def _format(said: Sequence[str]) -> str:
    """The first format that reads all of the values looked at; day before month, as people here write."""
    looked = said[:LOOKED_AT]
    return next((how for how in FORMATS if looked and all(_reads(how, value) for value in looked)), "")


def _reads(how: str, said: str) -> bool:
    try:
        if how == EXCEL:
            return 30_000 < float(said) < 60_000
        return bool(datetime.strptime(said, how)) if how else bool(datetime.fromisoformat(said))
    except ValueError:
        return False
