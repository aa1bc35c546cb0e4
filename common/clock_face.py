"""What a ticket's clock looks like at this moment: how urgent, how full, and in which words (ESC-6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from common import words

WARN_SHARE = 75
STEP = 5  # the style sheet draws pies and gauges in these steps, because a strict CSP allows no inline numbers
LEAST_DUE = timedelta(seconds=60)  # "jatuh tempo" is readable even where the first rung falls on the moment itself


@dataclass(frozen=True)
class Face:
    """``look`` is ok, warn, due, over, paused, met, late or cancelled; ``share`` is 0 to 100 in steps of 5."""

    look: str
    share: int
    word: str

    @property
    def icon(self) -> str:
        """The symbol that takes the place of the pie; empty while the pie is drawn."""
        return ICONS.get(self.look, "")


ICONS = {"due": "c-due", "over": "c-over", "paused": "c-paused", "met": "c-met", "late": "c-met", "cancelled": "x"}


def face(clock: Any, now: datetime) -> Face:
    """The face of ``clock``, which has ``state``, ``started_at`` and ``due_at``; docs/pages.md names what else it may have."""
    match part(clock, "state"):
        case "paused":
            return Face("paused", share_of(clock, part(clock, "paused_at") or now), _("jeda"))
        case "met" | "late" as ended:
            return Face(ended, 100, _finished(clock, late=ended == "late"))
        case "cancelled":
            return Face("cancelled", 0, _("dihentikan"))
    return _running(clock, now)


def _running(clock: Any, now: datetime) -> Face:
    due_at: datetime = part(clock, "due_at")
    if now < due_at:
        share = share_of(clock, now)
        return Face("warn" if share >= WARN_SHARE else "ok", share, words.duration(due_at - now, up=True))
    if now < due_until(clock):
        return Face("due", 100, _("jatuh tempo"))
    return Face("over", 100, _("lewat %(duration)s") % {"duration": words.duration(now - due_at)})


def _finished(clock: Any, *, late: bool) -> str:
    """``17 dari 30 mnt``. A late one is rounded up, so that it never reads ``15 dari 15 mnt``."""
    allowed = allowance(clock)
    used = allowed - (part(clock, "due_at") - (part(clock, "ended_at") or part(clock, "due_at")))
    used_words, allowed_words = words.duration(used, up=late), words.duration(allowed)
    if max(used, allowed) < timedelta(hours=1):
        used_words = used_words.split(" ")[0]
    return _("%(used)s dari %(allowed)s") % {"used": used_words, "allowed": allowed_words}


def allowance(clock: Any) -> timedelta:
    """The time that the clock gives in all; without pauses it is the stretch from start to due."""
    given = part(clock, "allowance")
    if isinstance(given, timedelta):
        return given
    length: timedelta = part(clock, "due_at") - part(clock, "started_at")
    return max(timedelta(0), length)


def share_of(clock: Any, now: datetime) -> int:
    """How much of the time is used up, 0 to 95 before the due moment and 100 from it on, in steps of 5."""
    allowed, left = allowance(clock), part(clock, "due_at") - now
    if left <= timedelta(0) or not allowed:
        return 100
    return stepped(100 * (1 - left / allowed))


def stepped(share: float) -> int:
    """``share`` cut down to the style sheet's steps, within 0 and 100."""
    return min(100, max(0, int(share // STEP) * STEP))


def due_until(clock: Any) -> datetime:
    """Up to when a clock that has run out is *due*; from then on it is *over*."""
    due_at: datetime = part(clock, "due_at")
    first_rung: datetime | None = part(clock, "first_rung_at")
    return max(first_rung or due_at, due_at + LEAST_DUE)


def ticks(clock: Any) -> Iterable[int]:
    """Where the ladder's rungs (``rung_moments``) stand on the gauge, and the due moment when rungs come after it."""
    moments: list[datetime] = [m for m in part(clock, "rung_moments") or [] if m]
    reach = gauge_reach(clock)
    if not moments or not reach:
        return []
    start = part(clock, "due_at") - allowance(clock)
    shares = {stepped(100 * ((m - start) / reach)) for m in [part(clock, "due_at"), *moments]}
    return sorted(s for s in shares if 0 < s < 100)


def gauge_reach(clock: Any) -> timedelta:
    """The length that the gauge draws: to the due moment, or to the last rung, at most twice the allowance."""
    allowed = allowance(clock)
    start: datetime = part(clock, "due_at") - allowed
    moments: list[datetime] = [m for m in part(clock, "rung_moments") or [] if m]
    return max([allowed, *(min(m - start, 2 * allowed) for m in moments)])


def gauge_share(clock: Any, now: datetime) -> int:
    """How far the gauge is filled at ``now``."""
    reach = gauge_reach(clock)
    until = part(clock, "ended_at") or part(clock, "paused_at") or now
    start = part(clock, "due_at") - allowance(clock)
    return stepped(100 * ((until - start) / reach)) if reach else 100


def part(thing: Any, name: str) -> Any:
    """An attribute or, where an action hands out plain dictionaries, a key; None when it has none."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
