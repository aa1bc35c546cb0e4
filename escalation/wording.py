"""Sentences that are stored when something happens and read later, each by their reader in their own language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from tickets.actions.base import in_house_words

Stored = dict[str, Any]


class Words:
    """A marked sentence with plain values, or with others of its kind as values. ``small``: it stands inside another one."""

    def __init__(self, sentence: Any, *, small: bool = False, **values: Any) -> None:
        self.sentence, self.small, self.values = sentence, small, values

    def __str__(self) -> str:
        return read(self.stored())

    def stored(self) -> Stored:
        """What is kept: the sentence as it is marked in the code, the values, and nothing in one language alone."""
        values = {name: _kept(value) for name, value in self.values.items()}
        return {"sentence": in_house_words(self.sentence), "values": values, "small": self.small}


def _kept(value: Any) -> Any:
    if isinstance(value, Words):
        return value.stored()
    if isinstance(value, Promise):
        return Words(value).stored()
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return value if isinstance(value, int) else str(value)


def read(stored: Mapping[str, Any]) -> str:
    """The sentence in the language that is active now; one whose wording has changed since stays as it was said."""
    values = {name: _read(value) for name, value in stored["values"].items()}
    text = gettext(stored["sentence"]) if stored["sentence"] else ""
    said = text % values if values else text
    return said.lower() if stored["small"] else said


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(str(_read(each)) for each in value)
    return read(value) if isinstance(value, dict) else value
