"""Writing messages into the outbox, in the transaction that decided them (HC-5). Sending is another worker's work."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter, Person
from accounts.roles import require
from common import bulk
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible
from escalation.actions import clocks
from escalation.actions.lines import TOO_LATE, is_wanted, lock_tickets, made_of, tell_each
from escalation.channels import sends_itself
from escalation.models import (
    Channel,
    ClockState,
    DispatchLine,
    Escort,
    Group,
    Message,
    MessageState,
    MilestoneName,
)
from tickets.models import Ticket

ARRIVED = [MessageState.SENT, MessageState.DELIVERED, MessageState.READ]


def queue_message(
    ticket: Ticket, group: Group, text: str, *, key: str, by: Person | None, about: str, escort: Escort | None = None
) -> Message:
    """Put one message to one group into the outbox; the same ``key`` writes it once. By hand is a full way of sending."""
    values = {
        "ticket": ticket,
        "group": group,
        "text": text,
        "about": about,
        "is_dispatch": about == "dispatch",
        "kind": ticket.kind,
        "round": escort.returns if escort else 0,
        "by": by,
    }
    message, made = Message.objects.get_or_create(key=key, defaults=values | _waiting(group.channel))
    if made and message.is_dispatch:
        DispatchLine.objects.create(message=message, ticket=ticket, kind=message.kind, round=message.round)
    return message


class Draft(NamedTuple):
    """A message about to be queued, that is no dispatch."""

    ticket_id: int
    kind: str
    group: Group
    text: str
    key: str
    about: str


DRAFTED = ("key", "ticket_id", "group_id", "text", "about", "kind")  # what a draft says of its message


def queue_all(drafts: Sequence[Draft], *, by: Person | None) -> None:
    """Put many messages into the outbox at once. A key that is there already is refused, and undoes the caller's work."""
    empty = {field.attname: field.get_default() for field in Message._meta.concrete_fields if not field.primary_key}
    by_channel: dict[int, list[Draft]] = defaultdict(list)
    for each in drafts:
        by_channel[each.group.channel_id].append(each)
    for those in by_channel.values():
        given = empty | _waiting(those[0].group.channel) | {"by_id": by.pk if by else None}
        always = {name: value for name, value in given.items() if name not in DRAFTED}
        rows = [(each.key, each.ticket_id, each.group.pk, each.text, each.about, each.kind) for each in those]
        bulk.insert_values(Message, DRAFTED, rows, always)


def queue_together(group: Group, lines: list[DispatchLine], *, key: str, by: Person, opening: str = "") -> Message:
    """One dispatch to one group about several tickets, a line each (HC-5); the same ``key`` writes it once."""
    first = lines[0]
    values = {
        "ticket": first.ticket,
        "group": group,
        "about": "dispatch",
        "is_dispatch": True,
        "together": True,
        "opening": opening,
        "kind": first.kind,
        "round": first.round,
        "by": by,
    }
    message, made = Message.objects.get_or_create(key=key, defaults=values | _waiting(group.channel))
    if made:
        message.text = made_of(opening, [line.text for line in lines])
        message.save(update_fields=["text"])
        for line in lines:
            line.message = message
        DispatchLine.objects.bulk_create(lines)
    return message


def _waiting(channel: Channel) -> dict[str, object]:
    """How a message by this channel begins: in the outbox's queue, or in a person's hands."""
    sends, moment = sends_itself(channel), now()
    return {
        "state": MessageState.QUEUED if sends else MessageState.TO_SEND_BY_HAND,
        "created_at": moment,
        "queued_at": moment if sends else None,
        "next_try_at": moment if sends else None,
    }


@transaction.atomic
def mark_sent(message: Message, *, by: Person, sent_at: object = None) -> Message:
    """A person sent it by hand; who and when is the proof, for all of its tickets (HC-5)."""
    require(by, "message.mark_sent")
    message = lock_visible_message(message, by)
    if message.state in ARRIVED:
        return message
    _refuse_cancelled(message)
    if message.state not in (MessageState.TO_SEND_BY_HAND, MessageState.FAILED):
        raise Conflict(_("Pesan ini sedang dikirim lewat gerbang."))
    moment = sent_at or now()
    if moment > now() or moment < message.created_at:  # type: ignore[operator]
        raise Invalid(_("Waktu kirim di antara pesan dibuat dan sekarang."), errors={"sent_at": [_("Waktu tidak mungkin.")]})
    message.state, message.sent_at = MessageState.SENT, moment  # type: ignore[assignment]
    message.save(update_fields=["state", "sent_at"])
    facts = {
        "group": message.group.name,
        "message": message.pk,
        "sent_at": message.sent_at.isoformat() if message.sent_at else "",
    }
    for ticket in tell_each(message, "message.sent_by_hand", by=by, facts=facts):
        dispatch_may_be_proved(ticket)
    Counter.grow("queue")
    Channel.objects.filter(pk=message.group.channel_id).update(last_proof_at=now())
    return message


@transaction.atomic
def mark_copied(message: Message, *, by: Person) -> Message:
    """The text was copied for sending by hand; the page now asks for the proof."""
    require(by, "message.mark_sent")
    message = lock_visible_message(message, by)
    _refuse_cancelled(message)
    if message.state == MessageState.TO_SEND_BY_HAND:
        message.copied_at = now()
        message.save(update_fields=["copied_at"])
    return message


def _refuse_cancelled(message: Message) -> None:
    if message.state == MessageState.CANCELLED:
        raise Conflict(TOO_LATE)


@transaction.atomic
def retry_message(message: Message, *, by: Person) -> Message:
    """Send a failed message again; or, where the gateway is gone, by hand. Refused when all of its tickets are finished.

    Who asks for it has looked, or takes it upon them: what was in doubt is not any more.
    """
    require(by, "message.retry")
    message = lock_visible_message(message, by)
    if message.state != MessageState.FAILED:
        raise Conflict(_("Hanya pesan yang gagal yang dapat dikirim ulang."))
    if not is_wanted(message):
        raise Conflict(TOO_LATE)
    sends = sends_itself(message.group.channel)
    message.state = MessageState.QUEUED if sends else MessageState.TO_SEND_BY_HAND
    message.queued_at = message.next_try_at = now() if sends else None
    message.attempts, message.problem, message.doubtful = 0, "", False
    message.save(update_fields=["state", "queued_at", "next_try_at", "attempts", "problem", "doubtful"])
    tell_each(message, "message.retried", by=by, facts={"group": message.group.name, "message": message.pk})
    Counter.grow("queue")
    return message


def lock_visible_message(message: Message, by: Person) -> Message:
    """The message locked after its tickets, as everybody does; refused as not there when this person may not see it."""
    if not Message.objects.visible_to(by).filter(pk=message.pk).exists():
        raise NotVisible(_("Pesan ini tidak ada."))
    tickets = lock_tickets(message)
    fresh = Message.objects.select_for_update(of=("self",)).select_related("group__channel").get(pk=message.pk)
    fresh.ticket = tickets[0]
    return fresh


def dispatch_may_be_proved(ticket: Ticket) -> None:
    """The dispatch milestone is met when each group has a message sent or marked by hand; until then it is uncertain (api.md)."""
    escort = Escort.objects.filter(ticket=ticket).first()
    if escort is None:
        return
    lines = DispatchLine.objects.filter(ticket=ticket, round=escort.returns, kind=escort.kind, dropped_at=None)
    if any(state not in ARRIVED for state in lines.values_list("message__state", flat=True)):
        live = clocks.live(ticket, [MilestoneName.DISPATCH])
        for clock in live:
            clock.uncertain = clock.state == ClockState.RUNNING
            clock.save(update_fields=["uncertain"])
        return
    clocks.meet(ticket, MilestoneName.DISPATCH, by_act="dispatch")
    clocks.show(ticket)
