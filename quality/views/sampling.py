"""Tapping by plan: what was drawn and why, its sheet, and the plans (QC-7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import NotVisible, Problem
from escalation.views.base import paged, person_of
from quality.actions import sampling
from quality.forms import PlanForm, TapForm, lines_of, marks_posted
from quality.models import Check, Draw, SamplingPlan, ScoringForm

PAGE = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """What waits to be tapped, the oldest first; the plans below; POST makes another plan."""
    person = person_of(request)
    require(person, "sampling.list")
    form = PlanForm(request.POST or None)
    if request.method == "POST":
        require(person, "sampling.edit")
        if form.is_valid():
            try:
                plan = sampling.make_plan(by=person, **form.cleaned_data)
                htmx.toast(request, _("Rencana %(plan)s berlaku.") % {"plan": plan})
                return redirect("quality:draws")
            except Problem as problem:
                form.refuse(problem)
    page = paged(request, Draw.objects.visible_to(person).waiting().shown(), ("id",), PAGE)
    context = {
        "page": page,
        "plans": SamplingPlan.objects.visible_to(person),
        "form": form,
        "may_edit": may(person, "sampling.edit"),
    }
    links = {"newer_url": page.newer_url, "older_url": page.older_url}
    return render(request, "quality/draws.html", context | links, status=400 if form.errors else 200)


def found(pk: int, person: Person) -> Draw:
    """The draw that this person sees; 404 otherwise."""
    draw = Draw.objects.visible_to(person).shown().filter(pk=pk).first()
    if draw is None:
        raise NotVisible(_("Sampel ini tidak ada atau tidak untuk Anda lihat."))
    return draw


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """The call and its sheet."""
    person = person_of(request)
    require(person, "sampling.list")
    it = found(pk, person)
    scoring = ScoringForm.objects.published().filter(check_kind=Check.TAPPING).prefetch_related("parameters").first()
    form = TapForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and scoring:
        require(person, "evaluation.create")
        try:
            made = sampling.tap(it, marks_posted(scoring, request.POST), by=person, form=scoring, **form.cleaned_data)
            htmx.toast(request, _("%(sheet)s tersimpan.") % {"sheet": made})
            return redirect("quality:draws")
        except Problem as problem:
            form.refuse(problem)
    context = {
        "it": it, "result": it.result, "form": form, "scoring": scoring, "recordings": list(it.result.recordings.all()[:5]),
        "lines": lines_of(scoring, request.POST) if scoring else [], 
        "mine": may(person, "evaluation.create") and not it.evaluation_id,
    }  # fmt: skip
    return render(request, "quality/draw.html", context, status=400 if form.errors else 200)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw no more by this plan, or again."""
    person = person_of(request)
    require(person, "sampling.edit")
    sampling.switch_plan(get_object_or_404(SamplingPlan, pk=pk), "active" in request.POST, by=person)
    return redirect("quality:draws")
