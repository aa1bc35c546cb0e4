"""Making calendars and holidays: each edit is a new version, and a running clock keeps the one that it started with (ESC-4).

``by`` None is the system's own hand: what a new installation lays, and the library's holidays of years to come.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from holidays import country_holidays

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from escalation.hours import spans
from escalation.models import Calendar, CalendarVersion, Holiday, HolidayCategory

SLUG = re.compile(r"[-a-zA-Z0-9_]{1,40}")
MOST_EXCEPTIONS = 366
YEARS_AHEAD = 2

Spans = Sequence[Sequence[str]]


@transaction.atomic
def save_calendar(
    *,
    by: Person | None,
    slug: str,
    name: str,
    weekly: Mapping[str, Spans],
    exceptions: Mapping[str, Spans] | None = None,
    closed_on: Sequence[str] = (),
) -> Calendar:
    """A new version of the calendar of this code, made where it is new. What runs keeps the version that it started with.

    400: a time that is none, overlapping hours, a week that never opens, a date that is none, an unknown category of holidays.
    """
    _require(by)
    week = _checked(weekly, "weekly", [str(day) for day in range(7)])
    hours = {"weekly": week, "exceptions": _checked(exceptions or {}, "exceptions", None), "closed_on": _categories(closed_on)}
    if not any(week.values()):
        raise _refusal("weekly", _("Buka sedikitnya pada satu hari."))
    if not SLUG.fullmatch(slug):
        raise _refusal("slug", _("Pakai huruf, angka, dan tanda hubung, paling panjang 40."))
    calendar, made = Calendar.objects.select_for_update().get_or_create(slug=slug, defaults={"name": _name(name)})
    if not made and calendar.name != _name(name):
        calendar.name = _name(name)
        calendar.save(update_fields=["name"])
    return _new_version(calendar, hours, by)


def _new_version(calendar: Calendar, hours: Mapping[str, Any], by: Person | None) -> Calendar:
    before = calendar.current.version if calendar.current else 0
    calendar.current = CalendarVersion.objects.create(
        calendar=calendar,
        version=before + 1,
        holidays=_closed_days(hours["closed_on"]),
        created_at=now(),
        created_by=by,
        **hours,
    )
    calendar.save(update_fields=["current"])
    record(calendar, "calendar.saved", by=by, facts={"version": before + 1}, first=not before)
    return calendar


def _closed_days(categories: Sequence[str]) -> dict[str, str]:
    rows = Holiday.objects.filter(active=True, category__in=categories).order_by("date")
    return {day.isoformat(): name for day, name in rows.values_list("date", "name")}


def _checked(days: Mapping[str, Spans], field: str, allowed: Sequence[str] | None) -> dict[str, list[list[str]]]:
    """Days with their spans in order, as they are kept."""
    if len(days) > MOST_EXCEPTIONS:
        raise _refusal(field, _("Paling banyak 366 tanggal."))
    done = {}
    for day, rows in days.items():
        if (day not in allowed) if allowed else not _is_date(day):
            raise _refusal(field, _("%(day)s bukan hari yang dikenal."), day=day)
        try:
            spans(rows)
        except (ValueError, TypeError):
            sentence = _("%(day)s: tulis jam seperti 08.00-12.00, yang satu selesai sebelum yang berikut.")
            raise _refusal(field, sentence, day=day) from None
        done[day] = sorted([start.strip().zfill(5), end.strip().zfill(5)] for start, end in rows)
    return done


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _categories(codes: Sequence[str]) -> list[str]:
    if not set(codes) <= set(HolidayCategory.values):
        raise _refusal("closed_on", _("Pilih salah satu dari daftar."))
    return [code for code in HolidayCategory.values if code in codes]


def _name(name: str) -> str:
    if text := clean(str(name), longest=80):
        return text
    raise _refusal("name", _("Isian ini masih kosong."))


def _refusal(field: str, sentence: Any, **values: Any) -> Invalid:
    return Invalid(sentence, errors={field: [sentence % values if values else sentence]}, **values)


def _require(by: Person | None) -> None:
    if by:
        require(by, "policy.edit")


@transaction.atomic
def save_holiday(*, by: Person, date: date, name: str, category: str = HolidayCategory.OWN) -> Holiday:
    """A holiday of its own, or another name or category for one; calendars that close on it get a new version."""
    require(by, "policy.edit")
    if category not in HolidayCategory.values:
        raise _refusal("category", _("Pilih salah satu dari daftar."))
    known = Holiday.objects.select_for_update().filter(date=date).first()
    holiday = known or Holiday(date=date)
    holiday.name, holiday.category = _name(name), category
    holiday.active, holiday.by, holiday.changed_at = True, by, now()
    holiday.save()
    record(holiday, "holiday.saved", by=by, facts={"date": str(date), "category": category}, first=known is None)
    _follow_holidays(by)
    return holiday


@transaction.atomic
def strike_holiday(holiday: Holiday, *, by: Person) -> Holiday:
    """People work on this day after all. It stays in the list, struck out, so that the library does not bring it back."""
    require(by, "policy.edit")
    holiday = Holiday.objects.select_for_update().get(pk=holiday.pk)
    if not holiday.active:
        raise Conflict(_("Hari libur ini sudah dicoret."))
    holiday.active, holiday.by, holiday.changed_at = False, by, now()
    holiday.save(update_fields=["active", "by", "changed_at"])
    record(holiday, "holiday.struck", by=by, facts={"date": str(holiday.date)})
    _follow_holidays(by)
    return holiday


def _follow_holidays(by: Person | None) -> None:
    """A new version of each calendar whose closed days are others now."""
    for calendar in Calendar.objects.select_for_update(of=("self",)).select_related("current").order_by("pk"):
        version = calendar.current
        if version and version.holidays != _closed_days(version.closed_on):
            hours = {"weekly": version.weekly, "exceptions": version.exceptions, "closed_on": version.closed_on}
            _new_version(calendar, hours, by)


@transaction.atomic
def lay_holidays() -> int:
    """The library's holidays of this year, the one before and two to come, where a date has none yet; returns how many.

    Government decrees reach the library with its releases: after an upgrade the days of joint leave come by themselves.
    """
    year = now().year
    known = set(Holiday.objects.values_list("date", flat=True))
    fresh = [
        Holiday(date=day, name=name[:120], category=category, changed_at=now())
        for category, days in _of_library(range(year - 1, year + YEARS_AHEAD + 1))
        for day, name in days.items()
        if day not in known
    ]
    Holiday.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        _follow_holidays(None)
    return len(fresh)


def _of_library(years: range) -> list[tuple[str, dict[date, str]]]:
    """Public holidays, and the days of joint leave that are not public anyway."""
    public = dict(country_holidays("ID", years=years, language="id", categories=("public",)))
    leave = dict(country_holidays("ID", years=years, language="id", categories=("government",)))
    joint = {day: name for day, name in leave.items() if day not in public}
    return [(HolidayCategory.PUBLIC, public), (HolidayCategory.JOINT_LEAVE, joint)]
