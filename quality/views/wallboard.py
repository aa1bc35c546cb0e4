"""The wallboard, and the table of targets that it judges by (QM-1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person, Site
from accounts.roles import Role, may, require
from common import htmx
from common.clock import now
from common.problems import Problem
from escalation.views.base import person_of
from quality.actions import targets
from quality.forms_targets import SiteTargetForm, TargetForm
from quality.models import QualityTarget
from quality.wallboard import Look, site_for, tiles

EVERY = 15  # seconds
OLDEST = 3
MOST = 300


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Six numbers for a large screen; a supervisor's site, else everywhere or ``?site=``."""
    person = person_of(request)
    require(person, "wallboard.look")
    version = f"{now().timestamp() // EVERY:.0f}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    look = Look(_site(person, request.GET.get("site", "")))
    context = {
        "part": "wall",
        "every": EVERY,
        "look": look,
        "tiles": tiles(look),
        "oldest": look.emergencies[:OLDEST],
        "heat": look.heat(),
        "sites": Site.objects.all()[:50] if person.role != Role.SUPERVISOR else [],
        "live_url": request.get_full_path(),
    }
    return htmx.live(request, "quality/wallboard.html", context, version=version)


def _site(person: Person, code: str) -> Site | None:
    try:
        return site_for(person, code)
    except Site.DoesNotExist as error:
        raise Http404 from error


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The targets, to read or to change."""
    require(person_of(request), "target.list")
    return _table(request)


def _table(request: HttpRequest, form: SiteTargetForm | None = None, problem: Problem | None = None) -> HttpResponse:
    person = person_of(request)
    context = {
        "targets": QualityTarget.objects.visible_to(person).select_related("site")[:MOST],
        "may_edit": may(person, "target.edit"),
        "form": form or SiteTargetForm(),
        "problem": problem,
    }
    status = problem.status if problem else 400 if form is not None and form.errors else 200
    return render(request, "quality/targets.html", context, status=status)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other numbers."""
    person = person_of(request)
    require(person, "target.edit")
    target, form = get_object_or_404(QualityTarget, pk=pk), TargetForm(request.POST)
    try:
        targets.set_target(target, by=person, **form.values())
    except Problem as problem:
        return _table(request, problem=problem)
    htmx.toast(request, _("Target %(what)s disimpan.") % {"what": target.get_measure_display()})
    return redirect("quality:targets")


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """A site's own."""
    person = person_of(request)
    require(person, "target.edit")
    form = SiteTargetForm(request.POST)
    if not form.is_valid():
        return _table(request, form)
    try:
        targets.create_target(by=person, **form.cleaned_data)
    except Problem as problem:
        return _table(request, form, problem)
    htmx.toast(request, _("Target situs disimpan."))
    return redirect("quality:targets")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The site goes by the target of all again."""
    person = person_of(request)
    require(person, "target.edit")
    try:
        targets.remove_target(get_object_or_404(QualityTarget, pk=pk), by=person)
    except Problem as problem:
        return _table(request, problem=problem)
    return redirect("quality:targets")
