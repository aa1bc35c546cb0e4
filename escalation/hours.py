"""Office hours as arithmetic: which moment is so many open seconds after another (ESC-4). No database, no clock of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LONGEST_CLOSED_DAYS = 1500  # so far one looks for the next open day; a calendar that opens on some weekday is found sooner

Stretch = tuple[datetime, datetime]
Spans = tuple[tuple[int, int], ...]  # seconds of the day: from, until


class Hours(Protocol):
    """When something counts. The moment of closing still belongs to the stretch that it closes."""

    def after(self, moment: datetime, seconds: float) -> datetime:
        """The first moment by which so many open seconds have passed since ``moment``; ``moment`` itself for none."""

    def between(self, start: datetime, end: datetime) -> float:
        """The open seconds from ``start`` to ``end``; none where ``end`` is not later."""

    def opening(self, moment: datetime) -> datetime:
        """``moment`` where it is open then, else the next opening."""


class Always:
    """Around the clock: plain arithmetic."""

    def after(self, moment: datetime, seconds: float) -> datetime:
        return moment + timedelta(seconds=seconds)

    def between(self, start: datetime, end: datetime) -> float:
        return max((end - start).total_seconds(), 0)

    def opening(self, moment: datetime) -> datetime:
        return moment


ALWAYS = Always()


@dataclass(frozen=True, eq=False)
class Office:
    """Open at some hours of each weekday, and otherwise on some dates, by the clocks of one zone."""

    weekly: tuple[Spans, ...]  # Monday to Sunday
    dates: Mapping[date, Spans]
    zone: ZoneInfo

    def after(self, moment: datetime, seconds: float) -> datetime:
        left = timedelta(seconds=seconds)
        if not left:
            return moment
        for start, end in self._from(moment):
            length = end - max(start, moment)
            if length >= left:
                return max(start, moment) + left
            left -= length
        raise ValueError("these hours never open")

    def between(self, start: datetime, end: datetime) -> float:
        passed = timedelta()
        for opens, closes in self._from(start):
            if opens >= end:
                break
            passed += min(closes, end) - max(opens, start)
        return passed.total_seconds()

    def opening(self, moment: datetime) -> datetime:
        start, _end = next(self._from(moment, closing=True))
        return max(start, moment)

    def _from(self, moment: datetime, *, closing: bool = False) -> Iterator[Stretch]:
        """The open stretches that end after ``moment`` (or just then, where ``closing`` counts), in order, as UTC."""
        day, closed = moment.astimezone(self.zone).date() - DAY, 0
        while closed < LONGEST_CLOSED_DAYS:
            closed += 1
            for start, end in self._stretches(day):
                if end > moment or (closing and end == moment):
                    closed = 0
                    yield start, end
            day += DAY

    def _stretches(self, day: date) -> Iterator[Stretch]:
        midnight = datetime.combine(day, time())
        for start, end in self.dates.get(day, self.weekly[day.weekday()]):
            yield self._utc(midnight + timedelta(seconds=start)), self._utc(midnight + timedelta(seconds=end))

    def _utc(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def seconds_of_day(text: str) -> int:
    """``"08:30"`` -> 30600; ``"24:00"`` is the end of the day. ``ValueError`` for what is no time of day."""
    hour, minute = (int(part) if part.isascii() and part.isdigit() else -1 for part in text.strip().split(":"))
    if not (0 <= hour <= 24 and 0 <= minute < 60) or hour * 60 + minute > 24 * 60:
        raise ValueError(f"no time of day: {text}")
    return (hour * 60 + minute) * 60


def spans(rows: Iterable[Sequence[str]]) -> Spans:
    """``[["08:00", "12:00"], ["13:00", "17:00"]]`` in order; ``ValueError`` where one ends before it begins or two overlap."""
    found = tuple(sorted((seconds_of_day(start), seconds_of_day(end)) for start, end in rows))
    if any(start >= end for start, end in found) or any(a[1] > b[0] for a, b in zip(found, found[1:], strict=False)):
        raise ValueError("ends before it begins, or overlaps")
    return found


def office(weekly: Mapping[str, Iterable[Sequence[str]]], dates: Mapping[str, Iterable[Sequence[str]]], zone: str) -> Office:
    """The hours as calendars keep them: weekdays "0" (Monday) to "6", and dates "2026-12-24", each with its spans."""
    days = {date.fromisoformat(day): spans(rows) for day, rows in dates.items()}
    return Office(tuple(spans(weekly.get(str(day), ())) for day in range(7)), days, ZoneInfo(zone))
