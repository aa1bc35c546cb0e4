"""The outside tools of a ticket: those of its line and site, each with its link and what was found in it (OB-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.procedures import Citation, cites
from accounts.roles import may
from common.queries import Prepared, any_of
from tickets import forms
from tickets.beside import numbers_of, system_name
from tickets.findings import in_words
from tickets.links import filled
from tickets.models import MEASURES, Finding, Ticket, ToolUse
from tickets.panels import PageAct, Panel, add_act, add_columns, add_panel
from tickets.timeline import Told, words

TOOL = ("tool__code", "tool__name", "tool__purpose", "tool__link", "tool__found", "sites", "clause")
FOUND = ("ticket_id", "tool__code", "tool__name", *MEASURES, "link_state", "registered", "note", "by__online_name", "at")
MOST_FINDINGS = 50  # of one ticket, the newest


@dataclass(frozen=True)
class Shown:
    """A finding as it is shown."""

    tool: str
    says: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Offered:
    """A tool that the ticket's line uses at its site. ``link`` is empty where none was written, or a number is missing."""

    code: str
    name: str
    purpose: str
    link: str
    found: str
    clause: str
    has_address: bool
    last: Shown | None = None


def _findings(tickets: Any) -> QuerySet[Any, Any]:
    rows = Finding.objects.filter(any_of("ticket_id", tickets)).order_by("-id")
    return rows.values_list(*FOUND)[:MOST_FINDINGS]


_found = Prepared(_findings)


def _last_by_tool(ticket: Ticket) -> dict[str, Shown]:
    """Of each tool the newest finding, the newest first."""
    last: dict[str, Shown] = {}
    for _ticket, code, name, *values, note, by, at in _found([ticket.pk]):
        if code not in last:
            facts = {field: value for field, value in zip(FOUND[3:-3], values, strict=True) if value not in (None, "")}
            last[code] = Shown(name, in_words(facts), note, by, at)
    return last


def tools_of(ticket: Ticket, last: Mapping[str, Shown] | None = None) -> list[Offered]:
    """The tools of the ticket's line at its team's site; a ticket without a team has those of every site."""
    site = ticket.team.site.code if ticket.team else ""
    found = _last_by_tool(ticket) if last is None else last
    numbers = numbers_of(ticket)
    return [
        _offered(row, ticket, numbers.get(row[0], ""), found.get(row[0]))
        for row in ToolUse.objects.of_line(ticket.service_line).filter(active=True).values_list(*TOOL)
        if not (site and row[5]) or site in row[5]
    ]


def _offered(row: Sequence[Any], ticket: Ticket, reference: str, last: Shown | None) -> Offered:
    code, name, purpose, template, found, _sites, clause = row
    link = filled(template, service_number=ticket.service_number or "", reference=reference.partition(", ")[0])
    return Offered(code, name, purpose, link, found, clause, bool(template), last)


def panel(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """The card: tools with links for those who work on the ticket, what was found for everybody who sees it."""
    last = _last_by_tool(ticket)
    works = may(person, "ticket.record_finding")
    tools = tools_of(ticket, last) if works else []
    others = [shown for code, shown in last.items() if code not in {tool.code for tool in tools}]
    if not tools and not others:
        return {}
    return {"tools": tools, "others": others, "ticket": ticket, "may_record": works and ticket.is_open}


def values(tickets: Sequence[int]) -> Mapping[int, Any]:
    """For the API: the findings of a ticket, the newest first."""
    said: dict[int, list[dict[str, Any]]] = {}
    for ticket, code, _name, *measured, note, by, at in _found(tickets):
        fields = dict(zip(FOUND[3:-3], measured, strict=True)) | {"note": note, "by": by, "at": at}
        said.setdefault(ticket, []).append({"tool": code, **fields})
    return said


def _works(ticket: Ticket, person: Person) -> bool:
    return may(person, "ticket.record_finding") and ticket.is_open


def _refers(ticket: Ticket, person: Person) -> bool:
    return may(person, "ticket.refer")


def _never(ticket: Ticket, person: Person) -> str:
    return ""


def _finding_form(ticket: Ticket, person: Person) -> Form:
    return forms.FindingForm(auto_id="findings-%s", tools=tools_of(ticket))


def _reference_form(ticket: Ticket, person: Person) -> Form:
    return forms.ReferenceForm(auto_id="references-%s")


def _told(told: Told) -> str:
    tool, said = told.facts.get("tool", ""), in_words(told.facts)
    if said:
        return str(_("mencatat hasil %(tool)s: %(said)s")) % {"tool": tool, "said": said}
    return str(_("mencatat hasil %(tool)s")) % {"tool": tool}


def _told_number(told: Told) -> str:
    values = {"system": system_name(told.facts.get("system", "")), "number": told.facts.get("number", "")}
    return str(_("mencatat nomor %(system)s %(number)s")) % values


def _told_removed(told: Told) -> str:
    values = {"system": system_name(told.facts.get("system", "")), "number": told.facts.get("number", "")}
    return str(_("melepas nomor %(system)s %(number)s")) % values


def _citations() -> list[Citation]:
    rows = ToolUse.objects.filter(active=True, tool__active=True).exclude(clause="").select_related("tool")
    return [Citation(str(use), use.clause) for use in rows[:200]]


def register() -> None:
    """Lay card, buttons and words, once, when the apps are ready."""
    add_columns("team__site__code")
    add_panel(Panel("findings", 36, "tickets/panels/tools.html", panel, values, empty=[], listed=False, at_once=False))
    fields = "tickets/parts/finding_fields.html"
    finding, number = _("Catat hasil cek"), _("Catat nomor luar")
    add_act(
        PageAct(
            "findings", 79, finding, "tickets:findings", _works, _never, icon="clip", key="d", template=fields, form=_finding_form
        )
    )
    add_act(PageAct("references", 81, number, "tickets:references", _refers, _never, icon="pin", key="n", form=_reference_form))
    cites("tools", _("Alat luar"), _citations)
    words("ticket.finding_recorded", "clip", _told, quote="note")
    words("ticket.referred", "pin", _told_number, small=True)
    words("ticket.reference_removed", "undo", _told_removed, small=True)
