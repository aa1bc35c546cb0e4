"""The inbox: words of the groups that found no ticket by themselves, and what waits for a person's hand (HC-5, HC-6)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from escalation.actions import inbox, taking_back
from escalation.actions.matching import OURS, heard_kind
from escalation.forms import MatchForm
from escalation.models import InboundMessage, InboundState, Message, MessageState
from escalation.pane import ShownMessage
from escalation.views.base import paged, person_of

MOST_ROWS = 50
MOST_BY_HAND = 100


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The page."""
    person = person_of(request)
    require(person, "inbox.list")
    return render(request, "escalation/inbox.html", _context(request, person))


def _context(request: HttpRequest, person: Person) -> dict[str, Any]:
    waiting = (
        InboundMessage.objects.visible_to(person).filter(state=InboundState.WAITING).select_related("group", "channel", "ticket")
    )
    page = paged(request, waiting, ("-id",), MOST_ROWS)
    by_hand = Message.objects.visible_to(person).filter(state=MessageState.TO_SEND_BY_HAND).select_related("group", "ticket")
    several = inbox.candidates(page.rows)
    return {
        "page": page,
        "inbound": [(row, several.get(row.pk, []), heard_kind(row.text)) for row in page.rows],
        "kinds": OURS,
        "by_hand": [ShownMessage(row) for row in by_hand.order_by("id")[:MOST_BY_HAND]],
        "may_match": may(person, "inbox.match"),
    }


def _visible(pk: int, person: Person) -> InboundMessage:
    inbound = InboundMessage.objects.visible_to(person).filter(pk=pk).first()
    if inbound is None:
        raise NotVisible(_("Pesan ini tidak ada."))
    return inbound


@require_POST
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """A person says which ticket the words belong to; refused, the number stays as it was typed."""
    person = person_of(request)
    require(person, "inbox.match")
    inbound, form = _visible(pk, person), MatchForm(request.POST)
    try:
        if not form.is_valid():
            return _again(request, person, pk, form, 400)
        inbound = inbox.match_inbound(inbound, form.cleaned_data["number"].upper(), by=person, kind=form.cleaned_data["kind"])
    except (Invalid, Conflict) as problem:
        form.add_error("number", str(problem))
        return _again(request, person, pk, form, problem.status)
    undo = reverse("escalation:unmatch", args=[pk]) if taking_back.may_unmatch(inbound) else ""
    htmx.toast(request, _("Dicatat pada %(number)s.") % {"number": form.cleaned_data["number"].upper()}, undo_url=undo)
    return redirect("escalation:inbox")


def _again(request: HttpRequest, person: Person, pk: int, form: MatchForm, status: int) -> HttpResponse:
    return render(request, "escalation/inbox.html", {**_context(request, person), "refused": pk, "form": form}, status=status)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Not for us; it stays stored."""
    person = person_of(request)
    require(person, "inbox.dismiss")
    inbox.dismiss_inbound(_visible(pk, person), by=person)
    undo = reverse("escalation:restore", args=[pk])
    htmx.toast(request, _("Dikeluarkan dari kotak; teksnya tetap tersimpan."), undo_url=undo)
    return redirect("escalation:inbox")


@require_POST
def unmatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own match back."""
    person = person_of(request)
    require(person, "inbox.match")
    taking_back.unmatch_inbound(_visible(pk, person), by=person)
    htmx.toast(request, _("Kembali ke kotak."))
    return redirect("escalation:inbox")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dismissal back."""
    person = person_of(request)
    require(person, "inbox.dismiss")
    taking_back.restore_inbound(_visible(pk, person), by=person)
    htmx.toast(request, _("Kembali ke kotak."))
    return redirect("escalation:inbox")
