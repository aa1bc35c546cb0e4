"""Allowed moves between states, declared once beside a model; buttons, errors and the docs read the same table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.problems import Conflict


@dataclass(frozen=True)
class Moves:
    """Which act is allowed from which states. ``labels`` turns a state into words for the refusal."""

    table: Mapping[str, frozenset[str]]
    labels: Mapping[str, Any]

    def allows(self, act: str, state: str) -> bool:
        """Whether ``act`` may be done while the object is in ``state``."""
        return state in self.table[act]

    def require(self, act: str, state: str) -> None:
        """Refuse with 409 and both states in words when ``act`` is not allowed from ``state``."""
        if not self.allows(act, state):
            allowed = ", ".join(str(self.labels[s]) for s in self.labels if s in self.table[act])
            raise Conflict(
                _("Sekarang statusnya %(state)s; ini hanya bisa dari %(allowed)s."), state=self.labels[state], allowed=allowed
            )

    def acts_from(self, state: str) -> list[str]:
        """The acts that are open in ``state``, in the order of the table."""
        return [act for act, states in self.table.items() if state in states]


def moves(labels: Iterable[tuple[str, Any]], **table: Iterable[str]) -> Moves:
    """Declare the moves: ``moves(State.choices, claim=[State.QUEUED], ...)``."""
    return Moves({act: frozenset(states) for act, states in table.items()}, dict(labels))
