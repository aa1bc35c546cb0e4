"""How long each hand held the ball, in a period: by hand, person, unit, kind, region or day (HC-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.problems import Invalid
from common.words import day
from escalation.figures import MOST_SPANS, TIME_ZONE, Asked
from tickets.models import Hand, HolderKind, Kind

GROUPS = {
    "hand": _("Pemegang"),
    "person": _("Orang"),
    "unit": _("Unit"),
    "kind": _("Jenis"),
    "region": _("TREG"),
    "day": _("Hari"),
}
FIELD = {
    "hand": "kind",
    "person": "person__online_name",
    "unit": "name",
    "kind": "ticket_kind",
    "region": "region",
    "day": "ended_at",
}


@dataclass(frozen=True)
class Held:
    """What one hand held: how often, the median, the 90 %, and all together, in seconds."""

    key: str
    label: Any
    count: int
    median: int
    ninety: int
    total: int


def lines(asked: Asked, person: Person) -> list[Held]:
    """The groups of what this person may see; who held it longest first, days in order. One query over the period alone."""
    hands = Hand.objects.visible_to(person).filter(asked.period)
    hands = hands.filter(ticket_kind=asked.kind) if asked.kind else hands
    hands = hands.filter(region=asked.region) if asked.region else hands
    if asked.by == "person":
        hands = hands.filter(person__isnull=False)
    elif asked.by == "unit":
        hands = hands.filter(kind=HolderKind.UNIT)
    rows = list(hands.values_list(FIELD[asked.by], "seconds")[: MOST_SPANS + 1])
    if len(rows) > MOST_SPANS:
        raise Invalid(_("Terlalu banyak tiket dalam periode ini. Persempit periodenya."))
    found: dict[Any, list[int]] = {}
    for value, seconds in rows:
        found.setdefault(value.astimezone(TIME_ZONE).date() if asked.by == "day" else value, []).append(seconds)
    made = [_held(asked.by, key, sorted(seconds)) for key, seconds in found.items()]
    return sorted(made, key=lambda line: line.key if asked.by == "day" else -line.total)


def _held(by: str, key: Any, seconds: Sequence[int]) -> Held:
    ninety = seconds[-(-len(seconds) * 9 // 10) - 1]
    name, label = _named(by, key)
    return Held(name, label, len(seconds), round(median(seconds)), ninety, sum(seconds))


def _named(by: str, key: Any) -> tuple[str, Any]:
    """The group for programs, and in words."""
    if key in (None, ""):
        return "", _("tidak diketahui")
    if by == "day":
        return key.isoformat(), day(datetime.combine(key, time(12), TIME_ZONE))
    labels = {"hand": HolderKind, "kind": Kind}.get(by)
    return str(key), labels(key).label if labels else f"TREG {key}" if by == "region" else key
