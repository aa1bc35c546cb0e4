"""Which version of a script stood before whoever spoke, kept with the act: an old ticket shows the words of its day (OB-3, QM-7).

A page sends each version sealed with what is to be kept of it, so that keeping costs no statement; a program sends ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.problems import Invalid
from tickets.models import Language, Script
from tickets.models.scripts import SEALED, SIGNER
from tickets.scripting import use_of

MOST = 8
Shown = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """One version as the timeline names it, and where it is read."""

    label: str
    url: str


def unsealed(values: Iterable[str]) -> list[Shown]:
    """The versions that a page sent. What carries no seal of ours was not shown by us and is left out: no call waits for it."""
    found: dict[str, Shown] = {}
    for value in list(values)[:MOST]:
        try:
            pk, use, language, version = SIGNER.unsign(value).split(".")
        except BadSignature:
            continue
        found[pk] = dict(zip(SEALED, (int(pk), use, language, int(version)), strict=True))
    return list(found.values())


def of_ids(ids: Sequence[int]) -> list[Shown]:
    """The versions that a program says were shown; 400 where one is unknown."""
    if not ids:
        return []
    found = list(Script.objects.filter(pk__in=ids).order_by("pk").values(*SEALED))
    if len(found) < len(set(ids)):
        sentence = _("Naskah ini tidak dikenal.")
        raise Invalid(sentence, errors={"scripts": [sentence]})
    return found


def facts_of(shown: Sequence[Shown]) -> dict[str, Any]:
    """What the history keeps; nothing where nothing was shown."""
    return {"scripts": list(shown)} if shown else {}


def kept(facts: Mapping[str, Any]) -> list[Kept]:
    """The versions of one act, as its timeline names them."""
    return [Kept(_label(each), reverse("tickets:script", args=[each["id"]])) for each in facts.get("scripts", ())]


def _label(shown: Shown) -> str:
    use = use_of(shown["use"])
    name = str(use.label) if use else str(shown["use"])
    foreign = "" if shown["language"] == Language.INDONESIAN else f", {Language(shown['language']).label}"
    return f"{name}{foreign} v{shown['version']}"
