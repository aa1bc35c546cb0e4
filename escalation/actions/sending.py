"""The outbox's sender (HC-5): claim a row, commit, send, write down what came of it. Never a transaction around the network.

1. A message whose ticket is solved by now is cancelled, not sent.
2. The claim is a conditional UPDATE; of two senders one goes on.
3. A failure that may pass puts the message back with a growing delay; one that will not, or ten minutes of them, makes it failed,
   and Support HC on duty is told.
4. Whoever may have arrived (an answer that was cut off, a worker that died) is looked for at the gateway before it is sent again.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter
from common.clock import now
from escalation.actions import breaker, left_behind
from escalation.actions.lines import drop_finished, is_finished, lock_tickets, tickets_of
from escalation.actions.outcomes import (
    UNSURE,
    facts_of,
    locked,
    look_for,
    mark_arrived,
    mark_failed,
    outgoing,
    put_back,
    wait_before,
)
from escalation.channels import PermanentFailure, TemporaryFailure, gateway_of
from escalation.models import Channel, Message, MessageState
from tickets.models import Ticket

__all__ = ["send_due", "wait_before"]
log = logging.getLogger(__name__)
MINUTE = timedelta(minutes=1)
BATCH = 50  # messages of one channel in one pass
UNDECIDED = [MessageState.SENDING, MessageState.QUEUED, MessageState.FAILED]  # may still turn out to have arrived
STILL_WANTED = ["progress"]  # words for our own people; whatever asks somebody to act is pointless once the ticket is solved


def send_due() -> int:
    """One pass over all channels, those that failed last going last; returns how many messages were sent."""
    left_behind.hand_over()
    left_behind.settle_flights()
    due = Q(groups__messages__state=MessageState.QUEUED, groups__messages__next_try_at__lte=now())
    channels = Channel.objects.filter(due, left_behind.SENDS_ITSELF).distinct().order_by("failures", "slug")
    return sum(_pass(channel) for channel in list(channels))


def _pass(channel: Channel) -> int:
    """One channel's pass. Whatever goes wrong in it stops this channel for this pass, and no other."""
    try:
        if breaker.is_open(channel):
            left_behind.give_up(channel)
            return 0
        return _send_of(channel)
    except Exception:
        log.exception("sending through %s stopped", channel.slug)
        return 0


def _send_of(channel: Channel) -> int:
    due = Message.objects.filter(state=MessageState.QUEUED, next_try_at__lte=now(), group__channel=channel)
    due, sent = due.exclude(group__in=_full_groups(channel)), 0
    for message in due.select_related("group__channel", "ticket").order_by("next_try_at", "id")[:BATCH]:
        if not _has_room(message):
            continue
        claimed = _claim(message)
        if claimed is None:
            continue
        outcome = _try(claimed)
        _finish(claimed, outcome)
        if outcome.failed_for_now:
            break
        sent += bool(outcome.gateway_id)
    return sent


def _full_groups(channel: Channel) -> list[int]:
    """Groups that have had as much as they may within the minute: what waits for them keeps no other group waiting."""
    minute = Message.objects.filter(group__channel=channel, claimed_at__gt=now() - MINUTE).order_by()
    counted = minute.values("group").annotate(number=Count("pk")).filter(number__gte=channel.pace)
    return list(counted.values_list("group", flat=True))


def _has_room(message: Message) -> bool:
    """The pace of a group: people must be able to read it, and the number must not be banned for flooding."""
    minute = Message.objects.filter(group=message.group_id, claimed_at__gt=now() - MINUTE)
    return minute.count() < message.group.channel.pace


@transaction.atomic
def _claim(message: Message) -> Message | None:
    """The message in flight, now ours alone; None when somebody else has it or when nobody wants it any more."""
    tickets, moment = lock_tickets(message), now()
    waiting = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED, next_try_at__lte=moment)
    if message.is_dispatch:
        message.refresh_from_db(fields=["state", "text"])
        if message.state != MessageState.QUEUED or not drop_finished(message, tickets):
            return None
    elif _is_pointless(message, tickets[0]):
        if waiting.update(state=MessageState.CANCELLED, problem=str(_("Tiket sudah selesai sebelum pesan ini terkirim."))):
            record(tickets[0], "message.cancelled", by=None, facts=facts_of(message))
            Counter.grow("queue")
        return None
    if waiting.update(state=MessageState.SENDING, claimed_at=moment, attempts=F("attempts") + 1) != 1:
        return None
    message.state, message.claimed_at, message.attempts = MessageState.SENDING, moment, message.attempts + 1
    return message


def _is_pointless(message: Message, ticket: Ticket) -> bool:
    return message.about not in STILL_WANTED and is_finished(ticket)


@dataclass(frozen=True)
class Outcome:
    """What came of one try: the gateway's id, or why not."""

    gateway_id: str = ""
    temporary: TemporaryFailure | None = None
    permanent: str = ""
    unwanted: bool = False  # solved while it was looked for

    @property
    def failed_for_now(self) -> bool:
        return self.temporary is not None


def _try(message: Message) -> Outcome:
    """Speak to the gateway; no transaction is open here."""
    try:
        if message.doubtful and (found := _found(message)):
            return Outcome(found)
        if message.doubtful and not _is_wanted(message):  # looking took its time
            return Outcome(unwanted=True)
        return Outcome(_sent(message))
    except TemporaryFailure as failure:
        failure.doubtful = failure.doubtful or message.doubtful
        return Outcome(temporary=failure)
    except PermanentFailure as failure:
        return Outcome(permanent=str(failure))
    except Exception:  # our own mistake, and perhaps after it was sent: a person must look
        log.exception("message %s", message.pk)
        return Outcome(permanent=str(UNSURE))


def _sent(message: Message) -> str:
    return gateway_of(message.group.channel.kind).send(message.group.channel, outgoing(message))


def _found(message: Message) -> str | None:
    """The id of what already arrived, where an earlier try ended in doubt and the gateway remembers."""
    try:
        return look_for(message, message.queued_at or message.created_at)
    except PermanentFailure:
        return None  # this gateway cannot say; better twice in the group than never


@transaction.atomic
def _finish(message: Message, outcome: Outcome) -> None:
    """Write down what came of it, the ticket locked before the message; nothing when somebody has decided otherwise meanwhile."""
    fresh = locked(message)
    if fresh.claimed_at != message.claimed_at:
        return
    if outcome.gateway_id and fresh.state in UNDECIDED:
        mark_arrived(fresh, outcome.gateway_id)
    elif outcome.gateway_id or fresh.state != MessageState.SENDING:
        return
    elif outcome.unwanted:
        _give_back(fresh)
    elif outcome.temporary:
        put_back(fresh, outcome.temporary)
        breaker.count_failure(fresh.group.channel, outcome.temporary)
    else:
        mark_failed(fresh, outcome.permanent)


def _is_wanted(message: Message) -> bool:
    """Whether any of its tickets, read anew, still waits for somebody."""
    tickets = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets_of(message)])
    return message.about in STILL_WANTED or not all(is_finished(ticket) for ticket in tickets)


def _give_back(message: Message) -> None:
    """Back to the queue, where the next claim cancels it under the ticket's lock; the doubt stays."""
    message.state, message.next_try_at = MessageState.QUEUED, now()
    message.save(update_fields=["state", "next_try_at"])
