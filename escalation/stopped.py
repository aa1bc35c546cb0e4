"""Whether the timers have stopped, as the web sees it while it answers (O1): the alarm must not need the part that died.

The mark is read along by statements that are asked in any case. A mark that is old once may be a clock that jumped, or a worker
that starts: it counts when this process has seen the same old mark for a while, by a clock that nobody moves.
"""

import logging
from datetime import datetime
from time import monotonic

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from common import words
from escalation.actions.heartbeats import TIMERS, Pulse, moment_of
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import Event
from escalation.wording import Words

log = logging.getLogger(__name__)
SURE_AFTER = 15.0  # seconds


class Memory:
    """What this process has seen: the old mark, since when, and of which it has told."""

    mark, since, told = 0, 0.0, 0


def stopped_since(mark: int) -> datetime | None:
    """Since when the timers have stood still, going by their mark; None while they live, or have not begun."""
    last = moment_of(mark)
    if not Pulse(TIMERS, last).is_silent:
        Memory.mark = 0
        return None
    if Memory.mark != mark:
        Memory.mark, Memory.since = mark, monotonic()
    return last if monotonic() - Memory.since >= SURE_AFTER else None


def tell_administrators(since: datetime) -> None:
    """Once for each time that they stop: those on duty, or where nobody is, all. Whoever asked gets an answer in any case."""
    mark = int(since.timestamp())
    if Memory.told == mark:
        return
    people = on_duty_or_all(Role.ADMINISTRATOR)
    text = Words(_("Jam dan tangga berhenti sejak %(since)s. Periksa proses worker dan beat."), since=words.nearby(since))
    try:
        notify(people, Event.ALARM, key=f"stopped:{mark}", text=text, url="/health/")
        Memory.told = mark
    except DatabaseError:
        log.exception("administrators could not be told that the timers have stopped")
