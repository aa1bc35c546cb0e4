"""What customers answered on callbacks, for Support HC's report (W-24 5.3.10): every try of a period, and its figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from common.problems import Invalid
from common.words import day
from outbound.models import Callback, CallbackAttempt, Outcome, Purpose, Satisfaction
from tickets.models import Kind

LONGEST_DAYS = 31
GROUPS = {"person": _("Orang"), "purpose": _("Untuk"), "kind": _("Jenis"), "region": _("TREG"), "day": _("Hari")}
FIELD = {"person": "by__online_name", "purpose": "callback__purpose", "kind": "callback__ticket__kind"}
FIELD |= {"region": "callback__ticket__region", "day": "day"}
# name -> heading and what is counted
COUNTS: Mapping[str, tuple[Any, Q]] = {
    "tries": (_("Percobaan"), Q()),
    "reached": (_("Tersambung"), Q(outcome=Outcome.REACHED)),
    "confirmed": (_("Tersolusi"), Q(satisfied=True)),
    "denied": (_("Belum"), Q(satisfied=False)),
    "told": (_("Kabar tersampaikan"), Q(outcome=Outcome.REACHED) & ~Q(callback__purpose=Purpose.CARING)),
    "no_answer": (_("RNA"), Q(outcome=Outcome.NO_ANSWER)),
    "busy": (_("Sibuk"), Q(outcome=Outcome.BUSY)),
    "wrong_number": (_("Salah sambung"), Q(outcome=Outcome.WRONG_NUMBER)),
    "call_later": (_("Minta ditelepon lagi"), Q(outcome=Outcome.CALL_LATER)),
    "low": (_("Kepuasan: kurang"), Q(satisfaction=Satisfaction.LOW)),
    "fair": (_("Kepuasan: cukup"), Q(satisfaction=Satisfaction.FAIR)),
    "good": (_("Kepuasan: puas"), Q(satisfaction=Satisfaction.GOOD)),
}


@dataclass(frozen=True)
class Asked:
    """A period with both days inside, the grouping, and what it is narrowed to."""

    since: date
    until: date
    by: str = "person"
    purpose: str = ""
    outcome: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """One person, purpose, kind, region or day. ``key`` is the value for programs, ``label`` the word for people."""

    key: str
    label: Any
    counts: Mapping[str, int]

    @property
    def in_order(self) -> list[int]:
        return [self.counts[name] for name in COUNTS]


def asked_of(query: Mapping[str, str]) -> Asked:
    """What an address asks for; the last seven days where it says nothing. ``Invalid`` names the field that makes no sense."""
    until = _date(query, "until") or timezone.localdate(now(), ZoneInfo(settings.TIME_ZONE))
    since = _date(query, "since") or until - timedelta(days=6)
    if not timedelta(0) <= until - since < timedelta(days=LONGEST_DAYS):
        sentence = _("Periode 1 sampai 31 hari.")
        raise Invalid(sentence, errors={"since": [sentence]})
    known = {"by": [*GROUPS], "purpose": Purpose.values, "outcome": Outcome.values, "kind": Kind.values}
    chosen = {name: query.get(name) or "" for name in known}
    for name, value in chosen.items():
        if value and value not in known[name]:
            raise Invalid(_("Pilih salah satu dari daftar."), errors={name: [_("Pilih salah satu dari daftar.")]})
    return Asked(since, until, chosen.pop("by") or "person", **chosen)


def _date(query: Mapping[str, str], name: str) -> date | None:
    try:
        found = parse_date(query.get(name) or "")
    except ValueError:
        found = None
    if query.get(name) and (found is None or not 2000 <= found.year < 3000):
        raise Invalid(_("Tanggal seperti 2026-11-24."), errors={name: [_("Tanggal seperti 2026-11-24.")]})
    return found


def tries_of(asked: Asked, person: Person) -> QuerySet[CallbackAttempt]:
    """The tries of the period on callbacks that this person sees, newest first."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begin, end = (datetime.combine(each, time.min, zone) for each in (asked.since, asked.until + timedelta(days=1)))
    seen = Callback.objects.visible_to(person).values("pk")
    rows = CallbackAttempt.objects.filter(at__gte=begin, at__lt=end, callback__in=seen)
    rows = rows.filter(callback__purpose=asked.purpose) if asked.purpose else rows
    rows = rows.filter(outcome=asked.outcome) if asked.outcome else rows
    rows = rows.filter(callback__ticket__kind=asked.kind) if asked.kind else rows
    return rows.select_related("by", "callback__ticket", "callback__created_by").order_by("-id")


def lines(asked: Asked, person: Person) -> list[Line]:
    """The figures by group, days and regions in order and the others by name; one statement over the period alone."""
    rows = tries_of(asked, person).select_related(None).order_by()
    rows = rows.annotate(day=TruncDate("at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
    counted = {name: Count("id", filter=which) if which else Count("id") for name, (_title, which) in COUNTS.items()}
    found = rows.values(FIELD[asked.by]).annotate(**{f"n_{name}": each for name, each in counted.items()})
    made = [_line(asked.by, row.pop(FIELD[asked.by]), row) for row in found]
    return sorted(made, key=lambda line: (line.key == "", line.key if asked.by in ("day", "region") else str(line.label)))


def total(made: Iterable[Line]) -> Line:
    """All groups together."""
    rows = list(made)
    return Line("", _("Semua"), {name: sum(row.counts[name] for row in rows) for name in COUNTS})


def _line(by: str, key: Any, row: Mapping[str, int]) -> Line:
    counts = {name: row[f"n_{name}"] for name in COUNTS}
    if key is None:
        return Line("", _("tidak diketahui"), counts)
    if by == "day":
        return Line(key.isoformat(), day(datetime.combine(key, time(12), ZoneInfo(settings.TIME_ZONE))), counts)
    known: dict[str, dict[Any, Any]] = {"purpose": dict(Purpose.choices), "kind": dict(Kind.choices)}
    label = f"TREG {key}" if by == "region" else known.get(by, {}).get(key, key)
    return Line(str(key), label, counts)
