"""What the pages' scripts ask for: drafts kept, presence shown."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from common.problems import Invalid
from tickets import actions
from tickets.models import Presence
from tickets.views.base import person_of, whole


@require_http_methods(["POST", "DELETE"])
def draft(request: HttpRequest, form: str) -> HttpResponse:
    """Keep what was typed so far (a JSON object of fields), or throw it away."""
    if request.method == "DELETE":
        actions.discard_draft(form, by=person_of(request))
    else:
        actions.save_draft(form, _fields(request.body), by=person_of(request))
    return HttpResponse(status=204)


def _fields(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise Invalid(_("Draf ini bukan isian formulir."))
    return values


@require_POST
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """A sign of life (HC-4), answered with who else is here."""
    person = person_of(request)
    ticket = whole(number, person)
    actions.mark_presence(ticket, request.POST.get("mode", ""), by=person)
    others = Presence.objects.alive().filter(ticket=ticket).exclude(person=person).select_related("person").order_by("id")
    return render(request, "tickets/page.html#here", {"others": others})
