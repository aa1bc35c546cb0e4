"""Ways out of the house: one small file per kind of channel, behind one port. Callers ask what a kind can do, never its name."""

from escalation.channels.port import Abilities, PermanentFailure, TemporaryFailure

__all__ = ["Abilities", "PermanentFailure", "TemporaryFailure", "abilities_of"]

ABILITIES = {
    "by_hand": Abilities(sends=False, hears=False, acknowledges=False),
    "gowa": Abilities(sends=True, hears=True, acknowledges=True),
}


def abilities_of(kind: str) -> Abilities:
    """What this kind of channel can do."""
    return ABILITIES[kind]
