"""One fault, many tickets (HC-8): opened, joined, left, told, solved. Each ticket hears it by a step of its own, in its own time.

The acts write rows and answer at once; ``escalation.actions.outage_steps`` works them off in small transactions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible
from common.text import clean
from escalation.models import (
    OUTAGE_MOVES,
    Outage,
    OutageState,
    OutageStep,
    OutageTicket,
    OutageWord,
    WordKind,
)
from tickets.actions.base import lock, required
from tickets.models import Ticket
from tickets.models.ticket import OPEN_STATUSES

COUNTER = "outages"
MOST_AT_ONCE = 2_000
BATCH = 500


@dataclass
class Joined:
    """What joining did: the outage, the numbers that stand under it now, and those that could not, each with the reason."""

    outage: Outage
    joined: list[str] = field(default_factory=list)
    refused: list[tuple[str, Any]] = field(default_factory=list)


def counter_of(outage: Outage) -> str:
    """The version counter of one outage's page."""
    return f"outage:{outage.pk}"


def lock_outage(outage: Outage, by: Person) -> Outage:
    """The outage as it is now, locked; refused as not there when this person may not see it."""
    if not Outage.objects.visible_to(by).filter(pk=outage.pk).exists():
        raise NotVisible(_("Gangguan massal ini tidak ada."))
    return Outage.objects.select_for_update().get(pk=outage.pk)


def touch(outage: Outage, *fields: str) -> None:
    """Save the changed fields, make the version newer and wake the pages that show it."""
    outage.version += 1
    outage.save(update_fields=[*fields, "version"])
    Counter.grow(COUNTER)
    Counter.grow(counter_of(outage))


# Opening, joining, leaving


@transaction.atomic
def open_outage(
    name: str,
    *,
    by: Person,
    region: int | None = None,
    area: str = "",
    symptom: str = "",
    tickets: Sequence[str] = (),
    alike: bool = False,
) -> Joined:
    """A fault that several tickets are about; those that are named stand under it at once, with all ``alike`` if wanted."""
    require(by, "outage.open")
    text = required(name, "name", _("Beri nama gangguannya, misalnya wilayah dan gejalanya."), longest=160)
    if region is not None and not 1 <= region <= 7:
        raise Invalid(_("TREG adalah angka 1 sampai 7."), errors={"region": [_("Angka 1 sampai 7.")]})
    outage = Outage(name=text, region=region, opened_by=by, opened_at=now())
    outage.area, outage.symptom = clean(area, longest=120), clean(symptom, longest=200)
    outage.save()
    facts = {"region": region, "area": outage.area, "symptom": outage.symptom}
    record(outage, "outage.opened", by=by, facts=facts, first=True)
    Counter.grow(COUNTER)
    return _join(outage, _with_alike(outage, tickets, alike, by), by)


@transaction.atomic
def join_outage(outage: Outage, tickets: Sequence[str] = (), *, by: Person, alike: bool = False) -> Joined:
    """Put tickets under an outage, and all ``alike`` if wanted. A ticket is under one at a time; what cannot join is named with
    its reason."""
    require(by, "outage.join")
    outage = lock_outage(outage, by)
    tickets = _with_alike(outage, tickets, alike, by)
    if not tickets:
        raise Invalid(_("Sebut tiketnya."), errors={"tickets": [_("Sebut tiketnya.")]})
    OUTAGE_MOVES.require("join", outage.state)
    return _join(outage, tickets, by)


def loose() -> Any:
    """Open tickets of the last hour (setting) that are under no outage and name their area; ``said_area`` and ``said_symptom``
    are area and symptom whatever the letters' case."""
    since = now() - timedelta(minutes=settings.OUTAGE_WITHIN_MINUTES)
    under = OutageTicket.objects.standing().filter(ticket=OuterRef("pk"))
    rows = Ticket.objects.open().filter(~Exists(under), opened_at__gte=since).exclude(area="")
    return rows.annotate(said_area=Lower("area"), said_symptom=Lower("symptom"))


def numbers_alike(area: str, symptom: str, by: Person) -> list[str]:
    """What looks like the same fault (HC-8): the loose tickets with this area and symptom that this person sees, oldest first."""
    seen = Ticket.objects.visible_to(by).values("pk")
    found = loose().filter(said_area=area.lower(), said_symptom=symptom.lower(), pk__in=seen).order_by("id")
    return [ticket.number for ticket in found.only("id")[:MOST_AT_ONCE]]


def _with_alike(outage: Outage, numbers: Sequence[str], alike: bool, by: Person) -> list[str]:
    """Those that were named, and what looks like them as far as so many join at once."""
    more = numbers_alike(outage.area, outage.symptom, by) if alike and outage.area else []
    return [*numbers, *more[: max(0, MOST_AT_ONCE - len(numbers))]]


def _join(outage: Outage, numbers: Sequence[str], by: Person) -> Joined:
    if len(numbers) > MOST_AT_ONCE:
        raise Invalid(
            _("Paling banyak %(most)s tiket sekali gabung."), most=MOST_AT_ONCE, errors={"tickets": [_("Terlalu banyak.")]}
        )
    made, wanted = Joined(outage), dict.fromkeys(str(number).strip().upper() for number in numbers)
    found = _named(wanted, by)
    taken = dict(OutageTicket.objects.standing().filter(ticket__in=found.values()).values_list("ticket_id", "outage_id"))
    joining: list[Ticket] = []
    for number in wanted:
        ticket = found.get(number)
        if ticket is None:
            made.refused.append((number, _("tidak ada")))
        elif taken.get(ticket.pk) == outage.pk:
            made.joined.append(number)
        elif ticket.pk in taken:
            made.refused.append((number, _("sudah di gangguan lain")))
        elif ticket.status not in OPEN_STATUSES:
            made.refused.append((number, _("sudah selesai")))
        else:
            joining.append(ticket)
    joining.sort(key=lambda ticket: ticket.pk)  # always in one order: two who join the same ones never wait for each other
    _stand_under(outage, joining, by)
    ours = _ours(outage, joining)
    made.joined += [ticket.number for ticket in joining if ticket.pk in ours]
    made.refused += [(ticket.number, _("sudah di gangguan lain")) for ticket in joining if ticket.pk not in ours]
    if ours:
        _say(outage, WordKind.JOINED, "", [ticket.pk for ticket in joining if ticket.pk in ours], by=by)
        record(outage, "outage.joined", by=by, facts={"tickets": sorted(ours)})
        touch(outage)
    return made


def _named(numbers: Iterable[str], by: Person) -> dict[str, Ticket]:
    keys = [int(number[2:]) for number in numbers if number.startswith("T-") and number[2:].isdecimal() and len(number) < 15]
    found: dict[str, Ticket] = {}
    for start in range(0, len(keys), BATCH):
        rows = Ticket.objects.visible_to(by).filter(pk__in=keys[start : start + BATCH])
        found |= {ticket.number: ticket for ticket in rows.only("id", "status")}
    return found


def _stand_under(outage: Outage, tickets: Iterable[Ticket], by: Person) -> None:
    rows = [OutageTicket(outage=outage, ticket=ticket, joined_by=by, joined_at=now()) for ticket in tickets]
    OutageTicket.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)  # somebody was faster elsewhere: refused


def _ours(outage: Outage, tickets: Sequence[Ticket]) -> set[int]:
    wanted = {ticket.pk for ticket in tickets}
    standing = set(OutageTicket.objects.standing().filter(outage=outage).values_list("ticket_id", flat=True)) if wanted else set()
    return wanted & standing


@transaction.atomic
def leave_outage(outage: Outage, ticket: str, *, by: Person) -> Outage:
    """Take a ticket out again: it goes on by itself, with everything that it heard."""
    require(by, "outage.leave")
    outage = lock_outage(outage, by)
    OUTAGE_MOVES.require("leave", outage.state)
    found = Ticket.objects.visible_to(by).by_number(ticket).first()
    standing = OutageTicket.objects.standing().filter(outage=outage, ticket=found) if found else OutageTicket.objects.none()
    if not found or standing.update(left_at=now(), left_by=by) != 1:
        raise Conflict(_("Tiket ini tidak di bawah gangguan ini."))
    ticket_now = lock(found)
    record(ticket_now, "outage.left", by=by, facts={"outage": outage.number})
    record(outage, "outage.ticket_left", by=by, facts={"ticket": ticket_now.number})
    touch(outage)
    Counter.grow(f"ticket:{found.pk}")
    return outage


@transaction.atomic
def dissolve_outage(outage: Outage, reason: str, *, by: Person) -> Outage:
    """It was not one fault after all: every ticket stands for itself again (nothing is merged, so nothing is lost)."""
    require(by, "outage.leave")
    outage = lock_outage(outage, by)
    text = required(reason, "reason", _("Tulis mengapa dibubarkan."), longest=500)
    OUTAGE_MOVES.require("dissolve", outage.state)
    count = OutageTicket.objects.standing().filter(outage=outage).update(left_at=now(), left_by=by)
    _end(outage, OutageState.DISSOLVED, by)
    record(outage, "outage.dissolved", by=by, facts={"tickets": count}, personal={"reason": (None, text)})
    return outage


# One word for all


@transaction.atomic
def tell_outage(outage: Outage, text: str, *, by: Person, publish: bool = False) -> Outage:
    """One progress post; every ticket under the outage has it as its own (HC-6, HC-8)."""
    require(by, "outage.progress")
    outage = lock_outage(outage, by)
    said = required(text, "text", _("Tulis apa kata unit."))
    OUTAGE_MOVES.require("progress", outage.state)
    outage.last_word, outage.last_word_at = said, now()
    count = _say(outage, WordKind.PROGRESS, said, _standing(outage), by=by, publish=publish)
    facts = {"tickets": count, "published": publish}
    record(outage, "outage.progressed", by=by, facts=facts, personal={"text": (None, said)})
    touch(outage, "last_word", "last_word_at")
    return outage


@transaction.atomic
def solve_outage(outage: Outage, text: str, *, by: Person) -> Outage:
    """One solution: each ticket is solved, and each customer is owed a caring call of their own (HC-8, SE-5)."""
    require(by, "outage.solve")
    outage = lock_outage(outage, by)
    said = required(text, "text", _("Tulis apa yang dikerjakan unit."))
    OUTAGE_MOVES.require("solve", outage.state)
    tickets = _standing(outage)
    if not tickets:
        raise Conflict(_("Belum ada tiket di bawah gangguan ini. Bubarkan saja."))
    outage.solution = outage.last_word = said
    outage.last_word_at = now()
    count = _say(outage, WordKind.SOLUTION, said, tickets, by=by)
    record(outage, "outage.solved", by=by, facts={"tickets": count}, personal={"text": (None, said)})
    _end(outage, OutageState.SOLVED, by, "solution", "last_word", "last_word_at")
    return outage


def _standing(outage: Outage) -> list[int]:
    rows = OutageTicket.objects.standing().filter(outage=outage).order_by("id")
    return list(rows.values_list("ticket_id", flat=True))


def _say(outage: Outage, kind: WordKind, text: str, tickets: Sequence[int], *, by: Person, publish: bool = False) -> int:
    """The word and a step for each ticket; the beat sees them as soon as they are committed, and wakes workers."""
    word = OutageWord.objects.create(outage=outage, kind=kind, text=text, publish=publish, by=by, at=now())
    OutageStep.objects.bulk_create((OutageStep(word=word, ticket_id=key) for key in tickets), batch_size=BATCH)
    return len(tickets)


def _end(outage: Outage, state: OutageState, by: Person, *fields: str) -> None:
    outage.state, outage.ended_at, outage.ended_by = state, now(), by
    touch(outage, "state", "ended_at", "ended_by", *fields)
