"""What every kind of channel answers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from escalation.models import Channel


@dataclass(frozen=True)
class Abilities:
    """What a kind can do: send by itself, hear answers, say whether a message was delivered and read."""

    sends: bool
    hears: bool
    acknowledges: bool


class TemporaryFailure(Exception):
    """Not now; again after a while, at the earliest after ``retry_after``. ``doubtful``: it may have arrived all the same."""

    def __init__(self, reason: object, *, retry_after: timedelta | None = None, doubtful: bool = False) -> None:
        super().__init__(str(reason))
        self.retry_after = retry_after
        self.doubtful = doubtful


class PermanentFailure(Exception):
    """Never like this; a person must look."""


class Junk(Exception):
    """Rightly signed, and yet not what this kind of gateway says."""


@dataclass(frozen=True)
class Heard:
    """One thing that a gateway brought: somebody's words, or with ``receipt`` that our ``message_ids`` were delivered or read."""

    provider_id: str
    address: str = ""  # the chat
    sender: str = ""
    text: str = ""
    said_at: datetime | None = None
    quoted_id: str = ""
    quoted_text: str = ""
    is_own: bool = False
    receipt: str = ""  # delivered, read, or something that means nothing to us
    message_ids: list[str] = field(default_factory=list)

    @property
    def is_receipt(self) -> bool:
        return bool(self.receipt)


class Gateway(Protocol):
    """A kind of channel that sends and hears by itself: one module each, with these four functions."""

    def send(self, channel: Channel, address: str, text: str, reply_to: str) -> str:
        """Send, and return the gateway's id of the message. Raises ``TemporaryFailure`` or ``PermanentFailure``."""

    def look_for(self, channel: Channel, address: str, text: str, since: datetime) -> str | None:
        """The id of a message of ours with this text, sent since then; None: there is none. ``PermanentFailure``: cannot say."""

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> bool:
        """Whether the gateway that knows ``secret`` wrote exactly these bytes."""

    def parse(self, body: bytes) -> list[Heard]:
        """What the bytes say, in order; nothing for events that do not concern us; ``Junk`` where they make no sense."""
