"""Ways out of the house: one small file per kind of channel, behind one port. Callers ask what a kind can do, never its name.

How to add one: docs/channels.md.
"""

from typing import cast

from escalation.channels import gowa
from escalation.channels.port import Abilities, Gateway, Heard, Junk, PermanentFailure, TemporaryFailure

__all__ = ["Abilities", "Gateway", "Heard", "Junk", "PermanentFailure", "TemporaryFailure", "abilities_of", "gateway_of"]

ABILITIES = {
    "by_hand": Abilities(sends=False, hears=False, acknowledges=False),
    "gowa": Abilities(sends=True, hears=True, acknowledges=True),
}
GATEWAYS = {"gowa": cast(Gateway, gowa)}


def abilities_of(kind: str) -> Abilities:
    """What this kind of channel can do."""
    return ABILITIES[kind]


def gateway_of(kind: str) -> Gateway:
    """The module that speaks to this kind of gateway; only for kinds that send."""
    return GATEWAYS[kind]
