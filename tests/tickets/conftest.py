"""Tickets of the cast, made by actions."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from tickets import actions
from tickets.models import Ticket

FORM: dict[str, Any] = {
    "service_number": "152401234567",
    "service_line": "indihome",
    "customer_name": "Sri Wahyuni Handayani",
    "reporter_name": "Budi Santoso",
    "contact_phone": "0812 2045 7731",
    "contact_email": "sri.wahyuni@contoh.id",
    "symptom": "Internet mati total",
    "description": "Lampu LOS merah sejak pagi.",
}
E164 = "+6281220457731"


@pytest.fixture
def log() -> Callable[..., Ticket]:
    """``log(agent, service_number="...")`` logs a ticket by that person; the rest is the usual form."""

    def logged(person: Person, **values: Any) -> Ticket:
        return actions.log_ticket(actions.Intake(**{**FORM, **values}), by=person)

    return logged


@pytest.fixture
def ticket(log: Callable[..., Ticket], agent: Person) -> Ticket:
    """A regular ticket of the agent's team."""
    return log(agent)


@pytest.fixture
def other_ticket(log: Callable[..., Ticket], stranger: Person) -> Ticket:
    """A regular ticket of the other team, of another customer."""
    return log(stranger, service_number="152409999999", contact_phone="0813 1111 2222", customer_name="Joko Prasetyo")


@pytest.fixture
def hard_ticket(log: Callable[..., Ticket], agent: Person) -> Ticket:
    """A hard complaint of the agent's team."""
    return log(agent, service_number="152408888888", criteria=["threat"])


@pytest.fixture
def post(api: Callable[..., Any]) -> Callable[..., Any]:
    """``post(agent, ticket, "solve", {...})`` does an act through the API."""

    def posted(person: Person, ticket: Ticket | str, act: str, body: dict[str, Any] | None = None, **headers: Any) -> Any:
        return api(person).post(f"/api/v1/tickets/{ticket}/{act}/", body or {}, headers=headers)

    return posted
