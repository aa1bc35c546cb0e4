"""When a customer may be called: in the calling hours where the customer lives (ESC-4), and the quick choices for a next try."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.people import ZONES
from common import words
from common.clock import now
from common.problems import Conflict, Invalid
from tickets.models import Ticket

SATURDAY = 5
WHOLE_DAY = 24
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Choice:
    """One press for the next try."""

    name: str
    label: Any
    moment: datetime


def zone_of(ticket: Ticket) -> ZoneInfo:
    """The time zone in which the customer lives: by the area's name, else by the region, else as the site whose team has it."""
    said = set(_WORD.findall(ticket.area.casefold()))
    for zone, names in settings.AREA_TIME_ZONES.items():
        if said.intersection(names):
            return ZoneInfo(zone)
    if ticket.region in settings.REGION_TIME_ZONES:
        return ZoneInfo(settings.REGION_TIME_ZONES[ticket.region])
    return ZoneInfo(ticket.team.site.time_zone if ticket.team else settings.TIME_ZONE)


def open_zones(moment: datetime) -> list[str]:
    """The zones in which customers may be called now; all of them when it is night everywhere: then nobody can dial anyway."""
    zones = [name for name, _short in ZONES]
    return [name for name in zones if may_call_at(moment, ZoneInfo(name))] or zones


def require_open(zone: ZoneInfo) -> None:
    """Refuse to dial while it is too early or too late where the customer lives (ESC-4)."""
    if not may_call_at(now(), zone):
        opens = into_hours(now(), zone).astimezone(zone)
        sentence = gettext_lazy("Di luar jam telepon pelanggan. Bisa ditelepon mulai %(time)s.")
        raise Conflict(sentence, time=f"{opens:%d-%m-%Y %H.%M %Z}")


def _edges() -> tuple[time, time]:
    first, last = settings.CALLING_HOURS
    return time(first), time.max if last == WHOLE_DAY else time(last)


def may_call_at(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the moment lies within the calling hours."""
    first, last = _edges()
    return first <= moment.astimezone(zone).time() <= last


def into_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment, or the next morning's beginning when it lies outside."""
    if may_call_at(moment, zone):
        return moment
    local, (first, last) = moment.astimezone(zone), _edges()
    day = local.date() + timedelta(days=1) if local.time() > last else local.date()
    return datetime.combine(day, first, zone)


def next_morning(zone: ZoneInfo) -> datetime:
    """When the calling hours of the next day begin."""
    return datetime.combine(now().astimezone(zone).date() + timedelta(days=1), _edges()[0], zone)


def require_callable(moment: datetime, zone: ZoneInfo, field: str) -> datetime:
    """The moment, refused under ``field`` when it is past, too far ahead or outside the calling hours."""
    if moment <= now():
        _refuse(field, gettext_lazy("Waktu telepon sudah lewat. Pilih waktu yang akan datang."))
    if moment > now() + timedelta(days=settings.CALLBACK_FURTHEST_DAYS):
        _refuse(field, gettext_lazy("Waktu telepon paling lama %(days)s hari lagi."), days=settings.CALLBACK_FURTHEST_DAYS)
    if not may_call_at(moment, zone):
        first, last = _edges()
        hours = {"first": f"{first:%H.%M}", "last": f"{last:%H.%M}"}
        _refuse(field, gettext_lazy("Pelanggan ditelepon antara %(first)s dan %(last)s waktu setempat."), **hours)
    return moment


def _refuse(field: str, sentence: Any, **values: Any) -> None:
    raise Invalid(sentence, errors={field: [str(sentence) % values if values else sentence]}, **values)


def quick_choices(zone: ZoneInfo) -> list[Choice]:
    """An hour from now, tomorrow at nine, Saturday at nine: moments that can all be called at."""
    today = now().astimezone(zone).date()
    hour = into_hours(now() + timedelta(hours=1), zone).astimezone(zone)
    tomorrow = datetime.combine(today + timedelta(days=1), time(9), zone)
    saturday = datetime.combine(today + timedelta(days=(SATURDAY - today.weekday()) % 7 or 7), time(9), zone)
    choices = [
        Choice("hour", _("+1 jam, %(time)s") % {"time": words.nearby(hour)}, hour),
        Choice("tomorrow", _("Besok 09.00"), tomorrow),
        Choice("saturday", _("Sabtu pagi"), saturday),
    ]
    return choices[:2] if saturday == tomorrow else choices
