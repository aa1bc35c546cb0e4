"""Where other systems say something else of tickets: the list, and settling one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.roles import may, require
from common import htmx
from tickets.actions.reconciling import settle_ticket_difference
from tickets.beside import system_name
from tickets.models import Status, TicketDifference, What
from tickets.views.base import person_of

LISTED = 50


def listing(request: HttpRequest) -> HttpResponse:
    """Open differences, the newest first; of one kind where asked."""
    person = person_of(request)
    require(person, "ticket_difference.list")
    what, before = request.GET.get("what", ""), request.GET.get("before", "")
    rows = TicketDifference.objects.visible_to(person).open().select_related("ticket")
    rows = rows.filter(what=what) if what in What.values else rows
    rows = rows.filter(pk__lt=int(before[:18])) if before.isdecimal() else rows
    shown = list(rows[: LISTED + 1])
    older = urlencode({"what": what, "before": str(shown[LISTED - 1].pk)}) if len(shown) > LISTED else ""
    context = {
        "rows": [(row, system_name(row.system), _status(row.ours), _status(row.theirs)) for row in shown[:LISTED]],
        "kinds": What.choices,
        "what": what,
        "older_url": f"{reverse('tickets:differences')}?{older}" if older else "",
        "may_settle": may(person, "ticket_difference.settle"),
        "may_load": may(person, "ticket.import"),
    }
    return render(request, "tickets/imports/differences.html", context)


def _status(code: str) -> object:
    return Status(code).label if code in Status.values else code


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has put it right, here or there."""
    person = person_of(request)
    require(person, "ticket_difference.settle")
    difference = get_object_or_404(TicketDifference.objects.visible_to(person), pk=pk)
    settle_ticket_difference(difference, by=person, note=request.POST.get("note", ""))
    htmx.toast(request, _("Selisih dibereskan."))
    return redirect("tickets:differences")
