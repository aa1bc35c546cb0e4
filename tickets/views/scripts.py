"""Scripts: what is said now, each version, and the editor for the next one (OB-3, QM-7)."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import NotVisible, Problem
from tickets.actions.scripts import create_script, retire_script
from tickets.forms_scripts import ScriptForm, SectionRows
from tickets.models import Script
from tickets.scripting import filled, name_of, use_of, uses
from tickets.views.base import person_of

MOST_SHOWN = 300


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every version, by use, with which one is said today."""
    person = person_of(request)
    require(person, "script.list")
    rows = list(Script.objects.visible_to(person)[:MOST_SHOWN])
    said = _said_today(rows)
    order = {each.name: each for each in uses()}
    rows.sort(key=lambda each: (list(order).index(each.use) if each.use in order else len(order), each.use))
    groups = [
        (order.get(use, use), [{"script": each, "said": each.pk in said} for each in versions])
        for use, versions in groupby(rows, key=lambda each: each.use)
    ]
    return render(request, "tickets/scripts/list.html", {"groups": groups, "may_edit": may(person, "script.edit")})


def _said_today(rows: list[Script]) -> set[int]:
    today, newest = timezone.localdate(now()), dict[tuple[str, str, str], Script]()
    for each in rows:  # of each place the newest stands first
        if each.active and each.effective_from <= today:
            newest.setdefault((each.use, each.service_line, each.language), each)
    return {each.pk for each in newest.values()}


def _found(pk: int, person: Person) -> Script:
    found = Script.objects.visible_to(person).select_related("created_by").filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Naskah ini tidak ada."))
    return found


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it is spoken."""
    person = person_of(request)
    require(person, "script.list")
    return _shown(request, _found(pk, person))


def _shown(request: HttpRequest, script: Script, problem: Problem | None = None) -> HttpResponse:
    person = person_of(request)
    context = {
        "script": script,
        "name": name_of(script),
        "sections": filled(script, {"me": person.online_name}),
        "may_edit": may(person, "script.edit"),
        "problem": problem,
    }
    return render(request, "tickets/scripts/one.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The next version, begun from the one that ``from`` names."""
    person = person_of(request)
    require(person, "script.edit")
    source = _source(request, person)
    head = ScriptForm(request.POST or None, initial=ScriptForm.beginning_with(source))
    rows = SectionRows(request.POST or None, initial=source.sections if source else [], prefix="row")
    if request.method == "POST" and head.is_valid() and rows.is_valid():
        try:
            made = create_script(by=person, sections=_sections(rows), **head.cleaned_data)
            htmx.toast(request, _("Versi %(version)s tersimpan.") % {"version": made.version})
            return redirect("tickets:script", pk=made.pk)
        except Problem as problem:
            head.refuse(problem)
    context = {"head": head, "rows": rows, "uses": uses(), "use": use_of(source.use) if source else None}
    return render(request, "tickets/scripts/new.html", context, status=400 if head.is_bound else 200)


def _source(request: HttpRequest, person: Person) -> Script | None:
    asked = request.GET.get("from", "")
    return _found(int(asked), person) if asked.isdecimal() and len(asked) < 10 else None


def _sections(rows: Any) -> list[dict[str, Any]]:
    return [each for each in (row.cleaned_data for row in rows) if each.get("text")]


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Not said any more."""
    person = person_of(request)
    require(person, "script.edit")
    script = _found(pk, person)
    try:
        retire_script(script, by=person)
    except Problem as problem:
        return _shown(request, script, problem)
    htmx.toast(request, _("Naskah tidak dipakai lagi. Riwayatnya tetap ada."))
    return redirect("tickets:scripts")
