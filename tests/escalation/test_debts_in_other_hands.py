"""A word of the unit that is still to be told is owed by whoever has the ticket now (SE-4, OB-7)."""

from datetime import timedelta

import pytest

from common.clock import now
from escalation.actions import promises
from escalation.actions.escorts import claim_escort, dispatch
from escalation.actions.progress import Said, record_progress
from escalation.actions.raising import raise_super_emergency
from escalation.models import Progress
from tests.escalation.conftest import escort_of
from tickets.actions import assign, take_over

pytestmark = pytest.mark.req("SE-4", "OB-7")
WORDS = "Kabel sudah disambung di ODP"


@pytest.fixture
def owed(hard, agent, support_hc):
    """Progress of the agent's hard complaint, published and not yet read by anybody."""
    assign(hard, agent, by=agent)
    dispatch(claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    record_progress(escort_of(hard), Said(WORDS, publish=True), by=support_hc)
    assert Progress.objects.get().owed_to == agent
    return hard


def test_handed_over_at_the_shifts_end_the_receiver_is_told_and_tells_the_customer(owed, api, agent, colleague):
    made = api(agent).post("/api/v1/handovers/", {"to": colleague.agent_code}).json()
    assert Progress.objects.get().owed_to == agent
    assert api(colleague).post(f"/api/v1/handovers/{made['id']}/accept/", {}).status_code == 200
    assert Progress.objects.get().owed_to == colleague


def test_opened_by_the_new_hands_the_debt_inside_is_paid(owed, sign_in, agent, colleague):
    assign(owed, colleague, by=agent)
    desk = sign_in(colleague)
    assert WORDS in desk.get(f"/tickets/{owed.number}/").text
    desk.post(f"/tickets/{owed.number}/seen/")
    assert Progress.objects.get().told_inside_at is not None


def test_taken_over_by_the_tl_it_is_the_tls(owed, team_leader):
    take_over(owed, by=team_leader)
    assert Progress.objects.get().owed_to == team_leader


def test_what_was_told_to_both_stays_with_whom_it_was(owed, agent, colleague):
    Progress.objects.update(told_inside_at="2026-11-20T00:00Z", told_customer_at="2026-11-20T00:00Z")
    assign(owed, colleague, by=agent)
    assert Progress.objects.get().owed_to == agent


def test_a_promise_that_another_tl_accepts_takes_the_words_along(log, agent, team_leader, other_team_leader, support_hc):
    ticket = raise_super_emergency(log(agent, criteria=["threat"]), "Media", by=team_leader)
    terms = promises.Terms("Ibu Sri", "Internet menyala", now() + timedelta(hours=4))
    promise = promises.make_promise(ticket, terms, by=team_leader)
    dispatch(claim_escort(escort_of(ticket), by=support_hc), by=support_hc)
    record_progress(escort_of(ticket), Said(WORDS, publish=True), by=support_hc)
    assert Progress.objects.get().owed_to == team_leader
    promises.offer_promise(promise, other_team_leader, by=team_leader)
    promises.accept_promise(promise, by=other_team_leader)
    assert Progress.objects.get().owed_to == other_team_leader
