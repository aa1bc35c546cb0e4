"""Who cites the register of procedures (QM-7). Each app says in ``AppConfig.ready`` what of its own stands on a clause."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate

from accounts.models import Procedure
from accounts.models.procedures import in_force
from common.clock import now


@dataclass(frozen=True)
class Citation:
    """Something that holds now and says on which clause it stands (``P-06 7``)."""

    name: str
    clause: str
    version: str = ""


@dataclass(frozen=True)
class Entry:
    """One revision in the register, and what cites its document."""

    procedure: Procedure
    holds: bool
    cited_by: list[tuple[Any, list[Citation]]] = field(default_factory=list)


_citing: dict[str, tuple[Any, Callable[[], Iterable[Citation]]]] = {}


def cites(name: str, label: Any, which: Callable[[], Iterable[Citation]]) -> None:
    """Register a kind of thing that cites clauses: policies, forms, scripts, scoring sheets."""
    _citing[name] = label, which


def register() -> tuple[list[Entry], list[Citation]]:
    """The register with its citations, and those that name no registered document."""
    revisions = list(Procedure.objects.all())
    holding = in_force(revisions, localdate(now()))
    told = {name: (label, list(which())) for name, (label, which) in _citing.items()}
    known = {each.short for each in revisions}
    entries = [
        Entry(each, each.pk in holding, _of(each.short, told.values()) if each.pk in holding else []) for each in revisions
    ]
    unknown = [each for _label, rows in told.values() for each in rows if not any(_names(short, each) for short in known)]
    return entries, unknown


def _of(short: str, told: Iterable[tuple[Any, list[Citation]]]) -> list[tuple[Any, list[Citation]]]:
    found = [(label, [row for row in rows if _names(short, row)]) for label, rows in told]
    return [(label, rows) for label, rows in found if rows]


def _names(short: str, citation: Citation) -> bool:
    """Whether the clause names this document: ``P-06`` is not meant by ``P-061``."""
    return re.search(rf"(?<![\w-]){re.escape(short)}(?!\w)", citation.clause) is not None
