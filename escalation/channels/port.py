"""What every kind of channel answers to."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Abilities:
    """What a kind can do: send by itself, hear answers, say whether a message was delivered and read."""

    sends: bool
    hears: bool
    acknowledges: bool


class TemporaryFailure(Exception):
    """Not now; again after a while, at the earliest after ``retry_after``."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class PermanentFailure(Exception):
    """Never like this; a person must look."""
