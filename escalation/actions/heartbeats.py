"""The marks by which others see that each part of the timers lives (O1).

A part leaves its mark when it has done its work, at most every few seconds. Whoever looks compares it with the time: the auditor
with the marks of the others, the web with that of the timers, readiness with all. A part that never left one has not begun yet.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter
from common.clock import now

AT_MOST_EVERY = 5  # seconds between two marks of a part


@dataclass(frozen=True)
class Part:
    """Something that must happen again and again; ``silent_after`` seconds without a mark it counts as dead."""

    name: str
    label: str | Promise
    silent_after: int = 60

    @property
    def counter(self) -> str:
        return f"tick:{self.name}"


@dataclass(frozen=True)
class Pulse:
    """A part and when it left its last mark; None: never yet."""

    part: Part
    last: datetime | None

    @property
    def seconds(self) -> float | None:
        """Its age."""
        return (now() - self.last).total_seconds() if self.last else None

    @property
    def is_silent(self) -> bool:
        """Whether it lived once and does not now."""
        return self.seconds is not None and self.seconds >= self.part.silent_after


TIMERS = Part("timers", _("Jam dan tangga"))
SENDER = Part("sender", _("Pengirim pesan"))
INBOX = Part("inbox", _("Pembaca pesan masuk"))
CHANNELS = Part("channels", _("Pemeriksa saluran"))
PROMISES = Part("promises", _("Pengingat janji"))
AUDITOR = Part("auditor", _("Pemeriksa jam"), silent_after=600)
PARTS = (TIMERS, SENDER, INBOX, CHANNELS, PROMISES, AUDITOR)


def beat(part: Part) -> None:
    """Leave the mark, unless there is one of just now."""
    moment = int(now().timestamp())
    if abs(moment - Counter.read(part.counter)) >= AT_MOST_EVERY:
        Counter.put(part.counter, moment)


def moment_of(mark: int) -> datetime | None:
    """The moment of a mark as it is stored."""
    return datetime.fromtimestamp(mark, UTC) if mark else None


def pulses() -> list[Pulse]:
    """All parts, in one statement."""
    marks = Counter.read_all(part.counter for part in PARTS)
    return [Pulse(part, moment_of(marks[part.counter])) for part in PARTS]
