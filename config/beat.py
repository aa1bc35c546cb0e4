"""The beat, which also asks the database what there is to do: nobody waits for a whole beat, and nothing ticks for nothing.

The rows stay the truth: what is asked here only wakes a worker earlier. The regular beat comes all the same, and finds whatever
this one missed while the database or the broker was away.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from celery.beat import PersistentScheduler, SchedulingError
from django.db import connection

from common.clock import now

log = logging.getLogger(__name__)
ASK_EVERY = timedelta(milliseconds=250)  # so long may something that became due just now stay unseen
AFTER_TROUBLE = timedelta(seconds=1)


@dataclass(frozen=True)
class Wake:
    """An entry of the schedule, and whether there is work for it, as SQL; ``%(now)s`` is the present.

    ``again``: a worker that was woken is given so long to commit before another one is.
    """

    entry: str
    work: str
    again: timedelta = timedelta(seconds=2)


# Each reads a partial index, or a table with a few rows. Both databases understand them.
RUNGS = Wake("fire due rungs", "", timedelta(milliseconds=600))
NEXT_RUNG = "select due_at from escalation_clockrung where state = 'waiting' order by due_at limit 1"
WAKES = (
    Wake("send messages", "select 1 from escalation_message where state = 'queued' and next_try_at <= %(now)s"),
    Wake("match inbox", "select 1 from escalation_inboundmessage where state = 'new'"),
    Wake("watch channels", "select 1 from escalation_probe where state = 'waiting'"),
    Wake("warn of promises", "select 1 from escalation_promisewarning where state = 'waiting' and due_at <= %(now)s"),
    Wake("fire watches", "select 1 from quality_watch where state = 'waiting' and due_at <= %(now)s"),
    Wake("carry the words of outages", "select 1 from escalation_outagestep where state = 'waiting'"),
    Wake(
        "work application problems",
        "select 1 from escalation_standstill where state in ('to_pause', 'to_resume') union all "
        "select 1 from escalation_appproblem where next_rung_at <= %(now)s",
    ),
    Wake("run trials", "select 1 from escalation_trial where state = 'waiting'"),
    Wake("run imports", "select 1 from tickets_importload where state = 'waiting'"),
    Wake("read mail", "select 1 from escalation_mailmessage where reading = 'raw'"),
    Wake("send mail", "select 1 from escalation_mailpart where state = 'queued' and next_try_at <= %(now)s"),
    Wake(
        "poll mailboxes",
        "select 1 from escalation_mailbox where active and base_url <> '' and (next_poll_at is null or next_poll_at <= %(now)s)",
        timedelta(seconds=5),
    ),
    Wake("make reports", "select 1 from quality_report where state = 'waiting'"),
)
LOOK = f"select ({NEXT_RUNG}), " + ", ".join(f"exists({wake.work})" for wake in WAKES)
PLANNED = "kawal_look"  # what PostgreSQL keeps it as, for as long as the connection lasts


def _planned(cursor: Any) -> str:
    """The statement to ask with. PostgreSQL plans it once a connection: planning is four fifths of what it costs."""
    if connection.vendor != "postgresql":
        return LOOK
    kept = vars(connection)
    if kept.get(PLANNED) is not connection.connection:
        cursor.execute(f"prepare {PLANNED} (timestamptz) as " + LOOK % {"now": "$1"})
        kept[PLANNED] = connection.connection
    return f"execute {PLANNED} (%(now)s)"


@dataclass
class Woken:
    """When each entry was woken last."""

    at: dict[str, datetime] = field(default_factory=dict)

    def may(self, wake: Wake, moment: datetime) -> bool:
        before = self.at.get(wake.entry)
        return before is None or moment - before >= wake.again or moment < before

    def forget(self, wake: Wake) -> None:
        """What it was woken for is done: what falls due next does not wait for it."""
        self.at.pop(wake.entry, None)


def look(moment: datetime) -> tuple[datetime | None, list[Wake]]:
    """When the next rung falls due, or fell, and what else there is work for; in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_planned(cursor), {"now": connection.ops.adapt_datetimefield_value(moment)})
        due, *found = cursor.fetchone()
    if isinstance(due, str):  # SQLite keeps moments as text, in UTC
        due = datetime.fromisoformat(due)
    if due is not None and due.tzinfo is None:
        due = due.replace(tzinfo=UTC)
    return due, [wake for wake, exists in zip(WAKES, found, strict=True) if exists]


class Scheduler(PersistentScheduler):
    """Celery's own schedule, and between its entries whatever has work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.woken = Woken()
        self.entry_due = 0.0  # by the monotonic clock
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due by the schedule, wake what has work; returns the seconds until the next look.

        Celery compares its whole schedule each time that it is asked, so it is asked when an entry of it is due, and not between.
        """
        if monotonic() >= self.entry_due:
            self.entry_due = monotonic() + super().tick(*args, **kwargs)
        return min(max(0.0, self.entry_due - monotonic()), self._look().total_seconds())

    def _look(self) -> timedelta:
        moment = now()
        try:
            due, found = look(moment)
        except Exception as problem:  # the database is away: the schedule goes on, and the next look takes a new connection
            log.debug("what there is to do is not known: %s", problem)
            if connection.errors_occurred:
                connection.close()
            return AFTER_TROUBLE
        if due is not None and due <= moment:
            found.insert(0, RUNGS)
        else:
            self.woken.forget(RUNGS)
        for wake in found:
            if self.woken.may(wake, moment):
                self.woken.at[wake.entry] = moment
                try:
                    self.apply_async(self.schedule[wake.entry], advance=False)
                except SchedulingError as problem:  # the broker is away: the beat must not end for that
                    log.warning("%s could not be woken: %s", wake.entry, problem)
                    return AFTER_TROUBLE
        return min(ASK_EVERY, due - moment) if due is not None and due > moment else ASK_EVERY
