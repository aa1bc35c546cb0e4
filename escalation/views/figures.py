"""How long the steps of escorts took, and how long each hand held the ball, in a period (HC-9, HC-7)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.actions.exporting import note_export
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid
from escalation import figures as read
from escalation import hand_figures, spreadsheet
from escalation.models import Measure
from escalation.views.base import person_of
from tickets.forms import REGIONS
from tickets.models import Kind
from tickets.spreadsheet import EXCEL

KEPT = ("since", "until", "by", "kind", "region")
LinesOf = Callable[[read.Asked, Person], list[Any]]
KINDS = [(kind.value, kind.label) for kind in Kind if kind != Kind.REGULAR]


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """How long each step took; everything that the page is asked for stands in its address."""
    return _page(request, "escalation/figures.html", read.GROUPS, read.lines, {"measures": list(Measure)})


@require_GET
def hands(request: HttpRequest) -> HttpResponse:
    """How long each hand held the ball (HC-7)."""
    return _page(request, "escalation/hand_figures.html", hand_figures.GROUPS, hand_figures.lines, {})


def _page(
    request: HttpRequest, template: str, groups: Mapping[str, Any], lines_of: LinesOf, more: Mapping[str, Any]
) -> HttpResponse:
    person = person_of(request)
    require(person, "escort.figures")
    problem, status = None, 200
    try:
        asked = read.asked_of(request.GET, groups)
        lines = lines_of(asked, person)
    except Invalid as refused:
        problem, status, asked, lines = refused, refused.status, read.asked_of({}, groups), []
    kept = _kept(request)
    context: dict[str, Any] = {
        "asked": asked,
        "lines": lines,
        "problem": problem,
        "groups": list(groups.items()),
        "group": groups[asked.by],
        "kinds": KINDS,
        "regions": REGIONS[1:],
        "kept": kept,
        "query": urlencode(kept),
        "period": urlencode({name: value for name, value in kept.items() if name in ("since", "until")}),
        **more,
    }
    return render(request, template, context, status=status)


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in KEPT if request.GET.get(name)}


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The steps' figures as an Excel file; that it was taken out is in the person's history."""
    return _export(request, "angka-kawal", read.GROUPS, read.lines, spreadsheet.of_figures)


@require_GET
def hands_export(request: HttpRequest) -> HttpResponse:
    """The hands' figures likewise."""
    return _export(request, "pemegang-bola", hand_figures.GROUPS, hand_figures.lines, spreadsheet.of_hands)


def _export(
    request: HttpRequest, name: str, groups: Mapping[str, Any], lines_of: LinesOf, book: Callable[[Any, Any], bytes]
) -> HttpResponse:
    person = person_of(request)
    require(person, "escort.figures")
    asked = read.asked_of(request.GET, groups)
    lines = lines_of(asked, person)
    note_export("figures", by=person, filters=_kept(request), rows=len(lines), act="escort.figures")
    file = f"{name}-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return HttpResponse(book(groups[asked.by], lines), content_type=EXCEL, headers=headers)
