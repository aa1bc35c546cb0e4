"""What Support HC does with an escort, each act a POST that answers with the pane (HC-4 to HC-6, SE-3 to SE-5)."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import HistoryEntry, Person
from accounts.roles import require
from common.problems import Conflict, Invalid, NotVisible, Stale
from escalation import pane as panes
from escalation.actions import escorts, progress
from escalation.forms import AnalysisForm, FollowUpForm, ProgressForm, SolvedForm, analysis_of
from escalation.merging import Merged, merge
from escalation.models import Escort, Progress
from escalation.views.base import person_of
from escalation.views.queue import after, refused, visible_escort
from tickets.forms import KawalForm
from tickets.views.undo import is_undo, taking_back, undo_url

TRIES = 3  # how often somebody may get in between reading and saving before the person is asked


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it; a second press changes nothing."""
    person = person_of(request)
    require(person, "escort.claim")
    escort = visible_escort(pk, person)
    with taking_back(request, escort.ticket):
        escort = escorts.claim_escort(escort, by=person)
    said = _("%(number)s Anda pegang.") % {"number": escort.ticket.number}
    return after(request, pk, said=said, undo=_undo(request, "release", escort))


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it back."""
    person = person_of(request)
    require(person, "escort.release")
    escort = visible_escort(pk, person)
    with taking_back(request, escort.ticket):
        escort = escorts.release_escort(escort, by=person)
    said = _("%(number)s dilepas.") % {"number": escort.ticket.number}
    return after(request, pk, said=said, undo=_undo(request, "claim", escort))


def _undo(request: HttpRequest, name: str, escort: Escort) -> str:
    """The act that takes this one back; none for what takes back itself."""
    return "" if is_undo(request) else undo_url(reverse(f"escalation:{name}", args=[escort.pk]), escort.ticket)


@require_POST
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was found out, and with ``dispatch`` send it to the groups in the same act."""
    person = person_of(request)
    require(person, "escort.analyse")
    form = AnalysisForm(request.POST)
    try:
        for _attempt in range(TRIES):
            escort = visible_escort(pk, person)
            merged = merge(form.mine(), form.was(), analysis_of(escort), request.POST.dict())
            if merged.differences:
                return _conflict(request, escort, form, merged)
            if not form.is_valid():
                return refused(request, pk, 400, analysis=form, was=form.was())
            if _saved(escort, merged.values, person, dispatch="dispatch" in request.POST):
                break
        else:
            raise Conflict(_("Tiket ini sedang diubah orang lain. Simpan sekali lagi."))
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return refused(request, pk, problem.status, analysis=form, was=form.was())
    said = _("Dikirim ke grup.") if "dispatch" in request.POST else _("Analisa disimpan.")
    return after(request, pk, said=said)


@transaction.atomic
def _saved(escort: Escort, values: dict[str, str], person: Person, *, dispatch: bool) -> bool:
    """False when somebody was quicker; then it is merged anew."""
    try:
        escort = escorts.analyse(escort, values, by=person, version=escort.version)
    except Stale:
        return False
    if dispatch:
        escorts.dispatch(escort, by=person)
    return True


def _conflict(request: HttpRequest, escort: Escort, form: AnalysisForm, merged: Merged) -> HttpResponse:
    """Both changed the same field: mine and theirs side by side, nothing saved, no word lost."""
    acts = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=escort.ticket_id, act="escort.analysed")
    last = acts.select_related("by").order_by("-sequence").first()
    rows = [
        {
            "label": form.fields[each.field].label,
            "mine": _shown(form, each.field, each.mine),
            "theirs": _shown(form, each.field, each.theirs),
            "name": each.name,
        }
        for each in merged.differences
    ]
    who = last.by.online_name if last and last.by else _("Orang lain")
    conflict = {"rows": rows, "who": who, "when": last.at if last else None}
    return refused(request, escort.pk, 412, analysis=form, was=analysis_of(escort), conflict=conflict)


def _shown(form: AnalysisForm, name: str, value: str) -> str:
    choices = dict(getattr(form.fields[name], "choices", []))
    return str(choices.get(value, value))


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the groups would read with what stands in the form now; nothing is saved."""
    person = person_of(request)
    require(person, "escort.dispatch")
    escort = visible_escort(pk, person)
    form = AnalysisForm(request.POST)
    typed = form.mine()
    for name in ("cause", "responsible_unit", "severity", "note"):
        setattr(escort, name, typed[name][:2_000])
    escort.ticket.area = typed["area"] or escort.ticket.area
    if typed["region"].isdecimal():
        escort.ticket.region = int(typed["region"][:1])
    pane = panes.read(escort, person)
    return render(request, "escalation/parts/analysis_form.html#preview", {"pane": pane})


@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the groups again in one's own words (HC-6)."""
    return _with_form(request, pk, "follow_up", FollowUpForm(request.POST), _("Pertanyaan dikirim ke grup."))


@require_POST
def solve(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit has repaired it; a caring call is due (SE-5)."""
    return _with_form(request, pk, "solved", SolvedForm(request.POST), _("Selesai menurut unit. Pelanggan ditelepon dulu."))


@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the unit said (HC-6)."""
    person = person_of(request)
    require(person, "escort.record_progress")
    groups = panes.read(visible_escort(pk, person), person).groups
    return _with_form(request, pk, "progress", ProgressForm(request.POST, groups=groups), _("Progres dicatat."))


def _with_form(request: HttpRequest, pk: int, name: str, form: KawalForm, said: str) -> HttpResponse:
    person = person_of(request)
    act, needed = ACTS[name]
    require(person, needed)
    escort = visible_escort(pk, person)
    if not form.is_valid():
        return refused(request, pk, 400, **{name: form})
    try:
        act(escort, form, person)
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return refused(request, pk, problem.status, **{name: form})
    return after(request, pk, said=said)


def _asked(escort: Escort, form: Any, person: Person) -> None:
    escorts.dispatch(escort, by=person, text=form.cleaned_data["text"])


def _solved(escort: Escort, form: Any, person: Person) -> None:
    escorts.solve_escort(escort, form.cleaned_data["text"], by=person)


def _recorded(escort: Escort, form: Any, person: Person) -> None:
    cleaned = form.cleaned_data
    said = progress.Said(
        cleaned["text"],
        publish=cleaned["publish"],
        done=cleaned["done"],
        needs_data=cleaned["needs_data"],
        group=form.groups.get(cleaned["group"]),
    )
    progress.record_progress(escort, said, by=person)


ACTS = {
    "follow_up": (_asked, "escort.dispatch"),
    "solved": (_solved, "escort.solve"),
    "progress": (_recorded, "escort.record_progress"),
}


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Feed one word of the unit back to the TL (W-24 5.2.7)."""
    person = person_of(request)
    require(person, "escort.record_progress")
    said = Progress.objects.filter(pk=pk, escort__in=Escort.objects.visible_to(person)).select_related("escort").first()
    if said is None:
        raise NotVisible(_("Progres ini tidak ada."))
    progress.publish_progress(said, by=person)
    return after(request, said.escort_id, said=_("Progres diteruskan."))
