"""Sending by hand, with proof; and sending again what failed (HC-5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import NotVisible
from escalation.actions import outbox
from escalation.actions.taking_back import mark_not_sent
from escalation.models import Escort, Message
from escalation.views.base import person_of
from escalation.views.queue import after
from escalation.views.together import after_together, keys_of


def _visible(pk: int, person: Person) -> Message:
    message = Message.objects.visible_to(person).filter(pk=pk).select_related("group").first()
    if message is None:
        raise NotVisible(_("Pesan ini tidak ada."))
    return message


def _shown(request: HttpRequest, message: Message, said: str = "", undo: str = "") -> HttpResponse:
    """Back to where the button stood: the messages sent together, else the escort, else the inbox page."""
    if request.GET.get("from") == "together":
        return after_together(request, said, undo)
    asked = keys_of(request.GET.getlist("e"))
    escorts = Escort.objects.filter(pk__in=asked) if asked else Escort.objects.filter(ticket=message.ticket_id)
    escort = escorts.values_list("pk", flat=True).first()
    if escort is not None and request.POST.get("from") != "inbox":
        return after(request, escort, said=said, undo=undo)
    if said:
        htmx.toast(request, said, undo_url=undo)
    return redirect("escalation:inbox")


@require_POST
def copied(request: HttpRequest, pk: int) -> HttpResponse:
    """The text was copied; the page now asks whether it was sent."""
    person = person_of(request)
    require(person, "message.mark_sent")
    return _shown(request, outbox.mark_copied(_visible(pk, person), by=person))


@require_POST
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """*Ya*: the person's word and the time are the proof."""
    person = person_of(request)
    require(person, "message.mark_sent")
    message = outbox.mark_sent(_visible(pk, person), by=person)
    said = _("Tercatat terkirim ke %(group)s.") % {"group": message.group.name}
    return _shown(request, message, said, undo=reverse("escalation:message-not-sent", args=[pk]))


@require_POST
def not_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the proof back, a moment after it was given."""
    person = person_of(request)
    require(person, "message.mark_sent")
    message = mark_not_sent(_visible(pk, person), by=person)
    return _shown(request, message, _("%(group)s: belum terkirim.") % {"group": message.group.name})


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what failed."""
    person = person_of(request)
    require(person, "message.retry")
    message = outbox.retry_message(_visible(pk, person), by=person)
    return _shown(request, message, _("%(group)s dicoba lagi.") % {"group": message.group.name})
