"""After logging: the number, big, and what to say before hanging up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.roles import may
from tickets import panels
from tickets.models import Criterion, Report, Ticket
from tickets.page_acts import AT_THE_END
from tickets.personal import on_page
from tickets.scripting import spoken, words_of
from tickets.views.base import findable, person_of
from tickets.views.intake import DRAFT


def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket just logged, or the repeat report that just joined it; of other teams' tickets the short form alone."""
    person = person_of(request)
    ticket = findable(number, person)
    asked = request.GET.get("report", "")
    report = Report.objects.filter(ticket=ticket, by=person, pk=int(asked)).first() if asked.isdecimal() else None
    shown_whole = ticket.is_whole_for(person)
    steps = panels.page_panels(ticket, person, only={"next_steps"}) if shown_whole else []
    name = str(on_page("customer_name", ticket.customer_name, person) or "") if shown_whole else ""
    context = {
        "ticket": ticket,
        "report": report,
        "whole": shown_whole,
        "shown_name": name,
        "first_name": name.split(" ")[0],
        "spoken": spoken(AT_THE_END, ticket.service_line, {**words_of(ticket, person), "customer": name}),
        "offers_take_over": shown_whole and may(person, "ticket.request_take_over") and _refused(ticket),
        "next_steps": steps[0] if steps else None,
        "draft_url": reverse("tickets:draft", args=[DRAFT]),
    }
    return render(request, "tickets/sent.html", context)


def _refused(ticket: Ticket) -> bool:
    """Whether the customer will not speak with the agent, who then asks for the TL at once (OB-7)."""
    return ticket.is_open and Criterion.REFUSES_AGENT in ticket.criteria
