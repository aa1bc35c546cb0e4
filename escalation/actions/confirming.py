"""What the customer says after a repair: confirmed, and escort and ticket close; denied, and it goes back (SE-5, W-24 5.2.8)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from common.clock import now
from common.problems import NotAllowed
from escalation.actions import clocks
from escalation.actions.escorts import HOLD, S, lock_escort, save_ticket, touch
from escalation.actions.notifying import notify, on_duty
from escalation.actions.promises import customer_confirmed, follow_clock
from escalation.models import ESCORT_MOVES, Escort, Event, MilestoneName, Promise
from escalation.signals import escort_closed, escort_returned
from tickets.actions import lift_hold, pass_ball
from tickets.actions.work import mark_closed, mark_reopened
from tickets.models import HolderKind, Kind, Ticket


def may_confirm(escort: Escort, by: Person) -> bool:
    """Who may say that the customer confirmed (SE-5): Tier-2 always, alone for a Buzzer or where a promise was made (5.3.9); else
    also the TL, and for a plain hard complaint the ticket's agent."""
    if by.role == Role.OUTBOUND_AGENT:
        return True
    if escort.kind in (Kind.BUZZER, Kind.BUZZER_VISIT):
        return False
    if by.role == Role.TEAM_LEADER or by.stands_in_for:
        return escort.ticket.team_id in by.team_scope and not Promise.objects.filter(ticket=escort.ticket_id).exists()
    return escort.kind == Kind.HARD_COMPLAINT and escort.ticket.assignee_id == by.pk


def may_hear(ticket: Ticket, by: Person) -> bool:
    """The same for any ticket. One that is not escorted, solved with its outage: its agent, its TL or Tier-2 (HC-8)."""
    escort = getattr(ticket, "escort", None)
    if escort is not None and escort.is_open:
        return may_confirm(escort, by)
    if by.role == Role.TEAM_LEADER or by.stands_in_for:
        return ticket.team_id in by.team_scope
    return by.role == Role.OUTBOUND_AGENT or ticket.assignee_id == by.pk


def customer_says(ticket: Ticket, *, by: Person, fixed: bool, words: str, further_help_offered: bool = False) -> None:
    """What the customer said on the caring call, for an escorted ticket or a plain one (SE-5, HC-8)."""
    escort = Escort.objects.filter(ticket=ticket).first()
    if escort is not None and escort.is_open:
        if fixed:
            confirm_escort(escort, by=by, further_help_offered=further_help_offered)
        else:
            deny_escort(escort, by=by, words=words)
        return
    if not may_hear(ticket, by):
        raise NotAllowed(_("Kepastian pelanggan untuk tiket ini dicatat Tier-2 atau TL tim yang bersangkutan."))
    if fixed:
        cause, solution = ticket.cause, ticket.solution
        mark_closed(ticket, by=by, solution=solution, cause=cause, further_help_offered=further_help_offered)
    else:
        mark_reopened(ticket, by=by, reason=words)


def _require_confirmer(escort: Escort, by: Person) -> None:
    if not may_confirm(escort, by):
        raise NotAllowed(_("Kepastian pelanggan untuk tiket ini dicatat Tier-2 atau TL tim yang bersangkutan."))


def confirm_escort(escort: Escort, *, by: Person, further_help_offered: bool) -> Escort:
    """The customer says that it is fixed: escort and ticket close in one act (SE-5). The caller holds the transaction."""
    escort = lock_escort(escort)
    _require_confirmer(escort, by)
    ESCORT_MOVES.require("confirm", escort.state)
    ticket = escort.ticket
    escort.state, escort.closed_at = S.CLOSED, now()
    touch(escort, "state", "closed_at")
    lift_hold(ticket, HOLD)
    mark_closed(ticket, by=by, solution=ticket.solution, cause=ticket.cause, further_help_offered=further_help_offered)
    people = [*([escort.owner] if escort.owner else []), *(ticket.team.leading_now() if ticket.team else [])]
    notify(people, Event.CONFIRMED, key=f"confirmed:{escort.pk}:{escort.returns}", ticket=ticket)
    customer_confirmed(ticket)
    escort_closed.send(Escort, escort=escort, by=by)
    return escort


def deny_escort(escort: Escort, *, by: Person, words: str) -> Escort:
    """The customer says that it is not fixed: back to Support HC, first of its kind, the clocks running on (SE-5, ESC-5)."""
    escort = lock_escort(escort)
    _require_confirmer(escort, by)
    ESCORT_MOVES.require("deny", escort.state)
    ticket = escort.ticket
    escort.state, escort.owner, escort.queued_at = S.QUEUED, None, now()
    escort.returns, escort.returned = escort.returns + 1, True
    touch(escort, "state", "owner", "queued_at", "returns", "returned")
    clocks.meet(ticket, MilestoneName.CARING, by_act="denied")
    clocks.restart_repair(ticket)
    for milestone in (MilestoneName.CLAIM, MilestoneName.DISPATCH):
        if not clocks.live(ticket, [milestone]):
            clocks.start(ticket, [milestone])
    save_ticket(ticket, *pass_ball(ticket, HolderKind.SUPPORT_HC))
    mark_reopened(ticket, by=by, reason=words)
    notify(on_duty(Role.SUPPORT_HC), Event.RETURNED, key=f"returned:{escort.pk}:{escort.returns}", ticket=ticket)
    follow_clock(ticket)
    escort_returned.send(Escort, escort=escort, by=by)
    return escort
