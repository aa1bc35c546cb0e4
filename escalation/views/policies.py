"""The pages of policies: the list, one version, and the editor. An administrator changes them, supervisor and Support HC read."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import NotVisible, Problem
from escalation import policy_pages as shown
from escalation.actions import policies, trying
from escalation.forms import SimulationForm, SwitchOnForm, TrialForm
from escalation.ladder_form import LadderForm, card_choices
from escalation.models import Policy, Trial
from escalation.views.base import paged, person_of
from tickets.actions import discard_draft, save_draft
from tickets.forms import KawalForm
from tickets.models import Draft, Kind, ServiceLine

log = logging.getLogger(__name__)
PAGE = 40


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every policy by whom it serves, with the version that serves now."""
    person = person_of(request)
    require(person, "policy.list")
    page = paged(request, shown.newest_versions(), ("kind", "-specificity", "segment", "service_line", "id"), PAGE)
    kinds = {policy.kind for policy in page.rows}
    serving = shown.serving_now(Policy.objects.filter(kind__in=kinds, active=True).order_by("-version")[:500])
    counts = shown.running([*page.rows, *serving.values()])
    rows = [_row(policy, serving.get(shown.scope_of(policy)), counts) for policy in page.rows]
    context = {"rows": rows, "newer_url": page.newer_url, "older_url": page.older_url, "may_edit": may(person, "policy.edit")}
    return render(request, "escalation/policies/list.html", context)


def _row(newest: Policy, serves: Policy | None, counts: dict[int, int]) -> dict[str, Any]:
    return {
        "newest": newest,
        "serves": serves,
        "shown": serves or newest,
        "scope": shown.scope_words(newest),
        "running": counts.get(serves.pk, 0) if serves else 0,
    }


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its ladders, what it does now, its other versions."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, *, status: int = 200, **forms: KawalForm) -> HttpResponse:
    person = person_of(request)
    require(person, "policy.list")
    policy = shown.with_ladders(pk)
    versions = list(shown.versions_of(policy)[: shown.MOST_VERSIONS])
    counts = shown.running([policy, *versions])
    context = {
        "policy": policy,
        "scope": shown.scope_words(policy),
        "ladders": shown.ladders(policy),
        "serves": shown.serving_now([policy, *versions]).get(shown.scope_of(policy)),
        "versions": [{"policy": each, "running": counts.get(each.pk, 0)} for each in versions],
        "running": counts.get(policy.pk, 0),
        "instead": shown.serves_instead(policy),
        "may_edit": may(person, "policy.edit"),
        "form": SwitchOnForm(),
        "trial_form": TrialForm(initial=_last_month()),
        "trials": Trial.objects.filter(policy=policy).select_related("by").order_by("-id")[:5],
        **forms,
    }
    return render(request, "escalation/policies/page.html", context, status=status)


def _last_month() -> dict[str, Any]:
    today = timezone.localdate(now())
    return {"since": today - timedelta(days=30), "until": today}


def _door(act: Callable[..., Policy], said: Any) -> Callable[[HttpRequest, int], HttpResponse]:
    @require_POST
    def door(request: HttpRequest, pk: int) -> HttpResponse:
        policy = act(shown.with_ladders(pk), by=person_of(request))
        htmx.toast(request, said % {"version": policy.version})
        return redirect("escalation:policy", pk)

    return door


confirm = _door(policies.confirm_policy, gettext_lazy("Menit v%(version)s dikonfirmasi"))
switch_off = _door(policies.switch_off, gettext_lazy("v%(version)s dimatikan"))


@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it serve from now on, or from the given moment."""
    form = SwitchOnForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form=form, status=400)
    try:
        policy = policies.switch_on(
            shown.with_ladders(pk), by=person_of(request), in_force_from=form.cleaned_data["in_force_from"]
        )
    except Problem as problem:
        form.add_error("in_force_from" if problem.errors else None, str(problem))
        return _page(request, pk, form=form, status=problem.status)
    htmx.toast(request, _("v%(version)s dinyalakan. Tiket yang berjalan memakai versinya sendiri.") % {"version": policy.version})
    return redirect("escalation:policy", pk)


@never_cache
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The editor: a new version of one, or with ``?from=`` a policy for another scope that begins with its ladders."""
    person = person_of(request)
    require(person, "policy.edit")
    policy = shown.with_ladders(pk) if pk else None
    name = f"policy-{pk or 'new'}"
    if request.method == "POST" and "act" in request.POST:
        return _rearranged(request, policy, name)
    if request.method == "POST":
        return _saved(request, policy, name)
    draft = Draft.objects.filter(person=person, form=name).first()
    return _editor(request, policy, LadderForm.of_draft(draft.values) if draft else _begun(request, policy), name, draft=draft)


def _begun(request: HttpRequest, policy: Policy | None) -> LadderForm:
    copied = request.GET.get("from", "")
    return LadderForm.of_policy(policy or (shown.with_ladders(int(copied)) if copied.isdecimal() and len(copied) < 10 else None))


def _editor(request: HttpRequest, policy: Policy | None, form: LadderForm, name: str, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    context = {
        "policy": policy,
        "scope": shown.scope_words(policy) if policy else "",
        "form": form,
        "head": form.head,
        "running": shown.running([policy]).get(policy.pk, 0) if policy else 0,
        "draft_url": reverse("tickets:draft", args=[name]),
        **card_choices(),
        **more,
    }
    return render(request, "escalation/policies/edit.html", context, status=status)


def _rearranged(request: HttpRequest, policy: Policy | None, name: str) -> HttpResponse:
    """A rung added, moved or removed: nothing is saved but the draft."""
    form = LadderForm.of_post(request.POST, bound=False)
    form.act(request.POST["act"])
    save_draft(name, form.as_posted(), by=person_of(request))
    return _editor(request, policy, form, name)


def _saved(request: HttpRequest, policy: Policy | None, name: str) -> HttpResponse:
    person = person_of(request)
    posted = request.POST.copy()
    if policy:  # a new version serves whom the one before it serves
        for field, value in _scope(policy).items():
            posted[field] = value
    form = LadderForm.of_post(posted)
    values = form.values()
    try:
        made = policies.create_policy(by=person, active=False, **values) if values else None
    except Problem as problem:
        form.refuse(problem)
        made = None
    if made is None:
        return _editor(request, policy, form, name, status=400)
    discard_draft(name, by=person)
    htmx.toast(request, _("v%(version)s disimpan, belum berlaku. Coba dulu, lalu nyalakan.") % {"version": made.version})
    return redirect(f"{reverse('escalation:policy', args=[made.pk])}?saved={name}")


def _scope(policy: Policy) -> dict[str, str]:
    values = {"kind": policy.kind, "segment": policy.segment, "service_line": policy.service_line}
    return {**values, "region": str(policy.region or ""), "site": policy.site.code if policy.site else ""}


@require_GET
def simulate(request: HttpRequest) -> HttpResponse:
    """*A hard complaint on Saturday at 22.00*: what the version asked for would do, else the one that would serve."""
    person = person_of(request)
    require(person, "policy.list")
    asked = request.GET.get("policy", "")
    version = shown.with_ladders(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    form = SimulationForm(request.GET) if "at" in request.GET else SimulationForm(initial=_saturday(version))
    context: dict[str, Any] = {"form": form, "version": version}
    if form.is_bound and form.is_valid():
        happens = form.happenings()
        site = form.cleaned_data["site"]
        policy = version or shown.serving(form.scope(), happens.logged)
        context |= {"policy": policy, "logged": happens.logged, "zone": site.time_zone}
        context["rows"] = shown.simulated(policy, happens, site.time_zone) if policy else []
    return render(request, "escalation/policies/simulate.html", context)


def _saturday(version: Policy | None) -> dict[str, Any]:
    """A first question: a hard complaint next Saturday at 22.00, or a ticket of the kind that the version serves."""
    today = timezone.localtime(now()).replace(hour=22, minute=0, second=0, microsecond=0)
    moment = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    scope = _scope(version) if version else {"kind": Kind.HARD_COMPLAINT, "service_line": ServiceLine.INDIHOME}
    return {**scope, "at": moment.replace(tzinfo=None)}


def begin_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a try on past tickets; it runs beside the page (ESC-6)."""
    person = person_of(request)
    require(person, "policy.edit")
    if request.method != "POST":
        return redirect("escalation:policy", pk)
    form = TrialForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, trial_form=form, status=400)
    try:
        trial = trying.try_policy(shown.with_ladders(pk), by=person, **form.period())
    except Problem as problem:
        form.refuse(problem)
        return _page(request, pk, trial_form=form, status=problem.status)
    transaction.on_commit(_wake)
    return redirect("escalation:trial", trial.pk)


def _wake() -> None:
    """A courtesy: the beat comes to it as well, so a broker that is down harms nothing."""
    try:
        current_app.send_task("escalation.tasks.run_trials", retry=False, expires=20)
    except Exception:
        log.warning("the broker could not be told of a try", exc_info=True)


@require_GET
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What would have fired beside what did, or how far it is."""
    require(person_of(request), "policy.list")
    found = Trial.objects.select_related("policy", "by").filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Percobaan ini tidak ada."))
    version = f"{found.state}-{found.done}-{found.total}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    context = {"part": "progress", "every": 3, "trial": found, **shown.trial_words(found)}
    return htmx.live(request, "escalation/policies/trial.html", context, version=version)
