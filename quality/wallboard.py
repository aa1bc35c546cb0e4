"""The wallboard: six numbers, each beside its target, and since when it is as it is (QM-1, PM-08 8.1, 8.6.4).

Everything that is counted is open, and open things are few: partial indexes answer, whatever the size of the tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, Site
from accounts.roles import Role
from common import words
from common.clock import now
from escalation.models import Clock, ClockState, Escort, MilestoneName, Promise, PromiseState
from quality.models import Level, Measure, QualityTarget, Validation, WallSample
from tickets.models import HolderKind, Kind, Ticket, number_of

MOST = 5_000  # open escorts that one look reads
SHOWN_HOURS, COMPARED = timedelta(hours=6), timedelta(minutes=30)
HEAT_HOURS = range(6, 22)
ZONE = "Asia/Jakarta"


@dataclass(frozen=True)
class Reading:
    """What one measure says now; ``value`` is what its target judges, ``shown`` what stands large where it is another number."""

    value: int | None
    detail: str = ""
    shown: int | None = None


@dataclass(frozen=True)
class Row:
    """What is read of an open escort."""

    kind: str
    ticket_id: int
    area: str
    region: int | None
    holder_kind: str
    holder_name: str
    holder_since: datetime
    clock_due_at: datetime | None
    opened_at: datetime

    @property
    def number(self) -> str:
        return number_of(self.ticket_id)

    @property
    def holder(self) -> str:
        """Who has the ball: a unit's name, else what kind of holder; no person is named on a wall."""
        return self.holder_name or str(HolderKind(self.holder_kind).label)

    @property
    def age(self) -> timedelta:
        return now() - self.opened_at


@dataclass(frozen=True)
class Hour:
    """Hard complaints of one hour, as a bar in a box of 160 by 24, with a foot of one where there are none."""

    hour: int
    count: int
    height: int

    @property
    def left(self) -> int:
        return (self.hour - HEAT_HOURS.start) * 10

    @property
    def top(self) -> int:
        return 24 - self.height


FIELDS = (
    *("kind", "ticket_id", "ticket__area", "ticket__region", "ticket__holder_kind", "ticket__holder_name"),
    *("ticket__holder_since", "ticket__clock_due_at", "ticket__opened_at"),
)


@dataclass
class Look:
    """One look at a site, or with None everywhere."""

    site: Site | None
    moment: datetime = field(default_factory=now)
    escorts: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        rows = self._here(Escort.objects.open(), "ticket__team__site").order_by("rank", "id")
        self.escorts = [Row(*row) for row in rows.values_list(*FIELDS)[:MOST]]

    def _here(self, rows: Any, name: str) -> Any:
        return rows.filter(**{name: self.site}) if self.site else rows

    @property
    def zone(self) -> ZoneInfo:
        """Whose day it is."""
        return ZoneInfo(self.site.time_zone if self.site else ZONE)

    @property
    def today(self) -> datetime:
        """When the day began here."""
        return datetime.combine(timezone.localtime(self.moment, self.zone).date(), time.min, self.zone)

    @property
    def emergencies(self) -> list[Row]:
        """Super Emergencies, the oldest first."""
        found = [row for row in self.escorts if row.kind == Kind.SUPER_EMERGENCY]
        return sorted(found, key=lambda row: row.opened_at)

    def readings(self) -> dict[str, Reading]:
        """Each measure's."""
        return {
            Measure.SUPER_EMERGENCIES: self._super_emergencies(),
            Measure.HARD_OVERDUE: self._overdue(),
            Measure.UNIT_SILENCE: self._silence(),
            Measure.PROMISES_KEPT: self._promises(),
            Measure.CARING_WAITING: self._caring(),
            Measure.QC_WAITING: self._validations(),
        }

    def _super_emergencies(self) -> Reading:
        held = {kind: sum(row.holder_kind == kind for row in self.emergencies) for kind in (HolderKind.UNIT, HolderKind.CARING)}
        parts = [f"{HolderKind(kind).label} {count}" for kind, count in held.items() if count]
        return Reading(len(self.emergencies), ", ".join(parts).lower())

    def _overdue(self) -> Reading:
        hard = [row for row in self.escorts if row.kind == Kind.HARD_COMPLAINT]
        late = [row.clock_due_at for row in hard if row.clock_due_at and row.clock_due_at < self.moment]
        return Reading(len(late), _("terlama %(since)s") % {"since": self._since(min(late))} if late else "")

    def _silence(self) -> Reading:
        running = Clock.objects.filter(milestone=MilestoneName.UNIT_SILENCE, state=ClockState.RUNNING)
        rows = self._here(running.exclude(ticket__escort=None), "ticket__team__site").order_by("started_at")
        first = rows.values_list("started_at", "ticket__region").first()
        if first is None:
            return Reading(None)
        since, region = first
        where = f"TREG {region}" if region else _("wilayah belum diisi")
        detail = _("%(where)s sejak %(since)s") % {"where": where, "since": words.nearby(since)}
        return Reading(int((self.moment - since).total_seconds() // 60), detail)

    def _promises(self) -> Reading:
        """Of those whose moment came today: kept, broken, or silently overdue."""
        rows = self._here(Promise.objects.all(), "ticket__team__site").order_by()
        past, ahead = Q(due_at__lte=self.moment), Q(due_at__gt=self.moment)
        due = rows.filter(state=PromiseState.OPEN, due_at__lt=self.today + timedelta(days=1))
        waiting = due.aggregate(overdue=Count("id", filter=past), later=Count("id", filter=ahead))
        ended = rows.exclude(state=PromiseState.OPEN).filter(ended_at__gte=self.today)
        counts = dict(ended.values_list("state").annotate(number=Count("id")))
        said = {"kept": counts.get(PromiseState.KEPT, 0), "broken": counts.get(PromiseState.BROKEN, 0)}
        said["overdue"] = waiting["overdue"]
        decided = sum(said.values())
        share = said["kept"] * 100 // decided if decided else None
        detail = _("ditepati %(kept)s, ingkar %(broken)s, lewat %(overdue)s") % said
        return Reading(share, detail, shown=decided + waiting["later"])

    def _caring(self) -> Reading:
        waiting = [row for row in self.escorts if row.holder_kind == HolderKind.CARING]
        if not waiting:
            return Reading(0)
        first = min(row.holder_since for row in waiting)
        return Reading(len(waiting), _("terlama %(since)s") % {"since": self._since(first)})

    def _validations(self) -> Reading:
        waiting = self._here(Validation.objects.open(), "team__site").order_by()
        count, first = waiting.aggregate(count=Count("id"), first=Min("created_at")).values()
        return Reading(count, _("terlama %(since)s") % {"since": self._since(first)} if first else "")

    def _since(self, moment: datetime) -> str:
        return words.duration(self.moment - moment)

    def heat(self) -> list[Hour]:
        """Hard complaints of today by the hour in which they were logged."""
        rows = self._here(Ticket.objects.filter(kind=Kind.HARD_COMPLAINT, opened_at__gte=self.today), "team__site").order_by()
        found = dict(rows.values_list(ExtractHour("opened_at", tzinfo=self.zone)).annotate(number=Count("id")))
        most = max([1, *found.values()])
        return [Hour(hour, found.get(hour, 0), 1 + found.get(hour, 0) * 23 // most) for hour in HEAT_HOURS]


def site_for(person: Person, code: str) -> Site | None:
    """The site that a person looks at: a supervisor's own, else the one with this code, None for all. ``Site.DoesNotExist``."""
    if person.role == Role.SUPERVISOR:
        return person.team.site if person.team else None
    return Site.objects.get(code=code) if code else None


def values_of(site: Site | None) -> dict[str, int | None]:
    """What a sample keeps."""
    return {str(measure): reading.value for measure, reading in Look(site).readings().items()}


@dataclass(frozen=True)
class Tile:
    """One measure on the wall."""

    measure: Measure
    reading: Reading
    target: QualityTarget
    past: Sequence[tuple[datetime, int | None]]  # oldest first
    moment: datetime

    @property
    def level(self) -> Level:
        return self.target.level(self.reading.value)

    @property
    def number(self) -> int | None:
        """What stands large."""
        return self.reading.value if self.reading.shown is None else self.reading.shown

    @property
    def unit(self) -> object:
        """Of the large number."""
        return "" if self.reading.shown is not None else self.target.unit

    @property
    def share(self) -> int | None:
        """What is judged, where that is not the large number."""
        return None if self.reading.shown is None else self.reading.value

    @property
    def since(self) -> datetime | None:
        """Since when it has been worse than its target; None where it is not."""
        if self.level == Level.WELL:
            return None
        first = self.moment
        for at, value in reversed(self.past):
            if self.target.level(value) == Level.WELL:
                break
            first = at
        return first

    @property
    def change(self) -> int | None:
        """By how much it differs from half an hour ago; None where nothing is known of then."""
        then = [value for at, value in self.past if at <= self.moment - COMPARED]
        value = self.reading.value
        return None if value is None or not then or then[-1] is None else value - then[-1]

    @property
    def fell(self) -> int:
        """By how much it is less than half an hour ago."""
        return -(self.change or 0)

    @property
    def points(self) -> list[tuple[int, int]]:
        """The line of the last hours in a box of 100 by 24, with what is now at its end."""
        begin = self.moment - SHOWN_HOURS
        row = [*((at, value) for at, value in self.past if at >= begin and value is not None)]
        if self.reading.value is not None:
            row.append((self.moment, self.reading.value))
        if not row:
            return []
        low, high = min(0, *(value for _at, value in row)), max(1, *(value for _at, value in row))
        width = SHOWN_HOURS.total_seconds()
        return [
            (round((at - begin).total_seconds() / width * 96), round(21 - 18 * (value - low) / (high - low))) for at, value in row
        ]

    @property
    def trace(self) -> str:
        """The same as SVG takes it."""
        return " ".join(f"{x},{y}" for x, y in self.points)


def tiles(look: Look) -> list[Tile]:
    """The six."""
    readings, targets = look.readings(), QualityTarget.objects.of(look.site)
    past = _past(look)
    return [
        Tile(measure, readings[measure], targets[measure], [(at, values.get(measure)) for at, values in past], look.moment)
        for measure in Measure
    ]


def _past(look: Look) -> list[tuple[datetime, Mapping[str, int | None]]]:
    scope = look.site.code if look.site else ""
    samples = WallSample.objects.of(scope).filter(at__lt=look.moment, at__gte=look.moment - timedelta(days=1)).order_by("at")
    return list(samples.values_list("at", "values"))
