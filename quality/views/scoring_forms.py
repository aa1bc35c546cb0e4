"""Scoring forms: their versions, one of them, and the administrator's editor (QC-2, QM-7)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import NotVisible, Problem
from escalation.views.base import person_of
from quality.actions import forms
from quality.forms import ParameterRows, ScoringFormForm, rows_of
from quality.models import FormState, ScoringForm

MOST_SHOWN = 200


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every version, the newest of each form first."""
    person = person_of(request)
    require(person, "scoring_form.list")
    versions = ScoringForm.objects.visible_to(person)[:MOST_SHOWN]
    return render(request, "quality/forms.html", {"versions": versions, "may_edit": may(person, "scoring_form.edit")})


def found(pk: int, person: Person) -> ScoringForm:
    """The version that this person sees; 404 otherwise."""
    form = ScoringForm.objects.visible_to(person).prefetch_related("parameters").filter(pk=pk).first()
    if form is None:
        raise NotVisible(_("Formulir ini tidak ada."))
    return form


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it is filled."""
    person = person_of(request)
    require(person, "scoring_form.list")
    return _shown(request, found(pk, person))


def _shown(request: HttpRequest, form: ScoringForm, problem: Problem | None = None) -> HttpResponse:
    parameters = list(form.parameters.all())
    context = {
        "version": form,
        "parameters": parameters,
        "total": sum(each.weight for each in parameters),
        "may_edit": may(person_of(request), "scoring_form.edit"),
        "is_draft": form.state == FormState.DRAFT,
        "problem": problem,
    }
    return render(request, "quality/form.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A draft changed; or a new version, begun from the one that ``from`` names."""
    person = person_of(request)
    require(person, "scoring_form.edit")
    draft = found(pk, person) if pk else None
    source = draft or _source(request, person)
    head = ScoringFormForm(request.POST or None, initial=_head_of(source))
    rows = ParameterRows(request.POST or None, initial=rows_of(source) if source else [], prefix="row")
    if request.method == "POST" and head.is_valid() and rows.is_valid():
        try:
            body = forms.FormBody(parameters=_parameters(rows), **head.cleaned_data)
            kept = forms.change_form(draft, body, by=person) if draft else forms.create_form(body, by=person)
            htmx.toast(request, _("Konsep %(form)s tersimpan.") % {"form": kept})
            return redirect("quality:form", pk=kept.pk)
        except Problem as problem:
            head.refuse(problem)
    wrong = head.is_bound
    return render(request, "quality/form_edit.html", {"head": head, "rows": rows, "draft": draft}, status=400 if wrong else 200)


def _source(request: HttpRequest, person: Person) -> ScoringForm | None:
    asked = request.GET.get("from", "")
    return found(int(asked), person) if asked.isdecimal() and len(asked) < 10 else None


def _head_of(source: ScoringForm | None) -> dict[str, Any]:
    names = ("check_kind", "code", "revision", "name", "clause", "effective_on", "pass_mark")
    return {name: getattr(source, name) for name in names} if source else {"pass_mark": 80, "revision": "00"}


def _parameters(rows: Any) -> list[forms.ParameterBody]:
    return [
        forms.ParameterBody(
            section=each["section"], text=each["text"], weight=each["weight"] or 0, critical=each["critical"],
            may_be_na=each["may_be_na"], comment=each["comment"] or "never",
            root_causes=[cause.strip() for cause in each["root_causes"].split(",") if cause.strip()],
        )
        for each in (row.cleaned_data for row in rows)
        if each.get("text")
    ]  # fmt: skip


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on new sheets are filled on it."""
    person = person_of(request)
    require(person, "scoring_form.edit")
    form = found(pk, person)
    try:
        forms.publish_form(form, by=person)
    except Problem as problem:
        return _shown(request, form, problem)
    htmx.toast(request, _("%(form)s berlaku. Lembar lama tetap memakai versinya.") % {"form": form})
    return redirect(reverse("quality:form", args=[pk]))
