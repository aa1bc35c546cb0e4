"""Scripts with their blanks filled in, for the eye of who speaks: what is the customer's own stands out (OB-3, CT-3).

What scripts are for is registered here; apps above add their own uses in ``AppConfig.ready``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.procedures import Citation, cites
from common.clock import now
from tickets.models import Language, Script, ServiceLine, Ticket
from tickets.personal import on_page

COMMON = ("me", "customer", "part_of_day", "service_line", "service_number")
_BLANK = re.compile(r"\{(\w+)\}")
_UNKNOWN = {"customer": gettext_noop("Bapak atau Ibu")}  # how one speaks to somebody whose name is not known


@dataclass(frozen=True)
class Use:
    """What a script is said for. ``more``: blanks beside ``COMMON``."""

    name: str
    label: Any
    order: int
    more: tuple[str, ...] = ()

    @property
    def blanks(self) -> tuple[str, ...]:
        """All that may stand in its texts."""
        return (*COMMON, *self.more)


@dataclass(frozen=True)
class Section:
    """A stretch of speech, filled in."""

    title: str
    text: SafeString
    must: bool


@dataclass(frozen=True)
class Spoken:
    """One script as it is spoken to this customer."""

    script: Script
    use: Use
    sections: list[Section]

    @property
    def is_foreign(self) -> bool:
        """Whether it is in another language than the house's own."""
        return self.script.language != Language.INDONESIAN


_uses: dict[str, Use] = {}


def register_use(use: Use) -> None:
    """Once, when the apps are ready."""
    _uses[use.name] = use


def uses() -> list[Use]:
    """All of them in order."""
    return sorted(_uses.values(), key=lambda each: each.order)


def use_of(name: str) -> Use | None:
    """The one of this name."""
    return _uses.get(name)


def spoken(names: Iterable[str], line: str, words: Mapping[str, Any], *, zone: tzinfo | None = None) -> list[Spoken]:
    """What is said for these uses on this service line, each language, filled in; a blank that is not known shows as dots.

    ``words``: the values of the blanks, plain or lazy, which are then put into the script's language. ``zone``: the customer's,
    for the part of the day.
    """
    wanted = list(names)
    found = Script.objects.all().serving(wanted, line, timezone.localdate(now()))
    found.sort(key=lambda each: (wanted.index(each.use), each.language != Language.INDONESIAN))
    return [Spoken(each, use, filled(each, words, zone=zone)) for each in found if (use := use_of(each.use))]


def filled(script: Script, words: Mapping[str, Any], *, zone: tzinfo | None = None) -> list[Section]:
    """The sections of one script as they are spoken."""
    with override(script.language):
        more = {"part_of_day": part_of_day(timezone.localtime(now(), zone))}
        more |= {name: gettext(word) for name, word in _UNKNOWN.items() if not words.get(name)}
        values = {**words, **more}
        return [
            Section(str(part.get("title", "")), _filled(str(part.get("text", "")), values), bool(part.get("must")))
            for part in script.sections
        ]


def _filled(text: str, words: Mapping[str, Any]) -> SafeString:
    parts = _BLANK.split(text)  # every second one is the name of a blank; what is filled in is never looked at again
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", words.get(part) or "…") if at % 2 else part,) for at, part in enumerate(parts))
    )


def part_of_day(local: datetime) -> str:
    """How one greets at this hour, in the active language."""
    hour = local.hour
    return gettext("pagi") if hour < 11 else gettext("siang") if hour < 15 else gettext("sore") if hour < 18 else gettext("malam")


def words_of(ticket: Ticket, person: Person) -> dict[str, Any]:
    """The blanks of a ticket, as far as this person sees them plain."""
    name = on_page("reporter_name", ticket.reporter_name or ticket.customer_name, person)
    return {
        "me": person.online_name,
        "customer": name,
        "service_line": ServiceLine(ticket.service_line).label,
        "service_number": ticket.service_number or "",
        "ticket": ticket.number,
        "symptom": ticket.symptom,
    }


def unknown_blanks(use: Use, sections: Iterable[Mapping[str, Any]]) -> list[str]:
    """The blanks in these sections that nobody fills in."""
    named = {name for part in sections for name in _BLANK.findall(str(part.get("text", "")))}
    return sorted(named - set(use.blanks))


def name_of(script: Script) -> str:
    """As lists say it: use, service line, language."""
    use = use_of(script.use)
    line = ServiceLine(script.service_line).label if script.service_line else gettext("semua layanan")
    return f"{use.label if use else script.use} · {line} · {Language(script.language).label}"


def _citations() -> Iterable[Citation]:
    for script in Script.objects.filter(active=True, effective_from__lte=timezone.localdate(now()))[:200]:
        yield Citation(name_of(script), script.clause, f"v{script.version}")


def register() -> None:
    """What this app's own scripts are for, once, when the apps are ready."""
    register_use(Use("greeting", _("Salam pembuka"), 10))
    register_use(Use("cross_product", _("Produk lain yang berkaitan"), 20))
    register_use(Use("further_help", _("Tawaran bantuan lain"), 30, ("ticket", "symptom")))
    register_use(Use("closing", _("Salam penutup"), 40, ("ticket", "symptom")))
    cites("scripts", _("Naskah"), _citations)
