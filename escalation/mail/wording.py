"""The words of answers: a template's braces filled in, and nothing else in it evaluated."""

import re
from collections.abc import Mapping

_HOLE = re.compile(r"\{([a-z_]{1,20})\}")
HOLES = ("nama", "nomor", "tiket", "progres", "agen", "perihal", "penanganan", "segmen", "surat")


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with the known holes filled; what nobody knows stays to be seen by the agent."""
    return _HOLE.sub(lambda hole: values.get(hole[1]) or hole[0], text)


def unfilled(text: str) -> list[str]:
    """The holes that are still open."""
    return [name for name in _HOLE.findall(text) if name in HOLES]
