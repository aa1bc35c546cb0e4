"""The outbox's sender (HC-5): claim rows, commit, send, write down what came of it. Never a transaction around the network.

1. A message whose ticket is solved by now is cancelled, not sent. Its ticket is locked when it is claimed; while a flight lasts
   it is asked twice a second whose ticket was solved since, and those are given back, for the next claim to cancel.
2. Several messages are claimed together (``flights.py``), each group's go one after the other, several groups at once. How many
   follows from how fast the gateway takes them: only so many as go in about a second, so that a worker that dies leaves few.
3. A failure that may pass puts the message back with a growing delay; one that will not, or ten minutes of them, makes it failed,
   and Support HC on duty is told.
4. Whoever may have arrived (an answer that was cut off, a worker that died) is looked for at the gateway before it is sent again.
   Where nobody can say, it goes again only if the same key is the same message there; else a person looks, and decides.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from common.clock import now
from common.queries import Prepared, columns_of, taken
from escalation.actions import breaker, left_behind
from escalation.actions.flights import Flight, arrived, claim, give_back, overtaken
from escalation.actions.lines import is_wanted
from escalation.actions.outcomes import (
    UNDECIDED,
    UNSURE,
    locked,
    look_for,
    mark_arrived,
    mark_failed,
    put_back,
    wait_before,
)
from escalation.channels import PermanentFailure, TemporaryFailure, abilities_of, gateway_of, web
from escalation.models import Channel, Message, MessageState

__all__ = ["send_due", "wait_before"]
log = logging.getLogger(__name__)
FIRST, MOST = 8, 400  # messages claimed together: as long as nothing is known, and where the gateway is quick
QUICK = 100  # more than so many together: the gateway answers faster than threads take turns, so one speaks for all groups
FAST, SLOW = 0.5, 1.5  # seconds for them: below, more are claimed next time, above, fewer
AT_ONCE, AT_ONCE_QUICKLY = 8, 4  # groups of a channel that one sender takes; several threads speak to them, or one
BESIDE = 2  # threads of a process that send for one channel: more would only wait for each other, and timers need threads too
PASS_SECONDS = 2.0  # of one channel, then the next has its turn
LOOK_AGAIN = 0.5  # seconds of a flight after which it is asked which tickets were solved since: one or two statements for all
PATIENCE = 3.0  # more seconds for what was claimed by then; what was not tried after that is given back


def send_due(together: dict[int, int] | None = None) -> int:
    """One pass over all channels, those that failed last going last; returns how many messages were sent.

    ``together`` remembers from pass to pass how many messages of each channel went in about a second.
    """
    together = {} if together is None else together
    left_behind.hand_over()
    left_behind.settle_flights()
    channels = [channel for row in _with_work(now()) if (channel := taken(Channel, iter(row)))]
    return sum(_pass(channel, together) for channel in channels)


@Prepared
def _with_work(moment: Any) -> QuerySet[Channel, Any]:
    due = Message.objects.filter(group__channel=OuterRef("pk"), state=MessageState.QUEUED, next_try_at__lte=moment)
    channels = Channel.objects.filter(Exists(due), left_behind.SENDS_ITSELF).order_by("failures", "slug")
    return channels.values_list(*columns_of(Channel))


def _pass(channel: Channel, together: dict[int, int]) -> int:
    """One channel's pass. Whatever goes wrong in it stops this channel for this pass, and no other."""
    try:
        if breaker.is_open(channel):
            left_behind.give_up(channel)
            return 0
        with turn(channel) as ours:
            return _send_of(channel, together) if ours else 0
    except Exception:
        log.exception("sending through %s stopped", channel.slug)
        return 0


_senders, _counting = Counter[int](), Lock()


@contextmanager
def turn(channel: Channel) -> Iterator[bool]:
    """Whether this thread may send for the channel; where others of its process do already, they will take what there is."""
    with _counting:
        ours = _senders[channel.pk] < BESIDE
        _senders[channel.pk] += ours
    try:
        yield ours
    finally:
        with _counting:
            _senders[channel.pk] -= ours


def _send_of(channel: Channel, together: dict[int, int]) -> int:
    """Claim and send, again and again, until nothing is left, the gateway fails, or it is another channel's turn."""
    sent, most, end = 0, together.get(channel.pk, FIRST), monotonic() + PASS_SECONDS
    while monotonic() < end and (flights := claim(channel, most, AT_ONCE if most <= QUICK else AT_ONCE_QUICKLY)) is not None:
        began = monotonic()
        outcomes = Departures(flights, end + PATIENCE).outcomes
        sent += _write_down(channel, flights, outcomes)
        if any(outcome.failed_for_now for outcome in outcomes.values()):
            together.pop(channel.pk, None)
            break
        took = monotonic() - began
        together[channel.pk] = most = min(MOST, most * 4) if took < FAST else max(1, most // 4) if took > SLOW else most
    return sent


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


@dataclass
class Departures:
    """Speaks to the gateway for all of them; no transaction is open here. After a failure that may pass nothing more goes."""

    flights: list[Flight]
    end: float
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    stopped: bool = False
    looked_at: float = field(default_factory=monotonic)
    overtaken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        lanes: dict[int, list[Flight]] = defaultdict(list)
        for flight in self.flights:
            lanes[flight.message.group_id].append(flight)
        asks_database = any(each.message.doubtful or not each.message.group.channel.base_url for each in self.flights)
        if len(lanes) < 2 or asks_database or len(self.flights) > QUICK:
            self._go([flight for lane in lanes.values() for flight in lane], looks=True)
            return
        with ThreadPoolExecutor(min(AT_ONCE, len(lanes))) as pool:
            going = [pool.submit(self._go, lane) for lane in lanes.values()]
            while wait(going, LOOK_AGAIN).not_done:
                self._look_again()  # here: those threads have no connection to the database
        for each in going:
            each.result()

    def _look_again(self) -> None:
        """Whose ticket was solved since. Where the database does not say, nothing more goes; what went is written down."""
        try:
            self.overtaken = overtaken([each for each in self.flights if each.message.pk not in self.outcomes])
        except DatabaseError:
            log.exception("the tickets of a flight could not be looked at")
            self.stopped = True
        self.looked_at = monotonic()

    def _go(self, lane: list[Flight], looks: bool = False) -> None:
        """One group's, in their order, over one connection."""
        with web.kept_open():
            for flight in lane:
                if looks and monotonic() - self.looked_at >= LOOK_AGAIN:
                    self._look_again()
                if self.stopped or (self.outcomes and monotonic() > self.end):
                    return
                if flight.message.pk in self.overtaken:
                    continue
                outcome = _try(flight)
                self.outcomes[flight.message.pk] = outcome
                self.stopped = self.stopped or outcome.failed_for_now


def _write_down(channel: Channel, flights: list[Flight], outcomes: dict[int, Outcome]) -> int:
    """What came of each; returns how many were sent."""
    tried = [(each.message, outcomes[each.message.pk]) for each in flights if each.message.pk in outcomes]
    taken = [(message, outcome.gateway_id) for message, outcome in tried if _is_plain(message, outcome)]
    arrived(channel, taken)
    for message, outcome in tried:
        if not _is_plain(message, outcome):
            _finish(message, outcome)
    give_back(each for each in flights if each.message.pk not in outcomes)
    return sum(bool(outcome.gateway_id) for _message, outcome in tried)


def _is_plain(message: Message, outcome: Outcome) -> bool:
    """Whether it went well, and nothing hangs on it but its own row and a line of history."""
    return bool(outcome.gateway_id) and not message.is_dispatch and not message.doubtful


def _try(flight: Flight) -> Outcome:
    message = flight.message
    try:
        if message.doubtful and (found := _found(message)):
            return Outcome(found)
        if message.doubtful and not is_wanted(message):  # looking took its time
            return Outcome(unwanted=True)
        return Outcome(_sent(flight))
    except TemporaryFailure as failure:
        failure.doubtful = message.doubtful or (failure.doubtful and not _is_believed(message, failure))
        return Outcome(temporary=failure)
    except PermanentFailure as failure:
        return Outcome(permanent=str(failure))
    except Exception:  # our own mistake, and perhaps after it was sent: a person must look
        log.exception("message %s", message.pk)
        return Outcome(permanent=str(UNSURE))


def _sent(flight: Flight) -> str:
    channel = flight.message.group.channel
    return gateway_of(channel.kind).send(channel, flight.out)


def _found(message: Message) -> str | None:
    """The id of what already arrived, where an earlier try ended in doubt; ``PermanentFailure`` where it must not go again."""
    try:
        return look_for(message, message.queued_at or message.created_at)
    except PermanentFailure as failure:
        kind = abilities_of(message.group.channel.kind)
        if kind.takes_once or kind.looks:  # it knows the message again; or is too old to remember: better twice than never
            return None
        raise PermanentFailure(UNSURE) from failure


def _is_believed(message: Message, failure: TemporaryFailure) -> bool:
    """Whether a gateway that cannot be asked has answered that it failed, so that the message is tried again."""
    return bool(failure.code) and not abilities_of(message.group.channel.kind).looks


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


def _give_back(message: Message) -> None:
    """Back to the queue, where the next claim cancels it under the ticket's lock; the doubt stays."""
    message.state, message.next_try_at = MessageState.QUEUED, now()
    message.save(update_fields=["state", "next_try_at"])
