"""Calls and customers in arrears that change hands at the end of a shift (OB-7); their neighbours: test_handing_over.py."""

from datetime import timedelta

import pytest

from accounts import actions as people
from accounts.history import broken_places
from accounts.roles import Role
from common.clock import now
from outbound import actions
from outbound.models import Callback, Prospect
from tests.conftest import arrive
from tests.escalation.test_handing_over import answer, offer
from tests.outbound.arrears import prospects_of, taken

pytestmark = pytest.mark.req("OB-7")


@pytest.fixture
def customers(campaign, outbound_agent):
    """The customer on the agent's screen, and one whom the agent promised to call again."""
    (own,) = prospects_of(
        campaign, for_person=outbound_agent, due_at=now() + timedelta(hours=1), own_until=now() + timedelta(hours=3)
    )
    prospects_of(campaign)
    return taken(outbound_agent), own


def test_prospects_become_the_others_own(api, customers, outbound_agent, second_outbound_agent):
    held, own = customers
    assert [row["kind"] for row in api(outbound_agent).get("/api/v1/me/held/").json()] == ["prospect", "prospect"]
    made = offer(api(outbound_agent), second_outbound_agent)
    assert all("Bambang" not in item["title"] for item in made["items"])  # no personal value before it is accepted
    answer(api(second_outbound_agent), made, "accept")
    assert Prospect.objects.filter(state="waiting", held_by=None, for_person=second_outbound_agent).count() == 2
    assert taken(second_outbound_agent) == held
    own.refresh_from_db()
    assert own.own_until > own.due_at
    assert list(broken_places()) == []


def test_another_teams_tier_2_cannot_have_them(api, customers, outbound_agent, other_team_leader):
    foreign = arrive("50009", "Lain", Role.OUTBOUND_AGENT, other_team_leader.team)
    made = offer(api(outbound_agent), foreign)
    assert answer(api(foreign), made, "accept", expect=409)["type"].endswith("nothing-taken")
    assert Prospect.objects.filter(held_by=outbound_agent).count() == 1


def test_prospects_nobody_accepted_go_to_the_pool(api, customers, outbound_agent, second_outbound_agent, forward):
    offer(api(outbound_agent), second_outbound_agent)
    forward(minutes=31)
    people.fall_due()
    assert Prospect.objects.filter(state="waiting", held_by=None, for_person=None).count() == 2


def test_a_call_that_is_ones_own_becomes_the_others_own(api, log, support_hc, outbound_agent, second_outbound_agent):
    ticket = log()
    moment = now().replace(hour=4, minute=0) + timedelta(days=1)  # eleven in Jakarta
    own = actions.create_callback(ticket, "Teknisi tiba pukul 9", by=support_hc, due_at=moment, for_person=outbound_agent)
    answer(api(second_outbound_agent), offer(api(outbound_agent), second_outbound_agent), "accept")
    own.refresh_from_db()
    assert (own.for_person, own.state, own.due_at) == (second_outbound_agent, "waiting", moment)


def test_a_call_nobody_accepted_is_everybodys(api, log, support_hc, outbound_agent, second_outbound_agent, forward):
    actions.create_callback(log(), "Teknisi tiba", by=support_hc)
    callback = actions.claim_callback(Callback.objects.get(), by=outbound_agent)
    offer(api(outbound_agent), second_outbound_agent)
    forward(minutes=31)
    people.fall_due()
    callback.refresh_from_db()
    assert (callback.state, callback.claimed_by, callback.for_person) == ("waiting", None, None)
