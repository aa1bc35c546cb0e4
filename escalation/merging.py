"""Two people changed the same fields: what each of them meant is kept, and where they differ a person chooses (HC-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Difference:
    """One field that both changed: ``mine`` and ``theirs``. ``name`` is what the form calls the choice."""

    field: str
    mine: str
    theirs: str

    @property
    def name(self) -> str:
        return f"pick-{self.field}"


@dataclass
class Merged:
    """``values`` to save; while ``differences`` stand, nothing may be saved."""

    values: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def merge(mine: Mapping[str, str], was: Mapping[str, str], theirs: Mapping[str, str], picks: Mapping[str, str]) -> Merged:
    """``was`` is what I saw when I began. What I left alone stays theirs, what they left alone becomes mine; the rest a person
    picks.

    A pick counts only for what was on view: the form that shows differences carries ``theirs`` as its new ``was``.
    """
    merged = Merged()
    for name, value in mine.items():
        if picks.get(f"pick-{name}") == "theirs" or value == was[name]:
            merged.values[name] = theirs[name]
        elif theirs[name] in (was[name], value):
            merged.values[name] = value
        else:
            merged.differences.append(Difference(name, value, theirs[name]))
            merged.values[name] = value
    return merged
