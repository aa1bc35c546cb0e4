"""What the tests of escalation start from: tickets made by the people who make them."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from escalation.models import Clock, Escort
from tests.escalation.gateway import channel, dispatched, hook, sent  # noqa: F401 fixtures
from tickets.actions import Intake, log_ticket
from tickets.models import Ticket

FORM: dict[str, Any] = {
    "service_number": "131172043918",
    "service_line": "indihome",
    "customer_name": "Sri Wahyuni",
    "reporter_name": "Hendra",
    "contact_phone": "081220457731",
    "symptom": "Internet mati total",
    "description": "Sejak Minggu malam",
    "region": 3,
}

Log = Callable[..., Ticket]


@pytest.fixture
def log() -> Log:
    """``log(agent, criteria=["threat"])`` logs a ticket; every one of another customer unless said."""
    made = 0

    def logged(by: Person, **changes: Any) -> Ticket:
        nonlocal made
        made += 1
        return log_ticket(Intake(**{**FORM, "service_number": f"13117204{made:04d}", **changes}), by=by)

    return logged


@pytest.fixture
def hard(log: Log, agent: Person) -> Ticket:
    """A hard complaint of the agent, region 3."""
    return log(agent, criteria=["threat"])


def escort_of(ticket: Ticket) -> Escort:
    """The ticket's escort, as it is now."""
    return Escort.objects.select_related("ticket").get(ticket=ticket)


def clock_of(ticket: Ticket, milestone: str) -> Clock:
    """The newest clock of a milestone."""
    found = Clock.objects.filter(ticket=ticket, milestone=milestone).order_by("id").last()
    assert found is not None
    return found
