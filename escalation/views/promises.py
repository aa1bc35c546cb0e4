"""Promises on pages: written down, kept, broken, given another moment, handed to another TL (PM-1, PM-3)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible, Problem
from escalation.actions import promises
from escalation.forms import BreakForm, OfferForm, PromiseForm, RenegotiateForm
from escalation.models import Promise
from escalation.promise_board import slot_note
from escalation.views.base import person_of, whole
from tickets.forms import KawalForm
from tickets.models import Ticket
from tickets.views.page import refused

Done = Callable[[Any], object]


def make(request: HttpRequest, number: str) -> HttpResponse:
    """A promise on this ticket, from the dialog of its page."""
    person = person_of(request)
    require(person, "promise.make")
    ticket = whole(number, person)
    if request.method != "POST":
        return redirect(f"{ticket.url}?{urlencode({'act': 'promise'})}")
    form = PromiseForm(request.POST, auto_id="promise-%s")
    form.slot_note = slot_note(ticket, person)
    if not form.is_valid():
        return refused(request, ticket, "promise", form=form)
    try:
        promises.make_promise(ticket, form.asked(), by=person)
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return refused(request, ticket, "promise", form=form, problem=problem)
    return _back(request, ticket, _("%(number)s: janji dicatat."))


def break_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not kept, and why."""
    person, promise = _seen(request, pk, "promise.break")
    note = _("Slotnya kosong lagi; alasannya tinggal di riwayat.")
    form = BreakForm(request.POST or None)
    return _asked(
        request, promise.ticket, form, _("Janji ingkar"), note, lambda reason: promises.break_promise(promise, reason, by=person)
    )


def renegotiate(request: HttpRequest, pk: int) -> HttpResponse:
    """Another moment was agreed."""
    person, promise = _seen(request, pk, "promise.renegotiate")
    form = RenegotiateForm(request.POST or None, initial={"due_at": promise.due_at})
    note = _("Waktu yang lama tetap tercatat.")
    return _asked(
        request,
        promise.ticket,
        form,
        _("Ubah waktu janji"),
        note,
        lambda asked: promises.renegotiate_promise(promise, *asked, by=person),
    )


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask another TL."""
    person, promise = _seen(request, pk, "promise.hand_over")
    form = OfferForm(person, request.POST or None)
    note = _("Janji dan tiketnya pindah setelah TL itu menerima dan punya slot.")
    return _asked(
        request, promise.ticket, form, _("Serahkan janji"), note, lambda to: promises.offer_promise(promise, to, by=person)
    )


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """It was kept."""
    person, promise = _seen(request, pk, "promise.keep")
    promises.keep_promise(promise, by=person)
    return _back(request, promise.ticket, _("%(number)s: janji ditepati."))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what another TL hands over."""
    person, promise = _seen(request, pk, "promise.accept")
    promises.accept_promise(promise, by=person)
    return _back(request, promise.ticket, _("%(number)s: janji Anda pegang."))


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, or take the offer back."""
    person, promise = _seen(request, pk, "promise.accept")
    promises.decline_promise(promise, by=person)
    return _back(request, promise.ticket, _("%(number)s: janji tetap di pemegangnya."))


def _seen(request: HttpRequest, pk: int, act: str) -> tuple[Person, Promise]:
    person = person_of(request)
    require(person, act)
    promise = Promise.objects.visible_to(person).with_ticket().filter(pk=pk).first()
    if promise is None:
        raise NotVisible(_("Janji ini tidak ada atau bukan milik tim Anda."))
    return person, promise


def _asked(request: HttpRequest, ticket: Ticket, form: KawalForm, title: str, note: str, do: Done) -> HttpResponse:
    """The form, as the inside of the board's dialog or as a page; a refusal keeps every typed word."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            do(form.asked())  # type: ignore[attr-defined]
            return _back(request, ticket, f"%(number)s: {title}.")
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    status = 400 if form.errors and status == 200 else status
    context = {"ticket": ticket, "form": form, "title": title, "note": note, "address": request.path}
    template = "escalation/parts/promise_dialog.html" if htmx.wants_part(request) else "escalation/promise.html"
    return render(request, template, context, status=status)


def _back(request: HttpRequest, ticket: Ticket, said: str) -> HttpResponse:
    """To the board where a TL works."""
    htmx.toast(request, said % {"number": ticket.number})
    return redirect("escalation:board" if request.POST.get("from") == "board" else ticket.url)
