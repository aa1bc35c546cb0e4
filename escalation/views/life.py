"""One message and its life: from the act or rung that wrote it to the last receipt (O3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.models import HistoryEntry
from accounts.roles import require
from common.problems import NotVisible
from escalation.actions.lines import tickets_of
from escalation.channels import Junk, abilities_of, gateway_of
from escalation.models import ClockRung, InboundMessage, Message
from escalation.views.base import person_of

MOST = 100
STEPS = {
    "message.sent": gettext_lazy("diterima gerbang"),
    "message.sent_by_hand": gettext_lazy("dikirim tangan"),
    "message.failed": gettext_lazy("gagal, orang diberi tahu"),
    "message.retried": gettext_lazy("dikirim ulang"),
    "message.cancelled": gettext_lazy("dibatalkan"),
    "message.handed_over": gettext_lazy("diserahkan ke tangan orang"),
}
RECEIPTS = {"delivered": gettext_lazy("sampai"), "read": gettext_lazy("dibaca"), "failed": gettext_lazy("gagal")}


@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """For Support HC and administrators."""
    person = person_of(request)
    require(person, "message.list")
    rows = Message.objects.visible_to(person).select_related("ticket", "group__channel", "by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Pesan ini tidak ada."))
    history = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=found.ticket_id, act__startswith="message.")
    brought = InboundMessage.objects.filter(channel=found.group.channel_id, ticket=found.ticket_id).order_by("-id")
    context = {
        "message": found,
        "tickets": tickets_of(found),
        "rung": _rung(found),
        "steps": _steps(list(history.filter(facts__message=found.pk).select_related("by").order_by("sequence")[:MOST])),
        "receipts": _receipts(found, list(brought.filter(is_receipt=True)[:MOST])),
        "answers": brought.filter(quoted_id=found.gateway_id, is_receipt=False)[:MOST] if found.gateway_id else [],
    }
    return render(request, "escalation/message.html", context)


def _steps(entries: list[HistoryEntry]) -> list[dict[str, Any]]:
    return [{"at": each.at, "by": each.by, "words": STEPS.get(each.act, each.act)} for each in entries]


def _rung(found: Message) -> ClockRung | None:
    """The rung whose key is in the message's: ``rung:<id>:...``."""
    kind, _colon, rest = found.key.partition(":")
    number = rest.partition(":")[0]
    if kind != "rung" or not number.isdigit():
        return None
    return ClockRung.objects.select_related("clock").filter(pk=number).first()


def _receipts(found: Message, brought: list[InboundMessage]) -> list[dict[str, Any]]:
    """What the gateway said of this message, oldest first; each is read again from what was stored."""
    if not found.gateway_id or not abilities_of(found.group.channel.kind).hears:
        return []
    parse, read = gateway_of(found.group.channel.kind).parse, []
    for row in reversed(brought):
        try:
            said = [each for each in parse(row.raw.encode()) if found.gateway_id in each.message_ids]
        except Junk:
            continue
        read += [{"row": row, "words": RECEIPTS.get(each.receipt, each.receipt), "at": row.received_at} for each in said[:1]]
    return read
