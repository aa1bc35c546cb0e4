"""Moments and lengths of time in the floor's own words, in the language and the time zone that are active (ESC-4)."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def hm(moment: datetime, zone: tzinfo | None = None) -> str:
    """``14.05``, on the wall clock of the active time zone; who says many asks once which one that is, and gives it."""
    local = moment.astimezone(zone or timezone.get_current_timezone())
    return f"{local.hour:02}.{local.minute:02}"  # a third of what strftime costs


def hms(moment: datetime) -> str:
    """``14.05.12``: for proof of what was saved or sent."""
    return f"{timezone.localtime(moment):%H.%M.%S}"


def zone() -> str:
    """``WIB``, ``WITA`` or ``WIT``: the active time zone as people say it."""
    return f"{timezone.localtime(clock.now()):%Z}"


def day(when: date) -> str:
    """``24 Nov 2026``."""
    return _dated(_local_day(when), "j M Y", get_language())


def moment(when: datetime) -> str:
    """``24 Nov 2026 14.05``."""
    local = timezone.localtime(when)
    return f"{_dated(local.date(), 'j M Y', get_language())} {local:%H.%M}"


def moment_with_zone(when: datetime) -> str:
    """``24 Nov 2026 14.05 WIB``."""
    local = timezone.localtime(when)
    return f"{_dated(local.date(), 'j M Y', get_language())} {local:%H.%M %Z}"


def nearby(when: datetime) -> str:
    """``14.05`` today, ``23 Nov 14.05`` earlier this year, with the year before that."""
    local, today = timezone.localtime(when), timezone.localtime(clock.now())
    if local.date() == today.date():
        return f"{local:%H.%M}"
    return f"{_dated(local.date(), 'j M', get_language())} {local:%H.%M}" if local.year == today.year else moment(when)


def day_words(when: date) -> str:
    """``Hari ini, Selasa 24 November``; the year is said only when it is another one."""
    local, today = _local_day(when), timezone.localtime(clock.now()).date()
    words = _dated(local, "l j F" if local.year == today.year else "l j F Y", get_language())
    return _("Hari ini, %(day)s") % {"day": words} if local == today else words


def duration(length: timedelta | float, *, up: bool = False) -> str:
    """``41 mnt``, ``1 j 12 mnt``, ``2 hari 3 j``. Cut down to whole minutes, or rounded ``up`` for time that is left."""
    seconds = max(0.0, length.total_seconds() if isinstance(length, timedelta) else length)
    minutes = int(-(-seconds // MINUTE) if up else seconds // MINUTE)
    if minutes < 60:
        return _("%(minutes)s mnt") % {"minutes": minutes}
    if minutes < 24 * 60:
        return _("%(hours)s j %(minutes)s mnt") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02}"}
    days, hours = divmod(minutes // 60, 24)
    return _("%(days)s hari %(hours)s j") % {"days": days, "hours": hours} if hours else _("%(days)s hari") % {"days": days}


def thousands(number: float) -> str:
    """``1184500`` -> ``1.184.500``, the Indonesian way in both languages."""
    return f"{round(number):,}".replace(",", ".")


@lru_cache(maxsize=1024)
def _dated(when: date, pattern: str, language: str | None) -> str:
    """A page names the same few days hundreds of times, and Django's date format costs more than the row it stands in."""
    return date_format(when, pattern)


def _local_day(when: date) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) else when
