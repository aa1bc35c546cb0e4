"""What stays behind in the outbox (HC-5): of dead workers, of gateways that are down, of channels that people send for."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter
from accounts.roles import Role
from common.clock import now
from common.queries import Prepared, any_of
from escalation.actions import breaker
from escalation.actions.lines import drop_finished, tell_each, tickets_of
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.actions.outcomes import (
    GIVE_UP_AFTER,
    LONGEST_WAIT,
    UNSURE,
    facts_of,
    held,
    look_for,
    mark_arrived,
    mark_failed,
)
from escalation.channels import ABILITIES, PermanentFailure, TemporaryFailure, abilities_of, web
from escalation.models import Channel, Event, Group, Message, MessageState
from escalation.wording import Words

log = logging.getLogger(__name__)
BATCH, ASKED = 50, 5  # asking a gateway that is down takes its time
FLIGHT = timedelta(minutes=2)  # in flight for longer: whoever sent it is dead
STILL_QUEUED = ["progress"]  # words for our own people wait for a gateway that comes back; nobody sends them by hand meanwhile
SENDS_ITSELF = Q(  # as ``sends_itself`` says it of one channel
    active=True, by_hand_since=None, kind__in=[kind for kind, abilities in ABILITIES.items() if abilities.sends]
)


def give_up(channel: Channel) -> None:
    """While the breaker is open, what has waited for too long fails, so that a person hears of it in time."""
    waiting = Message.objects.filter(state=MessageState.QUEUED, next_try_at__isnull=False, group__channel=channel)
    for message in waiting.filter(queued_at__lte=now() - GIVE_UP_AFTER).order_by("id")[:BATCH]:
        with held(message) as fresh:
            if fresh:
                problem = UNSURE if fresh.doubtful else fresh.problem or _("Gerbang tidak menjawab.")
                mark_failed(fresh, str(problem))


def settle_flights() -> None:
    """Messages whose worker died on the way: asked for at the gateway, and never sent again blindly."""
    lost = [pk for (pk,) in _lost(now() - FLIGHT)]
    messages = Message.objects.filter(pk__in=lost).select_related("group__channel", "ticket").order_by("claimed_at", "id")
    silent: set[int] = set()  # gateways that do not answer now
    for message in messages:
        try:
            _settle(message, silent)
        except Exception:  # the next pass comes back to it
            log.exception("message %s in flight", message.pk)


@Prepared
def _lost(before: Any) -> QuerySet[Message, Any]:
    lost = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=before)
    return lost.order_by("claimed_at", "id").values_list("pk")[:BATCH]


def _settle(message: Message, silent: set[int]) -> None:
    claimed_at, channel = message.claimed_at or message.created_at, message.group.channel
    found, knows = None, True
    try:
        if channel.pk in silent:
            raise TemporaryFailure("")
        found = look_for(message, claimed_at)
    except TemporaryFailure:
        silent.add(channel.pk)
        if claimed_at > now() - GIVE_UP_AFTER:
            return
        knows = False
    except PermanentFailure:
        knows = abilities_of(channel.kind).takes_once  # there the same key again is the same message
    with held(message) as fresh:
        if fresh is None:
            return
        if found:
            fresh.doubtful = True
            mark_arrived(fresh, found)
        elif knows:
            _queue_again(fresh)
        else:
            mark_failed(fresh, str(UNSURE))


def _queue_again(message: Message) -> None:
    message.state, message.next_try_at = MessageState.QUEUED, now()
    message.save(update_fields=["state", "next_try_at"])
    Counter.grow("queue")


# By hand


def hand_over() -> None:
    """What waits for a channel that people send for goes to their hands.

    So does what asks somebody to act, where a gateway has been down for five minutes. What may have arrived already is asked for
    first: nothing is sent both ways.
    """
    perhaps_down = Channel.objects.filter(pk__in=[pk for (pk,) in _perhaps_down()]).order_by("slug")
    down = [channel for channel in perhaps_down if breaker.is_down(channel)]
    ended = _queued([pk for (pk,) in _groups_of_people()])
    stuck = _queued(Group.objects.filter(channel__in=down).values_list("pk", flat=True)) if down else ended.none()
    for message in [*_some(ended), *_some(stuck.exclude(about__in=STILL_QUEUED))]:
        try:
            _hand_over(message)
        except Exception:  # the next pass comes back to it
            log.exception("message %s could not be handed over", message.pk)
    for channel in down:
        _tell(channel)


def trust_the_clock_again() -> None:
    """The clock was ahead and is right again: what was put off until a moment that no wait leads to is due now, and what was
    taken in a moment to come was taken now."""
    moment = now()
    beyond = moment + web.LONGEST_WAIT + LONGEST_WAIT
    Message.objects.filter(state=MessageState.QUEUED, next_try_at__gt=beyond).update(next_try_at=moment, queued_at=moment)
    Message.objects.filter(state=MessageState.SENDING, claimed_at__gt=moment + FLIGHT).update(claimed_at=moment)
    Channel.objects.filter(open_until__gt=beyond).update(open_until=moment, open_since=None)


@Prepared
def _perhaps_down() -> QuerySet[Channel, Any]:
    return Channel.objects.filter(SENDS_ITSELF, breaker.MAY_BE_OPEN).values_list("pk")


@Prepared
def _groups_of_people() -> QuerySet[Group, Any]:
    return Group.objects.exclude(channel__in=Channel.objects.filter(SENDS_ITSELF)).values_list("pk")


@Prepared
def _waits_for(groups: Any) -> QuerySet[Message, Any]:
    return Message.objects.filter(any_of("group_id", groups), state=MessageState.QUEUED).order_by().values_list("pk")[:1]


def _queued(groups: Iterable[int]) -> QuerySet[Message]:
    """What waits for these groups. They are few and looked up first: the outbox is read group by group, however long it is."""
    keys = list(groups)
    rows = Message.objects.filter(state=MessageState.QUEUED, group__in=keys if _waits_for(keys) else [])
    return rows.select_related("group__channel", "ticket").order_by("group_id", "next_try_at", "id")


def _some(rows: QuerySet[Message]) -> list[Message]:
    return [*rows.filter(doubtful=False)[:BATCH], *rows.filter(doubtful=True)[:ASKED]]


def _hand_over(message: Message) -> None:
    found, sure = None, True
    if message.doubtful:
        try:
            found = look_for(message, message.queued_at or message.created_at)
        except (PermanentFailure, TemporaryFailure):
            sure = False
    with held(message) as fresh:
        if fresh is None:
            return
        if found:
            mark_arrived(fresh, found)
        elif sure:
            _into_hands(fresh)
        else:
            mark_failed(fresh, str(UNSURE))


def _into_hands(message: Message) -> None:
    if not drop_finished(message, tickets_of(message)):
        return
    message.state, message.next_try_at = MessageState.TO_SEND_BY_HAND, None
    message.save(update_fields=["state", "next_try_at"])
    tell_each(message, "message.handed_over", by=None, facts=facts_of(message))
    Counter.grow("queue")


def _tell(channel: Channel) -> None:
    """Once for each time that a gateway is down."""
    since = breaker.down_since(channel)
    waiting = Message.objects.filter(group__channel=channel, state=MessageState.TO_SEND_BY_HAND)
    if since is None or not waiting.exists():
        return
    people = on_duty_or_all(Role.SUPPORT_HC, Role.SUPERVISOR)
    text = Words(_("%(name)s tidak sampai. Pesannya menunggu dikirim manual di Kotak WA."), name=channel.name)
    notify(people, Event.BY_HAND, key=f"by-hand:{channel.pk}:{since.timestamp():.0f}", text=text, url="/inbox/")
