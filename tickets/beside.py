"""What stands beside a ticket in small tables of this app, for those who show it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import CharField, QuerySet, Value

from common.queries import Prepared
from tickets.models import Hold, OutsideReference, Ticket

NO_SYSTEM = ""  # stands before the reason of a hold, where a number has its system


def _references(tickets: Sequence[int]) -> QuerySet[Any, Any]:
    return OutsideReference.objects.filter(ticket__in=tickets).values_list("ticket_id", "system", "number")


def _holds_and_references(tickets: Sequence[int]) -> QuerySet[Any, Any]:
    holds = Hold.objects.filter(ticket__in=tickets, lifted_at=None)
    of_page = holds.annotate(system=Value(NO_SYSTEM, CharField())).values_list("ticket_id", "system", "reason")
    return of_page.union(_references(tickets), all=True)


_numbers, _beside = Prepared(_references), Prepared(_holds_and_references)


def held_because(ticket: Ticket) -> list[str]:
    """Why floors above keep this ticket open."""
    return [reason for _ticket, system, reason in _of_page(ticket) if system == NO_SYSTEM]


def numbers_of(ticket: Ticket) -> Mapping[str, str]:
    """Its numbers in other systems, by system; several of one system with commas."""
    return _joined((system, number) for _ticket, system, number in _of_page(ticket) if system != NO_SYSTEM)


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
