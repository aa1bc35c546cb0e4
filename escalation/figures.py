"""The figures of a period: medians and 90 % of how long each step took, per person, region, kind or day (HC-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from common.problems import Invalid
from common.words import day
from escalation.models.figures import Measure, Span
from tickets.models import Kind

LONGEST_DAYS = 31
MOST_SPANS = 100_000
GROUPS = {"person": _("Orang"), "region": _("TREG"), "kind": _("Jenis"), "day": _("Hari")}
FIELD = {"person": "person__online_name", "region": "region", "kind": "kind", "day": "ended_at"}
TIME_ZONE = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Asked:
    """A period with both days inside, the grouping, and what it is narrowed to."""

    since: date
    until: date
    by: str = "person"
    kind: str = ""
    region: int | None = None

    @property
    def period(self) -> Q:
        """What ended on one of its days, in Jakarta's time."""
        begin = datetime.combine(self.since, time.min, TIME_ZONE)
        return Q(ended_at__gte=begin, ended_at__lt=datetime.combine(self.until + timedelta(days=1), time.min, TIME_ZONE))


@dataclass(frozen=True)
class Cell:
    """One measure of one group, in seconds."""

    count: int
    median: int
    ninety: int


@dataclass(frozen=True)
class Line:
    """One person, region, kind or day. ``key`` is the value for programs, ``label`` the word for people."""

    key: str
    label: Any
    cells: Mapping[str, Cell]

    @property
    def in_order(self) -> list[Cell | None]:
        return [self.cells.get(measure) for measure in Measure]


def asked_of(query: Mapping[str, str], groups: Mapping[str, Any] = GROUPS) -> Asked:
    """What an address asks for; the last seven days where it says nothing. ``Invalid`` names the field that makes no sense."""
    today = timezone.localtime(now(), TIME_ZONE).date()
    until = _date(query, "until") or today
    since = _date(query, "since") or until - timedelta(days=6)
    if not timedelta(0) <= until - since < timedelta(days=LONGEST_DAYS):
        sentence = _("Periode 1 sampai 31 hari.")
        raise Invalid(sentence, errors={"since": [sentence]})
    by, kind, region = query.get("by") or next(iter(groups)), query.get("kind") or "", query.get("region") or ""
    for name, value, known in (("by", by, [*groups]), ("kind", kind, ["", *Kind.values]), ("region", region, ["", *"1234567"])):
        if value not in known:
            raise Invalid(_("Pilih salah satu dari daftar."), errors={name: [_("Pilih salah satu dari daftar.")]})
    return Asked(since, until, by, kind, int(region) if region else None)


def _date(query: Mapping[str, str], name: str) -> date | None:
    try:
        found = parse_date(query.get(name) or "")
    except ValueError:
        found = None
    if found is None and query.get(name):
        raise Invalid(_("Tanggal seperti 2026-11-24."), errors={name: [_("Tanggal seperti 2026-11-24.")]})
    return found


def lines(asked: Asked, person: Person) -> list[Line]:
    """The groups of what the person may see, days in order and the others by name. One query over the period alone."""
    spans = Span.objects.visible_to(person).filter(asked.period)
    spans = spans.filter(kind=asked.kind) if asked.kind else spans
    spans = spans.filter(region=asked.region) if asked.region else spans
    rows = list(spans.values_list(FIELD[asked.by], "measure", "seconds")[: MOST_SPANS + 1])
    if len(rows) > MOST_SPANS:
        raise Invalid(_("Terlalu banyak tiket dalam periode ini. Persempit periodenya."))
    found: dict[Any, dict[str, list[int]]] = {}
    for value, measure, seconds in rows:
        key = value.astimezone(TIME_ZONE).date() if asked.by == "day" else value
        found.setdefault(key, {}).setdefault(measure, []).append(seconds)
    made = [_line(asked.by, key, {name: _cell(each) for name, each in taken.items()}) for key, taken in found.items()]
    return sorted(made, key=lambda line: (line.key == "", line.key if asked.by in ("day", "region") else str(line.label)))


def _cell(seconds: Sequence[int]) -> Cell:
    """The 90 % is a span that occurred: nine in ten were as short or shorter."""
    in_order = sorted(seconds)
    return Cell(len(in_order), round(median(in_order)), in_order[-(-len(in_order) * 9 // 10) - 1])


def _line(by: str, key: Any, cells: Mapping[str, Cell]) -> Line:
    if key is None:
        return Line("", _("tidak diketahui"), cells)
    if by == "day":
        return Line(key.isoformat(), day(datetime.combine(key, time(12), TIME_ZONE)), cells)
    return Line(str(key), Kind(key).label if by == "kind" else f"TREG {key}" if by == "region" else key, cells)
