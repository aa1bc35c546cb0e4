"""How long the steps of escorts took, in a period (HC-9)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.roles import require
from common.problems import Invalid
from escalation import figures as read
from escalation import spreadsheet
from escalation.actions.exporting import note_export
from escalation.models import Measure
from escalation.views.base import person_of
from escalation.views.export import EXCEL
from tickets.forms import REGIONS
from tickets.models import Kind

KEPT = ("since", "until", "by", "kind", "region")
KINDS = [(kind.value, kind.label) for kind in Kind if kind != Kind.REGULAR]


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The page; everything that it is asked for stands in its address."""
    person = person_of(request)
    require(person, "escort.figures")
    problem, status = None, 200
    try:
        asked = read.asked_of(request.GET)
        lines = read.lines(asked, person)
    except Invalid as refused:
        problem, status, asked, lines = refused, refused.status, read.asked_of({}), []
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    context: dict[str, Any] = {
        "asked": asked,
        "lines": lines,
        "problem": problem,
        "measures": list(Measure),
        "groups": list(read.GROUPS.items()),
        "group": read.GROUPS[asked.by],
        "kinds": KINDS,
        "regions": REGIONS[1:],
        "kept": kept,
        "query": urlencode(kept),
    }
    return render(request, "escalation/figures.html", context, status=status)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same figures as an Excel file; that it was taken out is in the person's history."""
    person = person_of(request)
    require(person, "escort.figures")
    asked = read.asked_of(request.GET)
    lines = read.lines(asked, person)
    filters = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    note_export("figures", by=person, filters=filters, rows=len(lines), act="escort.figures")
    name = f"angka-kawal-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(spreadsheet.of_figures(read.GROUPS[asked.by], lines), content_type=EXCEL, headers=headers)
