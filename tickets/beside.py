"""What stands beside a ticket in small tables of this app, for those who show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, QuerySet, Value

from common.queries import Prepared, any_of
from tickets.models import Hold, OutsideReference, Status, Ticket

NO_SYSTEM = ""  # stands before the reason of a hold, where a number has its system


def _references(tickets: Any) -> QuerySet[Any, Any]:
    return OutsideReference.objects.filter(any_of("ticket_id", tickets)).values_list("ticket_id", "system", "number")


def _references_with_status(tickets: Any) -> QuerySet[Any, Any]:
    rows = OutsideReference.objects.filter(any_of("ticket_id", tickets))
    return rows.values_list("ticket_id", "system", "number", "status_there", "status_there_at")


def _holds_and_references(tickets: Any) -> QuerySet[Any, Any]:
    holds = Hold.objects.filter(any_of("ticket_id", tickets), lifted_at=None)
    at = Value(None, DateTimeField(null=True))
    of_page = holds.annotate(system=Value(NO_SYSTEM, CharField()), said=Value("", CharField()), at=at).values_list(
        "ticket_id", "system", "reason", "said", "at"
    )
    return of_page.union(_references_with_status(tickets), all=True)


@dataclass(frozen=True)
class Reference:
    """A number outside, as the page shows it."""

    system: str
    number: str
    status: Any
    status_at: datetime | None


_numbers, _beside = Prepared(_references), Prepared(_holds_and_references)


def held_because(ticket: Ticket) -> list[str]:
    """Why floors above keep this ticket open."""
    return [reason for _ticket, system, reason, _said, _at in _of_page(ticket) if system == NO_SYSTEM]


def numbers_of(ticket: Ticket) -> Mapping[str, str]:
    """Its numbers in other systems, by system; several of one system with commas."""
    return _joined((system, number) for _ticket, system, number, _said, _at in _of_page(ticket) if system != NO_SYSTEM)


def references_of(ticket: Ticket) -> list[Reference]:
    """The same one by one, with what the other system said of each when it was last reconciled."""
    rows = (row[1:] for row in _of_page(ticket) if row[1] != NO_SYSTEM)
    return [Reference(system_name(system), number, _status(said), at) for system, number, said, at in rows]


def _status(said: str) -> Any:
    return Status(said).label if said in Status.values else said


def system_name(system: str) -> str:
    """How people write a system whose name stands in capitals nowhere else."""
    return {"mycx": "My CX", "sephia": "Sephia", "starclick": "Starclick", "consultancy": "Consultancy"}.get(
        system, system.upper()
    )


def _joined(numbers: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for system, number in numbers:
        found[system] = f"{found[system]}, {number}" if system in found else number
    return found


def _of_page(ticket: Ticket) -> Sequence[Any]:
    """Both, read once for all buttons and cards of a page."""
    kept: dict[str, Any] = vars(ticket)
    if "_beside" not in kept:
        kept["_beside"] = _beside([ticket.pk])
    rows: Sequence[Any] = kept["_beside"]
    return rows


def numbers_outside(tickets: Sequence[int]) -> dict[int, dict[str, str]]:
    """For each ticket that has any its numbers in other systems, by system."""
    found: dict[int, list[tuple[str, str]]] = {}
    for ticket_id, system, number in _numbers(tickets):
        found.setdefault(ticket_id, []).append((system, number))
    return {ticket: _joined(numbers) for ticket, numbers in found.items()}
