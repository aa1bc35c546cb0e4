"""The pages of application problems: reported from anywhere in two presses, followed, handled (P-01 6.9)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Counter, Person
from accounts.roles import may, require
from common import htmx
from common.problems import Invalid, NotVisible
from escalation import problem_forms as forms
from escalation.actions import problems
from escalation.models import PROBLEM_MOVES, AppProblem, MilestoneName
from escalation.views.base import person_of
from tickets.forms import KawalForm
from tickets.models import ServiceLine

MOST_SHOWN = 100
EVERY = 10  # seconds


@dataclass(frozen=True)
class Door:
    """One act on a problem: who may, in which state, what it asks."""

    may: str
    move: str
    do: Callable[..., AppProblem]
    label: Any
    said: Any
    form: type[KawalForm] | None = None
    note: Any = ""


DOORS = {
    "acknowledge": Door(
        "problem.acknowledge", "acknowledge", problems.acknowledge_problem, gettext_lazy("Saya tangani"),
        gettext_lazy("Tercatat: Anda menangani."),
    ),
    "ioc": Door(
        "problem.acknowledge", "report_to_ioc", problems.report_to_ioc, gettext_lazy("Catat nomor IOC"),
        gettext_lazy("Nomor IOC tercatat."), forms.IocForm,
    ),
    "confirm": Door(
        "problem.handle", "confirm", problems.confirm_problem, gettext_lazy("Pastikan dan hentikan jam"),
        gettext_lazy("Dipastikan. Jam tiket yang terhambat berhenti."), forms.ConfirmForm,
        gettext_lazy("Jam berhenti dengan alasan gangguan ini dan jalan lagi saat gangguan selesai."),
    ),
    "end": Door(
        "problem.handle", "end", problems.end_problem, gettext_lazy("Sudah normal"),
        gettext_lazy("Selesai. Jam yang berhenti jalan lagi."), forms.EndForm,
    ),
    "dismiss": Door(
        "problem.handle", "dismiss", problems.dismiss_problem, gettext_lazy("Bukan gangguan"),
        gettext_lazy("Ditutup sebagai bukan gangguan."), forms.DismissForm,
    ),
}  # fmt: skip


def new(request: HttpRequest) -> HttpResponse:
    """The list of applications, each a button that reports it; then back to where one was."""
    person = person_of(request)
    require(person, "problem.report")
    back = request.POST.get("back") or request.headers.get("Referer", "")
    form = forms.ProblemForm(request.POST or None, auto_id="problem-%s")
    if request.method == "POST" and form.is_valid():
        try:
            problem = problems.report_problem(form.cleaned_data["app"], symptom=form.cleaned_data["symptom"], by=person)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            htmx.toast(request, _("%(app)s dilaporkan sebagai %(number)s.") % {"app": problem.app, "number": problem.number})
            return redirect(_back(request, back) or problem.url)
    known = AppProblem.objects.open().select_related("site")[:MOST_SHOWN]
    context = {"form": form, "apps": forms.applications(), "known": known, "back": _back(request, back)}
    return render(request, "escalation/problem_new.html", context, status=400 if form.is_bound else 200)


def _back(request: HttpRequest, address: str) -> str:
    """An address of ours, or nothing; never this very page."""
    return "" if "/problems/new/" in address else htmx.own_address(request, address)


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The newest, open ones marked."""
    require(person_of(request), "problem.list")
    rows = AppProblem.objects.select_related("site", "reported_by").annotate(count=Count("reports"))[:MOST_SHOWN]
    return render(request, "escalation/problems.html", {"rows": rows})


def _found(pk: int, person: Person) -> AppProblem:
    require(person, "problem.list")
    people = ("site", "reported_by", "acknowledged_by", "confirmed_by", "ended_by")
    found = AppProblem.objects.select_related(*people).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Gangguan aplikasi ini tidak ada."))
    return found


@require_GET
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem, followed live: who has it, whom the ladder told, how many clocks stand still."""
    person = person_of(request)
    found = _found(pk, person)
    version = f"{found.version}-{Counter.read(problems.COUNTER)}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    return htmx.live(request, "escalation/problem.html", {**_context(found, person), "part": "news"}, version=version)


def _context(found: AppProblem, person: Person, refused: tuple[str, Form] | None = None) -> dict[str, Any]:
    counted = found.standstills.values_list("state").annotate(count=Count("pk"))
    acts = [
        {"name": name, "door": door, "form": _form(name, door, refused)}
        for name, door in DOORS.items()
        if may(person, door.may) and PROBLEM_MOVES.allows(door.move, found.state) and not _done(name, found)
    ]
    return {
        "problem": found,
        "every": EVERY,
        "counts": dict(counted),
        "reports": found.reports.select_related("person").order_by("id")[:MOST_SHOWN],
        "lines": [ServiceLine(line).label for line in found.lines],
        "milestones": [MilestoneName(each).label for each in found.milestones],
        "acts": acts,
        "may_report": may(person, "problem.report") and found.is_open,
    }


def _done(name: str, found: AppProblem) -> bool:
    return name == "acknowledge" and found.acknowledged_at is not None


def _form(name: str, door: Door, refused: tuple[str, Form] | None) -> Form | None:
    if refused and refused[0] == name:
        return refused[1]
    return door.form(auto_id=f"{name}-%s") if door.form else None


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do it; refused, the page comes again with what was typed."""
    person, door = person_of(request), DOORS[name]
    require(person, door.may)
    found = _found(pk, person)
    form = door.form(request.POST, auto_id=f"{name}-%s") if door.form else None
    if form is None or form.is_valid():
        try:
            door.do(found, by=person, **(form.cleaned_data if form else {}))
        except Invalid as problem:
            if form is None:
                raise
            form.refuse(problem)
        else:
            htmx.toast(request, f"{found.number}: {door.said}")
            return redirect(found.url)
    return render(request, "escalation/problem.html", _context(found, person, (name, form)), status=400)
