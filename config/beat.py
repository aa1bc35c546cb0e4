"""The beat, which also asks the database when the next rung falls due, so that nobody waits for a whole beat (ESC-3).

The rows stay the truth: what is asked here only wakes a worker earlier. The regular beat comes all the same, and finds whatever
this one missed while the database was away.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery.beat import PersistentScheduler
from django.db import connection

from common.clock import now
from escalation.actions.timers import next_due

log = logging.getLogger(__name__)
ASK_EVERY = timedelta(milliseconds=200)  # so long may a rung that was made due just now stay unseen
WAKE_AGAIN = timedelta(milliseconds=600)  # a worker that was woken is given so long to commit before another one is
WAKES = "fire due rungs"


class Scheduler(PersistentScheduler):
    """Celery's own schedule, and between its entries the timers' next due moment."""

    woken_at: datetime | None = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due by the schedule, wake the timers if a rung is due; returns the seconds until the next look."""
        wait: float = super().tick(*args, **kwargs)
        return min(wait, self._look().total_seconds())

    def _look(self) -> timedelta:
        try:
            due, moment = next_due(), now()
        except Exception as problem:  # the database is away: the schedule goes on, and the next look takes a new connection
            log.debug("the next due moment is not known: %s", problem)
            if connection.errors_occurred:
                connection.close()
            return timedelta(seconds=1)
        if due is None or due > moment:
            return min(ASK_EVERY, due - moment) if due else ASK_EVERY
        if self.woken_at is None or moment - self.woken_at >= WAKE_AGAIN or moment < self.woken_at:
            self.woken_at = moment
            self.apply_async(self.schedule[WAKES], advance=False)
        return ASK_EVERY
