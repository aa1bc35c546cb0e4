"""Clocks of a ticket: started, paused, met, stopped and shown. Each is a ledger of intervals (ESC-1, ESC-5).

All functions here run in the caller's transaction with the ticket locked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common import bulk
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible
from escalation.actions.stamping import begun, kept_policy, rung_of, steps_of
from escalation.actions.summons import acknowledge_rung, end_repeats
from escalation.models import (
    CLOCK_ENDED,
    Clock,
    ClockInterval,
    ClockRung,
    ClockState,
    Escort,
    MilestoneName,
    Policy,
    RungState,
    Scope,
)
from tickets.actions import show_clocks, show_next_chases
from tickets.actions.base import in_house_words, lock
from tickets.models import ShownClock, Status, Ticket

M = MilestoneName
REPAIR = [M.CLAIM, M.FIRST_RESPONSE, M.DISPATCH, M.UNIT_SILENCE, M.CUSTOMER_UPDATE, M.SOLUTION, M.PROMISE]
AT_LOGGING = [M.CLAIM, M.FIRST_RESPONSE, M.DISPATCH, M.CUSTOMER_UPDATE, M.SOLUTION]
ACKNOWLEDGEMENT_MINUTES, LONGEST_ACKNOWLEDGEMENT_MINUTES = 15, 120


def start(ticket: Ticket, milestones: Iterable[str], *, first: bool = False) -> list[Clock]:
    """Start the clocks of these milestones. A milestone that the ticket's policy lacks has no clock.

    The policy is the version that the ticket had when it became this kind, else the one that serves it now (ESC-2); ``first``
    says that it was logged just now, so that there is nothing to look for. While the customer is waited for they stand still.
    """
    serves = Policy.objects.serving(Scope.of(ticket), now()).values("pk")[:1]
    policy = Subquery(serves) if first else Coalesce(Subquery(kept_policy(ticket.pk, ticket.kind)), Subquery(serves))
    moment = now()
    return _wait_along(ticket, _insert(*begun(ticket, steps_of(policy, milestones), moment)), moment)


def start_each(tickets: Sequence[Ticket], milestones: Sequence[str]) -> None:
    """The same on many tickets, a statement for each policy that they have among them."""
    kept = Ticket.objects.filter(pk__in=[each.pk for each in tickets])
    policies = dict(kept.values_list("pk", Subquery(kept_policy(OuterRef("pk"), OuterRef("kind")))))
    steps = {policy: list(steps_of(policy, milestones)) for policy in set(policies.values()) if policy}
    clocks, rungs, moment = list[Clock](), list[ClockRung](), now()
    for ticket in tickets:
        if policy := policies[ticket.pk]:
            these = begun(ticket, steps[policy], moment)
            clocks += these[0]
            rungs += these[1]
        else:
            start(ticket, milestones)
    _insert(clocks, rungs)


def _insert(clocks: list[Clock], rungs: Sequence[ClockRung]) -> list[Clock]:
    Clock.objects.bulk_create(clocks)
    ClockRung.objects.bulk_create(rungs)
    for clock in clocks:
        clock.upper_due_at = next((rung.due_at for rung in rungs if rung.clock is clock and rung.after_seconds), None)
    return clocks


def _wait_along(ticket: Ticket, clocks: list[Clock], moment: datetime) -> list[Clock]:
    """Clocks that start while the customer is waited for stand still from the start, for the reason of the others (ESC-5)."""
    if clocks and ticket.status == Status.PENDING_CUSTOMER:
        waits = ClockInterval.objects.filter(clock__ticket=ticket, running=False, cause="").select_related("by")
        last = waits.order_by("-id").first()
        reason = last.reason if last else in_house_words(_("Menunggu pelanggan"))
        these = [each.milestone for each in clocks]
        pause_all(ticket, reason=reason, by=last.by if last else None, milestones=these, at=moment)
        for clock in clocks:
            clock.state = ClockState.PAUSED
    return clocks


def live(ticket: Ticket, milestones: Iterable[str]) -> list[Clock]:
    """The running or paused clocks of these milestones."""
    return _live_of([ticket], milestones)


def _live_of(tickets: Iterable[Ticket], milestones: Iterable[str]) -> list[Clock]:
    return list(Clock.objects.live().filter(ticket__in=[each.pk for each in tickets], milestone__in=list(milestones)))


def end(clocks: Sequence[Clock], *, by_act: str, at: datetime | None = None, cancelled: bool = False) -> None:
    """End live clocks: met when in time, late when not, or cancelled. Their waiting rungs are cancelled (ESC-3).

    One that stood still has its due moment moved first by as long as it did, as if it had gone on now.
    """
    if not clocks:
        return
    moment = at or now()
    for clock, since in _standing(clocks):
        _move_due(clock, since, moment)
    for clock in clocks:
        in_time = ClockState.MET if moment <= clock.due_at else ClockState.LATE
        clock.state = ClockState.CANCELLED if cancelled else in_time
        clock.ended_at, clock.ended_by, clock.uncertain = moment, by_act, False
    ids = [clock.pk for clock in clocks]
    bulk.update(clocks, ["state", "due_at", "ended_at", "ended_by", "uncertain"])
    ClockInterval.objects.filter(clock__in=ids, ended_at=None).update(ended_at=moment)
    waiting = ClockRung.objects.filter(clock__in=ids, state__in=[RungState.WAITING, RungState.HELD])
    waiting.update(state=RungState.CANCELLED, ended_at=moment)


def _standing(clocks: Iterable[Clock]) -> list[tuple[Clock, datetime]]:
    """Those that stand still, each with the moment since when."""
    still = {clock.pk: clock for clock in clocks if clock.state == ClockState.PAUSED}
    pauses = ClockInterval.objects.filter(clock__in=list(still), running=False, ended_at=None) if still else []
    return [(still[pause.clock_id], pause.started_at) for pause in pauses]


def _move_due(clock: Clock, since: datetime, until: datetime) -> float:
    """The clock stood still in this stretch: it falls due as many counted seconds later, which are returned."""
    length = clock.counting_hours.between(since, until)
    clock.due_at = clock.counting_hours.after(clock.due_at, length)
    return length


def meet(ticket: Ticket, milestone: str, *, by_act: str) -> None:
    """The milestone was reached."""
    end(live(ticket, [milestone]), by_act=by_act)


def renew(ticket: Ticket, milestone: str, *, by_act: str) -> None:
    """The milestone was reached and counts anew from now: silences and updates come at intervals."""
    end(live(ticket, [milestone]), by_act=by_act)
    start(ticket, [milestone])


def pause_all(
    ticket: Ticket,
    *,
    reason: str,
    by: Person | None,
    milestones: Iterable[str] = M.values,
    cause: str = "",
    at: datetime | None = None,
) -> list[Clock]:
    """What runs stands still; the ledger keeps the reason and the person (ESC-5). Returns the clocks that were stopped.

    ``cause`` says who may let them go on: the customer's word (empty), or the end of what is named.
    """
    clocks = [clock for clock in live(ticket, milestones) if clock.state == ClockState.RUNNING]
    moment = at or now()
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(state=ClockState.PAUSED)
    stretches = ClockInterval.objects.filter(clock__in=clocks, ended_at=None)
    begun = set(stretches.values_list("clock_id", flat=True))
    stretches.update(ended_at=moment)
    # A clock that never stood still needs no ledger; its first stretch is written down when the first pause ends it.
    ClockInterval.objects.bulk_create(
        [
            ClockInterval(clock=clock, running=True, started_at=clock.started_at, ended_at=moment)
            for clock in clocks
            if clock.pk not in begun and clock.started_at < moment
        ]
        + [
            ClockInterval(clock=clock, running=False, started_at=moment, reason=reason[:500], cause=cause, by=by)
            for clock in clocks
        ]
    )
    ClockRung.objects.filter(clock__in=clocks, state=RungState.WAITING).update(state=RungState.HELD)
    return clocks


def resume_all(ticket: Ticket, *, by: Person, cause: str = "") -> None:
    """What stood still for this cause runs on; the due moments move by the length of the pause."""
    moment = now()
    for clock in live(ticket, M.values):
        if clock.state != ClockState.PAUSED:
            continue
        paused = clock.intervals.get(ended_at=None)
        if paused.cause != cause:
            continue
        paused.ended_at = moment
        paused.save(update_fields=["ended_at"])
        ClockInterval.objects.create(clock=clock, running=True, started_at=moment, by=by)
        length, clock.state = _move_due(clock, paused.started_at, moment), ClockState.RUNNING
        clock.save(update_fields=["state", "due_at"])
        _move(clock, clock.rungs.filter(state=RungState.HELD), length, not_before=moment)
        clock.rungs.filter(state=RungState.HELD).update(state=RungState.WAITING)


def _move(clock: Clock, rungs: QuerySet[ClockRung], seconds: float, *, not_before: datetime) -> None:
    """These rungs fall due so many counted seconds later; one that does so in quiet hours, at the next opening."""
    if clock.is_around_the_clock:
        rungs.update(due_at=F("due_at") + timedelta(seconds=seconds))
        return
    moved = list(rungs)
    for rung in moved:
        clock.move(rung, seconds, not_before=not_before)
    ClockRung.objects.bulk_update(moved, ["due_at", "counted_at"])


def stop_repair(tickets: Sequence[Ticket]) -> None:
    """At solved every repair clock stops (ESC-5); tickets that are solved together are so at the same moment."""
    end(_live_of(tickets, REPAIR), by_act="solved", at=tickets[0].solved_at)


def restart_repair(ticket: Ticket) -> None:
    """A denial: what the solve stopped runs again from where it began, the solved stretch counted (ESC-5)."""
    _run_again(ticket, Clock.objects.filter(ticket=ticket, ended_by="solved", ended_at=ticket.solved_at))


def take_back(ticket: Ticket, milestone: str, *, since: datetime) -> None:
    """What met this milestone since then was taken back: that clock runs again, in place of one that began with it."""
    met = Clock.objects.filter(ticket=ticket, milestone=milestone, state__in=[ClockState.MET, ClockState.LATE])
    last = met.filter(ended_at__gte=since).order_by("-id").first()
    if last is None:
        return
    end(live(ticket, [milestone]), by_act="taken_back", cancelled=True)
    _run_again(ticket, Clock.objects.filter(pk=last.pk))
    Clock.objects.filter(pk=last.pk).update(state=ClockState.CANCELLED, ended_by="taken_back")


def _run_again(ticket: Ticket, stopped: QuerySet[Clock]) -> None:
    """Ended clocks run again from where they began, as new rows with the old ledger; what had been cancelled of their ladders
    waits again."""
    clocks, rungs, ledger = list[Clock](), list[ClockRung](), list[ClockInterval]()
    for old in stopped.prefetch_related("rungs", "intervals"):
        clock = Clock(
            ticket_id=old.ticket_id,
            policy_id=old.policy_id,
            milestone=old.milestone,
            seconds=old.seconds,
            counting_id=old.counting_id,
            notifying_id=old.notifying_id,
            time_zone=old.time_zone,
            started_at=old.started_at,
            due_at=old.due_at,
        )
        clocks.append(clock)
        rungs += [rung_of(clock, rung) for rung in old.rungs.all() if rung.state == RungState.CANCELLED]
        ledger += _ledger_again(clock, old)
    _insert(clocks, rungs)
    ClockInterval.objects.bulk_create(ledger)
    _wait_along(ticket, clocks, now())


def _ledger_again(clock: Clock, old: Clock) -> list[ClockInterval]:
    """The pauses of the old one; the stretch since it ended counts as run. Without pauses a clock needs no ledger."""
    rows = sorted(old.intervals.all(), key=lambda row: row.pk)
    kept = ("running", "started_at", "ended_at", "reason", "cause", "by_id")
    again = [ClockInterval(clock=clock, **{name: getattr(row, name) for name in kept}) for row in rows]
    if again and again[-1].running:
        again[-1].ended_at = None
    elif again:
        again.append(ClockInterval(clock=clock, running=True, started_at=old.ended_at or now()))
    return again


def show(ticket: Ticket) -> None:
    """Write the clock that ends first to the ticket and its escort, where lists and the queue read it."""
    show_each([ticket])


def show_each(tickets: Sequence[Ticket]) -> None:
    """The same with many tickets."""
    upper = ClockRung.objects.filter(clock=OuterRef("pk"), after_seconds__gt=0).order_by("order").values("due_at")
    rows = Clock.objects.filter(ticket__in=[each.pk for each in tickets]).exclude(state__in=CLOCK_ENDED)
    of_ticket: dict[int, list[Clock]] = defaultdict(list)
    for clock in rows.annotate(upper_due_at=Subquery(upper[:1])):  # type: ignore[no-redef]
        of_ticket[clock.ticket_id].append(clock)
    _show([(ticket, of_ticket[ticket.pk]) for ticket in tickets])


def show_first_rungs(ids: Iterable[int]) -> None:
    """Only rungs moved: write when the first one above the holder falls due, on all of these tickets in two statements."""
    upper = ClockRung.objects.filter(clock=OuterRef("pk"), after_seconds__gt=0).order_by("order").values("due_at")
    rows = Clock.objects.live().filter(ticket__in=list(ids)).order_by("due_at")
    live: dict[int, list[Clock]] = defaultdict(list)
    for clock in rows.annotate(upper_due_at=Subquery(upper[:1])):  # type: ignore[no-redef]
        live[clock.ticket_id].append(clock)
    moments = [(pk, first.upper_due_at) for pk, clocks in live.items() if (first := _shown_of(clocks))]
    bulk.update_where(Ticket, ["id"], ["clock_first_rung_at"], moments)


def _shown_of(in_order: Sequence[Clock]) -> Clock | None:
    """The one that ends first among those that run, else among those that stand still."""
    return next((clock for clock in in_order if clock.state == ClockState.RUNNING), in_order[0] if in_order else None)


def show_these(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    """The same where the ticket's live clocks are at hand, as when it was just logged."""
    _show([(ticket, clocks)])


def _show(all_clocks: Iterable[tuple[Ticket, Iterable[Clock]]]) -> None:
    shown, followed, chased = [], [], []
    for ticket, clocks in all_clocks:
        in_order = sorted(clocks, key=lambda clock: clock.due_at)
        first = _shown_of(in_order)
        shown.append((ticket, _shown(first) if first else None))
        silence = next((clock.due_at for clock in in_order if clock.milestone == M.UNIT_SILENCE), None)
        running = first.due_at if first and first.state == ClockState.RUNNING else None
        if ticket.is_escorted:
            followed.append((ticket.pk, running, silence))
        elif silence:
            chased.append((ticket.pk, silence))
    show_clocks(shown)
    bulk.update_where(Escort, ["ticket"], ["next_due_at", "next_follow_up_at"], followed)
    show_next_chases(chased)


def _shown(clock: Clock) -> ShownClock:
    return ShownClock(clock.state, clock.milestone, clock.shown_start, clock.due_at, first_rung_at=clock.upper_due_at)


@transaction.atomic
def acknowledge(clock: Clock, *, by: Person, minutes: int = ACKNOWLEDGEMENT_MINUTES) -> Clock:
    """*I have it until hh.mm*: the ladder waits that long, and then goes on from where it stood (ESC-2).

    Where the last rung wants everybody, the ladder goes on until the last of them has said so.
    """
    require(by, "clock.acknowledge")
    if not _may_see(clock, by):
        raise NotVisible(_("Jam ini tidak ada atau bukan milik tim Anda."))
    if not 1 <= minutes <= LONGEST_ACKNOWLEDGEMENT_MINUTES:
        raise Invalid(_("Pegang 1 sampai 120 menit."), errors={"minutes": [_("1 sampai 120.")]})
    ticket = lock(clock.ticket)
    clock = Clock.objects.get(pk=clock.pk)
    if clock.state != ClockState.RUNNING:
        raise Conflict(_("Jam ini tidak berjalan."))
    until = now() + timedelta(minutes=minutes)
    missing = acknowledge_rung(clock, by=by)
    if not missing:
        clock.acknowledged_by, clock.acknowledged_until = by, until
        clock.save(update_fields=["acknowledged_by", "acknowledged_until"])
        end_repeats(clock)
        hold_ladder(clock, until)
    facts = {"milestone": clock.milestone, "until": until.isoformat(), "missing": missing}
    record(ticket, "clock.acknowledged", by=by, facts=facts)
    Counter.grow("queue")
    Counter.grow("tickets")
    return clock


def _may_see(clock: Clock, by: Person) -> bool:
    if by.role == Role.AGENT:
        return Ticket.objects.visible_to(by).filter(pk=clock.ticket_id).exists()
    return Clock.objects.visible_to(by).filter(pk=clock.pk).exists()


def hold_ladder(clock: Clock, until: datetime) -> None:
    """What would fire before ``until`` waits for it, and what comes after that as much longer."""
    first = clock.rungs.filter(state=RungState.WAITING).order_by("order").first()
    if first is None or first.due_at >= until:
        return
    length = clock.counting_hours.between(first.due_at, until)
    _move(clock, clock.rungs.filter(state=RungState.WAITING), length, not_before=until)
