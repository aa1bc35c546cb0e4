"""The board: three lanes, each followed live, and the acts on its cards (SE-1, SE-4, ESC-2, OB-7)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Counter, Person
from accounts.roles import require
from common import htmx
from common.problems import Conflict, Invalid
from escalation import board as lanes
from escalation import promise_board
from escalation.actions.hearing import help_instead
from escalation.actions.notifying import bell_counter
from escalation.actions.seeing import see_ticket
from escalation.views.base import person_of, whole
from tickets.actions import take_over as take_ticket_over
from tickets.actions import tell_customer
from tickets.forms import TellForm
from tickets.views.page import refused

LANES: dict[str, tuple[str, Callable[[Person], Any]]] = {
    "mine": ("cards", lanes.for_me),
    "escorts": ("escorts", lanes.escorts),
    "team": ("rows", lanes.team),
}
EVERY = 8
LEADS = "ticket.raise_super_emergency"  # the line of the roles' table that says who leads


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The page, or for live.js one lane of it. 204 while nothing changed."""
    person = person_of(request)
    require(person, LEADS)
    version = _version(person)
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    asked = request.GET.get("lane", "")
    shown = [asked] if htmx.wants_part(request) and asked in LANES else list(LANES)
    context = {LANES[name][0]: LANES[name][1](person) for name in shown}
    context["promises"] = promise_board.board_of(person) if "escorts" in shown else None
    part = asked if asked in LANES else "mine"
    if not htmx.wants_part(request):
        context["on_duty"] = lanes.people_on_duty(person)
    if "cards" in context:
        context["debts"] = lanes.debts(context["cards"])
    return htmx.live(
        request, "escalation/board.html", {**context, "part": part, "every": EVERY, "person": person}, version=version
    )


def _version(person: Person) -> str:
    """What the lanes show moves with the queue, with tickets, and with what this person is told."""
    names = ("queue", "tickets", bell_counter(person.pk))
    values = dict(Counter.objects.filter(name__in=names).values_list("name", "value"))
    return "-".join(str(values.get(name, 0)) for name in names)


@require_POST
def told(request: HttpRequest, number: str) -> HttpResponse:
    """The customer was told: both debts of the unit's words end (SE-4)."""
    person = person_of(request)
    require(person, LEADS)
    ticket = whole(number, person)
    form = TellForm(request.POST, auto_id="told-%s")
    if not form.is_valid():
        return refused(request, ticket, "told", form=form)
    cleaned = form.cleaned_data
    try:
        tell_customer(ticket, cleaned["text"], by=person, channel=cleaned["channel"] or "call")
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return refused(request, ticket, "told", form=form, problem=problem)
    see_ticket(ticket, by=person)
    htmx.toast(request, _("%(number)s: pelanggan sudah dikabari.") % {"number": ticket.number})
    return redirect("escalation:board")


@require_POST
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Take the ticket or the live call that an agent asked for (OB-7)."""
    person = person_of(request)
    require(person, "ticket.take_over")
    ticket = take_ticket_over(whole(number, person), by=person)
    htmx.toast(request, _("%(number)s Anda pegang.") % {"number": ticket.number})
    return redirect(ticket.url)


@require_POST
def helped(request: HttpRequest, number: str) -> HttpResponse:
    """The agent was helped another way; the request asks no more."""
    person = person_of(request)
    require(person, "ticket.take_over")
    ticket = help_instead(whole(number, person), by=person)
    htmx.toast(request, _("%(number)s: permintaan dijawab.") % {"number": ticket.number})
    return redirect("escalation:board")
