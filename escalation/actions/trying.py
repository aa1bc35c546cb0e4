"""Trying a policy on past tickets (ESC-6): each clock that ran is walked through again by the version's own ladder.

A clock begins and ends, and stands still, when the ticket's own did. Where the ticket had no clock of a milestone that starts at
logging, it is taken to run from the logging to the solution. Who was on duty and who took it is not known, so every rung is taken
to reach somebody and nobody to hold it. Nothing is written to tickets.
"""

import logging
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import HistoryEntry, Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid
from escalation.actions.clocks import AT_LOGGING
from escalation.actions.stamping import zone_of
from escalation.models import Clock, ClockState, Milestone, Policy, Rung, Trial, TrialState
from escalation.simulating import Stretch, course
from tickets.models import Ticket

log = logging.getLogger(__name__)
MOST_TICKETS = 500
MOST_SHOWN = 50
BATCH = 25
LONGEST_PERIOD = timedelta(days=92)
LEASE = timedelta(minutes=2)
MOST_TAKEOVERS = 3


@transaction.atomic
def try_policy(policy: Policy, *, by: Person, since: datetime, until: datetime | None = None) -> Trial:
    """Ask for a try on the newest 500 tickets that the version would have served and that were logged in the period."""
    require(by, "policy.edit")
    end = min(until or now(), now())
    if not timedelta() < end - since <= LONGEST_PERIOD:
        sentence = _("Pilih masa yang sudah lewat, paling panjang 92 hari.")
        raise Invalid(sentence, errors={"since": [sentence]})
    trial = Trial.objects.create(policy=policy, since=since, until=end, by=by, created_at=now())
    facts = {"version": policy.version, "since": since.isoformat(), "until": end.isoformat()}
    record(policy, "policy.tried", by=by, facts=facts)
    return trial


def claim_trial() -> Trial | None:
    """The oldest that waits, or whose worker fell silent; a conditional UPDATE lets one worker have it."""
    silent = Q(state=TrialState.RUNNING, claimed_at__lt=now() - LEASE)
    for trial in Trial.objects.filter(Q(state=TrialState.WAITING) | silent).order_by("id")[:5]:
        same = Trial.objects.filter(pk=trial.pk, state=trial.state, claimed_at=trial.claimed_at)
        takeovers = trial.takeovers + (trial.state == TrialState.RUNNING)
        if same.update(state=TrialState.RUNNING, claimed_at=now(), takeovers=takeovers) == 1:
            trial.refresh_from_db()
            return trial
    return None


def run_trial(trial: Trial) -> Trial:
    """Walk through all of its tickets, saying how far it is. One that cannot be worked out ends as failed, with nothing shown."""
    try:
        if trial.takeovers > MOST_TAKEOVERS:
            return _end(trial, TrialState.FAILED)
        return _run(trial)
    except Exception:
        log.exception("trial %s failed", trial.pk)
        return _end(trial, TrialState.FAILED)


def _run(trial: Trial) -> Trial:
    rungs = Prefetch("rungs", Rung.objects.order_by("order"))
    rows = Milestone.objects.filter(policy=trial.policy_id).select_related("policy__counting", "policy__notifying")
    found = Found({row.milestone: row for row in rows.prefetch_related(rungs)}, now())
    ids = list(tickets_of(trial).values_list("pk", flat=True)[:MOST_TICKETS])
    for start in range(0, len(ids), BATCH):
        _progress(trial, start, len(ids))
        found.add(ids[start : start + BATCH])
    trial.done, trial.total, trial.result = len(ids), len(ids), found.result()
    return _end(trial, TrialState.DONE)


def tickets_of(trial: Trial) -> QuerySet[Ticket]:
    """The tickets of the period that agree with the scope of its policy, newest first."""
    policy = trial.policy
    scope = {name: getattr(policy, name) for name in ("segment", "service_line", "region") if getattr(policy, name)}
    if policy.site_id:
        scope["team__site"] = policy.site_id
    period = {"opened_at__gte": trial.since, "opened_at__lt": trial.until}
    return Ticket.objects.filter(kind=policy.kind, **scope, **period).order_by("-id")


def _progress(trial: Trial, done: int, total: int) -> None:
    trial.done, trial.total, trial.claimed_at = done, total, now()
    trial.save(update_fields=["done", "total", "claimed_at"])


def _end(trial: Trial, state: TrialState) -> Trial:
    trial.state, trial.ended_at = state, now()
    trial.save(update_fields=["state", "ended_at", "done", "total", "result"])
    return trial


@dataclass(frozen=True)
class Ran:
    """A stretch in which a clock of some milestone ran on a ticket."""

    milestone: str
    start: datetime
    end: datetime
    pauses: list[Stretch]
    late: bool = False


@dataclass
class Found:
    """What was found out so far, summed up as it is shown."""

    milestones: dict[str, Milestone]
    until: datetime
    tickets: int = 0
    would: Tally[tuple[str, int, str]] = field(default_factory=Tally)  # times that a rung would have fired
    would_tickets: Tally[tuple[str, int, str]] = field(default_factory=Tally)
    did: Tally[tuple[str, int]] = field(default_factory=Tally)  # times that a rung did fire
    late: Tally[tuple[str, str]] = field(default_factory=Tally)  # clocks by milestone: ran, would be late, were late
    hours: dict[str, list[int]] = field(default_factory=lambda: {"would": [0] * 24, "did": [0] * 24})
    shown: list[dict[str, Any]] = field(default_factory=list)

    def add(self, ids: Sequence[int]) -> None:
        """Take these tickets in."""
        clocks = Prefetch("clock_rows", Clock.objects.select_related("policy").prefetch_related("intervals").order_by("id"))
        tickets = Ticket.objects.filter(pk__in=ids).select_related("team__site").prefetch_related(clocks).order_by("-id")
        fired = _fired(ids)
        for ticket in tickets:
            self._add(ticket, fired.get(ticket.pk, []))

    def _add(self, ticket: Ticket, fired: Sequence[HistoryEntry]) -> None:
        zone, would = zone_of(ticket), 0
        steps: set[tuple[str, int, str]] = set()
        self.tickets += 1
        for ran in stretches(ticket, self.until):
            if ran.milestone not in self.milestones:
                continue
            events = course(self.milestones[ran.milestone], ran.start, zone=zone, until=ran.end, pauses=ran.pauses)
            self.late[ran.milestone, "ran"] += 1
            self.late[ran.milestone, "would"] += any(event.order == 0 for event in events)
            self.late[ran.milestone, "did"] += ran.late
            for event in events:
                if event.order:
                    would += 1
                    step = (event.milestone, event.order, event.whom)
                    self.would[step] += 1
                    steps.add(step)
                    self._hour("would", event.at, zone)
        self.would_tickets.update(steps)
        for entry in fired:
            self.did[entry.facts["milestone"], entry.facts["rung"]] += 1
            self._hour("did", entry.at, zone)
        self.shown.append({"number": ticket.number, "would": would, "did": len(fired)})

    def _hour(self, which: str, moment: datetime, zone: str) -> None:
        self.hours[which][moment.astimezone(ZoneInfo(zone)).hour] += 1

    def result(self) -> dict[str, Any]:
        """As JSON: per milestone how many clocks ran, were or would be late, and each rung; by the hour; the most different."""
        different = sorted(self.shown, key=lambda row: (-abs(row["would"] - row["did"]), row["number"]))
        return {
            "tickets": self.tickets,
            "would": sum(self.would.values()),
            "did": sum(self.did.values()),
            "milestones": [self._milestone(name) for name in self.milestones],
            "hours": self.hours,
            "most_different": [row for row in different if row["would"] != row["did"]][:MOST_SHOWN],
        }

    def _milestone(self, name: str) -> dict[str, Any]:
        own = {rung.order: rung.whom for rung in self.milestones[name].rungs.all()}
        orders = sorted({*own, *(order for milestone, order in self.did if milestone == name)})
        rungs = [
            {
                "order": order,
                "whom": own.get(order, ""),
                "would": self.would[name, order, own.get(order, "")],
                "tickets": self.would_tickets[name, order, own.get(order, "")],
                "did": self.did[name, order],
            }
            for order in orders
        ]
        late = {which: self.late[name, which] for which in ("ran", "would", "did")}
        return {"milestone": name, **late, "rungs": rungs}


def _fired(ids: Sequence[int]) -> dict[int, list[HistoryEntry]]:
    rows = HistoryEntry.objects.filter(subject_kind="ticket", subject_id__in=ids, act="clock.rung_fired").order_by("sequence")
    found: dict[int, list[HistoryEntry]] = {}
    for row in rows:
        found.setdefault(row.subject_id, []).append(row)
    return found


def stretches(ticket: Ticket, until: datetime) -> list[Ran]:
    """When which clock ran. What a denial restarted began where the stopped one had begun, so the two are one stretch."""
    newest: dict[tuple[str, datetime], Clock] = {}
    for clock in ticket.clock_rows.all():
        if clock.policy.kind == ticket.kind:
            newest[clock.milestone, clock.started_at] = clock
    found = [
        Ran(clock.milestone, clock.started_at, clock.ended_at or until, _pauses([clock], until), _was_late(clock, until))
        for clock in newest.values()
    ]
    had = {ran.milestone for ran in found}
    end = ticket.solved_at or ticket.closed_at or until
    pauses = _pauses(ticket.clock_rows.all(), until)
    return found + [Ran(name, ticket.opened_at, end, pauses) for name in AT_LOGGING if name not in had]


def _was_late(clock: Clock, until: datetime) -> bool:
    live = clock.state in (ClockState.RUNNING, ClockState.PAUSED)
    return clock.state == ClockState.LATE or (live and clock.due_at < until)


def _pauses(clocks: Iterable[Clock], until: datetime) -> list[Stretch]:
    """Each once, although every clock keeps it in its own ledger."""
    rows = [row for clock in clocks for row in clock.intervals.all() if not row.running]
    longest: dict[datetime, datetime] = {}
    for row in rows:
        longest[row.started_at] = max(row.ended_at or until, longest.get(row.started_at, row.started_at))
    return sorted(longest.items())
