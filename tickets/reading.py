"""A row of somebody else's export becomes the values of a ticket, or a reason why not. Nothing here touches the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from common.phones import to_e164
from common.problems import Invalid, Problem
from common.text import clean
from tickets.models import Channel, Criterion, Interaction, Kind, Segment, ServiceLine, Status

MOMENTS = ("opened_at", "solved_at", "closed_at")
CHOICES: dict[str, Sequence[str]] = {
    "status": Status.values,
    "kind": Kind.values,
    "interaction": Interaction.values,
    "channel": Channel.values,
    "service_line": ServiceLine.values,
    "segment": Segment.values,
}
TEXTS = {
    "service_number": 40,
    "customer_name": 200,
    "reporter_name": 200,
    "contact_email": 254,
    "area": 120,
    "symptom": 200,
    "description": 10_000,
    "solution": 10_000,
    "cause": 200,
}
NULLABLE = ("service_number", "customer_name", "reporter_name", "contact_phone", "contact_email")
FIELDS = (*MOMENTS, *CHOICES, *TEXTS, "contact_phone", "region", "criteria")
NEEDED = ("opened_at", "status", "service_line", "symptom")


@dataclass(frozen=True)
class Reader:
    """How one field is got from a row: from columns, a constant, or not at all; through a translation of values."""

    columns: tuple[int, ...] = ()
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
        if not self.values or said in self.values:
            return self.values.get(said, said)
        if self.otherwise is None and said:
            raise Invalid(_("nilai “%(value)s” tidak ada di pemetaan"), value=said[:60])
        return self.otherwise


@dataclass(frozen=True)
class ReadyMapping:
    """A definition made ready for the columns of one file."""

    system: str
    number: int
    readers: Mapping[str, Reader]
    encoding: str = ""
    delimiter: str = ""


def ready(definition: Mapping[str, Any], head: Sequence[str]) -> ReadyMapping:
    """Check a definition against the columns of a file; ``Invalid`` names what is missing."""
    fields = definition.get("fields")
    if not isinstance(fields, Mapping) or not definition.get("system") or not definition.get("number"):
        raise Invalid(_("Pemetaan harus berisi system, number, dan fields."))
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise Invalid(_("Pemetaan menyebut isian yang tidak dikenal: %(names)s."), names=", ".join(unknown))
    if missing := [name for name in NEEDED if not fields.get(name)]:
        raise Invalid(_("Pemetaan belum mengisi: %(names)s."), names=", ".join(missing))
    place = {name: at for at, name in enumerate(head)}
    readers = {name: _reader(name, how, place) for name, how in fields.items() if how is not None}
    system = clean(str(definition["system"]), longest=30)
    return ReadyMapping(system, _place(str(definition["number"]), place), readers)


def _place(column: str, place: Mapping[str, int]) -> int:
    if column not in place:
        raise Invalid(
            _("Kolom “%(name)s” tidak ada di file ini. Kolom yang ada: %(known)s."), name=column, known=", ".join(place)
        )
    return place[column]


def _reader(name: str, how: Any, place: Mapping[str, int]) -> Reader:
    if isinstance(how, str):
        how = {"column": how}
    if not isinstance(how, Mapping):
        raise Invalid(_("Isian %(name)s: tulis nama kolom atau keterangannya."), name=name)
    columns = [how["column"]] if "column" in how else list(how.get("columns", []))
    try:
        zone = ZoneInfo(str(how.get("zone", "Asia/Jakarta")))
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(_("Zona waktu %(zone)s tidak dikenal."), zone=how.get("zone")) from None
    return Reader(
        columns=tuple(_place(str(column), place) for column in columns),
        constant=None if how.get("constant") is None else str(how["constant"]),
        values={str(key): str(value) for key, value in dict(how.get("values", {})).items()},
        otherwise=None if how.get("otherwise") is None else str(how["otherwise"]),
        join=str(how.get("join", " · ")),
        format=str(how.get("format", "")),
        zone=zone,
        cut=bool(how.get("cut")),
    )


def ticket_values(mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The number outside, and the values of the ticket. ``Invalid`` says which field is wrong and why."""
    number = clean(cells[mapping.number] if mapping.number < len(cells) else "", longest=80)
    if not number:
        raise Invalid(_("nomor kosong"))
    values: dict[str, Any] = {}
    for name, reader in mapping.readers.items():
        try:
            values[name] = _read(name, reader, cells)
        except Problem as problem:
            raise Invalid("%(name)s: %(problem)s", name=name, problem=str(problem)) from None
    return number, _consistent(values)


def _read(name: str, reader: Reader, cells: Sequence[str]) -> Any:
    text = reader.text(cells)
    if not text:
        if name in NEEDED:
            raise Invalid(_("kosong"))
        return None if name in NULLABLE or name in MOMENTS or name == "region" else ([] if name == "criteria" else "")
    return _KINDS.get(name, _text)(name, text, reader)


def _text(name: str, text: str, reader: Reader) -> str:
    return clean(text[: TEXTS[name]] if reader.cut else text, longest=TEXTS[name])


def _choice(name: str, text: str, _reader: Reader) -> str:
    if text not in CHOICES[name]:
        raise Invalid(_("nilai “%(value)s” tidak dikenal"), value=text[:60])
    return text


def _moment(_name: str, text: str, reader: Reader) -> datetime:
    try:
        moment = datetime.strptime(text, reader.format) if reader.format else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise Invalid(_("tanggal “%(value)s” tidak terbaca"), value=text[:40])
    return moment if moment.tzinfo else moment.replace(tzinfo=reader.zone)


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
    "region": _region,
    "criteria": _criteria,
}


def _consistent(values: dict[str, Any]) -> dict[str, Any]:
    opened = values["opened_at"]
    for name in ("solved_at", "closed_at"):
        if values.get(name) and values[name] < opened:
            raise Invalid(_("%(name)s sebelum dibuka"), name=name)
    return values
