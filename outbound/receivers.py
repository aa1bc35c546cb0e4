"""What this app hears from the floors below: each calls one action, in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.dispatch import receiver

from accounts.models import Person
from escalation import signals as escalation
from escalation.models import Escort
from outbound.actions import end_caring, make_caring_callbacks
from tickets import signals as tickets
from tickets.models import Ticket


@receiver(escalation.caring_due)
def owe_caring_calls(tickets: Sequence[Ticket], rounds: Mapping[int, int], text: str, by: Person, **_: Any) -> None:
    make_caring_callbacks(tickets, text, rounds=rounds, by=by)


@receiver(escalation.escort_withdrawn)
def end_caring_of_withdrawn(escort: Escort, by: Person | None, **_: Any) -> None:
    end_caring(escort.ticket, by=by)


@receiver(tickets.ticket_closed)
def end_caring_of_closed(ticket: Ticket, by: Person, **_: Any) -> None:
    end_caring(ticket, by=by)


@receiver(tickets.ticket_reopened)
def end_caring_of_reopened(ticket: Ticket, by: Person, **_: Any) -> None:
    end_caring(ticket, by=by)


@receiver(tickets.kind_changed)
def end_caring_of_changed_kind(ticket: Ticket, by: Person | None, **_: Any) -> None:
    end_caring(ticket, by=by)
