"""A script with its blanks filled in, for the eye of who speaks: what is the customer's own stands out (CT-3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.words import thousands
from outbound.models import Prospect, Script

BLANKS = ("me", "customer", "part_of_day", "months", "amount", "service_number", "promised_on")
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Section:
    title: str
    text: SafeString
    must: bool


def spoken(script: Script | None, prospect: Prospect, **said: str) -> list[Section]:
    """The sections as they are spoken to this customer; a blank that is not known yet shows as dots."""
    words = {
        "service_number": prospect.service_number,
        "amount": f"Rp{thousands(prospect.bill_amount)}",
        "months": months_in_words(prospect),
        **said,
    }
    return [
        Section(str(part.get("title", "")), _filled(str(part.get("text", "")), words), bool(part.get("must")))
        for part in (script.sections if script else [])
    ]


def _filled(text: str, words: Mapping[str, str]) -> SafeString:
    parts = _BLANK.split(text)  # every second one is the name of a blank
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", words.get(part) or "…") if at % 2 else part,) for at, part in enumerate(parts))
    )


def months_in_words(prospect: Prospect) -> str:
    """``September sampai November``, or the one month."""
    named: Any = MONTHS
    first, last = prospect.bill_months[0], prospect.bill_months[-1]
    if first == last:
        return str(named[first.month])
    return _("%(first)s sampai %(last)s") % {"first": named[first.month], "last": named[last.month]}


def unknown_blanks(sections: Any) -> list[str]:
    """The blanks in these sections that nobody fills in."""
    named = {name for part in sections for name in _BLANK.findall(str(part.get("text", "")))}
    return sorted(named - set(BLANKS))
