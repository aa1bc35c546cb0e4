"""Whether Kawal does by itself what it should, and what is stuck (O1): for administrators, and Support HC to look at."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import NotVisible, Problem
from escalation.actions import heartbeats
from escalation.actions.auditing import findings, overdue
from escalation.actions.parked import parked_rungs, release_rung
from escalation.models import Channel, ClockRung, Message, MessageState
from escalation.views.base import paged, person_of
from escalation.views.channels import Shown

MOST, EVERY, MOST_CHANNELS = 25, 10, 200
UNSENT = {
    MessageState.QUEUED: "queued_at",
    MessageState.TO_SEND_BY_HAND: "created_at",
    MessageState.FAILED: "created_at",
}


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Each part with its last mark, the oldest overdue rung, what is parked, what is unsent, and the channels."""
    person = person_of(request)
    require(person, "health.look")
    return _page(request, person)


def _page(request: HttpRequest, person: Person, **refused: Any) -> HttpResponse:
    version = f"{now().timestamp() // EVERY:.0f}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    count, oldest = overdue()
    rungs = paged(request, parked_rungs(person), ("ended_at", "id"), MOST)
    context = {
        "part": "state",
        "every": EVERY,
        "pulses": heartbeats.pulses(),
        "overdue": count,
        "oldest": oldest,
        "findings": [str(each) for each in findings().values()],
        "rungs": rungs,
        "may_release": may(person, "rung.release"),
        "unsent": [_unsent(state, moment) for state, moment in UNSENT.items()],
        "channels": [Shown(each) for each in Channel.objects.filter(active=True)[:MOST_CHANNELS]],
        "may_edit_channels": may(person, "channel.edit"),
    } | refused
    if refused:
        return render(request, "escalation/health.html", context | {"version": version}, status=400)
    return htmx.live(request, "escalation/health.html", context, version=version)


def _unsent(state: MessageState, moment: str) -> dict[str, Any]:
    rows: QuerySet[Message] = Message.objects.filter(state=state).select_related("ticket", "group").order_by(moment)
    return {"label": state.label, "count": rows.count(), "oldest": rows.first(), "since": moment}


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One click, with the reason: the parked rungs of that clock go on."""
    person = person_of(request)
    require(person, "rung.release")
    found = ClockRung.objects.select_related("clock__ticket").filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Anak tangga ini tidak ada."))
    reason = request.POST.get("reason", "")
    try:
        release_rung(found, reason, by=person)
    except Problem as problem:
        if problem.status != 400:
            raise
        return _page(request, person, refused=pk, reason=reason, problem=problem)
    htmx.toast(request, _("Anak tangga %(ticket)s dilepas.") % {"ticket": found.clock.ticket.number})
    return redirect("escalation:health")
