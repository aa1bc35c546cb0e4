"""Findings in outside tools, in words: on the ticket, in its history, in the API (OB-5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets.models import MEASURES, Finding, LinkState


def facts_of(finding: Finding) -> dict[str, Any]:
    """What the history keeps of it, free of personal values."""
    said = {name: None if (value := getattr(finding, name)) is None else str(value) for name in MEASURES}
    facts = said | {"link_state": finding.link_state or None, "registered": finding.registered}
    return {"tool": finding.tool.name, **{name: value for name, value in facts.items() if value is not None}}


def in_words(facts: Mapping[str, Any]) -> str:
    """*redaman 21,5 dB, SNR 12 dB*; *mati*; *terdaftar*; empty where only a note was written."""
    said = [f"{label} {_number(facts[name])} {unit}" for name, (label, unit, _low, _high) in MEASURES.items() if name in facts]
    if state := facts.get("link_state"):
        said.append(str(LinkState(state).label))
    if "registered" in facts:
        said.append(_("terdaftar") if facts["registered"] else _("belum terdaftar"))
    return ", ".join(said)


def _number(value: str) -> str:
    """``21.50`` as the reader writes it, without zeros that say nothing."""
    plain = f"{Decimal(value).normalize():f}"
    return plain if get_language() == "en" else plain.replace(".", ",")
