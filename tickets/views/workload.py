"""The page of who has how much, and what a leader moves from one person to another (OB-5)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Counter, Person
from accounts.roles import may, require
from common import htmx
from common.problems import Invalid, NotVisible, Problem
from tickets import workload
from tickets.actions.moving import MOST_AT_ONCE, Moved, move_work
from tickets.models import Ticket
from tickets.page_acts import assignable
from tickets.views.base import person_of

EVERY = 15  # seconds
SPREAD = "spread"  # to whoever has the least


def listing(request: HttpRequest) -> HttpResponse:
    """Everybody's work, followed live."""
    person = person_of(request)
    require(person, "workload.list")
    version = Counter.read("tickets")
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    context = {"part": "rows", "every": EVERY, "loads": workload.loads(person), "columns": workload.columns()}
    return htmx.live(request, "tickets/workload.html", context, version=version)


def _holder(code: str, person: Person) -> Person:
    found = next((each for each in workload.people_of(person) if each.agent_code == code), None)
    if found is None:
        raise NotVisible(_("Orang ini tidak ada di tim Anda."))
    return found


def holder(request: HttpRequest, code: str) -> HttpResponse:
    """One person's open tickets, the oldest first, to be picked and given on."""
    person = person_of(request)
    require(person, "workload.list")
    return _page(request, _holder(code, person))


def _page(request: HttpRequest, found: Person, problem: Problem | None = None, moved: list[Moved] | None = None) -> HttpResponse:
    person = person_of(request)
    tickets = Ticket.objects.visible_to(person).open().filter(assignee=found).order_by("opened_at", "id")
    context: dict[str, Any] = {
        "holder": found,
        "tickets": tickets.select_related("holder_person")[:MOST_AT_ONCE],
        "may_move": may(person, "workload.move"),
        "people": [each for each in assignable(person) if each.pk != found.pk],
        "problem": problem,
        "picked": request.POST.getlist("tickets"),
        "refused": [each for each in moved or [] if each.refused],
    }
    return render(request, "tickets/workload_of.html", context, status=problem.status if problem else 200)


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """The picked tickets go to somebody else; what stays says why."""
    person = person_of(request)
    require(person, "workload.move")
    found = _holder(code, person)
    try:
        moved = move_work(found, request.POST.getlist("tickets"), _receiver(request.POST.get("to", ""), person), by=person)
    except Invalid as problem:
        return _page(request, found, problem)
    done = [each for each in moved if each.to]
    said = _("%(count)s tiket pindah tangan.") % {"count": len(done)}
    if len(done) < len(moved):
        return _page(request, found, moved=moved)
    htmx.toast(request, said)
    return redirect("tickets:workload-of", code)


def _receiver(code: str, person: Person) -> Person | None:
    if code == SPREAD:
        return None
    if code == person.agent_code:
        return person
    found = next((each for each in assignable(person) if each.agent_code == code), None)
    if found is None:
        raise Invalid(_("Pilih kepada siapa."), errors={"to": [_("Pilih kepada siapa.")]})
    return found
