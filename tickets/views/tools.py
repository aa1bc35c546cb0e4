"""The administrator's pages of outside tools: the matrix of P-06 11, and one tool with its link (OB-5)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import NotVisible, Problem
from tickets.actions import change_tool, create_tool
from tickets.forms_tools import ToolForm, UseForm, initial_of, lines_of
from tickets.links import example_of
from tickets.models import ServiceLine, Tool
from tickets.views.base import person_of

MOST_SHOWN = 200


def _administrator(request: HttpRequest) -> Person:
    person = person_of(request)
    require(person, "tool.edit")
    return person


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The matrix: each tool, and at which sites each line uses it."""
    person = _administrator(request)
    tools = Tool.objects.visible_to(person).prefetch_related("uses").order_by("-active", "name")[:MOST_SHOWN]
    rows = [{"tool": tool, "cells": _cells(tool)} for tool in tools]
    return render(request, "tickets/tools/list.html", {"rows": rows, "lines": ServiceLine.choices})


def _cells(tool: Tool) -> list[str]:
    sites = {use.service_line: ", ".join(use.sites) or _("semua") for use in tool.in_use}
    return [sites.get(line, "") for line in ServiceLine.values]


@require_http_methods(["GET", "POST"])
def tool(request: HttpRequest, code: str = "") -> HttpResponse:
    """One tool, new or known, with its row of the matrix."""
    person = _administrator(request)
    known = _visible(code, person) if code else None
    posted = request.POST or None
    form, lines = ToolForm(posted, initial=initial_of(known), tool=known), lines_of(known, posted)
    if request.method == "POST" and all([form.is_valid(), *(line.is_valid() for line in lines)]):
        try:
            saved = _saved(known, form, lines, request.POST.get("version", ""), person)
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("%(name)s disimpan.") % {"name": saved.name})
            return redirect("tickets:tools")
    context = {"form": form, "lines": lines, "tool": known, **_example(form["link"].value() or "")}
    return render(request, "tickets/tools/one.html", context, status=400 if form.is_bound else 200)


def _visible(code: str, person: Person) -> Tool:
    found = Tool.objects.visible_to(person).prefetch_related("uses").filter(code=code).first()
    if found is None:
        raise NotVisible(_("Alat ini tidak ada."))
    return found


def _saved(known: Tool | None, form: ToolForm, lines: list[UseForm], version: str, person: Person) -> Tool:
    uses = [line.use() for line in lines if line.cleaned_data["used"]]
    if known is None:
        return create_tool(by=person, uses=uses, **form.cleaned_data)
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    return change_tool(known, by=person, changes=form.cleaned_data, uses=uses, version=seen)


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """Where the link that is being typed leads, with numbers made up; or what is wrong with it."""
    _administrator(request)
    return render(request, "tickets/tools/one.html#example", _example(request.GET.get("link", "")))


def _example(template: str) -> dict[str, Any]:
    try:
        return {"example": example_of(template), "wrong": ""}
    except Problem as problem:
        return {"example": "", "wrong": str(problem)}
