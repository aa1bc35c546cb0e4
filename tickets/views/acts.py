"""The acts on a ticket as the buttons of its page post them: form to plain values, action, and back to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import NotAllowed, NotVisible, Problem
from tickets import actions, forms, page_acts, tool_panel
from tickets.models import Ticket
from tickets.shown_scripts import unsealed
from tickets.views import page, short
from tickets.views.base import findable, person_of, whole
from tickets.views.undo import is_undo, sent_values, taking_back, undo_url


@dataclass(frozen=True)
class Door:
    """``do(ticket, by=person, **fields of the form)``. ``for_callers``: other teams' tickets too, which a caller may bring up."""

    may: str
    do: Callable[..., Ticket]
    said: Any
    form: type[forms.KawalForm] | None = None
    for_callers: bool = False
    speaks: bool = False  # its dialog shows scripts; the act keeps which


def _assign(ticket: Ticket, assignee: Person, *, by: Person) -> Ticket:
    return actions.assign(ticket, assignee, by=by)


def _activity(ticket: Ticket, number: str, note: str = "", *, undo_tick: bool = False, by: Person) -> Ticket:
    return actions.set_activity(ticket, int(number), by=by, done=not undo_tick, note=note)


def _finding(ticket: Ticket, *, by: Person, **values: Any) -> Ticket:
    return actions.record_finding(ticket, actions.Look(**values), by=by)


DOORS: dict[str, Door] = {
    "updates": Door("ticket.update", actions.post_update, _("Tercatat di riwayat."), forms.UpdateForm, for_callers=True),
    "repeat-reports": Door(
        "ticket.repeat_report", actions.add_repeat_report, _("Lapor ulang tercatat."), forms.RepeatForm, for_callers=True
    ),
    "verification": Door("ticket.verify", actions.verify_caller, _("Verifikasi tercatat."), forms.VerifyForm, for_callers=True),
    "told": Door("ticket.tell", actions.tell_customer, _("Kabar ke pelanggan tercatat."), forms.TellForm),
    "twin": Door("ticket.link_twin", actions.link_twin, _("Ditautkan; keduanya tetap ada."), forms.TwinForm),
    "untwin": Door("ticket.link_twin", actions.unlink_twin, _("Tautan dilepas.")),
    "forward": Door("ticket.forward", actions.forward, _("Diteruskan; bola di unit."), forms.ForwardForm),
    "chase": Door("ticket.chase", actions.chase, _("Kejaran tercatat."), forms.ChaseForm),
    "activities": Door("ticket.activity", _activity, _("Aktivitas tercatat."), forms.ActivityForm),
    "findings": Door("ticket.record_finding", _finding, _("Hasil cek tercatat."), forms.FindingForm),
    "references": Door("ticket.refer", actions.refer, _("Nomor luar tercatat."), forms.ReferenceForm),
    "assign": Door("ticket.assign", _assign, _("Tiket diserahkan."), forms.AssignForm),
    "pause": Door("ticket.pause", actions.pause, _("Dijeda. Bola di pelanggan."), forms.PauseForm),
    "resume": Door("ticket.resume", actions.resume, _("Dilanjutkan. Bola kembali ke pemegang sebelumnya.")),
    "solve": Door(
        "ticket.solve", actions.solve, _("Ditandai selesai. Tunggu kepastian pelanggan."), forms.SolveForm, speaks=True
    ),
    "close": Door("ticket.close", actions.close, _("Tiket ditutup."), forms.CloseForm, speaks=True),
    "reopen": Door("ticket.reopen", actions.reopen, _("Tiket dibuka lagi."), forms.ReopenForm),
    "take-over": Door("ticket.take_over", actions.take_over, _("Tiket Anda pegang sekarang.")),
    "request-take-over": Door("ticket.request_take_over", actions.request_take_over, _("TL diminta mengambil alih.")),
    "overrule-criterion": Door(
        "ticket.overrule_criterion", actions.overrule_criterion, _("Tanda dibatalkan."), forms.OverruleForm
    ),
}


def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Do it and go back to the ticket; refused, the page comes again with the dialog open and every typed word in it."""
    person, door = person_of(request), DOORS[name]
    require(person, door.may)
    ticket = findable(number, person) if door.for_callers else whole(number, person)
    if request.method != "POST":
        return redirect(f"{_url(ticket, person)}?{urlencode({'act': name})}")
    form = _form(door, name, request, ticket)
    if form and not form.is_valid():
        return _again(request, ticket, name, form, None)
    try:
        with taking_back(request, ticket):
            done = door.do(ticket, by=person, **(_values(form) if form else {}), **_scripts(door, request))
    except (NotAllowed, NotVisible):
        raise
    except Problem as problem:
        if is_undo(request):
            raise
        return _again(request, ticket, name, form, problem)
    htmx.toast(request, f"{ticket.number}: {door.said}", undo_url="" if is_undo(request) else _undo(name, ticket, done, person))
    if name != "updates":
        return redirect(_url(ticket, person))
    actions.discard_draft(page.draft_of(ticket), by=person)
    return redirect(f"{_url(ticket, person)}?done=updates")


def _undo(name: str, before: Ticket, ticket: Ticket, person: Person) -> str:
    """Where posting takes it back; empty for what has no safe way back, or is out of this person's sight now."""
    if name == "pause":
        return undo_url(reverse("tickets:resume", args=[ticket.number]), ticket)
    if name == "assign" and before.assignee and before.assignee != ticket.assignee and ticket.is_whole_for(person):
        return undo_url(reverse("tickets:assign", args=[ticket.number]), ticket, assignee=before.assignee.agent_code)
    return ""


def _url(ticket: Ticket, person: Person) -> str:
    """Where the ticket is shown to this person; after the act it may be another team's."""
    now = Ticket.objects.findable_by(person).filter(pk=ticket.pk).first()
    if now is None:
        return reverse("tickets:list")
    return now.url if now.is_whole_for(person) else reverse("tickets:short", args=[now.number])


def _form(door: Door, name: str, request: HttpRequest, ticket: Ticket) -> forms.KawalForm | None:
    if door.form is None:
        return None
    person = person_of(request)
    ids = f"{'update' if name == 'updates' else name}-%s"
    if door.form is forms.AssignForm:
        return forms.AssignForm(sent_values(request), auto_id=ids, people=page_acts.assignable(person, ticket.service_line))
    if door.form is forms.FindingForm:
        return forms.FindingForm(sent_values(request), auto_id=ids, tools=tool_panel.tools_of(ticket))
    return door.form(sent_values(request), auto_id=ids)


def _values(form: forms.KawalForm) -> dict[str, Any]:
    if isinstance(form, forms.AssignForm):
        return {"assignee": form.people[form.cleaned_data["assignee"]]}
    return {name: value for name, value in form.cleaned_data.items() if not (name == "channel" and value == "")}


def _scripts(door: Door, request: HttpRequest) -> dict[str, Any]:
    return {"scripts": unsealed(request.POST.getlist("scripts"))} if door.speaks else {}


def _again(
    request: HttpRequest, ticket: Ticket, name: str, form: forms.KawalForm | None, problem: Problem | None
) -> HttpResponse:
    if form and problem:
        form.refuse(problem)
    if not ticket.is_whole_for(person_of(request)):
        return short.shown(request, ticket, name, form, problem)
    return page.refused(request, ticket, name, form=form, problem=problem)


def unmask(request: HttpRequest, number: str) -> HttpResponse:
    """Show the covered values once, for a reason that goes into the history (QM-3)."""
    person = person_of(request)
    require(person, "customer.unmask")
    ticket = whole(number, person)
    if request.method != "POST" or ticket.customer is None:
        return redirect(f"{ticket.url}?{urlencode({'act': 'unmask'})}")
    form = forms.UnmaskForm(request.POST, auto_id="unmask-%s")
    if not form.is_valid():
        return page.refused(request, ticket, "unmask", form=form)
    plain = actions.unmask(ticket.customer, form.cleaned_data["reason"], by=person, ticket=ticket)
    return page.with_plain(request, ticket, plain)
