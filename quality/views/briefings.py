"""Briefings: what waits to be read, each one with its receipt, who has not read; sessions with attendance (QM-4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import NotVisible, Problem
from escalation.views.base import paged, person_of
from quality.actions import briefings as acts
from quality.forms_briefings import BriefingForm, TrainingForm
from quality.models import Briefing, Reading, Training

PAGE = 30


def found(pk: int, person: Person) -> Briefing:
    briefing = Briefing.objects.visible_to(person).select_related("published_by", "team", "site").filter(pk=pk).first()
    if briefing is None:
        raise NotVisible(_("Tidak ada, atau tidak untuk Anda lihat."))
    return briefing


def listing(request: HttpRequest) -> HttpResponse:
    """The newest on top; ``?unread=1``: those that wait for this person."""
    person = person_of(request)
    require(person, "briefing.list")
    unread = bool(request.GET.get("unread"))
    rows = Briefing.objects.waiting_for(person) if unread else Briefing.objects.visible_to(person)
    page = paged(request, rows.select_related("published_by", "team"), ("-id",), PAGE)
    waiting = set(Briefing.objects.waiting_for(person).values_list("pk", flat=True)[:PAGE])
    context = {
        "rows": [{"briefing": each, "waits": each.pk in waiting} for each in page.rows],
        "unread": unread,
        "newer_url": page.newer_url,
        "older_url": page.older_url,
        "may_publish": may(person, "briefing.publish"),
        "may_train": may(person, "training.list"),
    }
    return render(request, "quality/briefings.html", context)


def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """One, with its question; for those who publish also who has not read it."""
    person = person_of(request)
    require(person, "briefing.list")
    return _shown(request, found(pk, person))


def _shown(request: HttpRequest, briefing: Briefing, problem: Problem | None = None) -> HttpResponse:
    person = person_of(request)
    reading = Reading.objects.filter(briefing=briefing, person=person).first()
    context: dict[str, Any] = {"briefing": briefing, "reading": reading, "problem": problem}
    context["answers"] = list(enumerate(briefing.choices, start=1))
    context["needs_answer"] = bool(briefing.question) and not (reading and reading.right)
    context["may_withdraw"] = may(person, "briefing.publish") and briefing.withdrawn_at is None
    if may(person, "briefing.publish"):
        context |= acts.receipts(briefing, person)
    return render(request, "quality/briefing.html", context, status=problem.status if problem else 200)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt, with the answer where one is asked."""
    person = person_of(request)
    require(person, "briefing.read")
    wanted = found(pk, person)
    given = request.POST.get("answer", "")
    try:
        acts.read_briefing(wanted, by=person, answer=int(given) if given.isdecimal() and len(given) < 3 else None)
    except Problem as problem:
        return _shown(request, wanted, problem)
    reading = Reading.objects.get(briefing=wanted, person=person)
    if wanted.question and not reading.right:
        return redirect("quality:briefing", pk)
    htmx.toast(request, _("Tercatat sudah dibaca."))
    return redirect("quality:briefings")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back from everybody's page."""
    person = person_of(request)
    require(person, "briefing.publish")
    acts.withdraw(found(pk, person), by=person)
    htmx.toast(request, _("Briefing ditarik."))
    return redirect("quality:briefings")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write one."""
    person = person_of(request)
    require(person, "briefing.publish")
    form = BriefingForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.publish(acts.BriefingBody(**form.values()), by=person)
            htmx.toast(request, _("Briefing terbit."))
            return redirect("quality:briefing", made.pk)
        except Problem as problem:
            form.refuse(problem)
    return render(request, "quality/briefing_new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def trainings(request: HttpRequest) -> HttpResponse:
    """Sessions, the next ones on top, with attendance; those who lead plan one below."""
    person = person_of(request)
    require(person, "training.list")
    if request.method == "POST":
        require(person, "training.hold")
    form = TrainingForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            acts.plan_training(by=person, **form.cleaned_data)
            htmx.toast(request, _("Sesi dijadwalkan, peserta diberi tahu."))
            return redirect("quality:trainings")
        except Problem as problem:
            form.refuse(problem)
    sessions = Training.objects.visible_to(person).select_related("held_by", "briefing").prefetch_related("attendance__person")
    page = paged(request, sessions, ("-at", "-id"), PAGE)
    context = {"rows": page.rows, "form": form, "may_hold": may(person, "training.hold")}
    context |= {"newer_url": page.newer_url, "older_url": page.older_url}
    return render(request, "quality/trainings.html", context, status=400 if form.errors else 200)


@require_POST
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was there."""
    person = person_of(request)
    require(person, "training.hold")
    training = Training.objects.visible_to(person).filter(pk=pk).first()
    if training is None:
        raise NotVisible(_("Tidak ada, atau tidak untuk Anda lihat."))
    acts.note_attendance(training, request.POST.getlist("present"), by=person)
    htmx.toast(request, _("Kehadiran tercatat."))
    return redirect("quality:trainings")
