"""The breaker of a gateway: after five failures in a row it is left alone, and people are told (HC-5)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common.clock import now
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.channels import TemporaryFailure
from escalation.models import Channel, Event
from escalation.wording import Words

FAILURES_TO_OPEN, OPEN_FOR = 5, timedelta(seconds=60)
BY_HAND_AFTER = timedelta(minutes=5)  # open for longer: people send what asks somebody to act
MAY_BE_OPEN = Q(open_until__isnull=False) | Q(canary_lost_at__isnull=False)


def is_open(channel: Channel) -> bool:
    """Whether its messages wait: it failed too often, asked to be left alone, or lost its canary."""
    return channel.canary_lost_at is not None or (channel.open_until is not None and channel.open_until > now())


def down_since(channel: Channel) -> datetime | None:
    """Since when nothing gets through; None while it works, or merely asked to be left alone for a few minutes."""
    moments = [each for each in (channel.open_since, channel.canary_lost_at) if each is not None]
    return min(moments) if moments and is_open(channel) else None


def is_down(channel: Channel) -> bool:
    """Whether it has been down for so long that people must send."""
    since = down_since(channel)
    return since is not None and since <= now() - BY_HAND_AFTER


def count_failure(channel: Channel, failure: TemporaryFailure) -> None:
    """Five in a row open the breaker for a minute; a gateway that says how long to wait is left alone for so long.

    One that asks for longer than people wait for it is down from now.
    """
    Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1)
    failures = Channel.objects.values_list("failures", flat=True).get(pk=channel.pk)
    rest, moment = failure.retry_after or timedelta(0), now()
    if failures >= FAILURES_TO_OPEN or rest > BY_HAND_AFTER:
        rest = max(rest, OPEN_FOR)
        Channel.objects.filter(pk=channel.pk).update(open_since=Coalesce("open_since", moment))
        sentence = _("Saluran %(name)s gagal %(count)s kali berturut-turut: %(why)s")
        text = Words(sentence, name=channel.name, count=failures, why=Words(str(failure)))
        alarm(channel, f"breaker:{channel.pk}:{moment:%Y%m%d%H}", text)
    if rest:
        Channel.objects.filter(pk=channel.pk).update(open_until=moment + rest)


def alarm(channel: Channel, key: str, text: Words) -> None:
    """Tell the administrators, once for each key."""
    notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=key, text=text, url=f"/channels/{channel.slug}/")


def proved(channel_id: int) -> None:
    """Something got through: the breaker closes."""
    Channel.objects.filter(pk=channel_id).update(failures=0, open_since=None, open_until=None, last_proof_at=now())


@transaction.atomic
def close_breaker(channel: Channel, *, by: Person) -> Channel:
    """An administrator knows better: try again now, a lost canary forgiven."""
    require(by, "channel.edit")
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    if channel.open_since or channel.open_until or channel.canary_lost_at:
        record(channel, "channel.breaker_closed", by=by, facts={"failures": channel.failures})
    channel.failures, channel.open_since, channel.open_until, channel.canary_lost_at = 0, None, None, None
    channel.save(update_fields=["failures", "open_since", "open_until", "canary_lost_at"])
    return channel


@transaction.atomic
def send_by_hand(channel: Channel, *, by: Person) -> Channel:
    """From now on people send for this channel; what waits goes to them with the sender's next pass."""
    return _set_by_hand(channel, True, by)


@transaction.atomic
def send_by_itself(channel: Channel, *, by: Person) -> Channel:
    """New messages go by the gateway again. What people have in hand stays in their hands, so that nothing goes twice."""
    return _set_by_hand(channel, False, by)


def _set_by_hand(channel: Channel, by_hand: bool, by: Person) -> Channel:
    require(by, "channel.edit")
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    if (channel.by_hand_since is not None) != by_hand:
        channel.by_hand_since = now() if by_hand else None
        channel.save(update_fields=["by_hand_since"])
        record(channel, "channel.by_hand" if by_hand else "channel.by_itself", by=by)
        Counter.grow("queue")
    return channel
