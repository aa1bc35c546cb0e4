"""A row of somebody else's export becomes the values of a ticket, or a reason why not. Nothing here touches the database."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.phones import to_e164
from common.problems import Invalid, Problem
from common.spreadsheets import checked_spelling
from common.text import clean
from tickets.models import Channel, Criterion, Interaction, Kind, Segment, ServiceLine, Status

MOMENTS = ("opened_at", "solved_at", "closed_at")
CHOICES: dict[str, Sequence[str]] = {
    "status": Status.values,
    "service_line": ServiceLine.values,
    "kind": Kind.values,
    "interaction": Interaction.values,
    "channel": Channel.values,
    "segment": Segment.values,
}
TEXTS = {
    "symptom": 200,
    "description": 10_000,
    "service_number": 40,
    "customer_name": 200,
    "reporter_name": 200,
    "contact_email": 254,
    "area": 120,
    "solution": 10_000,
    "cause": 200,
}
NULLABLE = ("service_number", "customer_name", "reporter_name", "contact_phone", "contact_email", "region", *MOMENTS)
LABELS: dict[str, Any] = {
    "opened_at": _("Dibuka"),
    "status": _("Status"),
    "service_line": _("Layanan"),
    "symptom": _("Gejala"),
    "description": _("Uraian"),
    "solved_at": _("Selesai"),
    "closed_at": _("Ditutup"),
    "kind": _("Jenis"),
    "interaction": _("Jenis kontak"),
    "channel": _("Lewat"),
    "segment": _("Segmen"),
    "region": _("TREG"),
    "area": _("Area atau Witel"),
    "service_number": _("Nomor layanan"),
    "customer_name": _("Nama pelanggan"),
    "reporter_name": _("Nama pelapor"),
    "contact_phone": _("Nomor kontak"),
    "contact_email": _("E-mail"),
    "criteria": _("Tanda hard complaint"),
    "solution": _("Solusi"),
    "cause": _("Penyebab"),
}
NEEDED = ("opened_at", "status", "service_line", "symptom")
NAMING = ("service_number",)  # texts that are digits, which Excel likes to round
EXCEL = "excel"  # the format of days counted since 1900, as Excel keeps them
EXCEL_EPOCH = datetime(1899, 12, 30)
EARLIEST_YEAR = 1990
_ROUNDED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Reader:
    """How one field is got from a row: from columns, a constant, or not at all; through a translation of values."""

    columns: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
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

    system: str
    number: int
    width: int
    readers: Mapping[str, Reader]


def checked(definition: object) -> Mapping[str, Any]:
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
    if unknown := sorted(set(fields) - set(LABELS)):
        raise Invalid(_("Pemetaan menyebut isian yang tidak dikenal: %(names)s."), names=", ".join(unknown)[:200])
    if missing := [str(LABELS[name]) for name in NEEDED if not fields.get(name)]:
        raise Invalid(_("Pemetaan belum mengisi: %(names)s."), names=", ".join(missing))
    return definition


def ready(definition: object, head: Sequence[str]) -> ReadyMapping:
    """Check a definition against the columns of a file; ``Invalid`` names what is missing."""
    sound = checked(definition)
    place = {name: at for at, name in enumerate(head) if name}
    readers = {name: reader_of(name, how, place) for name, how in sound["fields"].items() if how is not None}
    return ReadyMapping(clean(sound["system"]), _place(sound["number"].strip(), place), len(head), readers)


def _place(column: str, place: Mapping[str, int]) -> int:
    if column not in place:
        raise Invalid(
            _("Kolom “%(name)s” tidak ada di file ini. Kolom yang ada: %(known)s."),
            name=column[:80], known=", ".join(place)[:300],
        )  # fmt: skip
    return place[column]


def reader_of(name: str, how: Any, place: Mapping[str, int]) -> Reader:
    """How the field ``name`` is read in a file with these columns; ``Invalid`` names the field."""
    said = {"column": how} if isinstance(how, str) else how
    values = said.get("values") or {} if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(values, Mapping):
        raise Invalid(_("Isian %(name)s: tulis nama kolom atau keterangannya."), name=LABELS[name])
    columns = [str(column).strip() for column in ([said["column"]] if "column" in said else _listed(said.get("columns")))]
    otherwise = None if said.get("otherwise") is None else str(said["otherwise"])
    reader = Reader(
        columns=tuple(_place(column, place) for column in columns),
        names=tuple(columns),
        constant=None if said.get("constant") is None else str(said["constant"]),
        values=_translation(name, values, otherwise),
        otherwise=otherwise,
        join=str(said.get("join", " · ")),
        format=str(said.get("format", "")),
        zone=_zone(str(said.get("zone", "Asia/Jakarta"))),
        cut=bool(said.get("cut")),
    )
    _try(name, reader)
    return reader


def _listed(columns: Any) -> Sequence[Any]:
    return columns if isinstance(columns, list) else []


def _translation(name: str, values: Mapping[Any, Any], otherwise: str | None) -> dict[str, str]:
    """Kawal's own codes are always understood, also beside a translation."""
    own = {code: code for code in CHOICES.get(name, ())} if values or otherwise is not None else {}
    return own | {str(said).strip(): str(meant) for said, meant in values.items()}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(_("Zona waktu %(zone)s tidak dikenal."), zone=name[:40]) from None


def _try(name: str, reader: Reader) -> None:
    """Read what every row would get: a wrong constant, translation or format is one mistake of the mapping, not of each row."""
    meant = [*reader.values.values(), *filter(None, [reader.otherwise])] if reader.columns else [reader.constant or ""]
    try:
        for text in filter(None, meant):
            _KINDS.get(name, _text)(name, text, reader)
        if reader.format and reader.format != EXCEL:
            datetime.strptime(now().strftime(reader.format), reader.format)
    except (Problem, ValueError) as problem:
        raise Invalid(_("Pemetaan isian %(name)s salah: %(problem)s"), name=LABELS[name], problem=str(problem)[:200]) from None
    if not reader.columns and not reader.constant and name in NEEDED:
        raise Invalid(_("Pemetaan belum mengisi: %(names)s."), names=LABELS[name])


def ticket_values(mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The number outside, and the values of the ticket. ``Invalid`` says which field is wrong, in which column, and why."""
    number = number_of(mapping, cells)
    if any(cell.strip() for cell in cells[mapping.width :]):
        raise Invalid(_("%(count)s sel, padahal kepala %(width)s kolom"), count=len(cells), width=mapping.width)
    values: dict[str, Any] = {}
    for name, reader in mapping.readers.items():
        try:
            values[name] = read(name, reader, cells)
        except Problem as problem:
            raise Invalid("%(where)s: %(problem)s", where=_where(name, reader), problem=str(problem)) from None
    return number, _consistent(values)


def number_of(mapping: ReadyMapping, cells: Sequence[str]) -> str:
    """The row's number in the other system, by which it is known again."""
    number = clean(cells[mapping.number] if mapping.number < len(cells) else "", longest=80)
    if not number:
        raise Invalid(_("nomor kosong"))
    return _unrounded(number)


def _unrounded(text: str) -> str:
    if _ROUNDED.fullmatch(text):
        raise Invalid(_("“%(value)s” sudah dibulatkan Excel; jadikan kolomnya teks"), value=text[:40])
    return text


def _where(name: str, reader: Reader) -> str:
    return f"{LABELS[name]} ({', '.join(reader.names)})" if reader.names else str(LABELS[name])


def read(name: str, reader: Reader, cells: Sequence[str]) -> Any:
    """One field of one row, as the ticket holds it; ``Invalid`` says why not."""
    text = reader.text(cells)
    if text:
        return _KINDS.get(name, _text)(name, text, reader)
    if name in NEEDED:
        raise Invalid(_("kosong"))
    return None if name in NULLABLE else EMPTY.get(name, "")


# What an optional field is where a row or the mapping leaves it empty.
EMPTY: dict[str, Any] = {
    "criteria": [],
    "kind": Kind.REGULAR,
    "interaction": Interaction.COMPLAINT,
    "channel": Channel.CALL,
}


def _text(name: str, text: str, reader: Reader) -> str:
    kept = clean(text[: TEXTS[name]] if reader.cut else text, longest=TEXTS[name])
    return _unrounded(kept) if name in NAMING else kept


def _email(name: str, text: str, reader: Reader) -> str:
    kept = _text(name, text, reader)
    try:
        validate_email(kept)
    except ValidationError:
        raise Invalid(_("“%(value)s” bukan alamat e-mail"), value=kept[:60]) from None
    return kept


def _choice(name: str, text: str, _reader: Reader) -> str:
    if text not in CHOICES[name]:
        raise Invalid(_("nilai “%(value)s” tidak dikenal"), value=text[:60])
    return text


def _moment(_name: str, text: str, reader: Reader) -> datetime:
    moment = _parsed(text, reader.format)
    if moment is None:
        raise Invalid(_("tanggal “%(value)s” tidak terbaca"), value=text[:40])
    if moment.year < EARLIEST_YEAR or moment.year > now().year + 1:
        raise Invalid(_("tahun %(year)s tidak mungkin"), year=moment.year)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=reader.zone)
    if moment > now() + timedelta(days=1):
        raise Invalid(_("tanggal “%(value)s” belum terjadi"), value=text[:40])
    return moment


def _parsed(text: str, how: str) -> datetime | None:
    """By the mapping's format; what is written year first cannot be misread and is always taken (Excel's own dates are)."""
    if how == EXCEL:
        try:
            return EXCEL_EPOCH + timedelta(days=float(text.replace(",", ".")))
        except (ValueError, OverflowError):
            how = ""
    if how:
        try:
            return datetime.strptime(text, how)
        except ValueError:
            pass
    try:
        return parse_datetime(text) if text[4:5] == "-" else None
    except ValueError:
        return None


def _phone(_name: str, text: str, _reader: Reader) -> str:
    return to_e164(text)


def _region(_name: str, text: str, _reader: Reader) -> int:
    if text not in [str(number) for number in range(1, 8)]:
        raise Invalid(_("TREG adalah angka 1 sampai 7"))
    return int(text)


def _criteria(_name: str, text: str, _reader: Reader) -> list[str]:
    codes = [code.strip() for code in text.split(",")]
    if not set(codes) <= set(Criterion.values):
        raise Invalid(_("tanda tidak dikenal"))
    return codes


_KINDS: dict[str, Callable[[str, str, Reader], Any]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(MOMENTS, _moment),
    "contact_phone": _phone,
    "contact_email": _email,
    "region": _region,
    "criteria": _criteria,
}


def _consistent(values: dict[str, Any]) -> dict[str, Any]:
    opened = values["opened_at"]
    for name in ("solved_at", "closed_at"):
        if values.get(name) and values[name] < opened:
            raise Invalid(
                _("%(name)s %(moment)s, sebelum dibuka %(opened)s"),
                name=LABELS[name], moment=f"{values[name]:%d-%m-%Y %H.%M}", opened=f"{opened:%d-%m-%Y %H.%M}",
            )  # fmt: skip
    return values
