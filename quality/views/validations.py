"""Agreed results before QC: the list, and the review with evidence left and sheet right (QC-1, QC-2, QC-4, QC-8)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.actions import require_on_duty
from accounts.models import Counter, Person
from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import Conflict, NotAllowed, NotVisible, Problem
from escalation.views.base import paged, person_of
from quality.actions import validations
from quality.forms import DecisionForm, lines_of, marks_posted, typed_of
from quality.models import Check, ReturnReason, ScoringForm, Validation, ValidationState
from quality.models.validations import ValidationQuerySet
from tickets.actions import discard_draft
from tickets.models import Draft
from tickets.personal import on_page

PAGE, MOST_RECORDINGS = 50, 5
TABS = {"": gettext_lazy("Agree menunggu"), "return": gettext_lazy("Return terpantau"), "selesai": gettext_lazy("Selesai")}


def _rows(person: Person, tab: str) -> tuple[ValidationQuerySet, tuple[str, ...]]:
    rows = Validation.objects.visible_to(person)
    if tab == "return":
        return rows.to_be_redone(), ("redo_by", "id")
    if tab == "selesai":
        return rows.filter(decided_at__isnull=False), ("-decided_at", "-id")
    return rows.open(), ("created_at", "id")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; returns until they are cared again; what was decided. Followed live."""
    person = person_of(request)
    require(person, "validation.list")
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    version = Counter.read(validations.COUNTER)
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    rows, ordering = _rows(person, tab)
    page = paged(request, rows.shown(), ordering, PAGE)
    shown = [{"it": each, "customer": on_page("customer_name", each.result.prospect.customer_name, person)} for each in page.rows]
    context = {"tab": tab, "tabs": TABS.items(), "rows": shown, "may_claim": may(person, "validation.claim")}
    links = {"newer_url": page.newer_url, "older_url": page.older_url, "part": "rows", "every": 8, "now": now()}
    return htmx.live(request, "quality/validations.html", context | links, version=version)


def found(pk: int, person: Person) -> Validation:
    """The validation that this person sees; 404 otherwise."""
    validation = Validation.objects.visible_to(person).shown().filter(pk=pk).first()
    if validation is None:
        raise NotVisible(_("Validasi ini tidak ada atau tidak untuk Anda lihat."))
    return validation


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """The oldest that nobody holds, locked to this reviewer."""
    person = person_of(request)
    require(person, "validation.claim")
    require_on_duty(person)
    return _onward(request, person)


def _onward(request: HttpRequest, person: Person, done: str = "") -> HttpResponse:
    held = Validation.objects.visible_to(person).held_by(person).order_by("created_at").first()
    saved = {"saved": done} if done else None
    for candidate in [held] if held else Validation.objects.visible_to(person).open().order_by("created_at", "id")[:20]:
        try:
            taken = validations.claim_validation(candidate, by=person)
        except (Conflict, NotAllowed):
            continue
        return redirect(reverse("quality:validation", args=[taken.pk], query=saved))
    if not done:
        htmx.toast(request, _("Tidak ada hasil agree yang menunggu."))
    return redirect(reverse("quality:validations", query=saved))


@require_GET
def validation(request: HttpRequest, pk: int) -> HttpResponse:
    """The review; read only for who does not hold it."""
    person = person_of(request)
    require(person, "validation.list")
    return shown(request, found(pk, person))


def shown(request: HttpRequest, it: Validation, form: DecisionForm | None = None, typed: Any = None) -> HttpResponse:
    person = person_of(request)
    mine = it.is_held_by(person)
    draft = Draft.objects.filter(person=person, form=_draft(it)).first() if mine and typed is None else None
    scoring = _scoring(it)
    values = typed or (
        draft.values if draft else typed_of(list(it.evaluation.marks.select_related("parameter"))) if it.evaluation else {}
    )
    context = {
        "it": it, "result": it.result, "prospect": it.result.prospect, "mine": mine, "scoring": scoring,
        "customer": on_page("customer_name", it.result.prospect.customer_name, person),
        "lines": lines_of(scoring, _plain(values)) if scoring else [],
        "form": form or DecisionForm(initial=_initial(it, draft)),
        "reasons": ReturnReason.objects.filter(active=True) if mine else [],
        "draft": draft, "draft_url": reverse("tickets:draft", args=[_draft(it)]),
        "recordings": list(it.result.recordings.all()[:MOST_RECORDINGS]),
        "earlier": _earlier(it), "may_claim": _may_claim(it, person), "saved": request.GET.get("saved", "")[:12],
        "unpaid": it.result.prospect.bill_months, "waiting": Validation.objects.visible_to(person).open().count() if mine else 0,
    }  # fmt: skip
    return render(request, "quality/validation.html", context, status=400 if form and form.errors else 200)


def _plain(values: Any) -> dict[str, Any]:
    """A draft's values: a radio's is a list of one."""
    return {name: value[0] if isinstance(value, list) and value else value for name, value in values.items()}


def _initial(it: Validation, draft: Draft | None) -> dict[str, Any]:
    later = timezone.localtime(now() + timedelta(hours=settings.RETURN_REDO_HOURS)).replace(second=0, microsecond=0)
    kept = _plain(draft.values) if draft else {}
    return {"redo_by": later} | {name: kept[name] for name in ("note", "reason", "recommendation", "redo_by") if kept.get(name)}


def _draft(it: Validation) -> str:
    return f"validation-{it.pk}"


def _scoring(it: Validation) -> ScoringForm | None:
    """The form of its sheet; while it is open the one in force."""
    if it.evaluation:
        return ScoringForm.objects.prefetch_related("parameters").filter(evaluations=it.evaluation).first()
    if not it.is_open:
        return None
    return ScoringForm.objects.published().filter(check_kind=Check.TAPPING).prefetch_related("parameters").first()


def _earlier(it: Validation) -> list[Validation]:
    """The validations of the same account before this one, the newest first."""
    rows = Validation.objects.filter(result__prospect=it.result.prospect_id, pk__lt=it.pk).exclude(
        state=ValidationState.WITHDRAWN
    )
    return list(rows.select_related("reviewer", "result").order_by("-id")[:5])


def _may_claim(it: Validation, person: Person) -> bool:
    if not may(person, "validation.claim") or not it.is_open or it.is_held_by(person) or not it.is_free:
        return False
    try:
        validations.require_may_review(it, by=person)
    except NotAllowed:
        return False
    return True


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock it to oneself."""
    person = person_of(request)
    require(person, "validation.claim")
    return redirect(validations.claim_validation(found(pk, person), by=person).url)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it back; what was pressed stays as a draft."""
    person = person_of(request)
    require(person, "validation.release")
    validations.release_validation(found(pk, person), by=person)
    htmx.toast(request, _("Dilepas untuk petugas QC lain."))
    return redirect("quality:validations")


@require_POST
def pulse(request: HttpRequest, pk: int) -> HttpResponse:
    """A sign of life of the open review keeps the lock; answered with until when, or that it is lost."""
    person = person_of(request)
    require(person, "validation.claim")
    it = found(pk, person)
    kept = validations.keep_lease(it, by=person)
    it.refresh_from_db(fields=["lease_until"])
    return render(request, "quality/validation.html#lease", {"it": it, "kept": kept})


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet and the ending in one: approve or return. Refused, everything typed stands there again."""
    person = person_of(request)
    require(person, "validation.approve")
    it, form = found(pk, person), DecisionForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                _end(it, form, request, person)
        except Problem as problem:
            form.refuse(problem)
    if form.errors:
        return shown(request, it, form, request.POST.dict())
    discard_draft(_draft(it), by=person)
    decided = found(pk, person)
    what = {"number": decided.result.prospect.service_number, "agent": decided.person.online_name}
    said = _("%(number)s approved.") if decided.state == ValidationState.APPROVED else _("%(number)s kembali ke %(agent)s.")
    htmx.toast(request, said % what)
    return _onward(request, person, done=str(pk))


def _end(it: Validation, form: DecisionForm, request: HttpRequest, person: Person) -> None:
    scoring = _scoring(it)
    marks = marks_posted(scoring, request.POST) if scoring else []
    values = form.cleaned_data
    if any(mark.answer for mark in marks):
        validations.score_validation(it, marks, by=person, form=scoring, note=values["note"])
    if "return" in request.POST:
        chosen = {name: values[name] for name in ("recommendation", "redo_by")}
        validations.return_validation(it, values["reason"], by=person, **chosen)
    else:
        validations.approve(it, by=person, note=values["note"])
