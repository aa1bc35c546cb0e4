"""Payment files (P-01 6.8) and exports of TAMARA, CWC and MyCX that are compared with our results (CT-7)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import may
from common.clock import now
from common.words import thousands
from outbound.actions.holding import lock_prospect
from outbound.actions.paying import keep_payment, settle
from outbound.models import MISSING, CaringResult, Difference, DifferenceState, Payment, Prospect
from outbound.reading import COMPARED, PAYMENTS
from tickets.actions.kinds import Good, LoadKind, Sorted
from tickets.mapping import ReadyMapping, Shape, row_values
from tickets.models import ImportLoad

MISSING_AT_ONCE = 500
COMPARABLE = ("sub_reason", "promised_on", "promised_amount")


class _OfLeader(LoadKind):
    """A load that looks for the prospects of all teams that its person leads."""

    act = "campaign.import"

    def seen_by(self, person: Person) -> Q:
        return Q(by=person) if may(person, self.act) else Q(pk__in=[])

    def home(self, load: ImportLoad) -> str:
        return reverse("outbound:campaigns")


def _scope(load: ImportLoad) -> list[int]:
    return load.by.team_scope if load.by else []


class PaymentLoads(_OfLeader):
    """Payments of known prospects; each decides what its prospect promised."""

    name, shape, counters = "payments", PAYMENTS, ("prospects", "results")
    usual: ClassVar[Mapping[str, Any] | None] = {
        "system": "I-payment",
        "number": "service_number",
        "fields": {name: name for name in PAYMENTS.fields},
    }

    def read(self, load: ImportLoad, mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """A payment is known again by account, day, amount and reference."""
        _number, values = row_values(mapping, cells)
        values.setdefault("reference", "")
        return "|".join(str(values[name]) for name in ("service_number", "paid_on", "amount", "reference")), values

    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        there = _prospects(load, rows)
        fresh: dict[str, dict[str, Any]] = {}
        refused: list[tuple[Good, str]] = []
        kept = _kept_payments(there)
        for each in rows:
            prospect = there.get(each.values["service_number"])
            if prospect is None:
                refused.append((each, _("tidak ada dapros dengan nomor layanan ini di tim Anda")))
            elif _key(prospect, each.values) not in kept:
                fresh.setdefault(each.number, each.values)
        return Sorted(fresh, refused)

    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        numbers = [values["service_number"] for values in fresh.values()]
        there = _by_number(load, numbers)
        for number in sorted(set(numbers)):
            prospect = lock_prospect(there[number].pk)
            for values in fresh.values():
                if values["service_number"] == number:
                    keep_payment(prospect, values["paid_on"], values["amount"], values["reference"])
            settle(prospect)

    def begin_words(self, load: ImportLoad) -> str:
        return _("Muat %(count)s pembayaran") % {"count": thousands(load.loaded)}

    def done_words(self, load: ImportLoad) -> str:
        return _("%(count)s pembayaran dicocokkan dengan janji bayar.") % {"count": thousands(load.loaded)}


def _prospects(load: ImportLoad, rows: Sequence[Good]) -> dict[str, Prospect]:
    return _by_number(load, [each.values["service_number"] for each in rows])


def _by_number(load: ImportLoad, numbers: Sequence[str]) -> dict[str, Prospect]:
    rows = Prospect.objects.filter(team__in=_scope(load), service_number__in=numbers).order_by("id")
    return {prospect.service_number: prospect for prospect in rows}


def _kept_payments(there: Mapping[str, Prospect]) -> set[tuple[Any, ...]]:
    rows = Payment.objects.filter(prospect__in=[each.pk for each in there.values()])
    return set(rows.values_list("prospect_id", "paid_on", "amount", "reference"))


def _key(prospect: Prospect, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return (prospect.pk, values["paid_on"], values["amount"], values["reference"])


class Comparisons(_OfLeader):
    """What another system says of a result, matched on account and date; where it differs, the agent hears of it."""

    name, counters, looks_back = "comparison", ("results",), True
    shape: ClassVar[Shape] = COMPARED

    def read(self, load: ImportLoad, mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """A row is known again by account and day of the call."""
        _number, values = row_values(mapping, cells)
        return f"{values['service_number']}|{values['on']}", values

    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        ours = _results(load, rows)
        known = Difference.objects.filter(system=system[:30], result__in=[each.pk for each in ours.values()])
        told = list(known.values_list("result_id", "values"))
        fresh: dict[str, dict[str, Any]] = {}
        refused: list[tuple[Good, str]] = []
        for each in rows:
            result = ours.get((each.values["service_number"], each.values["on"]))
            if result is None:
                refused.append((each, _("Kawal tidak punya hasil untuk nomor dan tanggal ini")))
            elif (found := differing(result, each.values)) and (result.pk, found) not in told:
                fresh.setdefault(each.number, {"result": result.pk, "found": found})
        return Sorted(fresh, refused)

    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        for values in fresh.values():
            again = {"values": values["found"], "state": DifferenceState.OPEN, "found_at": now(), "settled_by": None}
            Difference.objects.update_or_create(result_id=values["result"], system=system[:30], defaults=again)

    def look_back(self, load: ImportLoad, system: str, numbers: Collection[str]) -> int:
        """Our results of the campaigns and days that the file speaks of, and that it does not name: missing there."""
        ours = _of_days(load, numbers)
        spoken_of = {(campaign, _day_of(key)) for key, (_pk, campaign) in ours.items() if key in numbers}
        silent = (pk for key, (pk, campaign) in ours.items() if key not in numbers and (campaign, _day_of(key)) in spoken_of)
        missing = sorted(silent)
        told = Difference.objects.filter(system=system[:30], values__has_key=MISSING)
        news = 0
        for first in range(0, len(missing), MISSING_AT_ONCE):
            some = missing[first : first + MISSING_AT_ONCE]
            fresh = sorted(set(some) - set(told.filter(result__in=some).values_list("result_id", flat=True)))
            news += len(fresh)
            if not load.is_try:
                self.write(load, system, {str(pk): {"result": pk, "found": {MISSING: [True, None]}} for pk in fresh})
        return news

    def begin_words(self, load: ImportLoad) -> str:
        return _("Teruskan %(count)s selisih ke agen") % {"count": thousands(load.loaded + load.unnamed)}

    def done_words(self, load: ImportLoad) -> str:
        return _("%(count)s selisih diteruskan ke agennya.") % {"count": thousands(load.loaded + load.unnamed)}


def _results(load: ImportLoad, rows: Sequence[Good]) -> dict[tuple[str, date], CaringResult]:
    """Our newest result of each account and day among the rows."""
    numbers, days = {each.values["service_number"] for each in rows}, [each.values["on"] for each in rows]
    if not days:
        return {}
    found = _between(load, min(days), max(days)).filter(prospect__service_number__in=numbers)
    found = found.select_related("prospect", "reason").order_by("id")
    return {(each.prospect.service_number, timezone.localtime(each.at).date()): each for each in found}


def _day_of(number: str) -> str:
    return number.rpartition("|")[2]


def _of_days(load: ImportLoad, numbers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Our newest result of each account and day from the first to the last day that the file names: its key and campaign."""
    days = [date.fromisoformat(_day_of(number)) for number in numbers]
    if not days:
        return {}
    rows = _between(load, min(days), max(days)).filter(at__lte=load.created_at).order_by("id")
    shown = rows.values_list("prospect__service_number", "at", "id", "campaign_id")
    return {f"{number}|{timezone.localtime(at).date()}": (pk, campaign) for number, at, pk, campaign in shown.iterator()}


def _between(load: ImportLoad, first: date, last: date) -> QuerySet[CaringResult]:
    house = ZoneInfo(settings.TIME_ZONE)
    edges = (datetime.combine(first, time(), house), datetime.combine(last + timedelta(days=1), time(), house))
    return CaringResult.objects.standing().filter(campaign__team__in=_scope(load), at__gte=edges[0], at__lt=edges[1])


def differing(result: CaringResult, theirs: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field by field ours and theirs, where they say something and it is not the same."""
    ours = {"sub_reason": result.reason.name, "promised_on": result.promised_on, "promised_amount": result.promised_amount}
    found: dict[str, list[Any]] = {}
    for name in COMPARABLE:
        said = theirs.get(name)
        same = str(said).casefold() in (str(ours[name]).casefold(), result.reason.code if name == "sub_reason" else "")
        if said not in (None, "") and not same:
            found[name] = [_plain(ours[name]), _plain(said)]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
