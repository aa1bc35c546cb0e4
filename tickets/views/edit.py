"""Changing a ticket's fields. When somebody else was first, both texts stand side by side and no word is lost (HC-4)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import HistoryEntry
from accounts.roles import require
from common import htmx
from common.problems import Conflict, Invalid, Stale
from tickets import actions
from tickets.forms_edit import COVERED, EditForm
from tickets.models import Ticket
from tickets.personal import covered
from tickets.views.base import person_of, whole


def edit(request: HttpRequest, number: str) -> HttpResponse:
    """The form; sent, it changes what differs, or shows what the other changed meanwhile."""
    person = person_of(request)
    require(person, "ticket.edit")
    ticket = whole(number, person)
    if request.method != "POST":
        return _shown(request, ticket, EditForm.of(ticket))
    form = EditForm(request.POST)
    if not form.is_valid():
        return _shown(request, ticket, form, status=400)
    try:
        actions.edit(ticket, form.changed(), by=person, version=form.cleaned_data["version"])
    except Stale as stale:
        return _conflict(request, ticket, form, stale)
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return _shown(request, ticket, form, status=problem.status)
    htmx.toast(request, _("%(number)s: isian disimpan.") % {"number": ticket.number})
    return redirect(ticket.url)


def _shown(request: HttpRequest, ticket: Ticket, form: EditForm, *, status: int = 200, **more: Any) -> HttpResponse:
    sentence = _("Sekarang %(value)s. Kosongkan bila tidak berubah.")
    hints = {name: sentence % {"value": covered(name, value)} for name in COVERED if (value := getattr(ticket, name))}
    return render(request, "tickets/edit.html", {"ticket": ticket, "form": form, "hints": hints, **more}, status=status)


def _conflict(request: HttpRequest, ticket: Ticket, form: EditForm, stale: Stale) -> HttpResponse:
    """Both values for each field that the other changed. What this person changed alone stays as it was typed."""
    who, when = _last_editor(ticket)
    rows = form.rows_against(stale.current)
    again = form.against(stale.current)
    return _shown(request, ticket, again, status=stale.status, rows=rows, who=who, when=when)


def _last_editor(ticket: Ticket) -> tuple[str, datetime]:
    """Who moved the version last: mostly an edit, else the newest act."""
    last = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).select_related("by").order_by("-sequence")
    entry = last.filter(act="ticket.edited").first() or last.first()
    return (entry.by.online_name if entry and entry.by else _("Sistem")), entry.at if entry else ticket.last_word_at
