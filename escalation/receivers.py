"""What this app hears from the tickets below: each calls one action, in the same transaction."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from accounts import signals as people
from accounts.models import Handover, Person, StandIn
from escalation.actions import hearing, telling_people
from escalation.actions.escorts import begin_escalation, follow_kind
from escalation.actions.progress import customer_knows
from tickets import signals
from tickets.models import Kind, Ticket


@receiver(signals.ticket_logged)
def start_escalation(ticket: Ticket, by: Person, **_: Any) -> None:
    begin_escalation(ticket, by=by)


@receiver(signals.kind_changed)
def follow_changed_kind(ticket: Ticket, before: Kind, by: Person | None, **_: Any) -> None:
    follow_kind(ticket, before=before, by=by)


@receiver(signals.customer_told)
def pay_debt_to_customer(ticket: Ticket, **_: Any) -> None:
    customer_knows(ticket)


@receiver(signals.ticket_paused)
def pause_clocks(ticket: Ticket, reason: str, by: Person, **_: Any) -> None:
    hearing.pause(ticket, reason=reason, by=by)


@receiver(signals.ticket_resumed)
def resume_clocks(ticket: Ticket, by: Person, **_: Any) -> None:
    hearing.resume(ticket, by=by)


@receiver(signals.tickets_solved)
def stop_repair_clocks(tickets: Sequence[Ticket], **_: Any) -> None:
    hearing.solved(tickets)


@receiver(signals.ticket_closed)
def end_all_clocks(ticket: Ticket, **_: Any) -> None:
    hearing.closed(ticket)


@receiver(signals.ticket_reopened)
def start_clocks_again(ticket: Ticket, **_: Any) -> None:
    hearing.reopened(ticket)


@receiver(signals.ticket_forwarded)
def time_the_unit(ticket: Ticket, **_: Any) -> None:
    hearing.forwarded(ticket)


@receiver(signals.unit_chased)
def time_the_unit_anew(ticket: Ticket, done: bool, **_: Any) -> None:
    hearing.chased(ticket, done=done)


@receiver(signals.take_over_requested)
def tell_leader_of_take_over(ticket: Ticket, by: Person, **_: Any) -> None:
    hearing.take_over_requested(ticket, by=by)


@receiver(signals.ticket_taken_over)
def answer_request(ticket: Ticket, before: Person | None, by: Person, **_: Any) -> None:
    hearing.taken_over(ticket, before=before, by=by)


@receiver(signals.tickets_assigned)
def tell_assignees(tickets: Sequence[Ticket], by: Person, **_: Any) -> None:
    hearing.assigned(tickets, by=by)


@receiver(people.handover_offered)
def ask_receiver(handover: Handover, **_: Any) -> None:
    telling_people.handover_offered(handover)


@receiver(people.handover_answered)
def tell_giver(handover: Handover, **_: Any) -> None:
    telling_people.handover_answered(handover)


@receiver(people.handover_fell)
def tell_who_leads(handover: Handover, **_: Any) -> None:
    telling_people.handover_fell(handover)


@receiver(people.stand_in_named)
def tell_of_stand_in(stand_in: StandIn, **_: Any) -> None:
    telling_people.stand_in_named(stand_in)


@receiver(people.stand_in_ended)
def tell_of_end(stand_in: StandIn, **_: Any) -> None:
    telling_people.stand_in_ended(stand_in)
