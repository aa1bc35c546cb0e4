"""Tickets that wait for the customer's word, made as people make them: logged, claimed, solved by the unit."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person, Team
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.actions.raising import raise_super_emergency
from escalation.models import Escort
from outbound.actions import create_campaign, pick
from outbound.models import Callback, Campaign, Product, Prospect
from tests.outbound.arrears import prospects_of
from tickets.actions import Intake, log_ticket
from tickets.models import Kind, Ticket

DONE = "Kabel drop diganti."


@pytest.fixture
def called_from_eight_to_nine(settings: Any) -> None:
    """Customers are called from 8.00 to 21.00; elsewhere tests may call at any hour."""
    settings.CALLING_HOURS = (8, 21)


@pytest.fixture
def log(agent: Person) -> Callable[..., Ticket]:
    """``log()`` is a hard complaint of the agent; ``log(by=stranger, service_number="...")`` another one."""

    def logged(*, by: Person = agent, service_number: str = "131159904126", criteria: tuple[str, ...] = ("threat",)) -> Ticket:
        intake = Intake(
            service_number=service_number,
            service_line="indihome",
            customer_name="Lilis Karlinawati",
            reporter_name="Lilis Karlinawati",
            contact_phone="0813-1122-2290",
            symptom="Internet putus-putus",
            description="Kamar belakang putus tiap lima menit.",
            region=3,
            criteria=criteria,
        )
        return log_ticket(intake, by=by)

    return logged


@pytest.fixture
def solve(support_hc: Person) -> Callable[[Ticket], Callback]:
    """The unit repaired it: the caring callback that this makes."""

    def solved(ticket: Ticket) -> Callback:
        escort = claim_escort(Escort.objects.get(ticket=ticket), by=support_hc)
        solve_escort(escort, DONE, by=support_hc)
        return Callback.objects.get(ticket=ticket, state="waiting")

    return solved


@pytest.fixture
def caring(log: Callable[..., Ticket], solve: Callable[[Ticket], Callback]) -> Callable[..., Callback]:
    """``caring()`` is the caring callback of a hard complaint; ``caring(kind="buzzer")`` of one that its TL raised."""

    def made(kind: str = Kind.HARD_COMPLAINT, **who: object) -> Callback:
        ticket = log(**who)
        if kind != Kind.HARD_COMPLAINT:
            leader = ticket.team.leader if ticket.team else None
            assert leader
            raise_super_emergency(ticket, "Mengancam ke media", by=leader, kind=kind)
        return solve(ticket)

    return made


@pytest.fixture
def confirmed() -> dict[str, object]:
    """The body of a call in which the customer says yes."""
    return {"outcome": "reached", "response": "Sudah normal, terima kasih.", "satisfied": True, "further_help_offered": True}


@pytest.fixture
def denied() -> dict[str, object]:
    """And no."""
    return {"outcome": "reached", "response": "Kamar belakang masih putus.", "satisfied": False}


@pytest.fixture
def campaign(team_leader: Person, outbound_team: Team) -> Campaign:
    """A CT-0 campaign of the Tier-2 team, without prospects; ``prospects_of`` puts some in."""
    return create_campaign("Dapros November", Product.CT0, by=team_leader, team=outbound_team)


@pytest.fixture
def in_hand(campaign: Campaign, outbound_agent: Person) -> Prospect:
    """A prospect that 50001 holds."""
    prospects_of(campaign)
    taken = pick(by=outbound_agent)
    assert taken
    return taken
