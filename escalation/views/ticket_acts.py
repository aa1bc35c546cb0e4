"""What escalation does to a ticket, as the buttons of the ticket page and of the board post it (SE-1, ESC-2, SE-4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from escalation.actions import clocks, raising, timers
from escalation.actions.seeing import see_ticket
from escalation.forms import WithdrawForm
from escalation.models import Clock
from escalation.page_panels import raise_form
from escalation.views.base import person_of, whole
from tickets.models import Kind, Ticket
from tickets.views.page import refused
from tickets.views.undo import is_undo, sent_values, taking_back, undo_url


def _back(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """To the board where the button stood there, else to the ticket."""
    person = person_of(request)
    board = request.POST.get("from") == "board" and person.is_leading
    return redirect("escalation:board") if board else redirect(ticket.url)


def super_emergency(request: HttpRequest, number: str) -> HttpResponse:
    """Raise it. Asked for as a part, the dialog of the board."""
    person = person_of(request)
    require(person, "ticket.raise_super_emergency")
    ticket = whole(number, person)
    if request.method != "POST":
        if not htmx.wants_part(request):
            return redirect(f"{ticket.url}?{urlencode({'act': 'super-emergency'})}")
        return render(request, "escalation/parts/raise_dialog.html", {"ticket": ticket, "form": raise_form(ticket, person)})
    form = raise_form(ticket, person, request.POST)
    if not form.is_valid():
        return refused(request, ticket, "super-emergency", form=form)
    cleaned = form.cleaned_data
    try:
        ticket = raising.raise_super_emergency(ticket, cleaned["reason"], by=person, kind=cleaned["kind"], promise=form.promise())
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return refused(request, ticket, "super-emergency", form=form, problem=problem)
    said = _("%(number)s naik jadi %(kind)s. Support HC sudah diberi tahu.")
    undo = reverse("escalation:withdraw-super-emergency", args=[ticket.number])
    back = undo_url(undo, ticket, reason=_("Diurungkan segera setelah dinaikkan."))
    htmx.toast(request, said % {"number": ticket.number, "kind": Kind(ticket.kind).label}, undo_url=back)
    return _back(request, ticket)


def withdraw_super_emergency(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back."""
    person = person_of(request)
    require(person, "ticket.withdraw_super_emergency")
    ticket = whole(number, person)
    name = "withdraw-super-emergency"
    if request.method != "POST":
        return redirect(f"{ticket.url}?{urlencode({'act': name})}")
    form = WithdrawForm(sent_values(request), auto_id=f"{name}-%s")
    if not form.is_valid():
        return refused(request, ticket, name, form=form)
    try:
        with taking_back(request, ticket):
            ticket = raising.withdraw_super_emergency(ticket, form.cleaned_data["reason"], by=person)
    except (Invalid, Conflict) as problem:
        if is_undo(request):
            raise
        form.refuse(problem)
        return refused(request, ticket, name, form=form, problem=problem)
    htmx.toast(request, _("Ditarik kembali; %(kind)s lagi.") % {"kind": Kind(ticket.kind).label})
    return _back(request, ticket)


@require_POST
def escalate(request: HttpRequest, number: str) -> HttpResponse:
    """Take the next rung now (P-06 5.10)."""
    person = person_of(request)
    require(person, "ticket.escalate")
    ticket = timers.escalate(whole(number, person), by=person)
    htmx.toast(request, _("%(number)s naik satu anak tangga.") % {"number": ticket.number})
    return _back(request, ticket)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """*I have it*: the ladder waits a quarter of an hour."""
    person = person_of(request)
    require(person, "clock.acknowledge")
    clock = clocks.acknowledge(_visible(pk, person), by=person)
    htmx.toast(request, _("Tangga menunggu; Anda yang pegang."))
    return _back(request, clock.ticket)


def _visible(pk: int, person: Person) -> Clock:
    seen = Ticket.objects.visible_to(person)
    clock = Clock.objects.filter(pk=pk, ticket__in=seen).select_related("ticket").first()
    if clock is None:
        raise NotVisible(_("Jam ini tidak ada atau bukan milik tim Anda."))
    return clock


@require_POST
def seen(request: HttpRequest, number: str) -> HttpResponse:
    """This person has the ticket before them, says the page after a second, or the person by the button (SE-4)."""
    person = person_of(request)
    ticket = whole(number, person)
    see_ticket(ticket, by=person)
    return HttpResponse(status=204) if htmx.wants_part(request) else _back(request, ticket)
