"""Whether the timers or their auditor have stopped, as the web sees it while it answers (O1): the alarm must not need what died.

The auditor tells of every other part. The marks are read along by statements that are asked in any case. A mark that is old once
may be a clock that jumped, or a worker that starts: it counts when this process has seen the same old mark for a while, by a
clock that nobody moves.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from common import words
from escalation.actions.auditing import silence
from escalation.actions.heartbeats import AUDITOR, TIMERS, Pulse
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import Event
from escalation.wording import Words

log = logging.getLogger(__name__)
WATCHED = (TIMERS, AUDITOR)  # in this order: the fault that stops the timers silences the auditor too
# Seconds. A house that starts lets the auditor wait for its turn, up to 150 of them.
SURE_AFTER = {TIMERS.name: 15.0, AUDITOR.name: 300.0}


@dataclass
class Memory:
    """What this process has seen of a part: its old mark, since when, and of which it has told."""

    mark: datetime | None = None
    since: float = 0.0
    told: datetime | None = None


MEMORIES = {part.name: Memory() for part in WATCHED}


def stopped_since(pulse: Pulse) -> datetime | None:
    """Since when this part has stood still, going by its mark; None while it lives, or has not begun."""
    memory = MEMORIES[pulse.part.name]
    if not pulse.is_silent:
        memory.mark = None
        return None
    if memory.mark != pulse.last:
        memory.mark, memory.since = pulse.last, monotonic()
    return pulse.last if monotonic() - memory.since >= SURE_AFTER[pulse.part.name] else None


def watch_over(pulses: Iterable[Pulse]) -> None:
    """Tell administrators of the first of the watched parts that has stopped."""
    seen = {pulse.part.name: pulse for pulse in pulses}
    for part in WATCHED:
        if since := stopped_since(seen[part.name]):
            _tell_administrators(seen[part.name], since)
            return


def _tell_administrators(pulse: Pulse, since: datetime) -> None:
    """Once for each time that it stops. Whoever asked gets an answer in any case."""
    name, text = pulse.part.name, silence(pulse)
    if MEMORIES[name].told == since:
        return
    if pulse.part == TIMERS:
        text = Words(_("Jam dan tangga berhenti sejak %(since)s. Periksa proses worker dan beat."), since=words.nearby(since))
    try:
        people = on_duty_or_all(Role.ADMINISTRATOR)
        notify(people, Event.ALARM, key=f"stopped:{name}:{since.timestamp():.0f}", text=text, url="/health/")
        MEMORIES[name].told = since
    except DatabaseError:
        log.exception("administrators could not be told that %s has stopped", name)
