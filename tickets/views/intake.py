"""The intake form: search first, then one form, then the number (HC-1, HC-2, OB-1)."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Person
from accounts.roles import require
from common.problems import Conflict, Invalid, Problem
from tickets import actions, panels
from tickets.forms import IntakeForm, typed
from tickets.lookup import Found, look_up
from tickets.models import Draft, Report, ReportKind, ServiceLine, Ticket
from tickets.scripting import spoken
from tickets.shown_scripts import Shown, unsealed
from tickets.views.base import findable, person_of

DRAFT = "tickets-new"
JOIN_NEEDS = {"description", "service_number", "criteria"}
RECENT, COMMON = 300, 20
MOST_OPEN = 5


# never_cache: going back must give a fresh form with a fresh key, or the next call would be taken for a double click.
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, it logs a ticket or joins an open one."""
    person = person_of(request)
    require(person, "ticket.log")
    if request.method != "POST":
        return _empty(request, person)
    if "search" in request.POST or "take" in request.POST:
        return _searched(request, person)
    form = IntakeForm(request.POST)
    if "join" in request.POST or form.is_question:
        return _join(request, form, person)
    return _log(request, form, person)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The rail beside the form, while the agent types."""
    person = person_of(request)
    require(person, "ticket.log")
    text = request.GET.get("q") or request.GET.get("service_number", "")
    found = look_up(text, person)
    return render(request, "tickets/new.html#found", {**_beside(found, person), "swapped": True, "fills": found.known(person)})


def _empty(request: HttpRequest, person: Person) -> HttpResponse:
    draft = _unsent_draft(person)
    initial = typed(draft.values) if draft else {}
    if number := request.GET.get("q"):
        initial["service_number"], draft = number[:80], None
    return _shown(request, IntakeForm(initial=initial), look_up(initial.get("service_number", ""), person), draft=draft)


def _unsent_draft(person: Person) -> Draft | None:
    """What was typed and not sent. A save on its way while the form was sent arrives late: its key already has a ticket."""
    draft = Draft.objects.filter(person=person, form=DRAFT).first()
    if draft and Ticket.objects.filter(intake_key=_key(draft), intake_key__isnull=False).exists():
        actions.discard_draft(DRAFT, by=person)
        return None
    return draft


def _key(draft: Draft) -> UUID | None:
    try:
        return UUID(draft.values.get("intake_key", ""))
    except (ValueError, TypeError, AttributeError):
        return None


def _searched(request: HttpRequest, person: Person) -> HttpResponse:
    """Without scripts: the look-up as a page, with all that was typed."""
    initial = typed(request.POST)
    if taken := request.POST.get("take"):
        initial["service_number"] = taken[:80]
    return _shown(request, IntakeForm(initial=initial), look_up(initial.get("service_number", ""), person))


def _shown(
    request: HttpRequest, form: IntakeForm, found: Found, *, draft: Draft | None = None, status: int = 200
) -> HttpResponse:
    if not form.is_bound:
        form.initial.update(
            {name: value for name, value in found.known(person_of(request)).items() if not form.initial.get(name)}
        )
    context = {
        **_beside(found, person_of(request)),
        "form": form,
        "draft": draft,
        "draft_url": reverse("tickets:draft", args=[DRAFT]),
        "symptoms": _common_symptoms(person_of(request)),
    }
    return render(request, "tickets/new.html", context, status=status)


def _beside(found: Found, person: Person) -> dict[str, Any]:
    said, _none = panels.api_values([each.pk for each in found.open_tickets], short=True).get(
        "last_published_progress", ({}, None)
    )
    shown = [
        {"ticket": each, "said": said.get(each.pk, ""), "whole": each.is_whole_for(person)}
        for each in found.open_tickets[:MOST_OPEN]
    ]
    past = [{"ticket": each, "whole": each.is_whole_for(person), "took": _took(each)} for each in found.past_tickets]
    return {"found": found, "open_tickets": shown, "past_tickets": past, **_said(found, person)}


def _said(found: Found, person: Person) -> dict[str, Any]:
    """How the call begins, and what else is said in it, for the service that was found."""
    line = found.customer.service_line if found.customer else ""
    words = {
        "me": person.online_name,
        "customer": found.customer_name,
        "service_line": ServiceLine(line).label if line else "",
        "service_number": found.service_number,
    }
    said = spoken(["greeting", "cross_product"], line, words)
    return {name: [each for each in said if each.use.name == name] for name in ("greeting", "cross_product")}


def _took(ticket: Ticket) -> timedelta | None:
    return ticket.closed_at - ticket.opened_at if ticket.closed_at else None


def _common_symptoms(person: Person) -> list[str]:
    """What this person's teams log most, as suggestions: nobody keeps a list that grows old."""
    seen = Ticket.objects.visible_to(person).order_by("-id").values_list("symptom", flat=True)[:RECENT]
    return [symptom for symptom, _times in Counter(seen).most_common(COMMON)]


def _refused(request: HttpRequest, form: IntakeForm, problem: Problem | None, person: Person) -> HttpResponse:
    if problem:
        form.refuse(problem)
    found = look_up(request.POST.get("service_number", ""), person)
    return _shown(request, form, found, status=problem.status if problem else 400)


def _log(request: HttpRequest, form: IntakeForm, person: Person) -> HttpResponse:
    try:
        _require_service_number(form, person)
        if not form.is_valid():
            return _refused(request, form, None, person)
        ticket = actions.log_ticket(actions.Intake(**form.values(), scripts=_scripts(request)), by=person)
    except (Invalid, Conflict) as problem:
        return _refused(request, form, problem, person)
    _verify(ticket, form, person)
    actions.discard_draft(DRAFT, by=person)
    return redirect("tickets:sent", ticket.number)


def _scripts(request: HttpRequest) -> list[Shown]:
    """What stood in the rail; what was folded away is not sent."""
    return unsealed(request.POST.getlist("scripts"))


def _require_service_number(form: IntakeForm, person: Person) -> None:
    """The search field may hold a phone, a name or a ticket's number; none of these is a service number."""
    found = look_up(str(form.data.get("service_number", "")), person)
    if found.text and found.service_number != found.text:
        known = ", ".join(each.service_number for each in found.candidates)
        sentence = _("Ini bukan nomor layanan. Pilih nomornya dari hasil cari, atau ketik nomor layanannya.")
        if known:
            sentence = _("Ini bukan nomor layanan. Nomor layanannya: %(known)s.") % {"known": known}
        form.add_error("service_number", sentence)


def _verify(ticket: Ticket, form: IntakeForm, person: Person) -> None:
    """One tick stands for the three checks of OB-1. A double click finds it done."""
    if form.data.get("verified") and not ticket.verifications.filter(by=person).exists():
        actions.verify_caller(ticket, by=person, name_matches=True, customer_id_matches=True, contact_matches=True)


def _join(request: HttpRequest, form: IntakeForm, person: Person) -> HttpResponse:
    form.keep_errors(JOIN_NEEDS)
    try:
        ticket = findable(request.POST["join"], person) if "join" in request.POST else _asked_about(form, person)
        if form.errors:
            return _refused(request, form, None, person)
        kind = ReportKind.PROGRESS_QUESTION if form.is_question else ReportKind.COMPLAINT
        said = {"kind": kind, "criteria": [] if form.is_question else form.cleaned_data.get("criteria", [])}
        ticket = actions.add_repeat_report(ticket, form.cleaned_data["description"], by=person, scripts=_scripts(request), **said)
    except (Invalid, Conflict) as problem:
        return _refused(request, form, problem, person)
    if form.data.get("verified"):
        actions.verify_caller(ticket, by=person, name_matches=True, customer_id_matches=True, contact_matches=True)
    actions.discard_draft(DRAFT, by=person)
    report = Report.objects.filter(ticket=ticket, by=person).latest("id")
    return redirect(f"{reverse('tickets:sent', args=[ticket.number])}?{urlencode({'report': report.pk})}")


def _asked_about(form: IntakeForm, person: Person) -> Ticket:
    """The one open ticket of this number; where there are several, the agent says which."""
    found = look_up(str(form.data.get("service_number", "")), person).open_tickets
    if len(found) == 1:
        return found[0]
    sentence = (
        _("Ada beberapa tiket terbuka. Tekan tombol pada tiket yang ditanyakan.")
        if found
        else _("Tidak ada tiket terbuka untuk nomor ini. Catat sebagai keluhan baru atau informasi.")
    )
    raise Invalid(sentence, errors={"contact": [sentence]})
