"""The ticket page: head, acts, timeline, panels of the floors above; it follows live and loses no typed word."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Counter, Person
from accounts.places import home_of
from accounts.roles import may
from common import htmx
from common.phones import national
from common.problems import Problem
from tickets import panels, timeline
from tickets.forms import UnmaskForm, UpdateForm, typed
from tickets.models import Draft, Ticket
from tickets.personal import on_page
from tickets.views.base import person_of, whole

IN_HEAD = ("track",)
NOT_HERE = {"next_steps", *IN_HEAD}
EVERY = 8  # seconds
PRESSED = 3  # buttons that stand in the head; the others are in the menu
PERSONAL = ("customer_name", "reporter_name", "contact_phone", "contact_email")


def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page, or for live.js its moving parts when something happened since ``?v=``."""
    person = person_of(request)
    ticket = whole(number, person)
    if htmx.wants_part(request) and htmx.unchanged(request, version_of(ticket, timeline.last_of(ticket))):
        return htmx.nothing_new()
    context = context_of(ticket, person, opened=request.GET.get("act", ""), everything="all" in request.GET)
    if request.GET.get("done") == "updates":
        context["just_sent"] = reverse("tickets:draft", args=[draft_of(ticket)])
    return htmx.live(request, "tickets/page.html", {**context, "part": "moving"}, version=context["version"])


def version_of(ticket: Ticket, last: int) -> str:
    """Changes with every act on the ticket, with its clock, and with the counter that floors above grow for their panels."""
    clock = int(ticket.clock_due_at.timestamp()) if ticket.clock_due_at else 0
    return f"{last}-{ticket.clock_state}{clock}-{Counter.read(f'ticket:{ticket.pk}')}"


def refused(
    request: HttpRequest, ticket: Ticket, act: str, *, form: Form | None = None, problem: Problem | None = None
) -> HttpResponse:
    """The page again with the dialog of ``act`` open, the refusal in it and every typed word; for views of floors above too."""
    person = person_of(request)
    context = context_of(whole(ticket.number, person), person, opened=act, form=form, problem=problem)
    return render(request, "tickets/page.html", context, status=problem.status if problem else 400)


def context_of(
    ticket: Ticket,
    person: Person,
    *,
    opened: str = "",
    form: Form | None = None,
    problem: Problem | None = None,
    everything: bool = False,
) -> dict[str, Any]:
    """What the page shows."""
    prefetch_related_objects([ticket], "holds", "references")
    acts = panels.page_acts(ticket, person)
    rows = timeline.rows_of(ticket, person, limit=None if everything else timeline.SHOWN)
    return {
        "ticket": ticket,
        "shown": {name: on_page(name, getattr(ticket, name), person) for name in PERSONAL},
        "ball_is_mine": ticket.holder_person_id == person.pk,
        "acts": acts,
        **_placed(acts),
        "dialogs": _dialogs(acts, ticket, person, opened, form, problem),
        "problem": problem,
        "panels": panels.page_panels(ticket, person, without=NOT_HERE),
        "tracks": panels.page_panels(ticket, person, only=IN_HEAD),
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


def _dialogs(
    acts: list[dict[str, Any]], ticket: Ticket, person: Person, opened: str, form: Form | None, problem: Problem | None
) -> list[dict[str, Any]]:
    """One dialog for each act that asks for something; the opened one keeps what was typed into it."""
    shown = [each["act"] for each in acts if each["act"].asks and not each["closed_because"]]
    dialogs = []
    for act in shown:
        is_open = act.name == opened
        if act.lazy and not is_open:
            continue
        fields = form if is_open and form is not None else act.form(ticket, person) if act.form else None
        dialogs.append({"act": act, "form": fields, "open": is_open, "problem": problem if is_open else None})
    if may(person, "customer.unmask"):
        is_open = opened == "unmask"
        dialogs.append({"act": None, "form": form if is_open and form else UnmaskForm(auto_id="unmask-%s"), "open": is_open})
    return dialogs


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
    context = context_of(ticket, person)
    plain["contact_phone"] = national(plain["contact_phone"])
    context |= {"shown": {**context["shown"], **plain}, "unmasked": True}
    response = render(request, "tickets/page.html", context)
    response["Cache-Control"] = "no-store"
    return response
