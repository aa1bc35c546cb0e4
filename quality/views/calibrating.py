"""Calibration: the list, asking for one, one's own sheet, and the differences once it is closed (QC-8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common.problems import NotVisible, Problem
from escalation.views.base import paged, person_of
from quality.actions import calibrating
from quality.forms import CalibrationForm, lines_of, marks_posted
from quality.models import Calibration

PAGE = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The newest on top; POST asks for another one."""
    person = person_of(request)
    require(person, "calibration.list")
    form = CalibrationForm(person, request.POST or None)
    if request.method == "POST":
        require(person, "calibration.open")
        if form.is_valid():
            try:
                made = calibrating.open_calibration(form.result(), list(form.cleaned_data["reviewers"]), by=person)
                return redirect(made.url)
            except Problem as problem:
                form.refuse(problem)
    page = paged(request, Calibration.objects.visible_to(person).shown(), ("-id",), PAGE)
    context = {"page": page, "form": form, "may_open": may(person, "calibration.open")}
    links = {"newer_url": page.newer_url, "older_url": page.older_url}
    return render(request, "quality/calibrations.html", context | links, status=400 if form.errors else 200)


def found(pk: int, person: Person) -> Calibration:
    """The calibration that this person sees; 404 otherwise."""
    calibration = Calibration.objects.visible_to(person).shown().filter(pk=pk).first()
    if calibration is None:
        raise NotVisible(_("Kalibrasi ini tidak ada atau tidak untuk Anda lihat."))
    return calibration


@require_http_methods(["GET", "POST"])
def calibration(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own sheet while it is open; everybody's once it is closed."""
    person = person_of(request)
    require(person, "calibration.list")
    it, problem = found(pk, person), None
    if request.method == "POST":
        require(person, "calibration.score")
        try:
            calibrating.submit_sheet(it, marks_posted(it.form, request.POST), by=person)
            return redirect(it.url)
        except Problem as refused:
            problem = refused
    own = next((each for each in it.sheets.all() if each.reviewer_id == person.pk), None)
    context = {
        "it": it, "result": it.result, "recordings": list(it.result.recordings.all()[:5]), "problem": problem,
        "mine": own is not None and own.submitted_at is None and it.closed_at is None,
        "lines": lines_of(it.form, request.POST), "in": sum(1 for each in it.sheets.all() if each.submitted_at),
        "differences": calibrating.differences(it), "deviations": calibrating.deviations(it),
        "may_close": it.opened_by_id == person.pk and it.closed_at is None,
    }  # fmt: skip
    return render(request, "quality/calibration.html", context, status=problem.status if problem else 200)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    person = person_of(request)
    require(person, "calibration.open")
    return redirect(calibrating.close_calibration(found(pk, person), by=person).url)
