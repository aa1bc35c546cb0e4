"""Another team's ticket, in the short form that any agent may see when its customer calls: three acts, no personal values."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.roles import require
from common.problems import Problem
from tickets import panels
from tickets.forms import KawalForm, RepeatForm, UpdateForm, VerifyForm
from tickets.models import Ticket
from tickets.views.base import findable, person_of

FORMS: dict[str, type[KawalForm]] = {"repeat-reports": RepeatForm, "updates": UpdateForm, "verification": VerifyForm}


def short(request: HttpRequest, number: str) -> HttpResponse:
    """The short form; whoever sees the ticket whole gets its page."""
    person = person_of(request)
    require(person, "ticket.repeat_report")
    ticket = findable(number, person)
    return redirect(ticket.url) if ticket.is_whole_for(person) else shown(request, ticket)


def shown(
    request: HttpRequest, ticket: Ticket, name: str = "", form: KawalForm | None = None, problem: Problem | None = None
) -> HttpResponse:
    """The page, with the refused form as it was typed."""
    said, _none = panels.api_values([ticket.pk], short=True).get("last_published_progress", ({}, None))
    boxes: dict[str, Any] = {
        each.replace("-", "_"): form if form and each == name else kind(auto_id=f"{each}-%s") for each, kind in FORMS.items()
    }
    context = {"ticket": ticket, "said": said.get(ticket.pk, ""), "problem": None if form else problem, **boxes}
    status = problem.status if problem else 400 if form else 200
    return render(request, "tickets/short.html", context, status=status)
