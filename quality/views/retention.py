"""The retention table, legal holds and runs (QM-5): the administrator's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import may, require
from common import htmx
from common.problems import Problem
from escalation.views.base import person_of
from quality.actions import retention
from quality.actions.retained import kept_classes
from quality.forms import HoldForm
from quality.models import LegalHold, RecordClass, RetentionRun, RetentionTerm

MOST_SHOWN = 30


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Terms, holds, the last runs."""
    require(person_of(request), "retention.list")
    return shown(request)


def shown(request: HttpRequest, form: HoldForm | None = None, problem: Problem | None = None) -> HttpResponse:
    person = person_of(request)
    labels = dict(RecordClass.choices)
    runs = [
        {"run": run, "found": [(labels[name], count, run.purged.get(name, 0)) for name, count in run.found.items()]}
        for run in RetentionRun.objects.visible_to(person).select_related("by", "confirmed_by")[:MOST_SHOWN]
    ]
    context = {
        "terms": RetentionTerm.objects.visible_to(person),
        "emptied": [name for name, tables in kept_classes().items() if all(each.emptied for each in tables)],
        "holds": LegalHold.objects.visible_to(person).select_related("laid_by", "lifted_by")[:MOST_SHOWN],
        "runs": runs,
        "form": form or HoldForm(),
        "may_edit": may(person, "retention.edit"),
        "problem": problem,
    }
    status = problem.status if problem else 400 if form and form.errors else 200
    return render(request, "quality/retention.html", context, status=status)


@require_POST
def term(request: HttpRequest, pk: int) -> HttpResponse:
    """Another number of days; empty keeps it for ever."""
    person = person_of(request)
    require(person, "retention.edit")
    found = get_object_or_404(RetentionTerm, pk=pk)
    text = request.POST.get("days", "").strip()
    try:
        retention.set_term(found, int(text) if text.isdecimal() and len(text) < 9 else 0 if text else None, by=person)
    except Problem as problem:
        return shown(request, problem=problem)
    htmx.toast(request, _("Masa simpan %(what)s diubah.") % {"what": found.get_record_class_display()})
    return redirect("quality:retention")


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Lay a hold."""
    person = person_of(request)
    require(person, "retention.hold")
    form = HoldForm(request.POST)
    if not form.is_valid():
        return shown(request, form)
    retention.lay_hold(by=person, **form.cleaned_data)
    htmx.toast(request, _("Penahanan berlaku."))
    return redirect("quality:retention")


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold."""
    person = person_of(request)
    require(person, "retention.hold")
    retention.lift_hold(get_object_or_404(LegalHold, pk=pk), by=person)
    return redirect("quality:retention")


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Try, or purge."""
    person = person_of(request)
    require(person, "retention.run")
    try:
        retention.begin_run(by=person, is_try="purge" not in request.POST)
    except Problem as problem:
        return shown(request, problem=problem)
    return redirect("quality:retention")


@require_POST
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Go on over the cap, or give up."""
    person = person_of(request)
    require(person, "retention.run")
    run = get_object_or_404(RetentionRun, pk=pk)
    try:
        (retention.confirm_run if act == "confirm" else retention.give_up_run)(run, by=person)
    except Problem as problem:
        return shown(request, problem=problem)
    return redirect("quality:retention")
