"""One call to a customer in arrears: who and how much, the script, the result in three keys (CT-2, CT-3, CT-4)."""

import hashlib
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.idempotency import Answer, once
from accounts.models import Duty, HistoryEntry, Person
from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible, Problem
from common.words import day, nearby, thousands
from outbound import actions
from outbound.dialling import SCHEMES
from outbound.forms_arrears import ResultForm
from outbound.hours import may_call_at
from outbound.models import MISSING, CaringResult, Difference, DifferenceState, Prospect, ResultState
from outbound.reading import COMPARED
from outbound.scripting import words_of
from outbound.views.cockpit import Dial
from tickets.actions import discard_draft
from tickets.forms import typed
from tickets.models import Draft
from tickets.personal import on_page
from tickets.scripting import spoken
from tickets.shown_scripts import kept, unsealed
from tickets.views.base import person_of

PAST_RESULTS = 3


@require_http_methods(["GET", "POST"])
@csp_update({"form-action": SCHEMES})  # type: ignore[arg-type]  # the button that dials is answered by going there
def prospect(request: HttpRequest, pk: int) -> HttpResponse:
    """The call screen; sent, it keeps what came of the call and brings the next one."""
    person = person_of(request)
    require(person, "prospect.list")
    found = _visible(person).filter(pk=pk).first()
    if found is None and request.method == "GET" and (held := _visible(person).filter(held_by=person).first()):
        return redirect(held.url)  # after undoing: what was on the screen is back in the pool
    if found is None:
        raise _gone()
    if request.method == "POST":
        return _save(request, found, person)
    draft = Draft.objects.filter(person=person, form=_draft_name(found)).first() if found.is_held_by(person) else None
    first = {"promised_amount": found.bill_amount, **(typed(draft.values, ResultForm) if draft else {})}
    return _shown(request, found, ResultForm(found, initial=first), draft=draft)


def _visible(person: Person) -> Any:
    return Prospect.objects.visible_to(person).select_related("campaign__team", "held_by", "for_person")


def _gone() -> NotVisible:
    return NotVisible(_("Dapros ini tidak ada, atau tidak Anda pegang."))


def _found(pk: int, person: Person) -> Prospect:
    found: Prospect | None = _visible(person).filter(pk=pk).first()
    if found is None:
        raise _gone()
    return found


def _draft_name(found: Prospect) -> str:
    return f"prospect-{found.pk}"


def _shown(
    request: HttpRequest, found: Prospect, form: ResultForm, *, draft: Draft | None = None, problem: Problem | None = None
) -> HttpResponse:
    person, zone = person_of(request), ZoneInfo(found.time_zone)
    past = list(found.results.standing().select_related("reason", "by")[:PAST_RESULTS])
    customer = on_page("customer_name", found.customer_name, person)
    words = {**words_of(found), "me": person.online_name, "customer": customer}
    scripts = spoken([found.campaign.product.lower()], "", words, zone=zone)
    spoken_with = _facts_of_entering(found, past)
    returned = past[0] if past and past[0].state == ResultState.RETURNED else None
    context = {
        "prospect": found,
        "home": reverse("outbound:prospects" if may(person, "prospect.pick") else "outbound:results"),
        "form": form,
        "mine": found.is_held_by(person),
        "draft": draft,
        "draft_url": reverse("tickets:draft", args=[_draft_name(found)]),
        "past": [(each, kept(spoken_with.get(each.pk, {}))) for each in past],
        "recordings": found.recordings.filter(result=None, by=person),
        "returned": returned,
        "returns": found.results.filter(state=ResultState.RETURNED).count() if returned else 0,
        "script": scripts[0].script if scripts else None,
        "sections": scripts[0].sections if scripts else [],
        "customer": customer,
        "phone": on_page("contact_phone", found.contact_phone, person),
        "may_dial": may_call_at(now(), zone),
        "called_ago": int((now() - found.called_at).total_seconds()) if found.called_at else None,
        "local_now": f"{now().astimezone(zone):%H.%M %Z}",
        "hours": settings.CALLING_HOURS,
        "payment_link": settings.PAYMENT_LINK.format(service_number=found.service_number) if settings.PAYMENT_LINK else "",
        "saved": saved(request),
    }
    status = problem.status if problem else 400 if form.errors else 200
    return render(request, "outbound/prospect.html", context, status=status)


def _facts_of_entering(found: Prospect, results: Sequence[CaringResult]) -> dict[int, dict[str, Any]]:
    """What the history keeps of how each of these results was entered: with which scripts, among others."""
    entered = HistoryEntry.objects.filter(subject_kind="prospect", subject_id=found.pk, act="result.entered")
    rows = entered.filter(facts__result__in=[each.pk for each in results]).values_list("facts", flat=True) if results else []
    return {facts["result"]: facts for facts in rows}


def saved(request: HttpRequest) -> str:
    """The draft of the prospect whose result was just saved: the browser's own copy is no longer needed."""
    number = request.GET.get("saved", "")
    return f"prospect-{int(number)}" if number.isdecimal() and len(number) < 12 else ""


def _save(request: HttpRequest, found: Prospect, person: Person) -> HttpResponse:
    form = ResultForm(found, request.POST)
    try:
        if not form.is_valid():
            return _shown(request, found, form)
        answer = _enter_once(request, found, form, person)
    except (Invalid, Conflict, NotAllowed) as problem:
        form.refuse(problem)
        return _shown(request, found, form, problem=problem)
    discard_draft(_draft_name(found), by=person)
    result = CaringResult.objects.shown().get(pk=int(answer.body))
    if not answer.again:
        undo = reverse("outbound:undo", args=[result.pk])
        htmx.toast(request, said(result), undo_url=undo, seconds=settings.RESULT_UNDO_SECONDS - 2)
    following = actions.pick(by=person) if "next" in request.POST and person.duty == Duty.ON else None
    return redirect(f"{following.url if following else reverse('outbound:prospects')}?saved={found.pk}")


def _enter_once(request: HttpRequest, found: Prospect, form: ResultForm, person: Person) -> Answer:
    """A double click does it once: the key is the turn in which the prospect was held."""

    def act() -> Answer:
        scripts = unsealed(request.POST.getlist("scripts"))
        return Answer(303, str(actions.enter_result(found, by=person, scripts=scripts, **form.entry()).pk))

    body = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    turn = request.GET.get("turn", "")[:10] or found.version
    return once(person, f"prospect-{found.pk}-{turn}", hashlib.sha256(repr(body).encode()).hexdigest(), act)


def said(result: CaringResult) -> str:
    """What the save did, in words."""
    facts = {"number": result.prospect.service_number, "reason": result.reason.shown_name}
    if result.agreed and result.promised_on:
        facts |= {"day": day(result.promised_on), "amount": f"Rp{thousands(result.promised_amount or 0)}"}
        return _("%(number)s agree: %(amount)s pada %(day)s. QC memvalidasi.") % facts
    if result.prospect.due_at:
        return _("%(number)s: %(reason)s. Ditelepon lagi %(when)s.") % {**facts, "when": nearby(result.prospect.due_at)}
    return _("%(number)s: %(reason)s.") % facts


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """The next one by rule, on the call screen; the start page again when none is left."""
    taken = actions.pick(by=person_of(request))
    if taken:
        return redirect(taken.url)
    htmx.toast(request, _("Tidak ada dapros yang dapat ditelepon sekarang."))
    return redirect("outbound:prospects")


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it back; what was typed stays as a draft."""
    person = person_of(request)
    found = actions.release_prospect(_found(pk, person), by=person)
    htmx.toast(request, _("%(number)s dilepas.") % {"number": found.service_number})
    return redirect("outbound:prospects")


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Dial: first the row in the history, then the softphone (QM-3)."""
    person = person_of(request)
    return Dial(actions.call_prospect(_found(pk, person), by=person), status=303)


@require_POST
def pulse(request: HttpRequest, pk: int) -> HttpResponse:
    """A sign of life of the open call screen keeps the lease; answered with until when, or that it is lost."""
    person = person_of(request)
    require(person, "prospect.pick")
    found = _visible(person).filter(pk=pk).first()
    kept = found is not None and actions.keep_prospect(found, by=person)
    if found and kept:
        found.refresh_from_db(fields=["lease_until"])
    return render(request, "outbound/prospect.html#lease", {"prospect": found, "kept": kept})


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the result back that was saved seconds ago; the call screen stands as before."""
    person = person_of(request)
    require(person, "prospect.result")
    result = CaringResult.objects.visible_to(person).filter(pk=pk).first()
    if result is None:
        raise NotVisible(_("Hasil ini tidak ada, atau tidak untuk Anda lihat."))
    return redirect(actions.undo_result(result, by=person).prospect.url)


def start(request: HttpRequest) -> HttpResponse:
    """Where the day of calls begins: the next one, what one holds, own ones that are due, entries to correct, today's figures."""
    person = person_of(request)
    require(person, "prospect.pick")
    own = Prospect.objects.filter(for_person=person, state="waiting").select_related("campaign")
    to_correct = CaringResult.objects.filter(by=person, state=ResultState.SENT_BACK).shown()
    held = Prospect.objects.held().filter(held_by=person).select_related("campaign").first()
    differences = Difference.objects.filter(result__by=person, state=DifferenceState.OPEN).select_related(
        "result__prospect", "result__reason"
    )
    context = {
        "held": held,
        "differences": [{"row": each, "pairs": _pairs(each)} for each in differences.order_by("id")[:50]],
        "returned": own.filter(returned=True).order_by("due_at")[:20],
        "own": own.filter(returned=False).order_by("due_at")[:50],
        "to_correct": to_correct.order_by("id")[:50],
        "today": actions.figures_of(CaringResult.objects.filter(by=person), since=actions.midnight()),
        "saved": saved(request),
        "may_pick": may(person, "prospect.pick"),
        "now": now(),
    }
    return render(request, "outbound/prospects.html", context)


def _pairs(difference: Difference) -> list[str]:
    """What differs, in sentences: ours and theirs, field by field; or that they have no such call at all."""
    if MISSING in difference.values:
        words = {"reason": difference.result.reason.shown_name, "day": day(difference.result.at)}
        return [_("Hasil %(reason)s tanggal %(day)s tidak ada di sana.") % words]
    sentence = _("%(field)s: di sini %(ours)s, di sana %(theirs)s")
    rows = difference.values.items()
    return [
        sentence % {"field": COMPARED.fields[name].label, "ours": ours or "–", "theirs": theirs} for name, (ours, theirs) in rows
    ]
