"""Start of shift: what waits for me, and what the last shift left in words (OB-7)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.actions.shift_notes import leave_note
from accounts.models import Person, ShiftNote
from accounts.places import home_of
from accounts.roles import may, require
from accounts.views import _me
from accounts.waiting import waiting_for
from common import htmx
from common.problems import Problem

MOST_NOTES = 5


def context_of(person: Person) -> dict[str, Any]:
    """The groups of what waits and the notes."""
    notes = ShiftNote.objects.visible_to(person).of_last_shift().select_related("author", "team")[:MOST_NOTES]
    return {"groups": waiting_for(person), "notes": notes, "may_write": may(person, "shift_note.write"), "day": home_of(person)}


@require_GET
def shift(request: HttpRequest) -> HttpResponse:
    """The page with which a shift begins."""
    person = _me(request)
    require(person, "shift.look")
    return render(request, "accounts/shift.html", context_of(person))


@require_POST
def write_note(request: HttpRequest) -> HttpResponse:
    """Leave a note for the next shift."""
    person = _me(request)
    require(person, "shift_note.write")
    try:
        leave_note(by=person, text=request.POST.get("text", ""))
    except Problem as problem:
        context = {**context_of(person), "problem": problem, "typed": request.POST.get("text", "")}
        return render(request, "accounts/shift.html", context, status=problem.status)
    htmx.toast(request, _("Catatan tersimpan untuk regu berikutnya."))
    return redirect("shift")
