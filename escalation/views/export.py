"""The filtered queue as a file (HC-3)."""

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from accounts.actions.exporting import note_export
from accounts.roles import require
from escalation import spreadsheet
from escalation.tabs import tab_named
from escalation.views.base import person_of
from escalation.views.queue import NARROWED_BY, narrowed
from tickets.spreadsheet import answer


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """The same rows as on the page, in the same order; that it was taken out is in the person's history."""
    person = person_of(request)
    require(person, "escort.claim")
    tab = tab_named(request.GET.get("tab"))
    file, count = spreadsheet.of_escorts(narrowed(request, person, tab).in_queue_order(), person)
    filters = {"tab": tab.name} | {name: request.GET[name] for name in NARROWED_BY if request.GET.get(name)}
    note_export("queue", by=person, filters=filters, rows=count, act="escort.claim")
    return answer(file, f"antrean-{tab.name}")
