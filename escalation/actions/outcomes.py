"""What comes of a message on its way (HC-5): it arrived, it failed, it waits for another try. Whoever writes holds its locks."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter
from accounts.roles import Role
from common.clock import now
from escalation.actions import breaker
from escalation.actions.lines import keys_of, lock_tickets, tell_each, texts_of
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.actions.outbox import dispatch_may_be_proved
from escalation.channels import Outgoing, PermanentFailure, TemporaryFailure, abilities_of, gateway_of
from escalation.models import Event, InboundMessage, InboundState, Message, MessageState
from escalation.wording import Words
from tickets.models import number_of

RETRIED = "count:messages_retried"
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
MOST_ATTEMPTS, GIVE_UP_AFTER = 8, timedelta(minutes=10)
RECEIPTS_KEPT = timedelta(hours=24)
UNSURE = _("Tidak pasti terkirim. Lihat di grup, lalu tandai terkirim atau kirim ulang.")


UNDECIDED = [MessageState.SENDING, MessageState.QUEUED, MessageState.FAILED]  # may still turn out to have arrived


class Earlier(NamedTuple):
    """An earlier message that a later one answers."""

    gateway_id: str
    text: str


def earlier_of(message: Message) -> Earlier | None:
    """What it answers: the last message of its ticket that arrived in its group."""
    if message.together:  # what is about several tickets answers none of them
        return None
    before = Message.objects.filter(ticket=message.ticket_id, group=message.group, together=False).exclude(pk=message.pk)
    last = before.exclude(gateway_id="").order_by("-id").values_list(*Earlier._fields).first()
    return Earlier(*last) if last else None


def outgoing(message: Message, earlier: Earlier | None) -> Outgoing:
    """What the channel gets: later messages of a ticket answer the ``earlier`` one in the same group."""
    return Outgoing(
        address=message.group.address,
        text=message.text,
        key=message.key,
        reply_to=earlier.gateway_id if earlier else "",
        reply_text=earlier.text if earlier else "",
        tickets=tuple(number_of(pk) for pk in keys_of(message)),
    )


def look_for(message: Message, since: datetime) -> str | None:
    """The id under which the gateway has this message since then; None: it has not. ``PermanentFailure``: it cannot say."""
    channel, out = message.group.channel, outgoing(message, earlier_of(message))
    if not abilities_of(channel.kind).looks:
        raise PermanentFailure(UNSURE)
    look = gateway_of(channel.kind).look_for
    return next(filter(None, (look(channel, replace(out, text=text), since) for text in texts_of(message))), None)


def locked(message: Message) -> Message:
    tickets = lock_tickets(message)
    fresh = Message.objects.select_for_update(of=("self",)).select_related("group__channel").get(pk=message.pk)
    fresh.ticket = tickets[0]
    return fresh


def mark_arrived(message: Message, gateway_id: str) -> None:
    """A locked message was taken by the gateway; the breaker of its channel closes."""
    if message.doubtful:
        hear_again(message.group.channel_id, [gateway_id], since=now() - RECEIPTS_KEPT)
    message.state, message.gateway_id, message.sent_at = MessageState.SENT, gateway_id, now()
    message.problem, message.doubtful = "", False
    message.save(update_fields=["state", "gateway_id", "sent_at", "problem", "doubtful"])
    for ticket in tell_each(message, "message.sent", by=None, facts=facts_of(message)):
        dispatch_may_be_proved(ticket)
    Counter.grow("queue")
    breaker.proved(message.group.channel_id)


def hear_again(channel_id: int, gateway_ids: Sequence[str], *, since: datetime) -> None:
    """Their receipts may have come while nobody knew these ids, and were kept. They count now."""
    unknown = InboundMessage.objects.filter(is_receipt=True, state=InboundState.DISMISSED, matched_by="")
    kept = unknown.filter(channel=channel_id, received_at__gte=since)
    if gateway_ids and kept.exists():
        named = reduce(or_, (Q(raw__contains=each) for each in gateway_ids))
        kept.filter(named).update(state=InboundState.NEW, problem="")


def mark_failed(message: Message, problem: str) -> None:
    """Give a locked message up, and tell Support HC on duty, or where nobody is, the supervisors, or whoever else there is."""
    message.state, message.problem, message.next_try_at = MessageState.FAILED, problem[:300], None
    message.save(update_fields=["state", "problem", "next_try_at"])
    tell_each(message, "message.failed", by=None, facts=facts_of(message))
    Counter.grow("queue")
    people = on_duty_or_all(Role.SUPPORT_HC, Role.SUPERVISOR)
    key = f"not-sent:{message.pk}:{(message.queued_at or message.created_at).timestamp():.0f}"
    text = Words("%(group)s: %(why)s", group=message.group.name, why=Words(problem))
    notify(people, Event.NOT_SENT, key=key, ticket=message.ticket, text=text)


def put_back(message: Message, failure: TemporaryFailure) -> None:
    moment, ends = now(), (message.queued_at or message.created_at) + GIVE_UP_AFTER
    if message.attempts >= MOST_ATTEMPTS or moment >= ends:
        mark_failed(message, str(UNSURE) if failure.doubtful else str(failure))
        return
    message.state, message.problem, message.doubtful = MessageState.QUEUED, str(failure)[:300], failure.doubtful
    # Due by then at the latest, so that it is given up in time: a gateway that asked to be left alone is not asked for it.
    message.next_try_at = min(moment + wait_before(message.attempts, failure.retry_after), ends)
    message.save(update_fields=["state", "problem", "doubtful", "next_try_at"])
    Counter.grow_all(["queue", RETRIED])


def wait_before(attempts: int, retry_after: timedelta | None = None) -> timedelta:
    """The delay after so many attempts: doubling from five seconds to five minutes, jittered, never before ``retry_after``."""
    doubled = min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)
    jittered = min(doubled * random.uniform(0.8, 1.2), LONGEST_WAIT)  # noqa: S311 spreads retries, keeps no secret
    return max(jittered, retry_after or timedelta(0))


@contextmanager
def held(message: Message) -> Iterator[Message | None]:
    """The message locked after its tickets; None where it has changed since it was read."""
    with transaction.atomic():
        fresh = locked(message)
        same = (fresh.state, fresh.claimed_at) == (message.state, message.claimed_at)
        yield fresh if same else None


def facts_of(message: Message) -> dict[str, object]:
    return {"group": message.group.name, "message": message.pk, "attempts": message.attempts}
