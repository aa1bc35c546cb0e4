"""The pages of outages (HC-8): what is going on, one outage with its tickets, and what looks like one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Counter, Person
from accounts.roles import may, require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from escalation import outages as read
from escalation.actions import outages
from escalation.models import Outage, OutageTicket
from escalation.outage_forms import OutageChoice, OutageDissolveForm, OutageForm, OutageJoinForm, OutageSolveForm, OutageTellForm
from escalation.views.base import paged, person_of, whole
from tickets.personal import on_page
from tickets.views import page as ticket_page

MOST_SHOWN = 100
ORDER = ("-id",)
EVERY = 3


def _found(pk: int, person: Person) -> Outage:
    found = Outage.objects.visible_to(person).select_related("opened_by", "ended_by").filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Gangguan massal ini tidak ada."))
    return found


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What is going on, and what looks like one fault."""
    person = person_of(request)
    require(person, "outage.list")
    return _listed(request, person, OutageForm())


def _listed(request: HttpRequest, person: Person, form: OutageForm, status: int = 200) -> HttpResponse:
    rows = list(Outage.objects.visible_to(person).select_related("opened_by").order_by("-id")[:MOST_SHOWN])
    numbers = read.counts(rows)
    may_open = may(person, "outage.open")
    context: dict[str, Any] = {
        "rows": [(row, numbers.get(row.pk, 0)) for row in rows],
        "suggestions": read.suggestions(person) if may_open else [],
        "may_open": may_open,
        "form": form,
    }
    return render(request, "escalation/outages.html", context, status=status)


@require_GET
def suggested(request: HttpRequest) -> HttpResponse:
    """For the queue: what looks like one fault, as a strip; empty where nothing does."""
    person = person_of(request)
    require(person, "outage.open")
    if not htmx.wants_part(request):
        return redirect("escalation:outages")
    return render(request, "escalation/outages.html#suggested", {"suggestions": read.suggestions(person)})


@require_POST
def open_outage(request: HttpRequest) -> HttpResponse:
    """By hand, or with all tickets of a suggestion."""
    person = person_of(request)
    require(person, "outage.open")
    form = OutageForm(request.POST)
    if not form.is_valid():
        return _listed(request, person, form, 400)
    try:
        made = outages.open_outage(by=person, **form.cleaned_data | {"tickets": _numbers(form)})
    except Invalid as problem:
        form.refuse(problem)
        return _listed(request, person, form, problem.status)
    _say_joined(request, made)
    return redirect(made.outage.url)


def _numbers(form: Any) -> list[str]:
    return str(form.cleaned_data["tickets"]).replace(",", " ").split()


def _say_joined(request: HttpRequest, made: outages.Joined) -> None:
    said = _("%(count)s tiket di bawah %(outage)s.") % {"count": len(made.joined), "outage": made.outage.number}
    if made.refused:
        named = "; ".join(f"{number}: {why}" for number, why in made.refused[:5])
        said += " " + _("%(count)s tidak bisa: %(named)s") % {"count": len(made.refused), "named": named}
    htmx.toast(request, said)


@require_GET
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """One outage: one progress, one solution, its tickets, and how far each word has come."""
    person = person_of(request)
    require(person, "outage.list")
    found = _found(pk, person)
    version = Counter.read(outages.counter_of(found))
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    context = {**_context(request, found, person), "part": "news", "every": EVERY}
    return htmx.live(request, "escalation/outage.html", context, version=version)


def _context(request: HttpRequest, found: Outage, person: Person, **forms: Any) -> dict[str, Any]:
    rows = OutageTicket.objects.standing().filter(outage=found).select_related("ticket__holder_person", "ticket__team")
    page = paged(request, rows, ORDER, MOST_SHOWN)
    return {
        "outage": found,
        "ways": read.ways(found),
        "passed_over": read.passed_over(found),
        "count": read.counts([found]).get(found.pk, 0),
        "page": page,
        "rows": [
            {"ticket": row.ticket, "customer": on_page("customer_name", row.ticket.customer_name, person)} for row in page.rows
        ],
        "may_act": may(person, "outage.progress") and found.is_open,
        "tell": OutageTellForm(auto_id="tell-%s"),
        "solve": OutageSolveForm(auto_id="solve-%s"),
        "join": OutageJoinForm(auto_id="join-%s"),
        "dissolve": OutageDissolveForm(auto_id="dissolve-%s"),
        **forms,
    }


def _act(request: HttpRequest, pk: int, act: str, form: Any, name: str, do: Any) -> HttpResponse:
    """One act of the page: the form read, done, said; refused, the page comes again with every word."""
    person = person_of(request)
    require(person, act)
    found = _found(pk, person)
    try:
        if form.is_valid():
            htmx.toast(request, do(found, form, person))
            return redirect(found.url)
        status = 400
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        status = problem.status
    context = {**_context(request, _found(pk, person), person), name: form, "version": 0, "every": EVERY}
    return render(request, "escalation/outage.html", context, status=status)


@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """One progress for all."""

    def do(found: Outage, form: Any, person: Person) -> str:
        values = form.cleaned_data
        outages.tell_outage(found, values["text"], by=person, publish=values["publish"])
        return _("Progres sedang diteruskan ke semua tiket.")

    return _act(request, pk, "outage.progress", OutageTellForm(request.POST, auto_id="tell-%s"), "tell", do)


@require_POST
def solve(request: HttpRequest, pk: int) -> HttpResponse:
    """One solution for all."""

    def do(found: Outage, form: Any, person: Person) -> str:
        outages.solve_outage(found, form.cleaned_data["text"], by=person)
        return _("Solusi sedang diteruskan; tiap pelanggan dicaring.")

    return _act(request, pk, "outage.solve", OutageSolveForm(request.POST, auto_id="solve-%s"), "solve", do)


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """More tickets: named, or all that look alike."""

    def do(found: Outage, form: Any, person: Person) -> str:
        made = outages.join_outage(found, _numbers(form), by=person, alike=form.cleaned_data["alike"])
        said = _("%(count)s tiket di bawah %(outage)s.") % {"count": len(made.joined), "outage": found.number}
        refused = "; ".join(f"{number}: {why}" for number, why in made.refused[:5])
        return f"{said} {refused}".strip()

    return _act(request, pk, "outage.join", OutageJoinForm(request.POST, auto_id="join-%s"), "join", do)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket out again."""
    person = person_of(request)
    require(person, "outage.leave")
    number = request.POST.get("ticket", "")
    outages.leave_outage(_found(pk, person), number, by=person)
    htmx.toast(request, _("%(number)s berdiri sendiri lagi.") % {"number": number})
    return redirect("tickets:page", number) if request.POST.get("from") == "ticket" else redirect("escalation:outage", pk)


@require_POST
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not one fault."""

    def do(found: Outage, form: Any, person: Person) -> str:
        outages.dissolve_outage(found, form.cleaned_data["reason"], by=person)
        return _("%(outage)s dibubarkan; tiap tiket berdiri sendiri lagi.") % {"outage": found.number}

    return _act(request, pk, "outage.leave", OutageDissolveForm(request.POST, auto_id="dissolve-%s"), "dissolve", do)


@require_POST
def join_from_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """From the ticket page: under an open outage, or a new one."""
    person = person_of(request)
    require(person, "outage.join")
    ticket = whole(number, person)
    form = OutageChoice(request.POST, auto_id="outage-%s")
    if not form.is_valid():
        return ticket_page.refused(request, ticket, "outage", form=form)
    try:
        chosen = form.cleaned_data["outage"]
        if chosen:
            made = outages.join_outage(_found(int(chosen), person), [ticket.number], by=person)
        else:
            made = outages.open_outage(
                form.cleaned_data["name"], by=person, region=ticket.region, area=ticket.area, symptom=ticket.symptom,
                tickets=[ticket.number],
            )  # fmt: skip
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return ticket_page.refused(request, ticket, "outage", form=form, problem=problem)
    _say_joined(request, made)
    return redirect(ticket.url)
