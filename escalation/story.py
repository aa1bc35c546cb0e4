"""What a ticket page tells of escalation, read once for all of its panels and buttons (ESC-6, HC-7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import Role, may
from common.clock import now
from common.queries import Prepared, columns_of, taken
from escalation.models import (
    AWAITS_PROMISE,
    CLOCK_ENDED,
    Clock,
    ClockInterval,
    ClockRung,
    ClockState,
    DispatchLine,
    Escort,
    EscortState,
    Group,
    Message,
    Policy,
    Progress,
    RungState,
    Whom,
)
from escalation.whom import word, words
from tickets.models import HolderKind, Ticket

MOST_CLOCKS = 40
MOST_ENDED = 8
HOLD_MINUTES = 15
HELD_BY = ("acknowledged_by__id", "acknowledged_by__online_name")


@dataclass(frozen=True)
class Step:
    """One rung to come: when, and whom it reaches."""

    at: datetime
    who: str


@dataclass(frozen=True)
class Pause:
    """A stretch in which everything stood still, and who let it."""

    since: datetime
    until: datetime | None
    reason: str
    by: str

    @classmethod
    def of(cls, stretch: ClockInterval) -> "Pause":
        return cls(stretch.started_at, stretch.ended_at, stretch.reason, stretch.by.online_name if stretch.by else "")


@dataclass
class ShownClock:
    """A clock as chip and gauge draw it, with what comes next."""

    row: Clock
    ticket: Ticket
    rungs: list[ClockRung] = field(default_factory=list)  # its ladder, the lowest first
    has_ledger: bool = False  # it stood still at least once

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def label(self) -> Any:
        return self.row.get_milestone_display()

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def started_at(self) -> datetime:
        return self.row.started_at

    @property
    def due_at(self) -> datetime:
        return self.row.due_at

    @property
    def ended_at(self) -> datetime | None:
        return self.row.ended_at

    @property
    def allowance(self) -> timedelta:
        return self.row.due_at - self.row.shown_start

    @property
    def counts_again_at(self) -> datetime | None:
        """When its seconds count again; None where they do now, or the clock does not run."""
        opens = self.row.counting_hours.opening(now()) if self.row.state == ClockState.RUNNING else now()
        return opens if opens > now() else None

    @property
    def paused_at(self) -> datetime | None:
        return self.pause.since if self.pause else None

    @property
    def rung_moments(self) -> list[datetime]:
        return [rung.due_at for rung in self.rungs if rung.after_seconds]

    @property
    def first_rung_at(self) -> datetime | None:
        return min(self.rung_moments, default=None)

    @cached_property
    def pause(self) -> Pause | None:
        """The pause that lasts now."""
        if self.row.state != ClockState.PAUSED:
            return None
        standing = next((each for each in self.row.intervals.all() if each.ended_at is None), None)
        return Pause.of(standing) if standing else None

    @property
    def waiting(self) -> list[ClockRung]:
        return [rung for rung in self.rungs if rung.state == RungState.WAITING]

    @property
    def steps(self) -> list[Step]:
        """The next two rungs and whom they will reach, by name where it is known."""
        return [Step(rung.due_at, reached_by(rung.whom, self.ticket)) for rung in self.waiting[:2]]

    @property
    def next_above(self) -> Step | None:
        """The first rung above whoever holds the ball."""
        return next((Step(r.due_at, reached_by(r.whom, self.ticket)) for r in self.waiting if r.whom != Whom.HOLDER), None)

    @property
    def held_by(self) -> Person | None:
        """Who said *I have it* and still does."""
        until = self.row.acknowledged_until
        return self.row.acknowledged_by if until and until > now() else None

    @property
    def hold_until(self) -> datetime | None:
        """Until when one press holds the ladder; None where that would change nothing."""
        until = now() + timedelta(minutes=HOLD_MINUTES)
        waits = self.waiting
        runs = self.row.state == ClockState.RUNNING
        return until if runs and waits and waits[0].due_at < until and self.held_by is None else None


def reached_by(whom: str, ticket: Ticket) -> str:
    """Whom a rung reaches: the name behind the word where there is one person, else the word."""
    if whom == Whom.HOLDER:
        return _chaser(ticket)
    if whom == Whom.TEAM_LEADER and ticket.team and ticket.team.leader:
        return f"{ticket.team.leader.online_name} (TL)"
    return words([whom])[whom]


def _chaser(ticket: Ticket) -> str:
    """Whom the word *holder* reaches, as ``Directory`` finds them: a unit and the customer are chased by somebody of ours."""
    if ticket.holder_person_id:
        return str(ticket.holder["name"])
    if ticket.holder_kind == HolderKind.CARING:
        return word(f"role:{Role.OUTBOUND_AGENT}")
    escort: Escort | None = getattr(ticket, "escort", None)
    owner = (escort.owner if escort else None) or (None if ticket.is_escorted else ticket.assignee)
    if owner:
        return owner.online_name
    return str(Whom.SUPPORT_HC.label if ticket.is_escorted else ticket.get_holder_kind_display())


@dataclass
class Story:
    """A ticket's escort, clocks, messages to units, and progress that somebody is owed."""

    ticket: Ticket
    escort: Escort | None
    clocks: list[ShownClock]
    lines: list[DispatchLine] = field(default_factory=list)  # its dispatches, the newest first
    progress: list[Progress] = field(default_factory=list)

    @property
    def running(self) -> list[ShownClock]:
        """Running or paused, the one that ends first on top."""
        live = [clock for clock in self.clocks if clock.state not in CLOCK_ENDED]
        return sorted(live, key=lambda clock: (clock.state != ClockState.RUNNING, clock.due_at))

    @property
    def ended(self) -> list[ShownClock]:
        """Met or late, newest first; what was cancelled tells nothing."""
        return [clock for clock in self.clocks if clock.state in (ClockState.MET, ClockState.LATE)][:MOST_ENDED]

    @property
    def pauses(self) -> list[Pause]:
        """Every pause once, although each clock keeps it in its own ledger (ESC-5)."""
        ledgers = [clock.row.intervals.all() for clock in self.clocks if clock.has_ledger]
        stretches = [each for ledger in ledgers for each in ledger if not each.running]
        found = {each.started_at: Pause.of(each) for each in stretches}
        return [found[moment] for moment in sorted(found, reverse=True)]

    @property
    def groups(self) -> list[str]:
        """The groups that have it in this round, in the order of sending."""
        round_now = self.escort.returns if self.escort else 0
        names = [line.message.group.name for line in reversed(self.lines) if line.round == round_now]
        return list(dict.fromkeys(names))

    def owed_to(self, person: Person) -> list[Progress]:
        """Published words of the unit that this person has not seen yet (SE-4)."""
        return [each for each in self.progress if each.told_inside_at is None and each.owed_to_id == person.pk]

    @property
    def untold(self) -> list[Progress]:
        """Published words that the customer has not been told."""
        return [each for each in self.progress if each.told_customer_at is None]


def story_of(ticket: Ticket) -> Story:
    """The story, read once a page: the panels and buttons of one page get the same ticket."""
    kept: dict[str, Any] = vars(ticket)
    if "_escalation_story" not in kept:
        kept["_escalation_story"] = _read(ticket)
    story: Story = kept["_escalation_story"]
    return story


def _read(ticket: Ticket) -> Story:
    escort: Escort | None = getattr(ticket, "escort", None) if ticket.is_escorted else None
    story = Story(ticket, escort, clocks_of(ticket))
    if escort is not None:
        story.lines = [line for values in _sent(ticket.pk) if (line := _dispatch_line(iter(values)))]
        story.progress = [said for values in _said(escort.pk) if (said := taken(Progress, iter(values)))]
    return story


def _sent_lines(ticket: Any) -> QuerySet[Any, Any]:
    lines = DispatchLine.objects.filter(ticket=ticket, dropped_at=None).order_by("-id")
    beside = (*columns_of(Message, "message__"), *columns_of(Group, "message__group__"))
    return lines.values_list(*columns_of(DispatchLine), *beside)[:MOST_CLOCKS]


def _progress_lines(escort: Any) -> QuerySet[Any, Any]:
    said = Progress.objects.filter(escort=escort, published_at__isnull=False).order_by("-id")
    return said.values_list(*columns_of(Progress))[:MOST_CLOCKS]


def _dispatch_line(values: Iterator[Any]) -> DispatchLine | None:
    line, message, group = taken(DispatchLine, values), taken(Message, values), taken(Group, values)
    if line and message and group:
        message.group, line.message = group, message
    return line


def _clock_lines(ticket: Any) -> QuerySet[Any, Any]:
    """The newest clocks of a ticket, each as often as it has rungs."""
    newest = Clock.objects.filter(ticket=ticket).order_by("-id").values("pk")[:MOST_CLOCKS]
    lines = Clock.objects.filter(pk__in=newest).order_by("-id", "rungs__order")
    policy, rungs = columns_of(Policy, "policy__"), columns_of(ClockRung, "rungs__")
    return lines.values_list(*columns_of(Clock), *policy, *HELD_BY, *rungs)


_clocks, _sent, _said = Prepared(_clock_lines), Prepared(_sent_lines), Prepared(_progress_lines)


def clocks_of(ticket: Ticket) -> list[ShownClock]:
    """The newest clocks of a ticket with their ladders, in one statement, and with the ledgers of those that ever stood still."""
    found: dict[int, ShownClock] = {}
    for line in _clocks(ticket.pk):
        _read_line(found, iter(line), ticket)
    rows = [shown.row for shown in found.values()]
    stood = [row for row in rows if row.counting_id or row.state == ClockState.PAUSED or row.shown_start != row.started_at]
    stretches = ClockInterval.objects.select_related("by").only(*columns_of(ClockInterval), "by__online_name").order_by("id")
    prefetch_related_objects(stood, Prefetch("intervals", stretches))
    for row in stood:
        found[row.pk].has_ledger = True
    return list(found.values())


def _read_line(found: dict[int, ShownClock], values: Iterator[Any], ticket: Ticket) -> None:
    """One clock with one of its rungs, or with none."""
    row, policy = taken(Clock, values), taken(Policy, values)
    held_by, rung = taken(Person, values, "id", "online_name"), taken(ClockRung, values)
    if row is None or policy is None:
        return
    if row.pk not in found:
        row.policy, row.acknowledged_by = policy, held_by
        found[row.pk] = ShownClock(row, ticket)
    if rung is not None:
        found[row.pk].rungs.append(rung)


# The way of one ticket, station by station


@dataclass(frozen=True)
class Station:
    """One station of the way: ``look`` is done, now or empty. ``since`` counts while the ball lies here."""

    name: str
    detail: str = ""
    look: str = ""
    since: datetime | None = None


AT_UNIT = (EscortState.DISPATCHED, EscortState.IN_PROGRESS, EscortState.SOLVED)
BALL = {
    HolderKind.AGENT: "agent",
    HolderKind.TEAM_LEADER: "leader",
    HolderKind.SUPERVISOR: "leader",
    HolderKind.SUPPORT_HC: "support",
    HolderKind.UNIT: "unit",
    HolderKind.TELKOM: "unit",
    HolderKind.CARING: "caring",
}


def stations(ticket: Ticket, escort: Escort, groups: Sequence[str] = ()) -> list[Station]:
    """Agent, TL where one raised it, Support HC, the unit, caring, the customer's yes; the ball where it lies (HC-7)."""
    details = _details(ticket, escort, groups)
    order: list[str] = [name for name in ("agent", "leader", "support", "unit", "caring", "customer") if name in details]
    if escort.state == EscortState.CLOSED:
        return [Station(*details[name], look="done") for name in order]
    reached = _reached(escort)
    now_at = BALL.get(HolderKind(ticket.holder_kind), reached)
    now_at = now_at if now_at in order else "agent"
    done = order[: order.index(reached) + 1]
    return [
        Station(*details[name], look="now", since=ticket.holder_since)
        if name == now_at
        else Station(*details[name], look="done" if name in done else "")
        for name in order
    ]


def _reached(escort: Escort) -> str:
    """The furthest station that the ticket has come to."""
    if escort.state == EscortState.CARING:
        return "caring"
    return "unit" if escort.state in AT_UNIT else "support"


def _details(ticket: Ticket, escort: Escort, groups: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Each station's name, and who or when."""
    logged = ticket.logged_by.online_name if ticket.logged_by else ""
    owner = escort.owner.online_name if escort.owner else ""
    details = {
        "agent": (_("Agen"), logged),
        "support": ("Support HC", owner or (_("belum diambil") if escort.is_open else "")),
        "unit": (_("Unit: %(groups)s") % {"groups": ", ".join(groups)} if groups else _("Unit"), ""),
        "caring": ("Caring", "Tier-2" if _tier_2_alone(ticket, escort) else _("TL atau Tier-2")),
        "customer": (_("Pelanggan oke"), _("baru tiket ditutup")),
    }
    if escort.raised_by and escort.kind_before:
        details["leader"] = ("TL", _("%(name)s menaikkan") % {"name": escort.raised_by.online_name})
    elif ticket.holder_kind in (HolderKind.TEAM_LEADER, HolderKind.SUPERVISOR):
        details["leader"] = ("TL", "")
    return details


def _tier_2_alone(ticket: Ticket, escort: Escort) -> bool:
    """Whether only Tier-2 hears the customer's yes: a Buzzer, or a promise stands (W-24 5.3.9). Callers join the slot."""
    return escort.kind in AWAITS_PROMISE or getattr(ticket, "promise_slot", None) is not None


def may_hold(person: Person) -> bool:
    """Whether this person may say *I have it*."""
    return may(person, "clock.acknowledge")


def works_the_queue(person: Person) -> bool:
    return person.role == Role.SUPPORT_HC
