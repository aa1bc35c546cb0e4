"""The words that groups read: templates of the house with its braces filled in, and nothing else in them evaluated (HC-5).

``{gejala}`` is a blank. A part in square brackets goes when a blank in it is empty, and a line of which nothing is left goes too:
``[Penyebab: {penyebab}]``. No blank gives the customer's name or phone (QM-3).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils.translation import override

from accounts.models import Person
from common import masking
from common.words import moment
from escalation.models import Escort, Group, MessageTemplate, MessageUse
from tickets.models import Ticket

_BLANK = re.compile(r"\{(\w{1,20})\}")
_PIECE = re.compile(rf"\[([^\[\]\n]*)\]|{_BLANK.pattern}")

OF_TICKET = ("tiket", "jenis", "nomor", "lini", "area", "gejala", "lapul")
OF_ESCORT = (*OF_TICKET, "sangkal", "penyebab", "unit", "keparahan", "catatan")
BLANKS: Mapping[str, tuple[str, ...]] = {
    MessageUse.DISPATCH: OF_ESCORT,
    MessageUse.RAISED: OF_ESCORT,
    MessageUse.LINE: OF_ESCORT,
    MessageUse.RAISED_LINE: OF_ESCORT,
    MessageUse.SUPER_EMERGENCY: (*OF_TICKET, "oleh", "janji", "batas"),
    MessageUse.PROGRESS: (*OF_TICKET, "progres"),
}
ONE_LINE = (MessageUse.LINE, MessageUse.RAISED_LINE)
# What a new installation starts with, and what is said where an administrator has switched every fitting template off.
FIRST_WORDS: Mapping[str, str] = {
    MessageUse.DISPATCH: (
        "*{jenis}* {tiket}[ (pelanggan menyangkal {sangkal}x)]\n"
        "[{nomor}, ]{lini}[, {area}]\n"
        "{gejala}[, lapul {lapul}]\n"
        "[Penyebab: {penyebab}]\n"
        "[Unit: {unit}]\n"
        "[Keparahan: {keparahan}]\n"
        "{catatan}\n"
        "#{tiket}"
    ),
    MessageUse.RAISED: "{tiket} naik menjadi *{jenis}*. Mohon didahulukan.\n#{tiket}",
    MessageUse.LINE: (
        "*{jenis}* [{nomor}, ]{lini}[, {area}]: {gejala}[, lapul {lapul}][, pelanggan menyangkal {sangkal}x]"
        "[; penyebab {penyebab}][; {catatan}]"
    ),
    MessageUse.RAISED_LINE: "*{jenis}* [{nomor}, ]{lini}[, {area}]: naik, mohon didahulukan",
    MessageUse.SUPER_EMERGENCY: (
        "*{jenis}* {tiket} dinaikkan {oleh}\n"
        "[{nomor}, ]{lini}[, {area}]\n"
        "{gejala}[, lapul {lapul}]\n"
        "[Janji: {janji}, sebelum {batas}]\n"
        "#{tiket}"
    ),
    MessageUse.PROGRESS: "Progres {tiket}: {progres}\n#{tiket}",
}


def blanks_in(text: str) -> set[str]:
    """The blanks that a template names."""
    return set(_BLANK.findall(text))


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """``text`` said with these values; what stands in a value is never read as a blank."""

    def piece(found: re.Match[str]) -> str:
        part, blank = found.groups()
        if part is None:
            return values.get(blank, "")
        names = _BLANK.findall(part)
        if not names:
            return found[0]
        return _BLANK.sub(lambda inner: values.get(inner[1], ""), part) if all(values.get(name) for name in names) else ""

    said = [(line, _PIECE.sub(piece, line)) for line in text.splitlines()]
    return "\n".join(words for line, words in said if words.strip() or not line.strip()).strip()


class GroupWords:
    """The active templates, read once for one act or one page."""

    @cached_property
    def _rows(self) -> list[MessageTemplate]:
        return list(MessageTemplate.objects.filter(active=True))

    def template(self, use: str, kind: str, purpose: str) -> str:
        """The text for this use: the one of the kind and purpose, else of the kind, else of the purpose, else of all."""
        fitting = [row for row in self._rows if row.use == use and row.kind in ("", kind) and row.purpose in ("", purpose)]
        best = max(fitting, key=lambda row: (bool(row.kind), bool(row.purpose)), default=None)
        return best.text if best else FIRST_WORDS[use]

    def of_ticket(self, use: str, ticket: Ticket, group: Group | None, **more: str) -> str:
        """What this group reads about the ticket, in the house's language; without a group, what any group may."""
        with override(settings.LANGUAGE_CODE):
            text = self.template(use, ticket.kind, group.purpose if group else "")
            return with_number(filled_in(text, _of_ticket(ticket, group) | more), ticket, use)

    def of_escort(self, use: str, escort: Escort, group: Group) -> str:
        """What this group reads about the ticket and its analysis."""
        with override(settings.LANGUAGE_CODE):
            return self.of_ticket(use, escort.ticket, group, **_of_escort(escort))


def with_number(text: str, ticket: Ticket, use: str = MessageUse.DISPATCH) -> str:
    """The ticket's number stands in every message, because answers are found by it; a line of several gets it by itself."""
    return text if use in ONE_LINE or f"#{ticket.number}" in text else f"{text}\n#{ticket.number}".strip()


def _of_ticket(ticket: Ticket, group: Group | None) -> dict[str, str]:
    number = ticket.service_number or ""
    return {
        "tiket": ticket.number,
        "jenis": str(ticket.get_kind_display()).upper(),
        "nomor": number if group and group.shows_customer else masking.number(number),
        "lini": str(ticket.get_service_line_display()),
        "area": ticket.area,
        "gejala": ticket.symptom,
        "lapul": str(ticket.repeat_count or ""),
    }


def _of_escort(escort: Escort) -> dict[str, str]:
    return {
        "sangkal": str(escort.returns or ""),
        "penyebab": escort.cause,
        "unit": escort.responsible_unit,
        "keparahan": str(escort.get_severity_display()) if escort.severity else "",
        "catatan": escort.note,
    }


def of_raising(by: Person, what: str = "", due_at: datetime | None = None) -> dict[str, str]:
    """Who raised it, and the promise that goes with it."""
    with override(settings.LANGUAGE_CODE):
        return {"oleh": by.online_name, "janji": what, "batas": moment(due_at) if due_at else ""}


# A made-up ticket, for an administrator who writes a template.
_EXAMPLE = {
    "tiket": "T-000123",
    "jenis": "SUPER EMERGENCY",
    "nomor": masking.number("131172043918"),
    "lini": "IndiHome",
    "area": "Tebet",
    "gejala": "Internet mati total",
    "lapul": "3",
    "penyebab": "ODP rusak",
    "unit": "TA Tebet",
    "catatan": "Mohon teknisi hari ini",
    "oleh": "Dimas",
    "progres": "Teknisi menuju lokasi",
}


def example(template: MessageTemplate) -> str:
    """How a message in these words reads."""
    return filled_in(template.text, _EXAMPLE)
