"""One call: who, why, what was tried; the script; the result in three keys (SE-5, PM-5)."""

import hashlib
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.idempotency import Answer, once
from accounts.models import Duty, Person
from accounts.roles import Role, may, require
from common import htmx, words
from common.clock import now
from common.phones import DIALLED
from common.problems import Conflict, Invalid, NotAllowed, NotVisible, Problem
from outbound import actions
from outbound.actions.base import require_may_work
from outbound.dialling import SCHEMES
from outbound.forms import CallForm
from outbound.hours import may_call_at, zone_of
from outbound.models import Callback, CallbackAttempt, CallbackState, Purpose
from outbound.scripting import OF_CALLBACK
from outbound.views.listing import saved
from tickets.actions import discard_draft
from tickets.forms import typed
from tickets.models import Draft
from tickets.personal import on_page
from tickets.scripting import Spoken, spoken, words_of
from tickets.shown_scripts import unsealed
from tickets.views.base import person_of, whole

PAST_CALLS = 3


class Dial(HttpResponseRedirect):
    """To the softphone."""

    allowed_schemes = list(DIALLED)


@require_http_methods(["GET", "POST"])
@csp_update({"form-action": SCHEMES})  # type: ignore[arg-type]  # the button that dials is answered by going there
def callback(request: HttpRequest, pk: int) -> HttpResponse:
    """The cockpit; sent, it keeps what came of the call and brings the next one."""
    person = person_of(request)
    require(person, "callback.list")
    found = _found(pk, person, acting=request.method == "POST")
    if request.method == "POST":
        return _save(request, found, person)
    draft = Draft.objects.filter(person=person, form=_draft_name(found)).first() if found.is_held_by(person) else None
    form = CallForm(found, initial=typed(draft.values, CallForm) if draft else {})
    return _shown(request, found, form, draft=draft)


def _found(pk: int, person: Person, *, acting: bool = False) -> Callback:
    rows = Callback.objects.workable_by(person) if acting else Callback.objects.visible_to(person)
    found = rows.shown().filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Callback ini tidak ada, atau sedang dipegang orang lain."))
    return found


def _draft_name(found: Callback) -> str:
    return f"callback-{found.pk}"


def _shown(
    request: HttpRequest, found: Callback, form: CallForm, *, draft: Draft | None = None, problem: Problem | None = None
) -> HttpResponse:
    person, ticket, zone = person_of(request), found.ticket, zone_of(found.ticket)
    past = CallbackAttempt.objects.filter(callback__ticket=ticket).select_related("by").order_by("-id")[:PAST_CALLS]
    escort = getattr(ticket, "escort", None)
    context = {
        "callback": found,
        "ticket": ticket,
        "escort": escort,
        "form": form,
        "mine": found.is_held_by(person) or form.is_bound,
        "may_claim": _may_take(found, person),
        "draft": draft,
        "draft_url": reverse("tickets:draft", args=[_draft_name(found)]),
        "past": past,
        "retry": settings.CALLBACK_RETRY_MINUTES,
        "phone": on_page("contact_phone", ticket.contact_phone, person),
        "customer": on_page("customer_name", ticket.customer_name, person),
        "speaks_to": on_page("reporter_name", ticket.reporter_name or ticket.customer_name, person),
        **_said(found, person, zone),
        "may_dial": may_call_at(now(), zone),
        "local_now": f"{now().astimezone(zone):%H.%M %Z}",
        "hours": settings.CALLING_HOURS,
        "may_withdraw": may(person, "callback.create") and found.purpose != Purpose.CARING and found.state == "waiting",
        "takes_next": person.role == Role.OUTBOUND_AGENT,
        **saved(request),
    }
    return render(request, "outbound/callback.html", context, status=problem.status if problem else 400 if form.errors else 200)


def _said(found: Callback, person: Person, zone: ZoneInfo) -> dict[str, list[Spoken]]:
    """The script of this call: in the house's language, which carries the ticks, and in the others."""
    line = found.ticket.service_line
    scripts = spoken([OF_CALLBACK.get(found.purpose, "news")], line, words_of(found.ticket, person), zone=zone)
    return {
        "scripts": [each for each in scripts if not each.is_foreign][:1],
        "foreign": [each for each in scripts if each.is_foreign],
    }


def _may_take(found: Callback, person: Person) -> bool:
    if not found.is_open or not found.is_free or found.is_held_by(person):
        return False
    try:
        require(person, "callback.claim")
        require_may_work(found, by=person)
    except NotAllowed:
        return False
    return True


def _save(request: HttpRequest, found: Callback, person: Person) -> HttpResponse:
    form = CallForm(found, request.POST)
    try:
        if not form.is_valid():
            return _shown(request, found, form)
        answer = _record_once(request, found, form, person)
    except (Invalid, Conflict, NotAllowed) as problem:
        form.refuse(problem)
        return _shown(request, found, form, problem=problem)
    discard_draft(_draft_name(found), by=person)
    if not answer.again:
        htmx.toast(request, said(Callback.objects.select_related("ticket").get(pk=found.pk)))
    return _onward(request, found, person)


def _record_once(request: HttpRequest, found: Callback, form: CallForm, person: Person) -> Answer:
    """A double click does it once: the key is the claim, which the first one ends."""

    def act() -> Answer:
        actions.claim_callback(found, by=person)  # a lease that ended while somebody was speaking costs nothing
        actions.record_attempt(found, form.result(), by=person, scripts=unsealed(request.POST.getlist("scripts")))
        return Answer(303, "")

    body = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    turn = request.GET.get("turn", "")[:10] or found.version
    return once(person, f"callback-{found.pk}-{turn}", hashlib.sha256(repr(body).encode()).hexdigest(), act)


def said(found: Callback) -> str:
    """What the save did, in words."""
    number = {"number": found.ticket.number}
    if found.state == CallbackState.WAITING:
        return _("%(number)s ditelepon lagi %(when)s.") % {**number, "when": words.nearby(found.due_at)}
    if found.state == CallbackState.GIVEN_UP:
        return _("%(number)s diserahkan ke Support HC: %(why)s.") % {**number, "why": found.get_ended_because_display()}
    if found.purpose != Purpose.CARING:
        return _("Kabar %(number)s tercatat tersampaikan.") % number
    if found.attempts.latest("id").satisfied:
        return _("%(number)s ditutup, pelanggan membenarkan.") % number
    return _("%(number)s kembali ke Support HC.") % number


def _onward(request: HttpRequest, found: Callback, person: Person) -> HttpResponse:
    """To the next call for Tier-2; back to the ticket for those who called from there."""
    mark = f"?{urlencode({'saved': found.pk})}"
    if person.role != Role.OUTBOUND_AGENT:
        return redirect(found.ticket.url if sees_ticket(found, person) else f"{reverse('outbound:list')}{mark}")
    wanted = "next" in request.POST or "phrase" in request.POST
    following = actions.claim_next(by=person) if wanted and person.duty == Duty.ON else None
    return redirect(f"{following.url if following else reverse('outbound:list')}{mark}")


def sees_ticket(found: Callback, person: Person) -> bool:
    """Whether the ticket's page opens for this person; an agent's own callback may be for a ticket that moved away."""
    return type(found.ticket).objects.visible_to(person).filter(pk=found.ticket_id).exists()


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take this one."""
    person = person_of(request)
    return redirect(actions.claim_callback(_found(pk, person, acting=True), by=person).url)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it back; what was typed stays as a draft."""
    person = person_of(request)
    found = actions.release_callback(_found(pk, person, acting=True), by=person)
    htmx.toast(request, _("%(number)s dilepas.") % {"number": found.ticket.number})
    return redirect("outbound:list")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Support HC takes back what need not be told any more."""
    person = person_of(request)
    require(person, "callback.create")
    try:
        found = actions.withdraw_callback(_found(pk, person), request.POST.get("reason", ""), by=person)
    except Invalid as problem:
        htmx.toast(request, str(problem))
        return redirect("outbound:callback", pk)
    htmx.toast(request, _("Titipan %(number)s ditarik.") % {"number": found.ticket.number})
    return redirect("outbound:list")


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Dial: first the row in the history, then the softphone (QM-3)."""
    person = person_of(request)
    return Dial(actions.record_call(_found(pk, person, acting=True), by=person), status=303)


@require_POST
def pulse(request: HttpRequest, pk: int) -> HttpResponse:
    """A sign of life of the open cockpit keeps the lease; answered with until when, or that it is lost."""
    person = person_of(request)
    require(person, "callback.claim")
    found = Callback.objects.workable_by(person).select_related("claimed_by").filter(pk=pk).first()
    kept = found is not None and actions.keep_lease(found, by=person)
    if found and kept:
        found.refresh_from_db(fields=["lease_until"])
    return render(request, "outbound/callback.html#lease", {"callback": found, "kept": kept})


@require_POST
def of_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """From the ticket page: its caring call, taken."""
    person = person_of(request)
    ticket = whole(number, person)
    found = Callback.objects.open().filter(ticket=ticket, purpose=Purpose.CARING).first()
    if found is None:
        raise Conflict(_("Tiket ini tidak sedang menunggu caring."))
    require_may_work(found, by=person)
    return redirect(actions.claim_callback(found, by=person).url)
