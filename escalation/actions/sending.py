"""The outbox's sender (HC-5): claim a row, commit, send, write down what came of it. Never a transaction around the network.

1. A message whose ticket is solved by now is cancelled, not sent.
2. The claim is a conditional UPDATE; of two senders one goes on.
3. A failure that may pass puts the message back with a growing delay; one that will not, or ten minutes of them, makes it failed,
   and Support HC on duty is told.
4. Whoever may have arrived (an answer that was cut off, a worker that died) is looked for at the gateway before it is sent again.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter
from accounts.roles import Role
from common.clock import now
from escalation.actions.lines import drop_finished, is_finished, lock_tickets, tell_each, texts_of, tickets_of
from escalation.actions.notifying import notify, on_duty
from escalation.actions.outbox import dispatch_may_be_proved
from escalation.channels import ABILITIES, Outgoing, PermanentFailure, TemporaryFailure, abilities_of, gateway_of
from escalation.models import Channel, Event, Message, MessageState
from tickets.models import Ticket

log = logging.getLogger(__name__)
BATCH = 50  # messages of one channel in one pass
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
MOST_ATTEMPTS, GIVE_UP_AFTER = 8, timedelta(minutes=10)
FLIGHT = timedelta(minutes=2)  # in flight for longer: whoever sent it is dead
FAILURES_TO_OPEN, OPEN_FOR = 5, timedelta(seconds=60)
UNDECIDED = [MessageState.SENDING, MessageState.QUEUED, MessageState.FAILED]  # may still turn out to have arrived
SENDS_ITSELF = Q(  # as ``sends_itself`` says it of one channel
    active=True, by_hand_since=None, kind__in=[kind for kind, abilities in ABILITIES.items() if abilities.sends]
)
STILL_WANTED = ["progress"]  # words for our own people; whatever asks somebody to act is pointless once the ticket is solved
UNSURE = _("Tidak pasti terkirim. Lihat di grup, lalu tandai terkirim atau kirim ulang.")


def send_due() -> int:
    """One pass over all channels, those that failed last going last; returns how many messages were sent."""
    _hand_over()
    _settle_flights()
    due = Q(groups__messages__state=MessageState.QUEUED, groups__messages__next_try_at__lte=now())
    channels = Channel.objects.filter(due, SENDS_ITSELF).distinct().order_by("failures", "slug")
    return sum(_pass(channel) for channel in list(channels))


def _pass(channel: Channel) -> int:
    """One channel's pass. Whatever goes wrong in it stops this channel for this pass, and no other."""
    try:
        if _is_open(channel):
            _give_up(channel)
            return 0
        return _send_of(channel)
    except Exception:
        log.exception("sending through %s stopped", channel.slug)
        return 0


def _is_open(channel: Channel) -> bool:
    """Whether the breaker keeps messages waiting."""
    return channel.open_until is not None and channel.open_until > now()


def _send_of(channel: Channel) -> int:
    due = Message.objects.filter(state=MessageState.QUEUED, next_try_at__lte=now(), group__channel=channel)
    sent = 0
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


def _has_room(message: Message) -> bool:
    """The pace of a group: people must be able to read it, and the number must not be banned for flooding."""
    minute = Message.objects.filter(group=message.group_id, claimed_at__gt=now() - timedelta(minutes=1))
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
            record(tickets[0], "message.cancelled", by=None, facts=_facts(message))
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

    @property
    def failed_for_now(self) -> bool:
        return self.temporary is not None


def _try(message: Message) -> Outcome:
    """Speak to the gateway; no transaction is open here."""
    try:
        return Outcome(_found(message) or _sent(message))
    except TemporaryFailure as failure:
        failure.doubtful = failure.doubtful or message.doubtful
        return Outcome(temporary=failure)
    except PermanentFailure as failure:
        return Outcome(permanent=str(failure))
    except Exception:  # our own mistake, and perhaps after it was sent: a person must look
        log.exception("message %s", message.pk)
        return Outcome(permanent=str(UNSURE))


def _sent(message: Message) -> str:
    return gateway_of(message.group.channel.kind).send(message.group.channel, _outgoing(message))


def _outgoing(message: Message) -> Outgoing:
    """What the channel gets: later messages of a ticket answer the earlier ones in the same group."""
    earlier = None
    if not message.together:  # what is about several tickets answers none of them
        before = Message.objects.filter(ticket=message.ticket_id, group=message.group, together=False).exclude(pk=message.pk)
        earlier = before.exclude(gateway_id="").order_by("-id").only("gateway_id", "text").first()
    return Outgoing(
        address=message.group.address,
        text=message.text,
        key=message.key,
        reply_to=earlier.gateway_id if earlier else "",
        reply_text=earlier.text if earlier else "",
        tickets=tuple(ticket.number for ticket in tickets_of(message)),
    )


def _found(message: Message) -> str | None:
    """The id of what already arrived, where an earlier try ended in doubt and the gateway remembers."""
    if not message.doubtful:
        return None
    try:
        return look_for(message, message.queued_at or message.created_at)
    except PermanentFailure:
        return None  # this gateway cannot say; better twice in the group than never


def look_for(message: Message, since: datetime) -> str | None:
    """The id under which the gateway has this message since then; None: it has not. ``PermanentFailure``: it cannot say."""
    channel, out = message.group.channel, _outgoing(message)
    if not abilities_of(channel.kind).looks:
        raise PermanentFailure(UNSURE)
    look = gateway_of(channel.kind).look_for
    return next(filter(None, (look(channel, replace(out, text=text), since) for text in texts_of(message))), None)


@transaction.atomic
def _finish(message: Message, outcome: Outcome) -> None:
    """Write down what came of it, the ticket locked before the message; nothing when somebody has decided otherwise meanwhile."""
    fresh = _locked(message)
    if fresh.claimed_at != message.claimed_at:
        return
    if outcome.gateway_id and fresh.state in UNDECIDED:
        mark_arrived(fresh, outcome.gateway_id)
    elif outcome.gateway_id or fresh.state != MessageState.SENDING:
        return
    elif outcome.temporary:
        _put_back(fresh, outcome.temporary)
        _count_failure(fresh.group.channel, outcome.temporary)
    else:
        mark_failed(fresh, outcome.permanent)


def _locked(message: Message) -> Message:
    tickets = lock_tickets(message)
    fresh = Message.objects.select_for_update(of=("self",)).select_related("group__channel").get(pk=message.pk)
    fresh.ticket = tickets[0]
    return fresh


def mark_arrived(message: Message, gateway_id: str) -> None:
    """A locked message was taken by the gateway; the breaker of its channel closes."""
    message.state, message.gateway_id, message.sent_at = MessageState.SENT, gateway_id, now()
    message.problem, message.doubtful = "", False
    message.save(update_fields=["state", "gateway_id", "sent_at", "problem", "doubtful"])
    for ticket in tell_each(message, "message.sent", by=None, facts=_facts(message)):
        dispatch_may_be_proved(ticket)
    Counter.grow("queue")
    Channel.objects.filter(pk=message.group.channel_id).update(failures=0, open_until=None, last_proof_at=now())


def mark_failed(message: Message, problem: str) -> None:
    """Give a locked message up, and tell Support HC on duty, or where nobody is, the supervisors."""
    message.state, message.problem, message.next_try_at = MessageState.FAILED, problem[:300], None
    message.save(update_fields=["state", "problem", "next_try_at"])
    tell_each(message, "message.failed", by=None, facts=_facts(message))
    Counter.grow("queue")
    people = on_duty(Role.SUPPORT_HC) or on_duty(Role.SUPERVISOR)
    key = f"not-sent:{message.pk}:{(message.queued_at or message.created_at).timestamp():.0f}"
    notify(people, Event.NOT_SENT, key=key, ticket=message.ticket, text=f"{message.group.name}: {problem}")


def _put_back(message: Message, failure: TemporaryFailure) -> None:
    waited = now() - (message.queued_at or message.created_at)
    if message.attempts >= MOST_ATTEMPTS or waited >= GIVE_UP_AFTER:
        mark_failed(message, str(UNSURE) if failure.doubtful else str(failure))
        return
    message.state, message.problem, message.doubtful = MessageState.QUEUED, str(failure)[:300], failure.doubtful
    message.next_try_at = now() + wait_before(message.attempts, failure.retry_after)
    message.save(update_fields=["state", "problem", "doubtful", "next_try_at"])
    Counter.grow("queue")


def wait_before(attempts: int, retry_after: timedelta | None = None) -> timedelta:
    """The delay after so many attempts: doubling from five seconds to five minutes, jittered, never before ``retry_after``."""
    doubled = min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)
    jittered = min(doubled * random.uniform(0.8, 1.2), LONGEST_WAIT)  # noqa: S311 spreads retries, keeps no secret
    return max(jittered, retry_after or timedelta(0))


# The breaker


def _count_failure(channel: Channel, failure: TemporaryFailure) -> None:
    """Five in a row open the breaker for a minute; a gateway that says how long to wait is left alone for so long."""
    Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1)
    failures = Channel.objects.values_list("failures", flat=True).get(pk=channel.pk)
    rest = failure.retry_after or timedelta(0)
    if failures >= FAILURES_TO_OPEN:
        rest = max(rest, OPEN_FOR)
        text = _("Saluran %(name)s gagal %(count)s kali berturut-turut: %(why)s")
        values = {"name": channel.name, "count": failures, "why": failure}
        key = f"breaker:{channel.pk}:{now():%Y%m%d%H}"
        notify(on_duty(Role.ADMINISTRATOR), Event.ALARM, key=key, text=text % values)
    if rest:
        Channel.objects.filter(pk=channel.pk).update(open_until=now() + rest)


def _give_up(channel: Channel) -> None:
    """While the breaker is open, what has waited for too long fails, so that a person hears of it in time."""
    waiting = Message.objects.filter(state=MessageState.QUEUED, next_try_at__isnull=False, group__channel=channel)
    for message in waiting.filter(queued_at__lte=now() - GIVE_UP_AFTER).order_by("id")[:BATCH]:
        with _held(message) as fresh:
            if fresh:
                problem = UNSURE if fresh.doubtful else fresh.problem or _("Gerbang tidak menjawab.")
                mark_failed(fresh, str(problem))


@contextmanager
def _held(message: Message) -> Iterator[Message | None]:
    """The message locked after its tickets; None where it has changed since it was read."""
    with transaction.atomic():
        fresh = _locked(message)
        same = (fresh.state, fresh.claimed_at) == (message.state, message.claimed_at)
        yield fresh if same else None


# What was left behind


def _settle_flights() -> None:
    """Messages whose worker died on the way: asked for at the gateway, and never sent again blindly."""
    lost = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now() - FLIGHT)
    for message in lost.select_related("group__channel", "ticket").order_by("claimed_at")[:5]:
        try:
            _settle(message)
        except Exception:  # the next pass comes back to it
            log.exception("message %s in flight", message.pk)


def _settle(message: Message) -> None:
    claimed_at = message.claimed_at or message.created_at
    found, knows = None, True
    try:
        found = look_for(message, claimed_at)
    except TemporaryFailure:
        if claimed_at > now() - GIVE_UP_AFTER:
            return
        knows = False
    except PermanentFailure:
        knows = False
    with _held(message) as fresh:
        if fresh is None:
            return
        if found:
            mark_arrived(fresh, found)
        elif knows:
            _queue_again(fresh)
        else:
            mark_failed(fresh, str(UNSURE))


def _queue_again(message: Message) -> None:
    message.state, message.next_try_at = MessageState.QUEUED, now()
    message.save(update_fields=["state", "next_try_at"])
    Counter.grow("queue")


def _hand_over() -> None:
    """What waits for a channel that was switched off or no longer sends goes to people's hands."""
    sending = Q(group__channel__in=Channel.objects.filter(SENDS_ITSELF))
    for message in Message.objects.filter(state=MessageState.QUEUED).exclude(sending).order_by("id")[:BATCH]:
        with _held(message) as fresh:
            if fresh:
                fresh.state, fresh.next_try_at = MessageState.TO_SEND_BY_HAND, None
                fresh.save(update_fields=["state", "next_try_at"])
                tell_each(fresh, "message.handed_over", by=None, facts=_facts(fresh))
                Counter.grow("queue")


def _facts(message: Message) -> dict[str, object]:
    return {"group": message.group.name, "message": message.pk, "attempts": message.attempts}
