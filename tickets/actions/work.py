"""A ticket's way through its states, and whose work it is."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import Act, record, record_each
from accounts.models import Counter, Person, Team
from accounts.roles import Role, require
from common import bulk
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed
from common.text import clean
from tickets.actions.activities import require_done, shown_by_closing, tick, tick_each
from tickets.actions.base import (
    HOLDER_OF_ROLE,
    begin_work,
    end_forwardings,
    end_hands,
    hand_ball,
    lies_with,
    lock_visible,
    move,
    pass_ball,
    remember_holder,
    required,
    return_ball,
    say,
)
from tickets.models import TICKET_MOVES, ForwardingEnd, Hold, HolderKind, Status, Step, Ticket
from tickets.shown_scripts import Shown, facts_of
from tickets.signals import (
    ticket_closed,
    ticket_paused,
    ticket_reopened,
    ticket_resumed,
    ticket_taken_over,
    tickets_assigned,
    tickets_solved,
)

ASSIGNED_TO = (Role.AGENT, Role.TEAM_LEADER, Role.SUPERVISOR, Role.SUPPORT_HC)  # who works on tickets


@transaction.atomic
def assign(ticket: Ticket, person: Person, *, by: Person) -> Ticket:
    """Give the ticket to a person; it moves to that person's team. An agent may only take or give within the own team.

    Support HC works for all teams: a ticket given to them stays where its TL sees it.
    """
    require(by, "ticket.assign")
    ticket = lock_visible(ticket, by)
    if by.role == Role.AGENT and person.team_id != by.team_id:
        raise NotAllowed(_("Agen hanya dapat menyerahkan tiket di dalam timnya."))
    _require_assignable(person)
    _require_line(ticket, person)
    TICKET_MOVES.require("assign", ticket.status)
    before = ticket.assignee
    ticket.assignee = person
    ticket.team = (ticket.team if person.role == Role.SUPPORT_HC else None) or person.team
    ticket.version += 1
    changed = ["assignee", "team", "version", *begin_work(ticket, by=by)]
    if not ticket.is_escorted and lies_with(ticket)[0] != HolderKind.UNIT:  # at its unit it stays, whoever chases it
        changed += hand_ball(ticket, HOLDER_OF_ROLE[person.role], person)  # type: ignore[index]
    ticket.save(update_fields=[*changed, *say(ticket, _("Diserahkan ke %(name)s"), name=person.online_name)])
    record(ticket, "ticket.assigned", by=by, facts={"assignee": [before and before.agent_code, person.agent_code]})
    tickets_assigned.send(Ticket, tickets=[ticket], by=by)
    Counter.grow("tickets")
    return ticket


def move_to_team(ticket: Ticket, team: Team, *, by: Person) -> Ticket:
    """Give a locked ticket to another team, which sees it from now on; who works on it stays. Callers check who may."""
    before = ticket.team
    ticket.team = team
    ticket.version += 1
    ticket.save(update_fields=["team", "version", *say(ticket, _("Pindah ke tim %(name)s"), name=team.name)])
    record(ticket, "ticket.moved_to_team", by=by, facts={"team": [before.name if before else None, team.name]})
    Counter.grow("tickets")
    return ticket


def _require_assignable(person: Person) -> None:
    if not (person.role in ASSIGNED_TO and person.is_active and person.team_id):
        sentence = _("Tiket hanya dapat diberikan kepada agen, TL, SPV, atau Support HC yang aktif.")
        raise Invalid(sentence, errors={"assignee": [sentence]})


def serves(person: Person, line: str) -> bool:
    """Whether tickets of this line may be given to this person: the team works for it (OB-5). Support HC escorts every line."""
    return person.role == Role.SUPPORT_HC or bool(person.team and line in person.team.lines)


def _require_line(ticket: Ticket, person: Person) -> None:
    if not serves(person, ticket.service_line):
        values = {"team": str(person.team), "line": str(ticket.get_service_line_display())}
        sentence = _("Tim %(team)s tidak melayani %(line)s.") % values
        raise Invalid(sentence, errors={"assignee": [sentence]})


@transaction.atomic
def take_over(ticket: Ticket, *, by: Person) -> Ticket:
    """A TL or supervisor takes the ticket or the live call; the ball goes to the taker (OB-7, HC-7), in a pause at its end."""
    require(by, "ticket.take_over")
    ticket = lock_visible(ticket, by)
    TICKET_MOVES.require("take_over", ticket.status)
    before, kind = ticket.assignee, HolderKind.TEAM_LEADER if by.stands_in_for else HOLDER_OF_ROLE[by.role]  # type: ignore[index]
    ticket.assignee = by
    ticket.version += 1
    changed = ["assignee", "version", *begin_work(ticket, by=by), *hand_ball(ticket, kind, by)]
    ticket.save(update_fields=[*changed, *say(ticket, _("Diambil alih %(name)s"), name=by.online_name)])
    record(ticket, "ticket.taken_over", by=by, facts={"assignee": [before and before.agent_code, by.agent_code]})
    ticket_taken_over.send(Ticket, ticket=ticket, before=before, by=by)
    Counter.grow("tickets")
    return ticket


@transaction.atomic
def pause(ticket: Ticket, reason: str, *, by: Person) -> Ticket:
    """Wait for the customer; the clocks that should stop do (ESC-5), and the customer holds the ball (HC-7)."""
    require(by, "ticket.pause")
    ticket = lock_visible(ticket, by)
    text = required(reason, "reason", _("Tulis apa yang ditunggu dari pelanggan."), longest=500)
    TICKET_MOVES.require("pause", ticket.status)
    changed = [*move(ticket, Status.PENDING_CUSTOMER), *remember_holder(ticket), *pass_ball(ticket, HolderKind.CUSTOMER)]
    ticket.save(update_fields=[*changed, *say(ticket, _("Dijeda, menunggu pelanggan"))])
    record(ticket, "ticket.paused", by=by, personal={"reason": (None, text)})
    ticket_paused.send(Ticket, ticket=ticket, reason=text, by=by)
    Counter.grow("tickets")
    return ticket


@transaction.atomic
def resume(ticket: Ticket, *, by: Person) -> Ticket:
    """Go on; the ball returns to who held it before, or to whom the ticket was given meanwhile."""
    require(by, "ticket.resume")
    ticket = lock_visible(ticket, by)
    TICKET_MOVES.require("resume", ticket.status)
    changed = [*move(ticket, Status.IN_PROGRESS), *return_ball(ticket)]
    ticket.save(update_fields=[*changed, *say(ticket, _("Dilanjutkan"))])
    record(ticket, "ticket.resumed", by=by)
    ticket_resumed.send(Ticket, ticket=ticket, by=by)
    Counter.grow("tickets")
    return ticket


def _refuse_while_held(ticket: Ticket) -> None:
    reasons = list(Hold.objects.filter(ticket=ticket, lifted_at=None).values_list("reason", flat=True))
    if reasons:
        raise Conflict("%(reasons)s", reasons=" ".join(gettext(reason) for reason in reasons), code="held")


@transaction.atomic
def solve(ticket: Ticket, solution: str, cause: str, *, by: Person, scripts: Sequence[Shown] = ()) -> Ticket:
    """The fault is repaired, not yet confirmed. Refused while a hold stands (an escort that is not closed)."""
    require(by, "ticket.solve")
    ticket = lock_visible(ticket, by)
    solution = required(solution, "solution", _("Tulis solusinya."))
    cause = required(cause or ticket.cause, "cause", _("Tulis penyebabnya."), longest=200)
    TICKET_MOVES.require("solve", ticket.status)
    _refuse_while_held(ticket)
    ticket.cause = cause
    mark_each_solved([ticket], by=by, solution=solution, scripts=scripts)
    return ticket


def mark_each_solved(tickets: Sequence[Ticket], *, by: Person, solution: str, scripts: Sequence[Shown] = ()) -> None:
    """Set locked tickets solved, each with the cause that it has by now, and announce it; for the floor above whose own act
    solves one or many (HC-8)."""
    moment, changed = now(), set[str]()
    end_forwardings(tickets, ForwardingEnd.FINISHED)
    for ticket in tickets:
        ticket.solution, ticket.solved_at = solution, moment
        changed |= {*move(ticket, Status.SOLVED), *say(ticket, _("Selesai, menunggu kepastian pelanggan"))}
    bulk.update(tickets, ["solution", "cause", "solved_at", *sorted(changed)])
    told = {"solution": (None, solution)}
    record_each([Act(each, "ticket.solved", by, {"cause": each.cause} | facts_of(scripts), told) for each in tickets])
    tick_each(tickets, [Step.HANDLE], by=by, act="ticket.solved")
    tickets_solved.send(Ticket, tickets=tickets, by=by)
    Counter.grow("tickets")


@transaction.atomic
def close(
    ticket: Ticket,
    *,
    by: Person,
    customer_confirmed: bool,
    further_help_offered: bool,
    solution: str = "",
    cause: str = "",
    scripts: Sequence[Shown] = (),
) -> Ticket:
    """Close as the standard asks (OB-6): solution, cause, the customer's confirmation, further help.

    Refused while held, and to an agent while an activity that is mandatory for this ticket is missing (OB-2).
    """
    require(by, "ticket.close")
    ticket = lock_visible(ticket, by)
    solution = required(clean(solution) or ticket.solution, "solution", _("Tulis solusinya sebelum menutup."))
    cause = required(clean(cause, longest=200) or ticket.cause, "cause", _("Tulis penyebabnya sebelum menutup."))
    TICKET_MOVES.require("close", ticket.status)
    _refuse_while_held(ticket)
    if not customer_confirmed:
        raise Conflict(_("Pelanggan belum membenarkan. Tiket tetap terbuka; tandai selesai dan telepon lagi."))
    if by.role == Role.AGENT:
        require_done(ticket, shown_by_closing(ticket, further_help_offered=further_help_offered))
    said: dict[str, Any] = {"further_help_offered": further_help_offered, "scripts": scripts}
    return mark_closed(ticket, by=by, solution=solution, cause=cause, **said)


def mark_closed(
    ticket: Ticket, *, by: Person, solution: str, cause: str, further_help_offered: bool, scripts: Sequence[Shown] = ()
) -> Ticket:
    """Close a locked ticket whose customer confirmed, and announce it; for the floor above whose own act closes it."""
    on_the_spot = {Step.ON_THE_SPOT} if ticket.status == Status.OPEN else set()
    done = shown_by_closing(ticket, further_help_offered=further_help_offered) | on_the_spot
    end_hands([ticket])
    end_forwardings([ticket], ForwardingEnd.FINISHED)
    ticket.solution, ticket.cause, ticket.closed_at = solution, cause, now()
    ticket.solved_at = ticket.solved_at or ticket.closed_at
    changed = ["solution", "cause", "solved_at", "closed_at", *move(ticket, Status.CLOSED)]
    ticket.save(update_fields=[*changed, *say(ticket, _("Ditutup, pelanggan membenarkan"))])
    facts = {"cause": cause, "customer_confirmed": True, "further_help_offered": further_help_offered}
    record(ticket, "ticket.closed", by=by, facts=facts | facts_of(scripts), personal={"solution": (None, solution)})
    tick(ticket, sorted(done), by=by, act="ticket.closed")
    ticket_closed.send(Ticket, ticket=ticket, by=by)
    Counter.grow("tickets")
    return ticket


@transaction.atomic
def reopen(ticket: Ticket, reason: str, *, by: Person) -> Ticket:
    """It was not solved after all; reopening counts (OB-6)."""
    require(by, "ticket.reopen")
    ticket = lock_visible(ticket, by)
    text = required(reason, "reason", _("Tulis mengapa tiket dibuka lagi."), longest=500)
    TICKET_MOVES.require("reopen", ticket.status)
    if ticket.erased_at:
        raise Conflict(_("Data pelanggan tiket ini sudah dihapus menurut retensi. Buat tiket baru."))
    _refuse_while_held(ticket)
    return mark_reopened(ticket, by=by, reason=text)


def mark_reopened(ticket: Ticket, *, by: Person, reason: str) -> Ticket:
    """Set a locked, finished ticket in progress again and announce it."""
    if ticket.closed_at:
        ticket.holder_since = now()  # while it was closed nobody held it
    ticket.solved_at = ticket.closed_at = None
    ticket.reopened += 1
    changed = ["solved_at", "closed_at", "reopened", "holder_since", *move(ticket, Status.IN_PROGRESS)]
    if not ticket.is_escorted and ticket.assignee:
        changed += pass_ball(ticket, HOLDER_OF_ROLE[ticket.assignee.role], ticket.assignee)  # type: ignore[index]
    ticket.save(update_fields=[*changed, *say(ticket, _("Dibuka lagi"))])
    record(ticket, "ticket.reopened", by=by, personal={"reason": (None, reason)})
    ticket_reopened.send(Ticket, ticket=ticket, by=by)
    Counter.grow("tickets")
    return ticket
