"""Nonconformities: the list, one of them with its acts, and identifying one (QC-6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import NotAllowed, NotVisible, Problem
from escalation.views.base import paged, person_of
from quality import looking_up
from quality.actions import nonconformities
from quality.actions.papers import paper_of_nonconformity
from quality.filters import NonconformityFilter
from quality.forms import ImproveForm, NonconformityForm, NonconformityOfTicketForm, VerifyForm
from quality.models import NONCONFORMITY_MOVES, Evaluation, Nonconformity, NonconformityState
from tickets.views import page
from tickets.views.base import whole

PAGE = 50


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Open ones first in mind; the verified in their own tab."""
    person = person_of(request)
    require(person, "nonconformity.list")
    tab = request.GET.get("tab", "")
    rows = NonconformityFilter(request.GET, Nonconformity.objects.visible_to(person), request=request).qs
    rows = rows.filter(state=NonconformityState.VERIFIED) if tab == "selesai" else rows.open()
    page = paged(request, rows.select_related("owner", "team", "person"), ("-id",), PAGE)
    context = {"page": page, "tab": tab, "may_create": may(person, "nonconformity.create"), "newer_url": page.newer_url,
               "older_url": page.older_url}  # fmt: skip
    return render(request, "quality/nonconformities.html", context)


def found(pk: int, person: Person) -> Nonconformity:
    """The nonconformity that this person sees; 404 otherwise."""
    nonconformity = Nonconformity.objects.visible_to(person).shown().filter(pk=pk).first()
    if nonconformity is None:
        raise NotVisible(_("Ketidaksesuaian ini tidak ada atau tidak untuk Anda lihat."))
    return nonconformity


@require_GET
def nonconformity(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what is known, every try, and the next step."""
    person = person_of(request)
    require(person, "nonconformity.list")
    return shown(request, found(pk, person))


def shown(
    request: HttpRequest, matter: Nonconformity, improving: ImproveForm | None = None, verifying: VerifyForm | None = None
) -> HttpResponse:
    person = person_of(request)
    wrong = bool((improving and improving.errors) or (verifying and verifying.errors))
    may_improve = may(person, "nonconformity.improve") and NONCONFORMITY_MOVES.allows("improve", matter.state)
    context = {
        "matter": matter,
        "improvements": list(matter.improvements.all()),
        "improving": improving or (ImproveForm() if may_improve else None),
        "verifying": verifying or (VerifyForm() if _may_verify(matter, person) else None),
        "may_read_ticket": looking_up.reads_ticket(person, matter.ticket_id),
        "may_make_paper": may(person, "evidence.make"),
    }
    return render(request, "quality/nonconformity.html", context, status=400 if wrong else 200)


def _may_verify(matter: Nonconformity, person: Person) -> bool:
    if not may(person, "nonconformity.verify") or not NONCONFORMITY_MOVES.allows("verify", matter.state):
        return False
    try:
        nonconformities.require_may_verify(matter, by=person)
    except NotAllowed:
        return False
    return True


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Identify one; ``evaluation`` or ``ticket`` in the address bring their evidence along."""
    person = person_of(request)
    require(person, "nonconformity.create")
    sheet = _sheet(request, person)
    initial = {"title": _title(sheet), "ticket": _ticket(request, sheet)}
    if sheet:
        initial |= {"description": sheet.findings, "clause": sheet.form.clause if sheet.form else ""}
    form = NonconformityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            ticket = looking_up.ticket_numbered(values.pop("ticket"), person)
            made = nonconformities.identify(**values, ticket=ticket, evaluation=sheet, by=person)
            htmx.toast(request, _("%(number)s dibuat.") % {"number": made})
            return redirect(made.url)
        except Problem as problem:
            form.refuse(problem)
    return render(request, "quality/nonconformity_new.html", {"form": form, "sheet": sheet}, status=400 if form.errors else 200)


@require_POST
def of_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Identify one from the page of its ticket; the dialog again with every word when it is refused."""
    person = person_of(request)
    require(person, "nonconformity.create")
    ticket = whole(number, person)
    form = NonconformityOfTicketForm(ticket, request.POST, auto_id="nonconformity-%s")
    if not form.is_valid():
        return page.refused(request, ticket, "nonconformity", form=form)
    values = form.cleaned_data
    code = values.pop("person")
    try:
        served_by = looking_up.person_coded(code) if code else None
        made = nonconformities.identify(**values, person=served_by, ticket=ticket, by=person)
    except Problem as problem:
        form.refuse(problem)
        return page.refused(request, ticket, "nonconformity", form=form, problem=problem)
    htmx.toast(request, _("%(number)s dibuat.") % {"number": made})
    return redirect(made.url)


def _sheet(request: HttpRequest, person: Person) -> Evaluation | None:
    asked = request.GET.get("evaluation", "")
    return looking_up.evaluation_numbered(int(asked), person) if asked.isdecimal() and len(asked) < 12 else None


def _title(sheet: Evaluation | None) -> str:
    """The first question that was not met, as the title."""
    failed = [mark.parameter.text for mark in sheet.marks.all() if mark.answer == "no"] if sheet else []
    return failed[0] if failed else ""


def _ticket(request: HttpRequest, sheet: Evaluation | None) -> str:
    return sheet.ticket.number if sheet and sheet.ticket else request.GET.get("ticket", "")[:20]


@require_POST
def improve(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the improvement."""
    person = person_of(request)
    require(person, "nonconformity.improve")
    matter, form = found(pk, person), ImproveForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            owner = looking_up.person_coded(values.pop("owner"), "owner")
            nonconformities.improve(matter, owner=owner, by=person, **values)
            htmx.toast(request, _("Perbaikan tercatat, %(name)s diberi tahu.") % {"name": owner.online_name})
            return redirect(matter.url)
        except Problem as problem:
            form.refuse(problem)
    return shown(request, matter, improving=form)


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Effective, or again."""
    person = person_of(request)
    require(person, "nonconformity.verify")
    matter, form = found(pk, person), VerifyForm(request.POST)
    if form.is_valid():
        try:
            nonconformities.verify(matter, by=person, **form.cleaned_data)
            htmx.toast(request, _("Verifikasi %(number)s tercatat.") % {"number": matter})
            return redirect(matter.url)
        except Problem as problem:
            form.refuse(problem)
    return shown(request, matter, verifying=form)


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the evidence pack."""
    person = person_of(request)
    require(person, "evidence.make")
    return redirect(paper_of_nonconformity(found(pk, person), by=person).url)
