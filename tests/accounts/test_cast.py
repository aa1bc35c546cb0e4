"""The cast is who the demo says it is."""

from accounts.models import Duty


def test_the_team_leader_leads_agents_and_tier_two(team_leader, team, outbound_team):
    assert sorted(team_leader.team_scope) == sorted([team.pk, outbound_team.pk])


def test_everybody_is_on_duty_and_has_signed(agent, stranger, supervisor, client_reader):
    for person in (agent, stranger, supervisor, client_reader):
        assert person.duty == Duty.ON
        assert person.statement_signed_at


def test_a_signed_in_agent_gets_a_page(agent, sign_in):
    assert sign_in(agent).get("/me/").status_code == 200


def test_a_program_is_told_who_it_is(agent, api):
    answer = api(agent).get("/api/v1/me/").json()
    assert (answer["agent_code"], answer["role"], answer["site"]) == ("10001", "agent", "JKT")
    assert "ticket.log" in answer["may"]
