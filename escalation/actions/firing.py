"""Firing the due rungs of many clocks in one go: read, decide, write, each in a fixed number of statements (ESC-2, ESC-3).

The caller holds the locks of all their tickets. Whatever breaks raises, and nothing of the batch has happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.history import record_all
from accounts.models import Counter, Person
from accounts.roles import Role
from common import bulk, words
from common.problems import Conflict
from common.queries import Prepared, any_of
from escalation.actions import clocks
from escalation.actions.notifying import bell_counter, notify, on_duty_or_all
from escalation.actions.outbox import Draft, queue_all
from escalation.actions.reaching import Directory, Reachable, Seen, directory_for, seen
from escalation.models import ClockRung, ClockState, Event, Group, MilestoneName, Notification, RungState, Whom
from escalation.models.calendars import hours_of
from escalation.models.channels import Purpose
from escalation.wording import Stored, Words, read
from tickets.actions import pass_ball_of
from tickets.models import HolderKind, Kind, Status, Ticket

FIRED = "count:rungs_fired"
LATE_AFTER = timedelta(minutes=1)  # a rung that fires later than this after it was due is late, not fired
AFTER_SOLVING = (MilestoneName.CARING,)  # the only clocks that may call somebody to a solved ticket
TOLD = ("person_id", "ticket_id", "event", "text", "says", "key", "created_at")
RINGS = gettext_noop("%(number)s (%(kind)s): jam %(milestone)s lewat sejak %(since)s.")
RINGS_FIRST_HERE = gettext_noop(
    "%(number)s (%(kind)s): jam %(milestone)s lewat sejak %(since)s. Anak tangga di bawahnya tidak sempat diberi tahu: %(below)s."
)
CLOCK_FIELDS = tuple(
    f"clock__{name}" for name in ("ticket_id", "pk", "milestone", "state", "due_at", "notifying_id", "time_zone")
)
RUNG_FIELDS = ("pk", "order", "whom", "channel", "repeat_seconds", "repeats_left", "due_at", "reached", "acknowledged_by")
WAITING = RungState.WAITING.value
CHANGED = ("state", "due_at", "repeats_left", "ended_at", "reached")


class Waiting(NamedTuple):
    """A rung that waits."""

    pk: int
    order: int
    whom: str
    channel: str
    repeat_seconds: int
    repeats_left: int
    due_at: datetime
    reached: str  # whom it told before, where it repeats
    heard_by: list[int] | None  # who has acknowledged it, where all must: they are not told again

    @property
    def word(self) -> str:
        return str(Whom(self.whom).label) if self.whom in Whom.values else self.whom


class DueClock(NamedTuple):
    """A clock with all of its waiting rungs, lowest first."""

    pk: int
    milestone: str
    state: str
    due_at: datetime
    notifying_id: int | None
    time_zone: str
    ticket: Seen
    rungs: list[Waiting]

    @property
    def is_over(self) -> bool:
        """Whether nobody may be called by it: it has ended, or its ticket has (ESC-5)."""
        solved = self.ticket.status == Status.SOLVED and self.milestone not in AFTER_SOLVING
        return self.state != ClockState.RUNNING or solved or self.ticket.status == Status.CLOSED


def fire(clock_ids: Sequence[int], moment: datetime, *, by: Person | None = None) -> None:
    """Fire the highest due rung of each of these clocks; the lower ones are overtaken, and its message names them."""
    due = _read(clock_ids)
    rungs = [(rung.whom, rung.channel) for clock in due for rung in clock.rungs]
    with override(settings.LANGUAGE_CODE):  # what is stored speaks the house's language
        batch = Batch(moment, by, directory_for([clock.ticket for clock in due], rungs))
        for clock in due:
            batch.take(clock)
        batch.write()


@Prepared
def _waiting(clocks: Any) -> QuerySet[ClockRung, Any]:
    rungs = ClockRung.objects.filter(any_of("clock_id", clocks), state=RungState.WAITING).order_by("clock_id", "order")
    return rungs.values_list(*CLOCK_FIELDS, *RUNG_FIELDS)


def _read(clock_ids: Sequence[int]) -> list[DueClock]:
    found, of_clock = _waiting(list(clock_ids)), len(CLOCK_FIELDS)
    tickets = seen({row[0] for row in found})
    return [
        DueClock._make((*clock, tickets[ticket], [Waiting._make(row[of_clock:]) for row in waiting]))
        for (ticket, *clock), waiting in groupby(found, key=lambda row: row[:of_clock])
    ]


@dataclass
class Batch:
    """What a batch decides, and then writes."""

    moment: datetime
    by: Person | None
    directory: Directory
    changes: list[tuple[object, ...]] = field(default_factory=list)
    told: list[tuple[int, int, str, str, Stored, str, datetime]] = field(default_factory=list)
    messages: list[Draft] = field(default_factory=list)
    acts: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    to_telkom: dict[int, tuple[Seen, str]] = field(default_factory=dict)  # by ticket: it, and into whose hands it goes last
    moved: set[int] = field(default_factory=set)  # tickets whose shown clock may have another next rung
    unheard: list[DueClock] = field(default_factory=list)  # ladders that ended without reaching anybody
    zone: tzinfo = field(default_factory=timezone.get_current_timezone)
    labels: dict[tuple[str, str], tuple[Stored, str]] = field(default_factory=dict)  # what a clock is called, and what it says
    facts: dict[tuple[object, ...], dict[str, object]] = field(default_factory=dict)  # many entries of the history say the same

    def take(self, clock: DueClock) -> None:
        """Decide what becomes of one clock's waiting rungs."""
        due = [rung for rung in clock.rungs if rung.due_at <= self.moment]
        if clock.is_over:
            self._end(due, RungState.CANCELLED)
        elif due:
            self._climb(clock, due[-1])

    def _climb(self, clock: DueClock, top: Waiting) -> None:
        below = clock.rungs[: clock.rungs.index(top)]
        silent = [rung for rung in below if not rung.reached]
        self._end(silent, RungState.OVERTAKEN)
        self._end([rung for rung in below if rung.reached], RungState.FIRED)  # they had their say, and repeat no more
        state = (RungState.LATE if self.moment - top.due_at > LATE_AFTER else RungState.FIRED).value
        reached = self._reach(clock, top, silent)
        self._end_top(clock, top, state, ", ".join(reached) or _("tidak ada yang bertugas"))
        self.acts.append((clock.ticket.pk, self._facts(clock.milestone, top.order, state, reached, silent)))
        if not reached:
            self._go_on_at_once(clock, top)

    def _facts(self, milestone: str, rung: int, state: str, reached: list[str], silent: list[Waiting]) -> dict[str, object]:
        lower = [each.order for each in silent]
        said = milestone, rung, state, *reached, *lower
        if said not in self.facts:
            self.facts[said] = {"milestone": milestone, "rung": rung, "state": state, "reached": reached, "lower": lower}
        return self.facts[said]

    def _end(self, rungs: Iterable[Waiting], state: RungState) -> None:
        for rung in rungs:
            self._change(rung, state.value, rung.due_at, rung.repeats_left, self.moment, rung.reached)

    def _end_top(self, clock: DueClock, top: Waiting, state: str, reached: str) -> None:
        if top.repeats_left:
            again = hours_of(clock.notifying_id, clock.time_zone).opening(self.moment + timedelta(seconds=top.repeat_seconds))
            self._change(top, WAITING, again, top.repeats_left - 1, None, reached)
            self.moved.add(clock.ticket.pk)
        else:
            self._change(top, state, top.due_at, 0, self.moment, reached)

    def _change(
        self, rung: Waiting, state: str, due_at: datetime, repeats_left: int, ended_at: datetime | None, reached: str
    ) -> None:
        """The rung as it was read, which it must still be when it is written, and then what becomes of it."""
        self.changes.append((rung.pk, WAITING, rung.due_at, state, due_at, repeats_left, ended_at, reached[:120]))

    def _reach(self, clock: DueClock, top: Waiting, silent: Sequence[Waiting]) -> list[str]:
        """Tell whom the rung names, in the page and where it says so in a group; returns their names, none if nobody heard."""
        text, key = self._text(clock, silent), f"rung:{top.pk}:{top.repeats_left}"
        meant = self.directory.people(top.whom, clock.ticket)
        people = {each.pk: each for each in meant if each.pk not in (top.heard_by or [])}
        group = self.directory.group(top.whom, top.channel, clock.ticket)
        says = self._says(clock, silent) if people else {}
        for person in people.values():
            self._tell(person, clock.ticket, text, says, key)
        if group:
            self._send(group, clock.ticket, text, key)
        return [person.name for person in people.values()] + ([group.name] if group else [])

    def _text(self, clock: DueClock, silent: Sequence[Waiting]) -> str:
        """What it says, in the house's language."""
        return read(self._says(clock, silent)) if silent else self._named(clock)[1] % self._own(clock)

    def _says(self, clock: DueClock, silent: Sequence[Waiting]) -> Stored:
        """The same as ``wording.Words`` keep it, for each to read in their own language."""
        values = self._own(clock) | self._named(clock)[0]
        if not silent:
            return {"sentence": RINGS, "values": values, "small": False}
        below = [{"sentence": rung.word, "values": {}, "small": False} for rung in silent]
        return {"sentence": RINGS_FIRST_HERE, "values": values | {"below": below}, "small": False}

    def _own(self, clock: DueClock) -> dict[str, object]:
        return {"number": clock.ticket.number, "since": words.hm(clock.due_at, self.zone)}

    def _named(self, clock: DueClock) -> tuple[Stored, str]:
        """What such a clock is called, and its sentence with the rest left open."""
        kind = clock.ticket.kind, clock.milestone
        if kind not in self.labels:
            milestone = Words(MilestoneName(kind[1]).label, small=True)
            labels = Words("", kind=Kind(kind[0]).label, milestone=milestone).stored()["values"]
            open_ = {"number": "%(number)s", "since": "%(since)s"} | labels
            self.labels[kind] = labels, read({"sentence": RINGS, "values": open_, "small": False})
        return self.labels[kind]

    def _tell(self, person: Reachable, ticket: Seen, text: str, says: Stored, key: str) -> None:
        self.told.append((person.pk, ticket.pk, Event.RUNG.value, text[:300], says, f"{key}:{person.pk}", self.moment))

    def _send(self, group: Group, ticket: Seen, text: str, key: str) -> None:
        """A message to a group; in Telkom's the ball goes with it, for that is the last rung (ESC-2, HC-7)."""
        words_ = f"{text}\n#{ticket.number}"
        self.messages.append(Draft(ticket.pk, ticket.kind, group, words_, key=f"{key}:{group.pk}", about="rung"))
        if group.purpose == Purpose.TELKOM:
            self.to_telkom[ticket.pk] = ticket, group.name

    def _go_on_at_once(self, clock: DueClock, top: Waiting) -> None:
        """Nobody on duty was reached, so the next rung is due now (OB-7); after the last one administrators are told."""
        above = next((rung for rung in clock.rungs if rung.order > top.order), None)
        if above is None:
            self.unheard.append(clock)
        elif above.due_at > self.moment:
            self._change(above, WAITING, self.moment, above.repeats_left, None, above.reached)
            self.moved.add(clock.ticket.pk)

    def write(self) -> None:
        """Write all of it. The conditional update is what makes a rung end exactly once, on both databases."""
        if bulk.update_where(ClockRung, ("id", "state", "due_at"), CHANGED, self.changes) != len(self.changes):
            raise Conflict(_("Anak tangga ini sudah naik."))
        bulk.insert_values(Notification, TOLD, self.told)
        queue_all(self.messages, by=self.by)
        record_all(Ticket, "clock.rung_fired", self.acts, by=self.by)
        for name in {to for _ticket, to in self.to_telkom.values()}:
            pass_ball_of([ticket for ticket, to in self.to_telkom.values() if to == name], HolderKind.TELKOM, name=name)
        if self.moved:
            clocks.show_first_rungs(self.moved)
        self._raise_alarms()
        bells = {bell_counter(person) for person, *_ in self.told}
        Counter.grow_all(["queue", "tickets", *bells], sums={FIRED: len(self.acts)} if self.acts else None)

    def _raise_alarms(self) -> None:
        text = _("Tangga %(ticket)s habis tanpa mencapai siapa pun. Periksa siapa yang bertugas dan grup Telkom.")
        people = on_duty_or_all(Role.ADMINISTRATOR) if self.unheard else []
        for clock in self.unheard:
            said, ticket = Words(text, ticket=clock.ticket.number), Ticket(pk=clock.ticket.pk)
            notify(people, Event.ALARM, key=f"unheard:{clock.pk}", ticket=ticket, text=said)
