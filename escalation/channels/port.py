"""What every kind of channel answers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from escalation.models import Channel


@dataclass(frozen=True)
class Setting:
    """One thing that an administrator tells a kind: a field of ``Channel``, or a secret, with its name on the page."""

    name: str
    label: Any
    hint: Any = ""
    needed: bool = True


SECRETS = ("password", "webhook_secret", "verify_token")


@dataclass(frozen=True)
class Abilities:
    """What a kind can do, and what it must be told for that. Callers ask here, never for a kind by its name."""

    sends: bool = False  # by itself; else people send
    hears: bool = False  # answers come in through its hook
    acknowledges: bool = False  # says whether a message was delivered or read
    echoes: bool = False  # brings our own messages back
    takes_once: bool = False  # the same key again is the same message to it
    looks: bool = False  # can say afterwards whether it has a message
    tells_session: bool = False  # can say whether its account is signed in
    greets: bool = False  # its hook is asked once with GET whether it is ours
    settings: tuple[Setting, ...] = ()
    address: Any = ""  # what the address of a group is here
    schemes: tuple[str, ...] = ("http", "https")
    base_url: str = ""  # what nearly everybody has
    secret_fields: frozenset[str] = frozenset()  # of its own hooks: never stored

    @property
    def proves(self) -> bool:
        """Whether a message that went through can be told from one that did not: what a canary needs."""
        return self.acknowledges or self.echoes

    @property
    def secrets(self) -> tuple[Setting, ...]:
        return tuple(each for each in self.settings if each.name in SECRETS)

    @property
    def fields(self) -> tuple[Setting, ...]:
        return tuple(each for each in self.settings if each.name not in SECRETS)


class Failure(Exception):
    """It was not sent. ``said`` is the gateway's JSON, where it gave one, and ``code`` its status."""

    def __init__(self, reason: object, *, code: int = 0, said: Any = None) -> None:
        super().__init__(str(reason))
        self.code = code
        self.said: dict[str, Any] = said if isinstance(said, dict) else {}


class TemporaryFailure(Failure):
    """Not now; again after a while, at the earliest after ``retry_after``. ``doubtful``: it may have arrived all the same."""

    def __init__(
        self, reason: object, *, retry_after: timedelta | None = None, doubtful: bool = False, code: int = 0, said: Any = None
    ) -> None:
        super().__init__(reason, code=code, said=said)
        self.retry_after = retry_after
        self.doubtful = doubtful


class PermanentFailure(Failure):
    """Never like this; a person must look."""


class Junk(Exception):
    """Rightly signed, and yet not what this kind of gateway says."""


@dataclass(frozen=True)
class Outgoing:
    """What is to be sent: the words, to which address, and in answer to which earlier message of ours there."""

    address: str
    text: str
    key: str = ""  # of this message, the same at every try: for receivers that tell repetitions by it
    reply_to: str = ""  # the gateway's id
    reply_text: str = ""
    tickets: tuple[str, ...] = ()
    # Of letters alone; other kinds have no use for them.
    subject: str = ""  # else the first line
    sender: str = ""  # else the channel's own
    message_id: str = ""  # else made from the key
    references: str = ""  # ids of the conversation, oldest first; else ``reply_to``
    by_person: bool = False  # a person wrote it to this address: no machine's mark
    files: tuple[tuple[str, bytes], ...] = ()  # what goes along: name and content


@dataclass(frozen=True)
class Session:
    """What a gateway says of itself: whether its account is signed in and connected, and its own words."""

    ok: bool
    words: str = ""


@dataclass(frozen=True)
class Heard:
    """One thing that a gateway brought: somebody's words, or with ``receipt`` what became of our ``message_ids``."""

    provider_id: str
    address: str = ""  # the chat
    sender: str = ""
    text: str = ""
    said_at: datetime | None = None
    quoted_id: str = ""
    quoted_text: str = ""
    is_own: bool = False
    receipt: str = ""  # delivered, read, failed, or something that means nothing to us
    message_ids: list[str] = field(default_factory=list)
    problem: str = ""  # why it failed, in the gateway's words

    @property
    def is_receipt(self) -> bool:
        return bool(self.receipt)


class Gateway(Protocol):
    """A kind of channel: one module each. What its ``ABILITIES`` deny is not there, and nobody calls it."""

    ABILITIES: Abilities

    def send(self, channel: Channel, out: Outgoing) -> str:
        """Send, and return the gateway's id of the message. Raises ``TemporaryFailure`` or ``PermanentFailure``."""

    def look_for(self, channel: Channel, out: Outgoing, since: datetime) -> str | None:
        """The id of a message of ours with this text, sent since then; None: there is none. ``PermanentFailure``: cannot say."""

    def session(self, channel: Channel) -> Session:
        """Whether its account is signed in. Raises as ``send`` does."""

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> bool:
        """Whether the gateway that knows ``secret`` wrote this, and lately where it can say."""

    def greet(self, asked: Mapping[str, str], token: str) -> str | None:
        """The answer to the gateway that asks whether this hook is ours; None for one that does not know ``token``."""

    def parse(self, body: bytes) -> list[Heard]:
        """What the bytes say, in order; nothing for events that do not concern us; ``Junk`` where they make no sense."""
