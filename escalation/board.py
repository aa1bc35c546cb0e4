"""The board of a TL or supervisor: what asks for them, what is escorted, what their agents have (SE-1, SE-4, ESC-2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import Duty, Handover, Person
from accounts.roles import Role
from common.clock import now
from escalation.actions.notifying import words_of
from escalation.models import AWAITS_PROMISE, Clock, ClockRung, ClockState, Escort, Event, Notification, Progress, Promise, Whom
from escalation.models.escorts import ESCORT_OPEN
from escalation.story import ShownClock, Station, stations
from tickets.models import Kind, Ticket

MOST_CARDS = 30
MOST_ESCORTS = 60
MOST_TICKETS = 100


@dataclass(frozen=True)
class Card:
    """One thing that asks for the person: ``look`` is take_over, progress, clock or handover, or an app's own."""

    look: str
    key: str
    ticket: Ticket | None
    about: Any
    template: str = "escalation/parts/card.html"


_added: list[Callable[[Person], list[Card]]] = []


@dataclass(frozen=True)
class Told:
    """New words of the unit on one ticket: the newest, how many there are, how many unread, and since when the oldest waits."""

    newest: Progress
    count: int
    unread: int
    since: datetime | None


def for_me(person: Person) -> list[Card]:
    """Live calls first, words to pass on, clocks whose ladder has come to this person, what is handed over, what apps add."""
    more = [card for add in _added for card in add(person)]
    return [*_take_overs(person), *_progress(person), *_clocks(person), *_handovers(person), *more]


def add_cards(cards: Callable[[Person], list["Card"]]) -> None:
    """An app above brings cards of its own before leaders: ``Card(look, key, None, about, template)``."""
    _added.append(cards)


def _handovers(person: Person) -> list[Card]:
    """What somebody asks this person to take at the end of a shift (OB-7)."""
    rows = Handover.objects.waiting().filter(receiver=person).shown().order_by("id")[:MOST_CARDS]
    return [Card("handover", f"handover-{row.pk}", None, row, "escalation/parts/handover_card.html") for row in rows]


def _take_overs(person: Person) -> list[Card]:
    asked = Notification.objects.filter(person=person, event=Event.TAKE_OVER, read_at=None, ticket__isnull=False)
    rows = asked.select_related("ticket__holder_person").order_by("-id")[:MOST_CARDS]
    newest = {row.ticket_id: row for row in reversed(rows)}
    return [Card("take_over", f"take-over-{row.pk}", row.ticket, words_of(row)) for row in newest.values() if row.ticket]


def _progress(person: Person) -> list[Card]:
    """Until the customer knows; what the person has not read yet is marked (SE-4)."""
    owed = Progress.objects.owed_to_customer().filter(owed_to__in=person.acts_for, escort__state__in=ESCORT_OPEN)
    rows = owed.select_related("escort__ticket__holder_person", "group", "by").order_by("-id")[: MOST_CARDS * 3]
    by_ticket: dict[int, list[Progress]] = {}
    for row in rows:
        by_ticket.setdefault(row.escort.ticket_id, []).append(row)
    return [
        Card("progress", f"progress-{said[0].pk}", said[0].escort.ticket, _told(said))
        for said in list(by_ticket.values())[:MOST_CARDS]
    ]


def _told(said: Sequence[Progress]) -> Told:
    unread = sum(each.told_inside_at is None for each in said)
    return Told(said[0], len(said), unread, min((each.published_at for each in said if each.published_at), default=None))


@dataclass(frozen=True)
class Debts:
    """How many words of the units this person has not read, and how many the customers do not know."""

    unread: int
    untold: int


def debts(cards: Sequence[Card]) -> Debts:
    """Counted from the cards of the person's lane (SE-4)."""
    told = [card.about for card in cards if isinstance(card.about, Told)]
    return Debts(sum(each.unread for each in told), sum(each.count for each in told))


def _clocks(person: Person) -> list[Card]:
    """Overdue clocks that have rung for this person and that nobody holds."""
    moment = now()
    late = Ticket.objects.visible_to(person).open().filter(clock_state=ClockState.RUNNING, clock_due_at__lte=moment)
    tickets = {each.pk: each for each in late.select_related("holder_person", "team__leader").by_urgency()[:MOST_CARDS]}
    rows = Clock.objects.filter(ticket__in=tickets, state=ClockState.RUNNING, due_at__lte=moment)
    ladder = Prefetch("rungs", ClockRung.objects.order_by("order"))
    rows = rows.select_related("acknowledged_by").prefetch_related(ladder).order_by("due_at")
    shown = [ShownClock(row, tickets[row.ticket_id], list(row.rungs.all())) for row in rows]
    return [Card("clock", f"clock-{each.pk}", each.ticket, each) for each in shown if _rang_for(each, person)]


def _rang_for(clock: ShownClock, person: Person) -> bool:
    whom = Whom.SUPERVISOR if person.role == Role.SUPERVISOR else Whom.TEAM_LEADER
    return clock.held_by is None and any(rung.whom == whom and rung.reached for rung in clock.rungs)


@dataclass(frozen=True)
class EscortCard:
    """An escort of the team with its way in small."""

    escort: Escort
    stations: list[Station]
    lacks_promise: bool  # a Buzzer whose promise nobody has written down (PM-1)

    @property
    def at(self) -> int:
        """At which station the ball lies, counted from one."""
        return next((number for number, each in enumerate(self.stations, 1) if each.look == "now"), len(self.stations))


def escorts(person: Person) -> list[EscortCard]:
    """The open escorts of the person's teams, most urgent first."""
    rows = (
        Escort.objects.visible_to(person)
        .open()
        .with_ticket()
        .select_related("raised_by", "ticket__logged_by", "ticket__promise_slot")
    )
    rows = rows.annotate(is_promised=Exists(Promise.objects.filter(ticket=OuterRef("ticket"))))
    return [
        EscortCard(row, stations(row.ticket, row), row.kind in AWAITS_PROMISE and not row.is_promised)  # type: ignore[attr-defined]
        for row in rows.in_queue_order()[:MOST_ESCORTS]
    ]


@dataclass(frozen=True)
class TeamRow:
    """One open ticket of the team; ``may_raise`` unless it stands at the top already."""

    ticket: Ticket
    may_raise: bool


def team(person: Person) -> list[TeamRow]:
    """The open tickets of the person's teams, by the clock that ends first."""
    rows = Ticket.objects.visible_to(person).open().select_related("holder_person").by_urgency()[:MOST_TICKETS]
    return [TeamRow(row, row.kind != Kind.SUPER_EMERGENCY) for row in rows]


def people_on_duty(person: Person) -> int:
    """How many of the person's people are there now."""
    return Person.objects.filter(team__in=person.team_scope, duty=Duty.ON, is_active=True).exclude(pk=person.pk).count()


def words_to_read(person: Person) -> QuerySet[Progress]:
    """For the rail: the words of the units that this person has not read."""
    return Progress.objects.owed_to_leader().filter(owed_to__in=person.acts_for)
