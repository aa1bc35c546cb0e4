"""The outside tools and the matrix of P-06 11, which an administrator edits (OB-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person, Site
from accounts.roles import require
from common.problems import Invalid, Stale
from common.text import clean, require_lengths
from tickets.links import checked_link
from tickets.models import Found, ServiceLine, Tool, ToolUse

NEEDED = ("code", "name", "purpose")
MOST_ORDER = 999


@dataclass(frozen=True)
class Use:
    """A row of the matrix: this line uses the tool at these sites; none named means every one. ``order`` is that of the card."""

    service_line: str
    sites: Sequence[str] = ()
    order: int = 0
    clause: str = ""


@transaction.atomic
def create_tool(*, by: Person, uses: Sequence[Use] = (), **values: Any) -> Tool:
    """Another application, and the lines and sites that use it; 400 for a code that another one has."""
    require(by, "tool.edit")
    if Tool.objects.filter(code=values.get("code")).exists():
        raise _wrong("code", _("Kode ini sudah dipakai alat lain."))
    tool = Tool()
    facts = _written(tool, values)
    tool.save(force_insert=True)
    facts |= _laid(tool, uses)
    record(tool, "tool.created", by=by, facts=facts, first=True)
    return tool


@transaction.atomic
def change_tool(
    tool: Tool, *, by: Person, changes: Mapping[str, Any], uses: Sequence[Use] | None = None, version: int | None = None
) -> Tool:
    """Its words, its link, what is recorded of it; ``uses``, where given, becomes its whole matrix. The code stays.

    Switched off it is offered nowhere, and what was found in it stays. 412 when somebody else changed it since ``version``.
    """
    require(by, "tool.edit")
    tool = Tool.objects.select_for_update().get(pk=tool.pk)
    if version is not None and tool.version != version:
        raise Stale(
            _("Orang lain mengubahnya sementara Anda mengisi. Isian Anda masih di sini; muat ulang untuk melihat isiannya.")
        )
    facts = _written(tool, {name: value for name, value in changes.items() if name != "code"})
    facts |= _laid(tool, uses) if uses is not None else {}
    if facts:
        tool.version += 1
        tool.save()
        record(tool, "tool.changed", by=by, facts=facts)
    return tool


def _written(tool: Tool, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set what is another value than before, and tell both."""
    given = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
    given |= {"link": checked_link(given["link"])} if "link" in given else {}
    require_lengths(tool, given)
    facts = {name: [getattr(tool, name), value] for name, value in given.items() if getattr(tool, name) != value}
    for name, (_before, value) in facts.items():
        setattr(tool, name, value)
    _require_sense(tool)
    return facts


def _require_sense(tool: Tool) -> None:
    empty = {name: [_("Isian ini masih kosong.")] for name in NEEDED if not getattr(tool, name)}
    if empty:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=empty)
    if tool.found not in Found.values:
        raise _wrong("found", _("Pilih salah satu dari daftar."))
    try:
        validate_slug(tool.code)
    except ValidationError:
        raise _wrong("code", _("Pakai huruf, angka, - dan _ saja, tanpa spasi.")) from None


def _laid(tool: Tool, uses: Sequence[Use]) -> dict[str, Any]:
    """Make ``uses`` its rows of the matrix; a line that is not named uses it no more. Tells each line that changed."""
    before = {use.service_line: use for use in tool.uses.select_for_update()}
    _require_known(uses, {site for use in before.values() for site in use.sites})
    facts = {}
    for line in ServiceLine.values:
        wanted = next((use for use in uses if use.service_line == line), None)
        known = before.get(line)
        was = _plain(known) if known and known.active else None
        becomes = _plain(wanted) if wanted else None
        if was != becomes:
            facts[line] = [was, becomes]
            row = known or ToolUse(tool=tool, service_line=line)
            row.active = wanted is not None
            for name, value in (becomes or {}).items():
                setattr(row, name, value)
            row.save()
    return facts


def _plain(use: Use | ToolUse) -> dict[str, Any]:
    return {"sites": list(use.sites), "order": use.order, "clause": use.clause}


def _require_known(uses: Sequence[Use], named: set[str]) -> None:
    """``named``: sites that stand in its matrix already; the document's are there before the site itself is."""
    lines = [use.service_line for use in uses]
    if set(lines) - set(ServiceLine.values) or len(set(lines)) < len(lines):
        raise _wrong("uses", _("Sebut tiap layanan paling banyak sekali."))
    known = named.union(Site.objects.values_list("code", flat=True))
    unknown = sorted({site for use in uses for site in use.sites} - known)
    if unknown:
        raise _wrong("uses", _("Situs tidak dikenal: %(sites)s.") % {"sites": ", ".join(unknown)[:100]})
    for use in uses:
        require_lengths(ToolUse(), {"clause": use.clause})
        if not 0 <= use.order <= MOST_ORDER:
            raise _wrong("uses", _("Urutan antara 0 dan %(most)s.") % {"most": MOST_ORDER})


def _wrong(field: str, sentence: Any) -> Invalid:
    return Invalid(sentence, errors={field: [sentence]})
