"""Results in a grid: the TL checks all reasons and sends wrong ones back, the agent corrects (CT-5)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import Role, may, require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from outbound import actions
from outbound.forms_arrears import ResultForm, SendBackForm, typed_before
from outbound.models import RESULT_MOVES, CallReason, Campaign, CaringResult, Difference, ExportLayout, ResultState, RuleKind
from tickets.personal import on_page
from tickets.views.base import person_of

LISTED = 50


def listing(request: HttpRequest) -> HttpResponse:
    """All results that one sees, the newest first; narrowed by campaign, state, reason, and to those that a rule found."""
    person = person_of(request)
    require(person, "result.list")
    kept = _filters(request)
    rows = list(narrowed(CaringResult.objects.visible_to(person).standing(), kept, request.GET.get("before", ""))[: LISTED + 1])
    older = (
        {**{name: value for name, value in kept.items() if value}, "before": rows[LISTED - 1].pk} if len(rows) > LISTED else {}
    )
    context = {
        "rows": [_row(result, person) for result in rows[:LISTED]],
        "kept": kept,
        "campaigns": Campaign.objects.visible_to(person).order_by("-id")[:100],
        "states": [choice for choice in ResultState.choices if choice[0] != ResultState.UNDONE],
        "reasons": CallReason.objects.filter(parent__isnull=False),
        "layouts": ExportLayout.objects.filter(active=True) if may(person, "campaign.export") else [],
        "older_url": reverse("outbound:results", query=older) if older else "",
        "of_agent": person.role == Role.OUTBOUND_AGENT,
    }
    return render(request, "outbound/results.html", context)


def _filters(request: HttpRequest) -> dict[str, str]:
    """What the list is narrowed by, as far as it can be meant."""
    numbers = {name: request.GET.get(name, "")[:18] for name in ("campaign", "reason")}
    kept = {name: number for name, number in numbers.items() if number.isascii() and number.isdigit()}
    state = request.GET.get("state", "")
    return (
        kept | ({"state": state} if state in ResultState.values else {}) | ({"flagged": "1"} if "flagged" in request.GET else {})
    )


def narrowed(rows: QuerySet[CaringResult], kept: dict[str, str], before: str = "") -> QuerySet[CaringResult]:
    """Only those that the filters name."""
    for name, column in (("campaign", "campaign_id"), ("reason", "reason_id"), ("state", "state")):
        if name in kept:
            rows = rows.filter(**{column: kept[name]})
    if kept.get("flagged"):
        rows = rows.filter(flag_count__gt=0)
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    return rows.select_related("prospect", "campaign", "reason__parent", "by").order_by("-id")


def _row(result: CaringResult, person: Person) -> dict[str, Any]:
    labels = dict(RuleKind.choices)
    return {
        "result": result,
        "customer": on_page("customer_name", result.prospect.customer_name, person),
        "flags": [str(labels[kind]).split(" (")[0] for kind in result.flags if kind in labels],
        "may_send_back": may(person, "result.send_back") and RESULT_MOVES.allows("send_back", result.state),
        "may_correct": result.by_id == person.pk and result.state == ResultState.SENT_BACK,
    }


def _found(pk: int, person: Person) -> CaringResult:
    result = CaringResult.objects.visible_to(person).shown().filter(pk=pk).first()
    if result is None:
        raise NotVisible(_("Hasil ini tidak ada, atau tidak untuk Anda lihat."))
    return result


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to its agent, with what must be corrected."""
    person = person_of(request)
    require(person, "result.send_back")
    result, form = _found(pk, person), SendBackForm(request.POST)
    if not form.is_valid():
        sentence = _("Tulis apa yang harus dikoreksi.")
        raise Invalid(sentence, errors={"reason": [sentence]})
    done = actions.send_back(result, form.cleaned_data["reason"], by=person)
    words = {"number": done.prospect.service_number, "name": result.by.online_name}
    htmx.toast(request, _("%(number)s dikembalikan ke %(name)s.") % words)
    return redirect(request.POST.get("back", "") if _ours(request.POST.get("back", "")) else reverse("outbound:results"))


def _ours(address: str) -> bool:
    return address.startswith(f"{reverse('outbound:results')}?") and "\n" not in address


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The agent enters it anew, with the TL's words above."""
    person = person_of(request)
    require(person, "result.correct")
    result = _found(pk, person)
    RESULT_MOVES.require("correct", result.state)
    form = ResultForm(result.prospect, request.POST or None, initial=typed_before(result))
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(result, by=person, **form.entry())
            htmx.toast(request, _("%(number)s dikoreksi.") % {"number": result.prospect.service_number})
            return redirect("outbound:prospects")
        except (Invalid, Conflict) as problem:
            form.refuse(problem)
    return render(request, "outbound/correct.html", {"result": result, "form": form}, status=400 if form.errors else 200)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The difference to another system is put right."""
    person = person_of(request)
    require(person, "difference.settle")
    difference = Difference.objects.visible_to(person).filter(pk=pk).first()
    if difference is None:
        raise NotVisible(_("Selisih ini tidak ada, atau tidak untuk Anda lihat."))
    actions.settle_difference(difference, by=person, note=request.POST.get("note", "")[:300])
    htmx.toast(request, _("Selisih ditandai beres."))
    return redirect("outbound:prospects" if person.role == Role.OUTBOUND_AGENT else "outbound:results")
