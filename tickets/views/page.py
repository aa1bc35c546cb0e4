"""The ticket page: head, acts, timeline, panels of the floors above; it follows live and loses no typed word."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Person
from accounts.places import home_of
from accounts.roles import may
from common import htmx
from common.phones import national
from common.problems import Problem
from tickets import panels, timeline
from tickets.beside import references_of
from tickets.forms import UnmaskForm, UpdateForm, typed
from tickets.models import Draft, Ticket
from tickets.personal import on_page
from tickets.scripting import spoken, words_of
from tickets.views.base import for_page, person_of, whole

IN_HEAD = ("track",)
NOT_HERE = {"next_steps", *IN_HEAD}
EVERY = 8  # seconds
PRESSED = 3  # buttons that stand in the head; the others are in the menu
PERSONAL = ("customer_name", "reporter_name", "contact_phone", "contact_email")


def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page, or for live.js its moving parts when something happened since ``?v=``."""
    person = person_of(request)
    if htmx.wants_part(request) and "act" in request.GET:
        return _dialog_alone(request, whole(number, person))
    ticket = for_page(number, person)
    if htmx.wants_part(request) and htmx.unchanged(request, version_of(ticket, timeline.last_of(ticket))):
        return htmx.nothing_new()
    context = context_of(ticket, person, opened=request.GET.get("act", ""), everything="all" in request.GET, given=request.GET)
    if request.GET.get("done") == "updates":
        context["just_sent"] = reverse("tickets:draft", args=[draft_of(ticket)])
    return htmx.live(request, "tickets/page.html", {**context, "part": "moving"}, version=context["version"])


def version_of(ticket: Ticket, last: int) -> str:
    """Changes with every act on the ticket, with its clock, and with the counter that floors above grow for their panels."""
    clock = int(ticket.clock_due_at.timestamp()) if ticket.clock_due_at else 0
    return f"{last}-{ticket.clock_state}{clock}-{ticket.counted or 0}"


def refused(
    request: HttpRequest, ticket: Ticket, act: str, *, form: Form | None = None, problem: Problem | None = None
) -> HttpResponse:
    """The page again with the dialog of ``act`` open, the refusal in it and every typed word; for views of floors above too."""
    person = person_of(request)
    context = context_of(for_page(ticket.number, person), person, opened=act, form=form, problem=problem)
    return render(request, "tickets/page.html", context, status=problem.status if problem else 400)


def context_of(
    ticket: Ticket,
    person: Person,
    *,
    opened: str = "",
    form: Form | None = None,
    problem: Problem | None = None,
    everything: bool = False,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the page shows; ``given`` fills the fields of the opened dialog that it names."""
    acts = panels.page_acts(ticket, person)
    rows = timeline.rows_of(ticket, person, everything=everything)
    return {
        "ticket": ticket,
        "shown": {name: on_page(name, getattr(ticket, name), person) for name in PERSONAL},
        "ball_is_mine": ticket.holder_person_id == person.pk,
        "acts": acts,
        **_placed(acts),
        "dialog": _dialog(ticket, person, opened, form, problem, given or {}),
        "problem": problem,
        "panels": panels.page_panels(ticket, person, without=NOT_HERE),
        "tracks": panels.page_panels(ticket, person, only=IN_HEAD),
        "references": references_of(ticket),
        "rows": rows,
        "version": version_of(ticket, rows[0].sequence if rows else 0),
        "every": EVERY,
        "has_more": not everything and len(rows) == timeline.SHOWN,
        "composer": _composer(ticket, person, form if opened == "updates" else None),
        "may_edit": may(person, "ticket.edit") and ticket.is_open,
        "may_unmask": may(person, "customer.unmask") and ticket.customer_id is not None,
        "back_home": not home_of(person).startswith("tickets:"),
    }


def _placed(acts: list[dict[str, Any]]) -> dict[str, Any]:
    """The first open acts as buttons, the rest in the menu, each closed one with its reason beside it."""
    ready = sorted((each for each in acts if not each["closed_because"]), key=lambda each: not each["act"].primary)
    pressed = ready[:PRESSED]
    return {"pressed": pressed, "in_menu": [*ready[PRESSED:], *(each for each in acts if each["closed_because"])]}


def _dialog_alone(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The dialog that somebody opens on a page that is already there; nothing for an act that this person has not here."""
    person = person_of(request)
    dialog = _dialog(ticket, person, request.GET["act"])
    if dialog is None:
        return htmx.nothing_new()
    return htmx.timed(render(request, "tickets/page.html#asking", {"ticket": ticket, "dialog": dialog}))


def _dialog(
    ticket: Ticket,
    person: Person,
    opened: str,
    form: Form | None = None,
    problem: Problem | None = None,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any] | None:
    """The dialog of the act named ``opened``, with what was typed into it. The others are fetched when somebody opens them."""
    if opened == "unmask":
        return {"unmask": True, "form": form or UnmaskForm(auto_id="unmask-%s")} if may(person, "customer.unmask") else None
    act = panels.page_act(opened, ticket, person)
    if act is None or not act.asks:
        return None
    fields = form if form is not None else act.form(ticket, person) if act.form else None
    if fields is not None and not fields.is_bound:
        fields.initial.update({name: given[name] for name in fields.fields if name in given})
    said = spoken(act.says, ticket.service_line, words_of(ticket, person)) if act.says else []
    return {"act": act, "form": fields, "problem": problem, "spoken": said}


def draft_of(ticket: Ticket) -> str:
    """The name under which the unsent update of this ticket is kept."""
    return f"update-{ticket.number}".lower()


def _composer(ticket: Ticket, person: Person, form: Form | None) -> dict[str, Any] | None:
    """The box for updates, with what was typed and not yet sent."""
    if not may(person, "ticket.update") or ticket.status == "closed":
        return None
    name = draft_of(ticket)
    draft = None if form else Draft.objects.filter(person=person, form=name).first()
    initial = typed(draft.values, UpdateForm) if draft else {}
    return {
        "form": form or UpdateForm(auto_id="update-%s", initial=initial),
        "draft": draft,
        "draft_url": reverse("tickets:draft", args=[name]),
    }


def with_plain(request: HttpRequest, ticket: Ticket, plain: dict[str, str]) -> HttpResponse:
    """The page with the covered values shown, this once; nothing on the way keeps a copy."""
    person = person_of(request)
    context = context_of(for_page(ticket.number, person), person)
    plain["contact_phone"] = national(plain["contact_phone"])
    context |= {"shown": {**context["shown"], **plain}, "unmasked": True}
    response = render(request, "tickets/page.html", context)
    response["Cache-Control"] = "no-store"
    return response
