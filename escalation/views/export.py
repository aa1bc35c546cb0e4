"""The filtered queue as a file (HC-3)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actions.exporting import note_export
from accounts.roles import require
from common.clock import now
from escalation import spreadsheet
from escalation.tabs import tab_named
from escalation.views.base import person_of
from escalation.views.queue import NARROWED_BY, narrowed

MOST_ROWS = 5_000
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same rows as on the page, in the same order; that it was taken out is in the person's history."""
    person = person_of(request)
    require(person, "escort.claim")
    tab = tab_named(request.GET.get("tab"))
    rows = list(narrowed(request, person, tab).in_queue_order()[:MOST_ROWS])
    filters = {"tab": tab.name} | {name: request.GET[name] for name in NARROWED_BY if request.GET.get(name)}
    note_export("queue", by=person, filters=filters, rows=len(rows), act="escort.claim")
    name = f"antrean-{tab.name}-{timezone.localtime(now()):%Y%m%d-%H%M}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(spreadsheet.of_escorts(rows, person), content_type=EXCEL, headers=headers)
