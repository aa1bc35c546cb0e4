"""The paste box: words of a group, shown with their tickets before anything is kept (HC-6)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import require
from common import htmx
from common.problems import Invalid
from escalation.actions.inbox import UNIT_GROUPS
from escalation.actions.matching import LineKind
from escalation.actions.pasting import Guess, PastedRow, Saved, SavedRow, preview, save_pasted
from escalation.models import Group
from escalation.views.base import person_of, triggering

MOST_ROWS = 200  # at once on the page; what comes after is pasted again, and what is known is greyed then
RECORDED = (Saved.RECORDED,)


@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """The box; with a text, what it holds. Nothing is written."""
    person = person_of(request)
    require(person, "escort.record_progress")
    if request.method != "POST":
        return _shown(request, {})
    text, group = request.POST.get("text", ""), _group(request)
    try:
        rows = preview(text, by=person, group=group)
    except Invalid as problem:
        return _shown(request, {"text": text, "problem": problem, "group": group}, status=problem.status)
    return _shown(request, {"text": text, "group": group, **_table(rows)})


def _group(request: HttpRequest) -> Group | None:
    chosen = request.POST.get("group", "")
    found = Group.objects.filter(active=True, purpose__in=UNIT_GROUPS)
    return found.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 18 else None


def _table(rows: list[PastedRow]) -> dict[str, Any]:
    """The rows as the page draws them: those to decide on carry their fixed parts along in one field."""
    fresh = [row for row in rows if not row.known]
    sent = fresh[:MOST_ROWS]
    places = {id(row): place for place, row in enumerate(sent)}
    return {
        "rows": [
            {"row": row, "place": places.get(id(row)), "guess": _guess(row)} for row in rows if row.known or id(row) in places
        ],
        "fixed": json.dumps([_fixed(row) for row in sent]),
        "left_out": len(fresh) - len(sent),
        "to_save": len(sent),
        "kinds": LineKind.choices,
    }


def _guess(row: PastedRow) -> Any:
    return Guess(row.guess).label if row.guess and row.guess != Guess.NUMBER else ""


def _fixed(row: PastedRow) -> dict[str, Any]:
    return {"said_at": row.said_at.isoformat() if row.said_at else "", "sender": row.sender, "text": row.text, "guess": row.guess}


def _shown(request: HttpRequest, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    groups = Group.objects.filter(active=True, purpose__in=UNIT_GROUPS).order_by("purpose", "name")
    template = "escalation/parts/paste.html" if htmx.wants_part(request) else "escalation/paste.html"
    return render(request, template, {"groups": groups, **context}, status=status)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the lines as the person left them. Each stands by itself: a refused one is shown again with its reason."""
    person = person_of(request)
    require(person, "escort.record_progress")
    group = _group(request)
    saved = save_pasted(_rows(request), by=person, group=group)
    refused = [each for each in saved if each.result == Saved.REFUSED]
    again = _table([each.row for each in refused]) if refused else {}
    counted = sum(each.result in RECORDED for each in saved)
    said = ngettext("%(count)s progres dicatat.", "%(count)s progres dicatat.", counted) % {"count": counted}
    context = {"saved": [_told(each) for each in saved], "group": group, **again}
    shown = _shown(request, context, status=409 if refused and not counted else 200)
    return triggering(shown, said=said)


def _told(saved: SavedRow) -> dict[str, Any]:
    return {"row": saved.row, "result": Saved(saved.result).label, "why": saved.why}


def _rows(request: HttpRequest) -> list[PastedRow]:
    """The rows of the form with the ticket and the kind that the person chose."""
    try:
        fixed = json.loads(request.POST.get("fixed", ""))
        rows = [_row(fixed[place]) for place in range(len(fixed))]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise Invalid(_("Baris tempelan tidak terbaca. Tempel sekali lagi.")) from error
    if not rows:
        raise Invalid(_("Tidak ada baris untuk disimpan."))
    return [
        replace(
            row,
            ticket=request.POST.get(f"ticket-{place}", "").strip().upper(),
            kind=request.POST.get(f"kind-{place}", ""),
        )
        for place, row in enumerate(rows[:MOST_ROWS])
    ]


def _row(said: Mapping[str, Any]) -> PastedRow:
    moment = parse_datetime(said["said_at"]) if said["said_at"] else None
    return PastedRow(moment, str(said["sender"]), str(said["text"]), guess=str(said["guess"]))
