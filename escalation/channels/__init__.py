"""Ways out of the house: one small file per kind of channel, behind one port. Callers ask what a kind can do, never its name.

How to add one: docs/channels.md.
"""

from typing import cast

from escalation.channels import by_hand, evolution, gowa, mail, meta, page, telegram, waha, webhook
from escalation.channels.port import (
    SECRETS,
    Abilities,
    Failure,
    Gateway,
    Heard,
    Junk,
    Outgoing,
    PermanentFailure,
    Session,
    Setting,
    TemporaryFailure,
)
from escalation.models import Channel

__all__ = [
    "SECRETS",
    "Abilities",
    "Failure",
    "Gateway",
    "Heard",
    "Junk",
    "Outgoing",
    "PermanentFailure",
    "Session",
    "Setting",
    "TemporaryFailure",
    "abilities_of",
    "gateway_of",
    "sends_itself",
]

KINDS = {
    "by_hand": by_hand,
    "gowa": gowa,
    "waha": waha,
    "evolution": evolution,
    "meta": meta,
    "telegram": telegram,
    "email": mail,
    "webhook": webhook,
    "page": page,
}
ABILITIES: dict[str, Abilities] = {kind: module.ABILITIES for kind, module in KINDS.items()}


def abilities_of(kind: str) -> Abilities:
    """What this kind of channel can do."""
    return ABILITIES[kind]


def gateway_of(kind: str) -> Gateway:
    """The module that speaks to this kind of gateway; only for kinds that send."""
    if not ABILITIES[kind].sends:
        raise KeyError(kind)
    return cast(Gateway, KINDS[kind])


def sends_itself(channel: Channel) -> bool:
    """Whether its messages go by a gateway now; else people send them."""
    return channel.active and channel.by_hand_since is None and abilities_of(channel.kind).sends
