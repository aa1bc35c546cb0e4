"""Taking over a ticket or a live call: asked for, done, answered another way; everybody concerned hears of it (OB-7, HC-7)."""

import pytest

from accounts import actions as people
from accounts.models import Duty
from escalation.models import Notification
from escalation.wording import read
from tickets.actions import assign, close, request_take_over

pytestmark = pytest.mark.req("OB-7")


@pytest.fixture
def ticket(log, agent):
    return assign(log(agent), agent, by=agent)


def told(person):
    """What this person was told, unread, in words."""
    rows = Notification.objects.filter(person=person, read_at=None, event__in=["take_over", "take_over_answered"]).order_by("id")
    return [(row.event, read(row.says or {})) for row in rows]


def post(api, person, ticket, act, expect=200):
    answer = api(person).post(f"/api/v1/tickets/{ticket.number}/{act}/")
    assert answer.status_code == expect, answer.content
    return answer.json()


def test_who_worked_on_it_hears_that_it_was_taken(api, ticket, agent, team_leader):
    taken = post(api, team_leader, ticket, "take-over")
    assert (taken["assignee"]["agent_code"], taken["holder"]["name"]) == ("20001", team_leader.online_name)
    assert told(agent) == [("take_over_answered", f"{team_leader.online_name} mengambil alih; Anda lepas tangan.")]


def test_a_request_ends_for_all_who_were_asked_when_one_takes_it(api, ticket, agent, team_leader, supervisor):
    post(api, agent, ticket, "request-take-over")
    assert [event for event, _ in told(team_leader)] == ["take_over"]
    post(api, supervisor, ticket, "take-over")
    assert told(team_leader) == []
    assert [event for event, _ in told(agent)] == ["take_over_answered"]


def test_helped_instead_it_stays_with_the_agent_who_hears_so(api, ticket, agent, team_leader):
    post(api, agent, ticket, "request-take-over")
    post(api, team_leader, ticket, "help-instead")
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.holder_person) == (agent, agent)
    assert told(team_leader) == []
    assert told(agent) == [("take_over_answered", f"{team_leader.online_name} membantu; tiket tetap pada Anda.")]


def test_help_that_nobody_asked_for_is_a_conflict(api, ticket, team_leader):
    assert post(api, team_leader, ticket, "help-instead", expect=409)["detail"] == "No request to take over is waiting."


def test_asked_twice_the_leader_is_told_once(api, ticket, agent, team_leader):
    for _ in range(2):
        post(api, agent, ticket, "request-take-over")
    assert len(told(team_leader)) == 1


def test_a_leader_who_is_away_is_not_asked_but_the_site_is(api, ticket, agent, team_leader, supervisor):
    people.set_duty(team_leader, by=team_leader, duty=Duty.BREAK)
    post(api, agent, ticket, "request-take-over")
    assert (told(team_leader), [event for event, _ in told(supervisor)]) == ([], ["take_over"])


@pytest.mark.parametrize("who", ["agent", "colleague", "support_hc", "outbound_agent"])
def test_who_does_not_lead_takes_nothing_over(api, request, ticket, who):
    post(api, request.getfixturevalue(who), ticket, "take-over", expect=403)
    post(api, request.getfixturevalue(who), ticket, "help-instead", expect=403)


def test_another_teams_leader_finds_nothing_to_take(api, ticket, other_team_leader):
    post(api, other_team_leader, ticket, "take-over", expect=404)


def test_what_is_closed_is_neither_asked_for_nor_taken(api, ticket, agent, team_leader):
    close(ticket, by=agent, customer_confirmed=True, further_help_offered=True, solution="Beres", cause="Modem")
    post(api, agent, ticket, "request-take-over", expect=409)
    post(api, team_leader, ticket, "take-over", expect=409)


def test_a_customer_who_refuses_the_agent_is_named_as_such(api, log, agent, team_leader):
    request_take_over(log(agent, criteria=["refuses_agent"]), by=agent)
    assert "pelanggan menolak agen" in told(team_leader)[0][1]
