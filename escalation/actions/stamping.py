"""What a policy's version makes of a ticket: clocks and rungs with their due moments, not yet written (ESC-1, ESC-2)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from escalation.models import Clock, ClockRung, Milestone, Rung
from tickets.models import Ticket

STEP = ("order", "after_seconds", "whom", "channel", "repeat_seconds", "repeat_times", "all_must_acknowledge")
HOURS = ("counting", "notifying")
HEAD = ("policy_id", "policy__counting__current_id", "policy__notifying__current_id", "milestone", "seconds")


def begun(ticket: Ticket, steps: Iterable[Mapping[str, Any]], moment: datetime) -> tuple[list[Clock], list[ClockRung]]:
    """The ticket's clocks of these steps, starting at ``moment``, with their rungs."""
    clocks, rungs = dict[str, Clock](), list[ClockRung]()
    for row in steps:
        name = row["milestone"]
        if name not in clocks:
            clocks[name] = _clock(row, moment, partial(zone_of, ticket), ticket=ticket)
        if row["rungs__order"] is not None:
            rungs.append(rung_of(clocks[name], Rung(**{field: row[f"rungs__{field}"] for field in STEP})))
    return list(clocks.values()), rungs


def kept_policy(ticket: int | OuterRef, kind: str | OuterRef) -> QuerySet[Any]:
    """The policy version of the ticket's newest clock of its present kind."""
    return Clock.objects.filter(ticket=ticket, policy__kind=kind).order_by("-id").values("policy_id")[:1]


def steps_of(policy: Subquery | Coalesce | int, milestones: Iterable[str]) -> Iterable[dict[str, Any]]:
    """These milestones of the policy, each with its rungs in order: one row a rung, in one statement."""
    rows = Milestone.objects.filter(policy=policy, milestone__in=list(milestones)).order_by("pk", "rungs__order")
    steps: Iterable[dict[str, Any]] = rows.values(*HEAD, *(f"rungs__{field}" for field in STEP))
    return steps


def _clock(row: Mapping[str, Any], moment: datetime, zone: Callable[[], str], **more: Any) -> Clock:
    clock = Clock(
        policy_id=row["policy_id"],
        milestone=row["milestone"],
        seconds=row["seconds"],
        counting_id=row["policy__counting__current_id"],
        notifying_id=row["policy__notifying__current_id"],
        started_at=moment,
        **more,
    )
    clock.time_zone = "" if clock.is_around_the_clock else zone()
    clock.due_at = clock.counting_hours.after(moment, clock.seconds)
    return clock


def planned(milestone: Milestone, moment: datetime, zone: str) -> tuple[Clock, list[ClockRung]]:
    """The clock and rungs that would start at ``moment`` on a ticket of a site in ``zone``; nothing is written."""
    policy = milestone.policy
    calendars = {f"policy__{name}__current_id": getattr(getattr(policy, name), "current_id", None) for name in HOURS}
    row = {"policy_id": policy.pk, "milestone": milestone.milestone, "seconds": milestone.seconds, **calendars}
    clock = _clock(row, moment, lambda: zone)
    return clock, [rung_of(clock, rung) for rung in sorted(milestone.rungs.all(), key=lambda rung: rung.order)]


def zone_of(ticket: Ticket) -> str:
    """By whose clocks the ticket's office hours are meant: those of its site."""
    return ticket.team.site.time_zone if ticket.team else settings.TIME_ZONE


def rung_of(clock: Clock, rung: Rung | ClockRung) -> ClockRung:
    """The rung of a policy, or of a clock that runs again, as this clock's own."""
    made = ClockRung(
        clock=clock,
        order=rung.order,
        after_seconds=rung.after_seconds,
        whom=rung.whom,
        channel=rung.channel,
        repeat_seconds=rung.repeat_seconds,
        repeats_left=rung.repeat_times if isinstance(rung, Rung) else rung.repeats_left,
        all_must_acknowledge=rung.all_must_acknowledge,
    )
    clock.set_due(made, clock.counting_hours.after(clock.due_at, rung.after_seconds))
    return made
