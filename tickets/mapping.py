"""How the columns of somebody else's table become the fields of ours: shapes, mappings, readers (``docs/imports.md``).

A *shape* says which fields a kind of load has; a *mapping* (``definition``) says from which column each of them comes.
Nothing here touches the database.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.problems import Invalid, Problem
from common.spreadsheets import checked_spelling
from common.text import clean

EXCEL = "excel"  # the format of days counted since 1900, as Excel keeps them
_ROUNDED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
Parser = Callable[["Field", str, "Reader"], Any]


@dataclass(frozen=True)
class Field:
    """One field that a row may fill. ``words``: parts of column names, the surest first; ``meanings``: usual values."""

    label: Any
    parse: Parser
    needed: bool = False
    empty: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    is_moment: bool = False
    is_naming: bool = False  # digits that are no number, which Excel likes to round
    longest: int = 0  # of a text, which the mapping may cut
    words: Sequence[str] = ()
    meanings: Mapping[str, str] = of(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        return [code for code, _label in self.choices]


@dataclass(frozen=True)
class Shape:
    """The fields of a kind of load, and what stands for the row's number. ``settle`` looks at a whole row at last."""

    fields: Mapping[str, Field]
    number_label: Any
    number_words: Sequence[str]
    settle: Callable[[dict[str, Any]], dict[str, Any]] = dict

    @property
    def needed(self) -> list[str]:
        return [name for name, each in self.fields.items() if each.needed]


@dataclass(frozen=True)
class Reader:
    """How one field is got from a row: from columns, a constant, or not at all; through a translation of values."""

    columns: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    constant: str | None = None
    values: Mapping[str, str] = of(default_factory=dict)
    otherwise: str | None = None
    join: str = " · "
    format: str = ""
    zone: ZoneInfo = ZoneInfo("Asia/Jakarta")
    cut: bool = False

    def text(self, cells: Sequence[str]) -> str | None:
        """The field's text in this row; None where the mapping leaves the field empty."""
        if not self.columns:
            return self.constant
        said = self.join.join(part for part in (cells[at].strip() if at < len(cells) else "" for at in self.columns) if part)
        if said in self.values:
            return self.values[said]
        if self.otherwise is None and self.values and said:
            raise Invalid(_("nilai “%(value)s” tidak ada di pemetaan"), value=said[:60])
        return said if self.otherwise is None else self.otherwise


@dataclass(frozen=True)
class ReadyMapping:
    """A definition made ready for the columns of one file."""

    shape: Shape
    system: str
    number: int
    width: int
    readers: Mapping[str, Reader]


def checked(shape: Shape, definition: object) -> Mapping[str, Any]:
    """A definition that has the shape of docs/imports.md, whatever the file; ``Invalid`` says what it lacks."""
    if not isinstance(definition, Mapping) or not isinstance(definition.get("fields"), Mapping):
        raise Invalid(_("Pemetaan harus berisi system, number, dan fields."))
    if not all(isinstance(definition.get(name), str) and definition[name].strip() for name in ("system", "number")):
        raise Invalid(_("Pemetaan harus berisi system, number, dan fields."))
    if "\\u0000" in json.dumps(definition):
        raise Invalid(_("Pemetaan memuat karakter NUL."))
    clean(definition["system"], longest=30)
    checked_spelling(str(definition.get("encoding", "")), str(definition.get("delimiter", "")))
    fields = definition["fields"]
    if unknown := sorted(set(fields) - set(shape.fields)):
        raise Invalid(_("Pemetaan menyebut isian yang tidak dikenal: %(names)s."), names=", ".join(unknown)[:200])
    if missing := [str(shape.fields[name].label) for name in shape.needed if not fields.get(name)]:
        raise Invalid(_("Pemetaan belum mengisi: %(names)s."), names=", ".join(missing))
    return definition


def ready(shape: Shape, definition: object, head: Sequence[str]) -> ReadyMapping:
    """Check a definition against the columns of a file; ``Invalid`` names what is missing."""
    sound = checked(shape, definition)
    place = {name: at for at, name in enumerate(head) if name}
    readers = {name: reader_of(shape.fields[name], how, place) for name, how in sound["fields"].items() if how is not None}
    return ReadyMapping(shape, clean(sound["system"]), _place(sound["number"].strip(), place), len(head), readers)


def _place(column: str, place: Mapping[str, int]) -> int:
    if column not in place:
        raise Invalid(
            _("Kolom “%(name)s” tidak ada di file ini. Kolom yang ada: %(known)s."),
            name=column[:80], known=", ".join(place)[:300],
        )  # fmt: skip
    return place[column]


def reader_of(field: Field, how: Any, place: Mapping[str, int]) -> Reader:
    """How the field is read in a file with these columns; ``Invalid`` names the field."""
    said = {"column": how} if isinstance(how, str) else how
    values = said.get("values") or {} if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(values, Mapping):
        raise Invalid(_("Isian %(name)s: tulis nama kolom atau keterangannya."), name=field.label)
    columns = [str(column).strip() for column in ([said["column"]] if "column" in said else _listed(said.get("columns")))]
    otherwise = None if said.get("otherwise") is None else str(said["otherwise"])
    reader = Reader(
        columns=tuple(_place(column, place) for column in columns),
        names=tuple(columns),
        constant=None if said.get("constant") is None else str(said["constant"]),
        values=_translation(field, values, otherwise),
        otherwise=otherwise,
        join=str(said.get("join", " · ")),
        format=str(said.get("format", "")),
        zone=_zone(str(said.get("zone", "Asia/Jakarta"))),
        cut=bool(said.get("cut")),
    )
    _try(field, reader)
    return reader


def _listed(columns: Any) -> Sequence[Any]:
    return columns if isinstance(columns, list) else []


def _translation(field: Field, values: Mapping[Any, Any], otherwise: str | None) -> dict[str, str]:
    """Kawal's own codes are always understood, also beside a translation."""
    own = {code: code for code in field.codes} if values or otherwise is not None else {}
    return own | {str(said).strip(): str(meant) for said, meant in values.items()}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(_("Zona waktu %(zone)s tidak dikenal."), zone=name[:40]) from None


def _try(field: Field, reader: Reader) -> None:
    """Read what every row would get: a wrong constant, translation or format is one mistake of the mapping, not of each row."""
    meant = [*reader.values.values(), *filter(None, [reader.otherwise])] if reader.columns else [reader.constant or ""]
    try:
        for text in filter(None, meant):
            field.parse(field, text, reader)
        if reader.format and reader.format != EXCEL:
            datetime.strptime(now().strftime(reader.format), reader.format)
    except (Problem, ValueError) as problem:
        raise Invalid(_("Pemetaan isian %(name)s salah: %(problem)s"), name=field.label, problem=str(problem)[:200]) from None
    if not reader.columns and not reader.constant and field.needed:
        raise Invalid(_("Pemetaan belum mengisi: %(names)s."), names=field.label)


def row_values(mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The row's number and the values of its fields. ``Invalid`` says which field is wrong, in which column, and why."""
    try:
        number = number_of(mapping, cells)
    except Problem as problem:
        raise Invalid("%(where)s: %(problem)s", where=mapping.shape.number_label, problem=str(problem)) from None
    if any(cell.strip() for cell in cells[mapping.width :]):
        raise Invalid(_("%(count)s sel, padahal kepala %(width)s kolom"), count=len(cells), width=mapping.width)
    values: dict[str, Any] = {}
    for name, reader in mapping.readers.items():
        field = mapping.shape.fields[name]
        try:
            values[name] = read(field, reader, cells)
        except Problem as problem:
            raise Invalid("%(where)s: %(problem)s", where=_where(field, reader), problem=str(problem)) from None
    return number, mapping.shape.settle(values)


def number_of(mapping: ReadyMapping, cells: Sequence[str]) -> str:
    """The row's number in the other system, by which it is known again."""
    number = clean(cells[mapping.number] if mapping.number < len(cells) else "", longest=80)
    if not number:
        raise Invalid(_("nomor kosong"))
    return unrounded(number)


def unrounded(text: str) -> str:
    """Digits as they are; refused where Excel has made ``1.52E+11`` of them."""
    if _ROUNDED.fullmatch(text):
        raise Invalid(_("“%(value)s” sudah dibulatkan Excel; jadikan kolomnya teks"), value=text[:40])
    return text


def _where(field: Field, reader: Reader) -> str:
    return f"{field.label} ({', '.join(reader.names)})" if reader.names else str(field.label)


def read(field: Field, reader: Reader, cells: Sequence[str]) -> Any:
    """One field of one row; ``Invalid`` says why not."""
    text = reader.text(cells)
    if text:
        return field.parse(field, text, reader)
    if field.needed:
        raise Invalid(_("kosong"))
    return field.empty
