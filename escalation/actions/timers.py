"""Firing what is due (ESC-2, ESC-3). The rows are the timers: killing anything at any moment loses nothing and doubles nothing.

One batch is one transaction: claim the tickets with due rungs, fire each clock's highest due rung, write who is told, commit.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Duty, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict
from escalation.actions import clocks
from escalation.actions.notifying import notify, on_duty
from escalation.actions.outbox import queue_message
from escalation.models import Clock, ClockRung, ClockState, Escort, Event, Group, RungState, Whom
from escalation.models.channels import Purpose
from tickets.actions import pass_ball
from tickets.actions.base import lock_visible
from tickets.models import HolderKind, Ticket

log = logging.getLogger(__name__)
BATCH = 100
LATE_AFTER = timedelta(minutes=1)  # a rung that fires later than this after it was due is late, not fired
TICK = "tick:timers"


def fire_due(*, batch: int = BATCH) -> int:
    """Fire one batch; returns how many clocks were handled, so that the caller goes on while there is more."""
    with transaction.atomic():
        moment = now()
        due = ClockRung.objects.filter(state=RungState.WAITING, due_at__lte=moment).order_by("due_at")
        wanted = list(dict.fromkeys(due.values_list("clock__ticket_id", flat=True)[: batch * 4]))[:batch]
        # A ticket that somebody works on right now is skipped and comes with the next tick; nobody waits for anybody.
        tickets = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=wanted)
        locked = list(tickets.select_related("holder_person", "team__leader"))
        return sum(_fire_ticket(ticket, moment) for ticket in locked)


def tick() -> int:
    """All that is due now, in batches, and the mark that the timers live."""
    total = 0
    while fired := fire_due():
        total += fired
    Counter.objects.update_or_create(name=TICK, defaults={"value": int(now().timestamp())})
    return total


def _fire_ticket(ticket: Ticket, moment: datetime) -> int:
    rows = ClockRung.objects.filter(clock__ticket=ticket, state=RungState.WAITING, due_at__lte=moment)
    by_clock: dict[int, list[ClockRung]] = {}
    for rung in rows.select_related("clock").order_by("clock_id", "order"):
        by_clock.setdefault(rung.clock_id, []).append(rung)
    for due in by_clock.values():
        try:
            with transaction.atomic():
                fire_clock(ticket, due, moment)
        except Exception:  # one bad row is parked with an alarm and never stops the rest
            log.exception("rung %s of %s parked", due[-1].pk, ticket.number)
            _park(ticket, due)
    clocks.show(ticket)
    Counter.grow("queue")
    Counter.grow("tickets")
    return len(by_clock)


def fire_clock(ticket: Ticket, due: Sequence[ClockRung], moment: datetime, *, by: Person | None = None) -> None:
    """Fire the highest of the due rungs of one clock; the lower ones are overtaken, and its message names them (ESC-3)."""
    *lower, top = due
    clock = top.clock
    if clock.state != ClockState.RUNNING:
        _end(due, RungState.CANCELLED, moment)
        return
    _end(lower, RungState.OVERTAKEN, moment)
    state = RungState.LATE if moment - top.due_at > LATE_AFTER else RungState.FIRED
    reached = _reach(ticket, top, lower, by)
    _end_top(top, state, moment, ", ".join(reached) or str(_("tidak ada yang bertugas")))
    facts = {
        "milestone": clock.milestone,
        "rung": top.order,
        "state": state,
        "reached": reached,
        "lower": [r.order for r in lower],
    }
    record(ticket, "clock.rung_fired", by=by, facts=facts)
    if not reached:
        _next_now(clock, moment)


def _end(rungs: Sequence[ClockRung], state: RungState, moment: datetime) -> None:
    ids = [rung.pk for rung in rungs]
    ClockRung.objects.filter(pk__in=ids, state=RungState.WAITING).update(state=state, ended_at=moment)


def _end_top(rung: ClockRung, state: RungState, moment: datetime, reached: str) -> None:
    """The conditional UPDATE is what makes a rung end exactly once, on both databases."""
    values: dict[str, object] = {"reached": reached[:120]}
    if rung.repeats_left:
        values |= {"repeats_left": rung.repeats_left - 1, "due_at": moment + timedelta(seconds=rung.repeat_seconds)}
    else:
        values |= {"state": state, "ended_at": moment}
    changed = ClockRung.objects.filter(pk=rung.pk, state=RungState.WAITING, due_at=rung.due_at).update(**values)
    if changed != 1:
        raise Conflict(_("Anak tangga ini sudah naik."))


def _reach(ticket: Ticket, rung: ClockRung, lower: Sequence[ClockRung], by: Person | None) -> list[str]:
    """Tell whom the rung names; returns their names, none where nobody is on duty."""
    names = ", ".join(str(Whom(each.whom).label) if each.whom in Whom.values else each.whom for each in lower)
    text = render_to_string("messages/rung.txt", {"ticket": ticket, "clock": rung.clock, "lower": names}).strip()
    key = f"rung:{rung.pk}:{rung.repeats_left}"
    if rung.whom == Whom.GROUP:
        return _reach_telkom(ticket, text, key, by)
    people = people_for(rung.whom, ticket)
    notify(people, Event.RUNG, key=key, ticket=ticket, text=text.rsplit("\n", 1)[0])
    return [person.online_name for person in people]


def _reach_telkom(ticket: Ticket, text: str, key: str, by: Person | None) -> list[str]:
    """The last rung: a message to Telkom's group, and the ball is theirs (ESC-2, HC-7)."""
    group = Group.objects.filter(purpose=Purpose.TELKOM, active=True).select_related("channel").order_by("id").first()
    if group is None:
        return []
    queue_message(ticket, group, text, key=key, by=by, about="rung")
    ticket.save(update_fields=["last_word", *pass_ball(ticket, HolderKind.TELKOM, name=group.name)])
    return [group.name]


def people_for(whom: str, ticket: Ticket) -> list[Person]:
    """The people on duty that a rung means on this ticket."""
    if whom == Whom.HOLDER:
        return _holders(ticket)
    if whom == Whom.TEAM_LEADER:
        leader = ticket.team.leader if ticket.team else None
        return [leader] if leader and leader.duty == Duty.ON and leader.is_active else []
    if whom == Whom.SUPERVISOR:
        site = ticket.team.site_id if ticket.team else None
        return [person for person in on_duty(Role.SUPERVISOR) if person.team and person.team.site_id == site]
    if whom == Whom.SUPPORT_HC:
        return on_duty(Role.SUPPORT_HC)
    return list(Person.objects.filter(agent_code=whom, duty=Duty.ON, is_active=True))


def _holders(ticket: Ticket) -> list[Person]:
    """Who holds the ball; a unit or the customer is chased by the escort's owner, else by Support HC or the ticket's agent."""
    if ticket.holder_person:
        holder = ticket.holder_person
        return [holder] if holder.duty == Duty.ON and holder.is_active else []
    if ticket.holder_kind == HolderKind.CARING:
        return on_duty(Role.OUTBOUND_AGENT)
    owner = Person.objects.filter(escorts__ticket=ticket).first() or (None if ticket.is_escorted else ticket.assignee)
    if owner and owner.duty == Duty.ON:
        return [owner]
    return on_duty(Role.SUPPORT_HC) if ticket.is_escorted else []


def _next_now(clock: Clock, moment: datetime) -> None:
    """Nobody on duty was reached, so the next rung is due at once (OB-7)."""
    following = clock.rungs.filter(state=RungState.WAITING, due_at__gt=moment).order_by("order").first()
    if following:
        ClockRung.objects.filter(pk=following.pk, state=RungState.WAITING).update(due_at=moment)


def _park(ticket: Ticket, due: Sequence[ClockRung]) -> None:
    ids = [rung.pk for rung in due]
    parked = ClockRung.objects.filter(pk__in=ids, state=RungState.WAITING)
    parked.update(state=RungState.PARKED, ended_at=now(), problem="could not be fired; see the log")
    text = _("Anak tangga %(ticket)s tidak dapat dijalankan dan disisihkan.") % {"ticket": ticket.number}
    notify(on_duty(Role.ADMINISTRATOR), Event.ALARM, key=f"parked:{due[-1].pk}", ticket=ticket, text=text)


@transaction.atomic
def escalate(ticket: Ticket, *, by: Person) -> Ticket:
    """Take the next rung of the ticket's most urgent clock now, by hand (P-06 5.10, ESC-2)."""
    require(by, "ticket.escalate")
    ticket = lock_visible(ticket, by)
    clock = Clock.objects.filter(ticket=ticket, state=ClockState.RUNNING).order_by("due_at").first()
    rungs = clock.rungs.filter(state=RungState.WAITING).exclude(whom=Whom.HOLDER).select_related("clock") if clock else None
    rung = rungs.order_by("order").first() if rungs is not None else None
    if clock is None or rung is None:
        raise Conflict(_("Tidak ada anak tangga lagi di atas. Hubungi SPV langsung."))
    moment = now()
    waiting = clock.rungs.filter(state=RungState.WAITING, order__lt=rung.order)
    waiting.update(state=RungState.OVERTAKEN, ended_at=moment)
    ClockRung.objects.filter(pk=rung.pk, state=RungState.WAITING).update(due_at=moment)
    rung.due_at = moment
    fire_clock(ticket, [rung], moment, by=by)
    clocks.show(ticket)
    Counter.grow("tickets")
    return ticket


def overdue() -> tuple[int, datetime | None]:
    """How many rungs are due and not fired, and since when the oldest is."""
    due = ClockRung.objects.filter(state=RungState.WAITING, due_at__lte=now()).order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    return (due.count() if oldest else 0), oldest


def audit() -> list[str]:
    """What should have happened and did not, in words; administrators are told once an hour of each (ESC-3)."""
    grace = now() - timedelta(minutes=5)
    findings = []
    count, oldest = overdue()
    if oldest and oldest < grace:
        findings.append(str(_("%(count)s anak tangga lewat waktu belum naik.") % {"count": count}))
    closed = Clock.objects.live().filter(ticket__status="closed").count()
    if closed:
        findings.append(str(_("%(count)s jam masih berjalan pada tiket yang ditutup.") % {"count": closed}))
    lost = Escort.objects.filter(state="caring").exclude(ticket__status="solved").count()
    if lost:
        findings.append(str(_("%(count)s tiket caring tidak berstatus selesai.") % {"count": lost}))
    hour = now().strftime("%Y%m%d%H")
    for place, text in enumerate(findings):
        notify(on_duty(Role.ADMINISTRATOR), Event.ALARM, key=f"audit:{hour}:{place}", text=text)
    return findings
