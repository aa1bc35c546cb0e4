"""The sender of mail's outbox: claim a part, commit, send through its channel, write down what came of it (EM-3 to EM-6).

As ``sending`` does for messages to groups. Each try of a part is the same mail with the same Message-ID.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Counter
from common.clock import now
from escalation.actions import breaker
from escalation.actions.mail_answers import part_failed
from escalation.actions.outcomes import UNSURE, wait_before
from escalation.channels import Outgoing, PermanentFailure, TemporaryFailure, gateway_of, sends_itself
from escalation.models.mail import MailItem, MailPart, PartKind, PartState

log = logging.getLogger(__name__)
BATCH = 50
GIVE_UP_AFTER = timedelta(hours=4)  # servers that greylist let a mail wait for long
FLIGHT = timedelta(minutes=3)  # whoever claimed a part so long ago has died


def send_due() -> int:
    """One pass; returns how many parts were sent. A channel that fails is left alone for the rest of it."""
    _free_abandoned()
    due = MailPart.objects.filter(state=PartState.QUEUED, next_try_at__lte=now()).select_related(
        "channel", "original", "item__mailbox"
    )
    tired: set[int | None] = set()
    sent = 0
    for part in list(due.order_by("next_try_at", "id")[:BATCH]):
        if part.channel_id in tired or part.channel is None:
            continue
        if not sends_itself(part.channel):
            _hand_over(part)
        elif breaker.is_open(part.channel) or not _send(part):
            tired.add(part.channel_id)
        else:
            sent += 1
    return sent


def _hand_over(part: MailPart) -> None:
    """Its channel was switched off or set to by hand: people send it."""
    if MailPart.objects.filter(pk=part.pk, state=PartState.QUEUED).update(state=PartState.BY_HAND, next_try_at=None):
        Counter.grow("mail")


def _free_abandoned() -> None:
    lost = MailPart.objects.filter(state=PartState.SENDING, claimed_at__lt=now() - FLIGHT)
    lost.update(state=PartState.QUEUED, next_try_at=now(), problem=str(UNSURE))


def _send(part: MailPart) -> bool:
    """Whether its channel is well; a part that will never go is no fault of the channel."""
    moment = now()
    mine = MailPart.objects.filter(pk=part.pk, state=PartState.QUEUED, next_try_at=part.next_try_at)
    if part.channel is None or mine.update(state=PartState.SENDING, claimed_at=moment, attempts=F("attempts") + 1) != 1:
        return True
    part.claimed_at, part.attempts = moment, part.attempts + 1
    try:
        number = gateway_of(part.channel.kind).send(part.channel, outgoing(part))
    except TemporaryFailure as failure:
        _put_back(part, failure)
        return False
    except PermanentFailure as failure:
        _give_up(part, str(failure))
        return True
    except Exception:  # our own mistake, and perhaps after it was sent: a person must look
        log.exception("mail part %s", part.pk)
        _give_up(part, str(UNSURE))
        return True
    _arrived(part, number)
    return True


def outgoing(part: MailPart) -> Outgoing:
    """What the channel gets."""
    return Outgoing(
        address=part.address,
        text=part.text,
        key=part.key,
        reply_to=part.in_reply_to,
        subject=part.subject,
        message_id=part.message_id,
        references=part.references,
        sender=part.item.mailbox.address if part.kind != PartKind.GROUP else "",
        by_person=part.kind != PartKind.GROUP,
        files=tuple(_original(part)),
    )


def _original(part: MailPart) -> Iterable[tuple[str, bytes]]:
    if part.original is not None:
        with part.original.raw.open("rb") as file:
            yield "surat-asli.eml", file.read()


def _mine(part: MailPart) -> MailPart | None:
    """The part as it is now, locked after its item, as everybody does; None when somebody has decided otherwise meanwhile."""
    MailItem.objects.select_for_update(of=("self",)).get(pk=part.item_id)
    rows = MailPart.objects.select_for_update(of=("self",)).select_related("channel")
    return rows.filter(pk=part.pk, claimed_at=part.claimed_at, state=PartState.SENDING).first()


@transaction.atomic
def _arrived(part: MailPart, number: str) -> None:
    fresh = _mine(part)
    if fresh is None:
        return
    fresh.state, fresh.sent_at, fresh.gateway_id, fresh.problem = PartState.SENT, now(), number[:120], ""
    fresh.save(update_fields=["state", "sent_at", "gateway_id", "problem"])
    Counter.grow("mail")
    if fresh.channel_id:
        breaker.proved(fresh.channel_id)


@transaction.atomic
def _put_back(part: MailPart, failure: TemporaryFailure) -> None:
    fresh = _mine(part)
    if fresh is None or fresh.channel is None:
        return
    breaker.count_failure(fresh.channel, failure)
    if now() - fresh.created_at >= GIVE_UP_AFTER:
        _end(fresh, str(UNSURE) if failure.doubtful else str(failure))
        return
    fresh.state, fresh.problem = PartState.QUEUED, str(failure)[:300]
    fresh.next_try_at = now() + wait_before(min(fresh.attempts, 10), failure.retry_after)
    fresh.save(update_fields=["state", "problem", "next_try_at"])
    Counter.grow("mail")


@transaction.atomic
def _give_up(part: MailPart, why: str) -> None:
    if fresh := _mine(part):
        _end(fresh, why)


def _end(part: MailPart, why: str) -> None:
    part.state, part.problem, part.next_try_at = PartState.FAILED, why[:300], None
    part.save(update_fields=["state", "problem", "next_try_at"])
    part_failed(part)
