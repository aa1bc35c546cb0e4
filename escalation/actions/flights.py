"""What is in flight together (HC-5): messages of one channel, claimed in one transaction and written down in another.

1. A group is one sender's at a time: its row is locked while its messages are claimed, and while some of them are in flight
   nobody else takes more. So they go in their order, and its pace is counted by one alone.
2. Of one ticket in one group one message goes at a time, because the next one answers it.
3. Those that went well are written down together, all others one by one, as they were before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from accounts.history import record_all
from accounts.models import Counter
from common import bulk
from common.clock import now
from common.queries import Prepared, any_of, columns_of, taken
from escalation.actions import breaker
from escalation.actions.lines import DONE, STILL_WANTED, drop_finished, keys_of, lock_all_tickets, tickets_of
from escalation.actions.outcomes import UNDECIDED, Earlier, facts_of, hear_again, outgoing
from escalation.channels import Outgoing
from escalation.models import Channel, DispatchLine, Escort, EscortState, Group, Message, MessageState
from tickets.models import Ticket

MINUTE = timedelta(minutes=1)
OWNED = timedelta(seconds=30)  # so long a flight keeps others from its group; whoever holds one longer has died or hangs
SENT = ("state", "gateway_id", "sent_at", "problem")


@dataclass(frozen=True)
class Flight:
    """A message that is ours alone, and what the gateway gets."""

    message: Message
    out: Outgoing


class Chosen(NamedTuple):
    """What of a message is needed to lock it and its tickets."""

    pk: int
    ticket_id: int
    together: bool


@transaction.atomic
def claim(channel: Channel, most: int, at_once: int) -> list[Flight] | None:
    """Up to so many messages of a channel, in flight from now on, the oldest first; None where nothing may go now.

    They are of ``at_once`` groups at most; the others are left to whoever sends beside it.
    """
    moment = now()
    rooms = _rooms(channel, moment, at_once)
    groups = {group.pk: group for group in rooms}
    chosen = _chosen(rooms, moment, most)
    if not chosen:
        return None
    finished = _finished(lock_all_tickets(chosen))
    fresh = _locked(chosen, moment)
    for each in fresh:
        each.group = groups[each.group_id]
    wanted = [each for each in fresh if _still_goes(each, finished)]
    by_attempts = defaultdict[int, list[int]](list)
    for each in wanted:
        each.state, each.claimed_at, each.attempts = MessageState.SENDING, moment, each.attempts + 1
        by_attempts[each.attempts].append(each.pk)
    for attempts, keys in by_attempts.items():
        bulk.set_all(Message, keys, {"state": MessageState.SENDING, "claimed_at": moment, "attempts": attempts})
    return [Flight(message, out) for message, out in zip(wanted, _outgoing(wanted), strict=True)]


def _locked(chosen: Sequence[Chosen], moment: datetime) -> list[Message]:
    """Those that wait still, the oldest first. Found by their keys alone: a long queue must not be looked through for them."""
    rows = filter(None, (taken(Message, iter(row)) for row in _unlocked([each.pk for each in chosen])))
    due = [(each.next_try_at, each.pk, each) for each in rows if each.state == MessageState.QUEUED and each.next_try_at]
    return [each for since, _pk, each in sorted(due, key=itemgetter(0, 1)) if since <= moment]


@Prepared
def _unlocked(keys: Any) -> QuerySet[Message, Any]:
    return Message.objects.filter(any_of("pk", keys)).select_for_update(skip_locked=True).values_list(*columns_of(Message))


def _rooms(channel: Channel, moment: datetime, at_once: int) -> dict[Group, int]:
    """Groups of the channel for which something may go now, locked, with how many messages each may still have.

    Those first that have waited longest. No more are locked than are taken, so that whoever sends beside us finds others: who is
    busy is passed over before, and asked for once more when they are ours. How much each has had is counted when it is locked; to
    count it for all of them costs more than the rest of a claim. Each group's queue is looked up for itself, so a long one costs
    no more.
    """
    rooms, passed = dict[Group, int](), _busy(moment)
    while ours := _longest_waiting(channel, moment, passed, at_once - len(rooms)):
        room = _room_of([group.pk for group in ours], channel, moment)
        rooms |= {group: room[group.pk] for group in ours if room[group.pk] > 0}
        passed |= set(room)
        if min(room.values()) <= 0:  # others will have had enough too: they are asked for together, and not locked one by one
            all_groups = Group.objects.filter(channel=channel).values_list("pk", flat=True)
            passed |= {pk for pk, left in _room_of(all_groups, channel, moment).items() if left <= 0}
    for group in rooms:
        group.channel = channel
    return rooms


def _longest_waiting(channel: Channel, moment: datetime, passed: Iterable[int], number: int) -> list[Group]:
    rows = _lockable(number)(channel.pk, moment, list(passed)) if number else []
    return [group for row in rows if (group := taken(Group, iter(row)))]


@cache
def _lockable(number: int) -> Prepared:
    def build(channel: Any, moment: Any, passed: Any) -> QuerySet[Group, Any]:
        due = Message.objects.filter(group=OuterRef("pk"), state=MessageState.QUEUED, next_try_at__lte=moment)
        oldest = Subquery(due.order_by("next_try_at", "id").values("next_try_at")[:1])
        groups = Group.objects.filter(~Q(any_of("pk", passed)), channel=channel).alias(oldest=oldest).filter(oldest__isnull=False)
        lockable = groups.order_by("oldest", "pk").select_for_update(of=("self",), skip_locked=True, no_key=True)
        return lockable.values_list(*columns_of(Group))[:number]

    return Prepared(build)


def _room_of(groups: Iterable[int], channel: Channel, moment: datetime) -> dict[int, int]:
    """How many messages each of the groups may have now: none while somebody sends to it, and so many within a minute.

    People must be able to read them, and the number must not be banned for flooding.
    """
    rooms = dict.fromkeys(groups, channel.pace)
    for group, number in _had(list(rooms), moment - MINUTE, moment + MINUTE):  # later: by a clock that was ahead
        rooms[group] -= number
    return rooms | dict.fromkeys(_busy(moment) & set(rooms), 0)


@Prepared
def _had(groups: Any, since: Any, until: Any) -> QuerySet[Message, Any]:
    had = Message.objects.filter(any_of("group_id", groups), claimed_at__gt=since, claimed_at__lt=until).order_by()
    return had.values_list("group").annotate(number=Count("pk"))


def _busy(moment: datetime) -> set[int]:
    """Groups to which somebody sends now."""
    # Since when is asked of what is aloft, not as a condition: PostgreSQL would look through all that was ever claimed for it.
    return {group for group, since in _aloft() if since and since > moment - OWNED}


@Prepared
def _aloft() -> QuerySet[Message, Any]:
    aloft = Message.objects.filter(state=MessageState.SENDING).order_by().values_list("group_id")
    return aloft.annotate(since=Max("claimed_at"))


def _chosen(rooms: Mapping[Group, int], moment: datetime, most: int) -> list[Chosen]:
    """The oldest of each group, as many as it has room for; its row ends before a second message of the same ticket."""
    chosen = list[Chosen]()
    for group, room in rooms.items():
        seen, oldest = set[int](), _oldest(ceil(most / len(rooms)))(group.pk, moment)
        for message in map(Chosen._make, oldest[:room]):
            if message.ticket_id in seen:
                break
            seen.add(message.ticket_id)
            chosen.append(message)
    return chosen


@cache
def _oldest(number: int) -> Prepared:
    def build(group: Any, moment: Any) -> QuerySet[Message, Any]:
        due = Message.objects.filter(group=group, state=MessageState.QUEUED, next_try_at__lte=moment)
        return due.order_by("next_try_at", "id").values_list(*Chosen._fields)[:number]

    return Prepared(build)


def _finished(tickets: Mapping[int, str]) -> set[int]:
    """Those on which nobody is to be asked to act any more; ``lines.is_finished`` of many, by their status."""
    done = {pk for pk, status in tickets.items() if status in DONE}
    return done | {pk for (pk,) in _withdrawn(list(tickets))}


@Prepared
def _withdrawn(tickets: Any) -> QuerySet[Escort, Any]:
    return Escort.objects.filter(any_of("ticket_id", tickets), state=EscortState.WITHDRAWN).values_list("ticket_id")


def _still_goes(message: Message, finished: set[int]) -> bool:
    """Whether anybody wants it still; one that nobody does is cancelled, or loses the lines that nobody does."""
    own = finished.intersection(keys_of(message)) if finished else set()
    return not own or drop_finished(message, [each for each in tickets_of(message) if each.pk in own])


def overtaken(flights: Sequence[Flight]) -> set[int]:
    """Those that nobody wants any more as they were claimed: a ticket of theirs was finished since. Asked without a lock."""
    asking = [each.message for each in flights if each.message.about not in STILL_WANTED]
    tickets = [(each.pk, each.ticket_id) for each in asking if not each.together]
    together = [each.pk for each in asking if each.together]
    if together:
        tickets += DispatchLine.objects.filter(message__in=together, dropped_at=None).values_list("message_id", "ticket_id")
    finished = _finished(dict(_status(list({ticket for _message, ticket in tickets}))))
    return {message for message, ticket in tickets if ticket in finished}


@Prepared
def _status(keys: Any) -> QuerySet[Ticket, Any]:
    return Ticket.objects.filter(any_of("pk", keys)).values_list("pk", "status")


def _outgoing(messages: Sequence[Message]) -> list[Outgoing]:
    """What the gateway gets for each: ``outcomes.outgoing`` of many, the earlier messages found by one statement."""
    alone = [each for each in messages if not each.together]
    last = _last_arrived([each.ticket_id for each in alone], list({each.group_id for each in alone}))
    rows = _answerable([pk for *_of, pk in last if pk])
    answered = {(ticket, group): Earlier(*said) for ticket, group, *said in rows}
    return [outgoing(each, answered.get((each.ticket_id, each.group_id))) for each in messages]


@Prepared
def _last_arrived(tickets: Any, groups: Any) -> QuerySet[Message, Any]:
    # Whether one arrived is asked beside, not as a condition: PostgreSQL would take the index of all that ever arrived for it.
    before = Message.objects.filter(any_of("ticket_id", tickets), any_of("group_id", groups), together=False).order_by()
    return before.values_list("ticket_id", "group_id").annotate(last=Max("id", filter=~Q(gateway_id="")))


@Prepared
def _answerable(keys: Any) -> QuerySet[Message, Any]:
    return Message.objects.filter(any_of("pk", keys)).values_list("ticket_id", "group_id", *Earlier._fields)


@transaction.atomic
def give_back(flights: Iterable[Flight]) -> None:
    """They were not tried: back to where they were, as if nobody had claimed them."""
    back = [(each.message.pk, MessageState.SENDING.value, each.message.claimed_at, each.message.attempts - 1) for each in flights]
    rows = [(pk, state, claimed_at, MessageState.QUEUED.value, None, attempts) for pk, state, claimed_at, attempts in back]
    bulk.update_where(Message, ("id", "state", "claimed_at"), ("state", "claimed_at", "attempts"), rows)


@transaction.atomic
def arrived(channel: Channel, taken: Sequence[tuple[Message, str]]) -> None:
    """The gateway took these, under these ids: written down together. Dispatches and doubtful ones are not among them."""
    if not taken:
        return
    moment, ids = now(), {message.pk: gateway_id for message, gateway_id in taken}
    lock_all_tickets([message for message, _id in taken])
    claimed: dict[int, datetime] = dict(_undecided(list(ids)))
    ours = [message for message, _id in taken if claimed.get(message.pk) == message.claimed_at]
    bulk.update_where(Message, ("id",), SENT, [(each.pk, MessageState.SENT.value, ids[each.pk], moment, "") for each in ours])
    record_all(Ticket, "message.sent", [(each.ticket_id, facts_of(each)) for each in ours], by=None)
    since = min((each.claimed_at or moment for each in ours), default=moment)
    hear_again(channel.pk, [ids[each.pk] for each in ours], since=since)
    Counter.grow("queue")
    breaker.proved(channel.pk)


@Prepared
def _undecided(keys: Any) -> QuerySet[Message, Any]:
    rows = Message.objects.select_for_update().filter(any_of("pk", keys), state__in=UNDECIDED).order_by("pk")
    return rows.values_list("pk", "claimed_at")
