"""Several tickets in one message to each group: previewed, sent once, and what became of each (HC-5)."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.idempotency import Answer, once
from accounts.models import Counter, Person
from accounts.roles import require
from common import htmx
from common.problems import Invalid
from escalation.actions.together import MOST_TOGETHER, Plan, dispatch_together, plan_together
from escalation.forms import OpeningForm
from escalation.models import Message
from escalation.pane import ShownMessage
from escalation.views.base import person_of, triggering
from escalation.views.queue import listed
from tickets.models import Ticket

MOST_MESSAGES = 2 * MOST_TOGETHER


def keys_of(values: Iterable[str]) -> list[int]:
    """The keys among what an address or a form names."""
    return [int(value) for value in values if value.isdecimal() and len(value) < 18]


@require_http_methods(["GET", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """What each group would read and what cannot go; POST sends it."""
    person = person_of(request)
    require(person, "escort.dispatch")
    picked = keys_of((request.POST if request.method == "POST" else request.GET).getlist("pick"))
    if request.method == "POST":
        return _send(request, picked, person)
    if not picked:
        return redirect("escalation:queue")
    form = OpeningForm({"text": request.GET.get("text", "")})
    return _preview(request, picked, form, person)


def _preview(request: HttpRequest, picked: list[int], form: OpeningForm, person: Person, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "picked": picked, "key": request.POST.get("key") or uuid4()}
    try:
        plan = plan_together(picked, by=person, text=str(form["text"].value() or ""))
    except Invalid as problem:
        form.refuse(problem)
        plan, status = Plan([], []), problem.status
    return _shown(request, "plan", {**context, "plan": plan, "stations": len(plan.bundles)}, person, status)


def _shown(request: HttpRequest, part: str, context: dict[str, Any], person: Person, status: int = 200) -> HttpResponse:
    """In the right half of the queue; asked for as a page, the whole queue with it."""
    if not htmx.wants_part(request):
        return render(request, "escalation/queue.html", {**listed(request, person), **context, "together": part}, status=status)
    name = "previews" if part == "plan" and request.GET.get("only") == "previews" else part
    return render(request, f"escalation/together.html#{name}", context, status=status)


def _send(request: HttpRequest, picked: list[int], person: Person) -> HttpResponse:
    """Once, however often it is pressed: the second press is answered as the first."""
    form = OpeningForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "")

    def act() -> Answer:
        plan = dispatch_together(picked, by=person, text=text)
        refused = [[row.escort.ticket.number if row.escort else "", str(row.problem)] for row in plan.refused]
        return Answer(200, json.dumps({"messages": [message.pk for message in plan.messages], "refused": refused}))

    try:
        digest = hashlib.sha256(repr((sorted(picked), text)).encode()).hexdigest()
        kept = json.loads(once(person, f"together-{request.POST.get('key', '')[:36]}", digest, act).body)
    except Invalid as problem:
        form.refuse(problem)
        return _preview(request, picked, form, person, problem.status)
    context = sent_context(kept["messages"], person) | {"refused": kept["refused"]}
    said = _("%(count)s tiket masuk pesan grup.") % {"count": len(context["tickets"])}
    return triggering(_shown(request, "sent", context, person), said=said if context["tickets"] else "")


def sent_context(messages: Iterable[int], person: Person) -> dict[str, Any]:
    """The messages that this person sees, each with its tickets, and what each of them still needs."""
    rows = Message.objects.visible_to(person).filter(pk__in=list(messages)[:MOST_MESSAGES], is_dispatch=True)
    found = rows.select_related("group", "ticket", "by").prefetch_related("lines__ticket").order_by("pk")
    sent = [(ShownMessage(row), _standing(row)) for row in found]
    numbers = {ticket.number: ticket for _message, tickets in sent for ticket in tickets}
    kept = urlencode([("m", message.pk) for message, _tickets in sent])
    return {
        "sent": sent,
        "tickets": list(numbers.values()),
        "here": f"{reverse('escalation:together-sent')}?{kept}",
        "from": f"?from=together&{kept}",
        "version": Counter.read("queue"),
    }


def _standing(message: Message) -> list[Ticket]:
    return [line.ticket for line in sorted(message.lines.all(), key=lambda line: line.pk) if line.dropped_at is None]


def after_together(request: HttpRequest, said: str, undo: str = "") -> HttpResponse:
    """The answer to an act on one of the messages: all of them as they are now, and what was done in words."""
    person = person_of(request)
    context = sent_context(keys_of(request.GET.getlist("m")), person)
    if htmx.wants_part(request):
        return triggering(_shown(request, "sent", context, person), said=said, undo=undo)
    if said:
        htmx.toast(request, said, undo_url=undo)
    return redirect(context["here"])


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """What became of the messages so far, followed live."""
    person = person_of(request)
    require(person, "escort.dispatch")
    version = Counter.read("queue")
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    context = sent_context(keys_of(request.GET.getlist("m")), person)
    if not htmx.wants_part(request):
        return _shown(request, "sent", context, person)
    return htmx.live(request, "escalation/together.html", {**context, "part": "deliveries"}, version=version)
