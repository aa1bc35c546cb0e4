"""What one was told: the list behind the bell, and the bell's own question."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Counter
from common import htmx
from common.clock import now
from common.problems import NotVisible
from common.words import nearby
from escalation.actions.heartbeats import TIMERS, Pulse, moment_of
from escalation.actions.notifying import bell_counter, read_all_notifications, read_notification, words_of
from escalation.context import bell_version, stopped_for
from escalation.models import Event, Notification
from escalation.stopped import WATCHED, watch_over
from escalation.views.base import paged, person_of
from tickets.models import Kind

MOST_ROWS = 50
URGENT = (Event.SUPER_EMERGENCY, Event.RETURNED, Event.TAKE_OVER)
HEARD = (*URGENT, Event.RUNG, Event.PROGRESS)
FRESH = timedelta(seconds=30)  # what is read out: something newer than the bell's last questions


@dataclass(frozen=True)
class Notice:
    """One row: the sentence, and where it leads. ``follow_url``: what to post to, so that following it marks it as read; a ticket
    does that itself once it is before somebody's eyes."""

    text: str
    url: str
    follow_url: str
    created_at: datetime
    read_at: datetime | None


def _notice(told: Notification) -> Notice:
    followed = "" if told.ticket or told.read_at else reverse("escalation:notification", args=[told.pk])
    return Notice(sentence(told), _leads_to(told), followed, told.created_at, told.read_at)


def _leads_to(told: Notification) -> str:
    return told.ticket.url if told.ticket else told.url


def sentence(told: Notification) -> str:
    """What happened, to which ticket, in words."""
    what = str(told.get_event_display())
    if told.event == Event.SUPER_EMERGENCY and told.ticket:
        what = _("%(kind)s baru") % {"kind": told.ticket.get_kind_display()}
    head = f"{told.ticket.number}: {what}" if told.ticket else what
    text = words_of(told)
    return f"{head}. {text}" if text else f"{head}."


@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The list, newest first; POST marks everything as read."""
    person = person_of(request)
    if request.method == "POST":
        read_all_notifications(by=person)
        return redirect("escalation:notifications")
    rows = Notification.objects.filter(person_id=person.pk).select_related("ticket")
    page = paged(request, rows, ("-id",), MOST_ROWS)
    context = {
        "notifications": [_notice(each) for each in page.rows],
        "newer_url": page.newer_url,
        "older_url": page.older_url,
    }
    return render(request, "accounts/notifications.html", context)


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read, and go where it leads."""
    person = person_of(request)
    told = Notification.objects.filter(person_id=person.pk, pk=pk).select_related("ticket").first()
    if told is None:
        raise NotVisible("")
    read_notification(told, by=person)
    return redirect(_leads_to(told) or "escalation:notifications")


def _sounds(told: Notification) -> bool:
    """Only a Super Emergency is heard, and only by who chose to hear it."""
    return told.event in HEARD and told.ticket is not None and told.ticket.kind == Kind.SUPER_EMERGENCY


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread, and the newest one to read out. 204 while nothing changed. From here it is told what stopped."""
    person = person_of(request)
    marks = Counter.read_all([bell_counter(person.pk), *(part.counter for part in WATCHED)])
    stopped = stopped_for(person, marks[TIMERS.counter])
    version = bell_version(marks[bell_counter(person.pk)], stopped)
    watch_over(Pulse(part, moment_of(marks[part.counter])) for part in WATCHED)
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    unread = Notification.objects.filter(person_id=person.pk, read_at=None)
    newest = unread.filter(created_at__gte=now() - FRESH).select_related("ticket").order_by("-id").first()
    said: dict[str, Any] | None = None
    if newest:
        said = {"text": sentence(newest), "urgent": newest.event in URGENT, "sound": _sounds(newest)}
    answer = {"version": version, "unread": unread.count(), "newest": said, "stopped": words_of_stop(stopped)}
    return htmx.timed(JsonResponse(answer))


def words_of_stop(since: datetime | None) -> str:
    """What everybody who depends on the timers reads while they stand still."""
    said = _("Jam dan tangga berhenti sejak %(since)s: tidak ada yang naik sendiri. Pantau tiket Anda, telepon bila mendesak.")
    return said % {"since": nearby(since)} if since else ""
