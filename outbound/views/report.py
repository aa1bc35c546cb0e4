"""Support HC's report of what customers answered (W-24 5.3.10): page and Excel."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.actions.exporting import note_export
from accounts.roles import require
from common.problems import Invalid
from outbound import report as read
from outbound import report_file
from outbound.models import Outcome, Purpose
from tickets import spreadsheet
from tickets.models import Kind
from tickets.personal import on_page
from tickets.views.base import person_of

KEPT = ("since", "until", "by", "purpose", "outcome", "kind")
MOST_SHOWN = 200


@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """The page; everything that it is asked for stands in its address."""
    person = person_of(request)
    require(person, "callback.report")
    problem, status = None, 200
    try:
        asked = read.asked_of(request.GET)
    except Invalid as refused:
        problem, status, asked = refused, refused.status, read.asked_of({})
    lines = read.lines(asked, person) if problem is None else []
    tries = read.tries_of(asked, person)[: MOST_SHOWN + 1] if problem is None else []
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    rows = [{"try": row, "customer": on_page("customer_name", row.callback.ticket.customer_name, person)} for row in tries]
    context: dict[str, Any] = {
        "asked": asked,
        "problem": problem,
        "lines": [*lines, read.total(lines)] if lines else [],
        "titles": [title for title, _which in read.COUNTS.values()],
        "rows": rows[:MOST_SHOWN],
        "more": len(rows) > MOST_SHOWN,
        "groups": list(read.GROUPS.items()),
        "group": read.GROUPS[asked.by],
        "choices": {"purpose": Purpose.choices, "outcome": Outcome.choices, "kind": Kind.choices[1:]},
        "query": urlencode(kept),
    }
    return render(request, "outbound/report.html", context, status=status)


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """The same as an Excel file, every try of the period; that it was taken out is in the person's history."""
    person = person_of(request)
    require(person, "callback.report")
    asked = read.asked_of(request.GET)
    tries = read.tries_of(asked, person)
    file, count = report_file.written(tries, read.GROUPS[asked.by], read.lines(asked, person), person)
    filters = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    note_export("callbacks", by=person, filters=filters, rows=count, act="callback.report")
    return spreadsheet.answer(file, "laporan-callback", f"{asked.since:%Y%m%d}-{asked.until:%Y%m%d}")
