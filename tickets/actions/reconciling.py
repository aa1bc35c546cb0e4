"""The export of another system against our tickets: what they have that we have not, the other way round, statuses that differ.

Matched on the number there (``outside_references``). What the other system says of a status is kept beside the number.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import may, require
from common.clock import now
from common.problems import Conflict, NotVisible
from common.text import clean
from common.words import thousands
from tickets.actions.base import lock
from tickets.actions.kinds import Good, LoadKind, Sorted
from tickets.mapping import Shape
from tickets.models import ImportLoad, OutsideReference, Status, Ticket, TicketDifference, What
from tickets.models.ticket import OPEN_STATUSES
from tickets.reading import COMPARED

AT_ONCE = 500
# What is the same to both: a unit's *resolved* is our *solved*, which the customer has yet to confirm.
ALIKE: Mapping[str, str] = {
    Status.OPEN: "working",
    Status.IN_PROGRESS: "working",
    Status.PENDING_CUSTOMER: "working",
    Status.SOLVED: "done",
    Status.CLOSED: "done",
}


class Reconciliations(LoadKind):
    """Compares and changes no ticket: differences wait for a person, the status there stands beside the number."""

    name, act, looks_back = "reconciliation", "ticket.import", True
    counters = ("tickets",)
    shape: ClassVar[Shape] = COMPARED

    def seen_by(self, person: Person) -> Q:
        return Q() if may(person, self.act) else Q(pk__in=[])

    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        numbers = [each.number for each in rows]
        ours = _references(system, numbers)
        told = TicketDifference.objects.told(system, numbers)
        fresh: dict[str, dict[str, Any]] = {}
        for each in rows:
            said = _compared(each, ours.get(each.number))
            if _is_news(said, ours.get(each.number), told.get(each.number)):
                fresh.setdefault(each.number, said)
        return Sorted(fresh, [])

    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        _keep_statuses(system, fresh)
        _put(system, fresh)

    def look_back(self, load: ImportLoad, system: str, numbers: Collection[str]) -> int:
        """Our open tickets with a number there, from the time that the file speaks of, which it does not name."""
        first, last = _spoken_of(system, numbers)
        if first is None or last is None:
            return 0
        ours = OutsideReference.objects.filter(system=system, ticket__status__in=OPEN_STATUSES)
        ours = ours.filter(ticket__opened_at__gte=first, ticket__opened_at__lte=last)
        rows = ours.values_list("number", "ticket_id", "ticket__status", "ticket__service_number")
        missing = {
            number: _said(What.NOT_THERE, ticket=ticket, ours=status, service_number=service or "")
            for number, ticket, status, service in rows.iterator()
            if number not in numbers
        }
        fresh: dict[str, dict[str, Any]] = {}
        for some in _in_parts(sorted(missing)):
            told = TicketDifference.objects.told(system, some)
            fresh |= {number: missing[number] for number in some if not _same(missing[number], told.get(number))}
        if not load.is_try:
            _put(system, fresh)
        return len(fresh)

    def begin_words(self, load: ImportLoad) -> str:
        return _("Catat %(count)s hasil rekonsiliasi") % {"count": thousands(load.loaded + load.unnamed)}

    def done_words(self, load: ImportLoad) -> str:
        return _("%(count)s baris membawa kabar; selisihnya ada di daftar selisih.") % {
            "count": thousands(load.loaded + load.unnamed)
        }

    def home(self, load: ImportLoad) -> str:
        return reverse("tickets:differences")


def _in_parts(numbers: Sequence[str]) -> Iterable[Sequence[str]]:
    return (numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE))


def _references(system: str, numbers: Sequence[str]) -> dict[str, OutsideReference]:
    rows = OutsideReference.objects.filter(system=system, number__in=numbers).select_related("ticket")
    return {each.number: each for each in rows}


def _said(what: str, **values: Any) -> dict[str, Any]:
    return {"what": what, "ticket": None, "ours": "", "theirs": "", "service_number": "", **values}


def _compared(row: Good, ours: OutsideReference | None) -> dict[str, Any]:
    theirs, service = row.values["status"], row.values.get("service_number") or ""
    if ours is None:
        return _said(What.NOT_HERE, theirs=theirs, service_number=service)
    differs = ALIKE[ours.ticket.status] != ALIKE[theirs]
    what = What.STATUS if differs else ""
    return _said(what, ticket=ours.ticket_id, ours=ours.ticket.status, theirs=theirs, service_number=service)


def _is_news(said: Mapping[str, Any], ours: OutsideReference | None, told: TicketDifference | None) -> bool:
    if ours is not None and ours.status_there != said["theirs"]:
        return True
    return not _same(said, told)


def _same(said: Mapping[str, Any], told: TicketDifference | None) -> bool:
    """Whether a person knows this already, or there is nothing to know and never was."""
    if told is None or not said["what"]:
        return not said["what"] and (told is None or told.settled_at is not None)
    return (told.what, told.ours, told.theirs) == (said["what"], said["ours"], said["theirs"])


def _keep_statuses(system: str, fresh: Mapping[str, Mapping[str, Any]]) -> None:
    moment = now()
    rows = _references(system, [number for number, said in fresh.items() if said["ticket"] and said["theirs"]])
    for number, reference in rows.items():
        reference.status_there, reference.status_there_at = fresh[number]["theirs"], moment
    OutsideReference.objects.bulk_update(rows.values(), ["status_there", "status_there_at"], batch_size=AT_ONCE)
    for reference in rows.values():
        Counter.grow(f"ticket:{reference.ticket_id}")


def _put(system: str, fresh: Mapping[str, Mapping[str, Any]]) -> None:
    """One open difference a number: new, changed in place, or settled because nothing differs any more."""
    moment = now()
    for numbers in _in_parts(list(fresh)):
        told = TicketDifference.objects.told(system, numbers)
        made = []
        for number in numbers:
            said, known = fresh[number], told.get(number)
            if _same(said, known):
                continue
            fields = {"what": said["what"], "ours": said["ours"], "theirs": said["theirs"], "ticket_id": said["ticket"]}
            if known and known.settled_at is None:
                changed = {**fields, "found_at": moment} if said["what"] else {"settled_at": moment}
                TicketDifference.objects.filter(pk=known.pk).update(**changed)
            else:
                about = {"service_number": said["service_number"], "found_at": moment}
                made.append(TicketDifference(system=system, number=number, **fields, **about))
        TicketDifference.objects.bulk_create(made, ignore_conflicts=True)


def _spoken_of(system: str, numbers: Collection[str]) -> tuple[datetime | None, datetime | None]:
    """From when to when the tickets were opened that both know."""
    first: datetime | None = None
    last: datetime | None = None
    for part in _in_parts(sorted(numbers)):
        of_part = OutsideReference.objects.filter(system=system, number__in=part)
        found = of_part.aggregate(first=Min("ticket__opened_at"), last=Max("ticket__opened_at"))
        if found["first"]:
            first = min(first or found["first"], found["first"])
            last = max(last or found["last"], found["last"])
    return first, last


@transaction.atomic
def settle_ticket_difference(difference: TicketDifference, *, by: Person, note: str = "") -> TicketDifference:
    """A person has put it right here or there, or it may stay as it is; with a word about it."""
    require(by, "ticket_difference.settle")
    if not TicketDifference.objects.visible_to(by).filter(pk=difference.pk).exists():
        raise NotVisible(_("Selisih ini tidak ada, atau tidak untuk Anda lihat."))
    ticket = lock(Ticket(pk=difference.ticket_id)) if difference.ticket_id else None
    difference = TicketDifference.objects.select_for_update(of=("self",)).get(pk=difference.pk)
    if difference.settled_at:
        raise Conflict(gettext_lazy("Selisih ini sudah dibereskan."))
    difference.settled_at, difference.settled_by, difference.note = now(), by, clean(note, longest=300)
    difference.save(update_fields=["settled_at", "settled_by", "note"])
    facts = {"system": difference.system, "number": difference.number, "what": difference.what}
    record(ticket or difference, "ticket.difference_settled", by=by, facts=facts, personal={"note": (None, difference.note)})
    Counter.grow("tickets")
    return difference
