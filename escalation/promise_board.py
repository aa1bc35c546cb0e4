"""What a TL sees of promises: the slots, drawn when empty too, how many were kept, and what a ticket has (PM-1, PM-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import Role
from common.clock import now
from escalation.models import AWAITS_PROMISE, PROMISED_KINDS, Promise, PromiseSlot, PromiseState
from tickets.models import Ticket

DAYS = 14


@dataclass(frozen=True)
class ShownPromise:
    """A promise as card and chip draw it."""

    row: Promise
    person: Person

    @property
    def clock(self) -> dict[str, Any]:
        """The chip: from the agreement to the promised moment, or how it ended."""
        row = self.row
        late = "late" if row.state == PromiseState.BROKEN else "met"
        state = "running" if row.state == PromiseState.OPEN else late
        return {"state": state, "started_at": row.counts_from, "due_at": row.due_at, "ended_at": row.ended_at}

    @property
    def is_mine(self) -> bool:
        return self.row.slot is not None and self.row.slot.holder_id in self.person.acts_for

    @property
    def is_offered_to_me(self) -> bool:
        return self.row.slot is not None and self.row.slot.offered_to_id == self.person.pk


@dataclass(frozen=True)
class Slot:
    """One place: the open promises of the ticket in it, the most urgent first; none when it is empty."""

    place: int
    promises: Sequence[ShownPromise]

    @property
    def ticket(self) -> Ticket:
        return self.promises[0].row.ticket


@dataclass(frozen=True)
class PromiseBoard:
    """The slots of a TL, what others offer, and how many promises were kept in the last two weeks."""

    slots: Sequence[Slot]
    offered: Sequence[ShownPromise]
    kept: int
    ended: int
    trace: str = ""  # the share kept, day by day, as points of a line 320 wide and 64 high

    @property
    def share(self) -> int:
        """Percent kept of those that ended."""
        return round(100 * self.kept / self.ended) if self.ended else 0

    @property
    def target(self) -> int:
        return int(settings.PROMISE_TARGET_PERCENT)

    @property
    def target_height(self) -> str:
        return str(_height(self.target))

    @property
    def last_point(self) -> tuple[str, str]:
        x, _comma, y = self.trace.split(" ")[-1].partition(",")
        return x, y

    @property
    def taken(self) -> int:
        return sum(bool(slot.promises) for slot in self.slots)


def board_of(person: Person) -> PromiseBoard | None:
    """The promises of a TL; None for those who hold none."""
    leader = person if person.role == Role.TEAM_LEADER else person.stands_in_for
    if leader is None:
        return None
    mine_or_offered = Q(ticket__promise_slot__holder=leader) | Q(ticket__promise_slot__offered_to=person)
    rows = Promise.objects.open().with_ticket().filter(mine_or_offered).order_by("due_at")
    shown = [ShownPromise(row, person) for row in rows]
    by_place: dict[int, list[ShownPromise]] = {}
    for each in shown:
        if each.is_mine and each.row.slot:
            by_place.setdefault(each.row.slot.place, []).append(each)
    places = range(1, max([settings.PROMISE_SLOTS, *by_place]) + 1)
    since = now() - timedelta(days=DAYS)
    ended = Promise.objects.filter(ended_at__gte=since, ended_by=leader).order_by("ended_at")
    results = [(at, state) for at, state in ended.values_list("ended_at", "state") if at]
    kept = sum(state == PromiseState.KEPT for _at, state in results)
    slots = [Slot(place, by_place.get(place, [])) for place in places]
    return PromiseBoard(slots, [each for each in shown if each.is_offered_to_me], kept, len(results), _trace(results))


def _height(percent: float) -> float:
    """100 % at the top of the chart, 0 % at its foot."""
    return round(60 - percent * 0.56, 1)


def _trace(results: Sequence[tuple[datetime, str]]) -> str:
    """The share kept of all that had ended by the end of each day; it begins with the first day on which one ended."""
    today = localdate(now())
    points = []
    for number in range(DAYS):
        until = today - timedelta(days=DAYS - 1 - number)
        states = [state for at, state in results if localdate(at) <= until]
        if states:
            share = 100 * states.count(PromiseState.KEPT) / len(states)
            points.append(f"{number * 312 / (DAYS - 1):.0f},{_height(share)}")
    return " ".join(points)


def panel(ticket: Ticket, person: Person) -> dict[str, Any]:
    """The promises of one ticket, for its page; nothing for kinds that bear none and have none."""
    if ticket.kind not in PROMISED_KINDS:
        return {}
    rows = Promise.objects.filter(ticket=ticket).with_ticket().order_by("-id")[:20]
    shown = [ShownPromise(row, person) for row in rows]
    missing = ticket.kind in AWAITS_PROMISE and not shown
    return {"promises": shown, "missing": missing} if shown or missing else {}


def slot_note(ticket: Ticket, person: Person) -> str:
    """What a promise on this ticket would take: the foot of the dialog."""
    slot = PromiseSlot.objects.filter(ticket=ticket).first()
    if slot:
        return _("Memakai slot %(place)s, yang sudah dipegang tiket ini.") % {"place": slot.place}
    leader = person if person.role == Role.TEAM_LEADER else ticket.team.leader if ticket.team else None
    taken = PromiseSlot.objects.filter(holder=leader).count() if leader else 0
    if taken >= settings.PROMISE_SLOTS:
        return _("Slot janji penuh: %(taken)s dari %(limit)s. Selesaikan satu, atau serahkan ke TL lain.") % {
            "taken": taken,
            "limit": settings.PROMISE_SLOTS,
        }
    return _("Mengisi slot janji %(next)s dari %(limit)s.") % {"next": taken + 1, "limit": settings.PROMISE_SLOTS}
