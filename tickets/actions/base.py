"""What every act on a ticket needs: the lock, the ball, holds, the kind, the clock that lists show."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role
from common import bulk
from common.clock import now
from common.problems import Invalid, NotVisible
from common.text import clean
from tickets.models import (
    TICKET_MOVES,
    Criterion,
    Forwarding,
    ForwardingEnd,
    Hand,
    Hold,
    HolderKind,
    Kind,
    ShownClock,
    Status,
    Ticket,
)
from tickets.signals import kind_changed, work_began

SHORTEST_HAND = timedelta(seconds=1)
SHOWN_CLOCK = ["clock_milestone", "clock_state", "clock_started_at", "clock_due_at", "clock_first_rung_at"]
BALL = ["holder_kind", "holder_person", "holder_name", "holder_since"]
HOLDER_OF_ROLE = {
    Role.AGENT: HolderKind.AGENT,
    Role.TEAM_LEADER: HolderKind.TEAM_LEADER,
    Role.SUPERVISOR: HolderKind.SUPERVISOR,
    Role.SUPPORT_HC: HolderKind.SUPPORT_HC,
    Role.OUTBOUND_AGENT: HolderKind.CARING,
}


def lock(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the transaction ends."""
    return Ticket.objects.select_for_update(of=("self",)).select_related("holder_person", "team").get(pk=ticket.pk)


def lock_all(ids: Iterable[int]) -> list[Ticket]:
    """Several tickets as they are now, locked in the order of their ids: two who lock the same ones never wait for each other."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("holder_person", "team__leader", "team__site")
    return list(rows.filter(pk__in=list(ids)).order_by("pk"))


def lock_visible(ticket: Ticket, by: Person) -> Ticket:
    """The same, refused as not there when this person may not see it whole."""
    if not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    return lock(ticket)


def required(value: str, field: str, sentence: Any, *, longest: int = 10_000) -> str:
    """``value`` cleaned; an empty one is refused under its field's name."""
    text = clean(value, longest=longest)
    if not text:
        raise Invalid(sentence, errors={field: [sentence]})
    return text


def in_house_words(sentence: Any, **values: Any) -> str:
    """``sentence`` as it is stored: in the house's language, whatever language the acting person or program reads."""
    with override(settings.LANGUAGE_CODE):
        return str(sentence) % values if values else str(sentence)


def say(ticket: Ticket, word: Any, **values: Any) -> list[str]:
    """Set the last word that lists show; returns the changed fields."""
    ticket.last_word, ticket.last_word_at = in_house_words(word, **values)[:160], now()
    return ["last_word", "last_word_at"]


def move(ticket: Ticket, status: Status) -> list[str]:
    """Set the status, as a change of the object's own fields; returns the changed fields."""
    ticket.status = status
    ticket.version += 1
    return ["status", "version"]


def begin_work(ticket: Ticket, *, by: Person) -> list[str]:
    """The first claim, dispatch, update or assignment takes an open ticket into progress.

    It follows from the timeline and is nobody's change of the ticket: the version stays, so that a first update does not make
    the form stale that somebody else has open.
    """
    if ticket.status != Status.OPEN:
        return []
    ticket.status = Status.IN_PROGRESS
    work_began.send(Ticket, ticket=ticket, by=by)
    return ["status"]


def pass_ball(ticket: Ticket, kind: HolderKind, person: Person | None = None, name: str = "") -> list[str]:
    """Put the ball into other hands (HC-7); the caller saves. Returns the changed fields, none where it stays."""
    return BALL if pass_each_ball([ticket], kind, person, name) else []


def pass_each_ball(tickets: Iterable[Ticket], kind: HolderKind, person: Person | None = None, name: str = "") -> list[Ticket]:
    """The same with many tickets; returns those whose ball went somewhere else, ``BALL`` is what changed of them."""
    moved = _elsewhere(tickets, kind, person.pk if person else None, name)
    end_hands(moved)
    for ticket in moved:
        ticket.holder_kind, ticket.holder_person, ticket.holder_name, ticket.holder_since = kind, person, name[:120], now()
    return moved


# What a ticket says of the hand that it lies in, and what is written down of it; a hand also says when it ended.
HELD = ("pk", "holder_kind", "holder_person_id", "holder_name", "team_id", "kind", "region", "holder_since")
HAND = ("ticket_id", "kind", "person_id", "name", "team_id", "ticket_kind", "region", "began_at", "ended_at", "seconds")
held_by = attrgetter(*HELD)


class Held(Protocol):
    """A ticket, or what somebody has read of it."""

    @property
    def pk(self) -> int: ...
    @property
    def holder_kind(self) -> str: ...
    @property
    def holder_person_id(self) -> int | None: ...
    @property
    def holder_name(self) -> str: ...
    @property
    def holder_since(self) -> datetime: ...


T = TypeVar("T", bound=Held)


def end_hands(tickets: Iterable[Ticket]) -> None:
    """Write down how long each ball lay where it lies; a hand that only passed it through leaves no row."""
    Hand.objects.bulk_create(Hand(**dict(zip(HAND, row, strict=True))) for row in _ended(tickets))


def _ended(tickets: Iterable[Held]) -> list[tuple[Any, ...]]:
    moment = now()
    lengths = [(each, moment - each.holder_since) for each in tickets]
    return [(*held_by(each), moment, int(length.total_seconds())) for each, length in lengths if length >= SHORTEST_HAND]


def _elsewhere(tickets: Iterable[T], kind: HolderKind, person: int | None, name: str) -> list[T]:
    """Those whose ball does not lie in this hand."""
    there = (kind, person, name)
    return [each for each in tickets if (each.holder_kind, each.holder_person_id, each.holder_name) != there]


def pass_ball_of(tickets: Iterable[Held], kind: HolderKind, *, name: str) -> None:
    """Put the ball of many locked tickets into the hands of somebody who is no person of ours; where it lies there it stays.

    ``tickets`` are as they have been since they were locked; of each only what ``HELD`` names.
    """
    moved = _elsewhere(tickets, kind, None, name[:120])
    bulk.insert_values(Hand, HAND, _ended(moved))
    changes = {"holder_kind": kind, "holder_person_id": None, "holder_name": name[:120], "holder_since": now()}
    bulk.set_all(Ticket, [each.pk for each in moved], changes)


def hand_of(ticket: Ticket) -> dict[str, Any]:
    """Who holds the ball, as it is kept for giving it back."""
    return {"kind": ticket.holder_kind, "person": ticket.holder_person_id, "name": ticket.holder_name}


def give_back(ticket: Ticket, hand: Mapping[str, Any]) -> list[str]:
    """Put the ball into the hand that was kept; returns the changed fields."""
    person = Person.objects.filter(pk=hand.get("person") or 0).first()
    return pass_ball(ticket, HolderKind(hand.get("kind", HolderKind.AGENT)), person, hand.get("name", ""))


def remember_holder(ticket: Ticket) -> list[str]:
    """Keep who holds the ball, for when a pause ends."""
    ticket.holder_before = hand_of(ticket)
    return ["holder_before"]


def lies_with(ticket: Ticket) -> tuple[str, int | None]:
    """Whose kind and who has the ball; while the customer is waited for, to whom it comes back."""
    if ticket.holder_kind == HolderKind.CUSTOMER and (before := ticket.holder_before):
        return before["kind"], before["person"]
    return ticket.holder_kind, ticket.holder_person_id


def hand_ball(ticket: Ticket, kind: HolderKind, person: Person | None) -> list[str]:
    """Pass the ball among us; while the customer is waited for it stays there, and comes back to the new holder (HC-7)."""
    if ticket.holder_kind == HolderKind.CUSTOMER:
        ticket.holder_before = {"kind": kind, "person": person.pk if person else None, "name": ""}
        return ["holder_before"]
    return pass_ball(ticket, kind, person)


def return_ball(ticket: Ticket) -> list[str]:
    """Give the ball back from the customer; where an act passed it on meanwhile it stays."""
    before, ticket.holder_before = ticket.holder_before or {}, None
    if ticket.holder_kind != HolderKind.CUSTOMER:
        return ["holder_before"]
    return [*give_back(ticket, before), "holder_before"]


def hold_open(ticket: Ticket, name: str, reason: Any) -> Hold:
    """Forbid solving and closing until ``lift_hold``; ``reason`` is the sentence that whoever tries will read."""
    hold, _made = Hold.objects.get_or_create(
        ticket=ticket, name=name, lifted_at=None, defaults={"reason": in_house_words(reason), "laid_at": now()}
    )
    return hold


def lift_hold(ticket: Ticket, name: str) -> None:
    """Allow it again."""
    Hold.objects.filter(ticket=ticket, name=name, lifted_at=None).update(lifted_at=now())


def end_forwardings(tickets: Iterable[Ticket], because: ForwardingEnd) -> None:
    """Units have these locked tickets no more, where they had them."""
    Forwarding.objects.open().filter(ticket__in=[each.pk for each in tickets]).update(
        ended_at=now(), ended_because=because, next_chase_at=None
    )


def change_kind(
    ticket: Ticket, kind: Kind, *, by: Person | None, act: str, personal: dict[str, tuple[Any, Any]] | None = None
) -> Ticket:
    """Give a locked ticket another kind and announce it; ``act`` is the name in the history. Callers check who may."""
    TICKET_MOVES.require("change_kind", ticket.status)
    before, ticket.kind = Kind(ticket.kind), kind
    if ticket.is_escorted:
        end_forwardings([ticket], ForwardingEnd.ESCORTED)
    ticket.version += 1
    ticket.save(update_fields=["kind", "version", *say(ticket, kind.label)])
    record(ticket, act, by=by, facts={"kind": [before, kind]}, personal=personal)
    kind_changed.send(Ticket, ticket=ticket, before=before, by=by)
    Counter.grow("tickets")
    return ticket


def show_clocks(shown: Iterable[tuple[Ticket, ShownClock | None]]) -> None:
    """Write the clock that lists show of each ticket. Escalation calls this whenever a clock of a ticket changes."""
    tickets = []
    for ticket, clock in shown:
        ticket.clock_milestone, ticket.clock_state = (clock.milestone, clock.state) if clock else ("", "")
        ticket.clock_started_at, ticket.clock_due_at = (clock.started_at, clock.due_at) if clock else (None, None)
        ticket.clock_first_rung_at = clock.first_rung_at if clock else None
        tickets.append(ticket)
    bulk.update(tickets, SHOWN_CLOCK)


def criteria_in_order(criteria: set[str]) -> list[str]:
    """Each sign once, in the order of the form."""
    return [code for code in Criterion.values if code in criteria]
