"""``assign``, ``take-over``, ``request-take-over``, ``forward``: whose work it is, who holds the ball (HC-7, OB-4, OB-7)."""

import pytest

from accounts.actions import change_person
from accounts.models import HistoryEntry
from tickets import actions
from tickets.models import OutsideReference

FORWARD = {"unit": "TREG 5 Malang", "text": "Minta cek ODP", "outside_reference": "IN123"}


@pytest.mark.req("HC-7")
def test_assigning_passes_the_ball_and_begins_the_work(post, agent, colleague, ticket):
    data = post(agent, ticket, "assign", {"assignee": "10002"}).json()
    assert (data["assignee"], data["status"]) == ({"agent_code": "10002", "name": "Bayu"}, "in_progress")
    assert (data["holder"]["kind"], data["holder"]["name"]) == ("agent", "Bayu")


@pytest.mark.req("HC-7", "OB-7")
@pytest.mark.parametrize(
    ("act", "body", "holder"),
    [("assign", {"assignee": "10002"}, ("agent", "Bayu")), ("take-over", {}, ("team_leader", "Dimas"))],
)
def test_given_away_during_a_pause_the_ball_comes_back_to_the_new_one(post, team_leader, colleague, ticket, act, body, holder):
    post(team_leader, ticket, "pause", {"reason": "Menunggu foto"})
    assert post(team_leader, ticket, act, body).json()["holder"]["kind"] == "customer"
    resumed = post(team_leader, ticket, "resume").json()["holder"]
    assert (resumed["kind"], resumed["name"]) == holder


@pytest.mark.req("HC-7", "OB-4")
@pytest.mark.parametrize("acts", [["forward", "pause", "assign"], ["pause", "forward", "assign"]])
def test_what_a_unit_has_stays_there_whoever_gets_the_ticket_during_a_pause(post, team_leader, colleague, ticket, acts):
    bodies = {"forward": FORWARD, "pause": {"reason": "Menunggu foto"}, "assign": {"assignee": "10002"}}
    for act in acts:
        assert post(team_leader, ticket, act, bodies[act]).status_code in (200, 201)
    resumed = post(team_leader, ticket, "resume").json()["holder"]
    assert (resumed["kind"], resumed["name"]) == ("unit", "TREG 5 Malang")


def test_an_agent_gives_only_within_the_own_team(post, agent, stranger, ticket):
    assert post(agent, ticket, "assign", {"assignee": "10004"}).status_code == 403


def test_a_tl_gives_to_another_team_and_the_ticket_goes_there(post, api, team_leader, stranger, other_team, ticket):
    answer = post(team_leader, ticket, "assign", {"assignee": "10004"})
    assert answer.status_code == 200
    assert "contact_phone" not in answer.json()
    assert api(stranger).get(f"/api/v1/tickets/{ticket}/").json()["team"] == other_team.name
    assert api(team_leader).get(f"/api/v1/tickets/{ticket}/").status_code == 404


def test_a_ticket_given_to_support_hc_stays_where_its_tl_sees_it(post, team_leader, support_hc, team, ticket):
    data = post(team_leader, ticket, "assign", {"assignee": "40001"}).json()
    assert (data["assignee"]["agent_code"], data["team"]) == ("40001", team.name)


@pytest.mark.parametrize("code", ["99999", "abc", "50001", "60001", "70001", "90001"])
def test_who_cannot_work_a_ticket_is_refused(
    post, team_leader, ticket, outbound_agent, quality_control, client_reader, administrator, code
):
    answer = post(team_leader, ticket, "assign", {"assignee": code})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["assignee"])


def test_somebody_who_left_is_refused(post, agent, colleague, administrator, ticket):
    change_person(colleague, by=None, changes={"is_active": False})
    assert post(agent, ticket, "assign", {"assignee": "10002"}).status_code == 400


@pytest.mark.parametrize("body", [{}, {"assignee": ""}, {"assignee": None}, {"assignee": {"agent_code": "10002"}}])
def test_assigning_needs_an_agent_code(post, agent, ticket, body):
    answer = post(agent, ticket, "assign", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["assignee"])


@pytest.mark.parametrize(
    ("who", "act", "body"),
    [("agent", "assign", {"assignee": "10001"}), ("team_leader", "take-over", {}), ("agent", "request-take-over", {})]
    + [("agent", "forward", FORWARD)],
)
def test_a_finished_ticket_is_nobodys_work(post, agent, ticket, who, act, body, request):
    actions.solve(ticket, "a", "b", by=agent)
    assert post(request.getfixturevalue(who), ticket, act, body).status_code == 409


@pytest.mark.req("OB-7", "HC-7")
@pytest.mark.parametrize(("who", "kind"), [("team_leader", "team_leader"), ("supervisor", "supervisor")])
def test_who_leads_takes_a_ticket_over(post, ticket, who, kind, request):
    person = request.getfixturevalue(who)
    data = post(person, ticket, "take-over").json()
    assert data["assignee"]["agent_code"] == person.agent_code
    assert (data["holder"]["kind"], data["holder"]["name"]) == (kind, person.online_name)


def test_another_teams_tl_takes_nothing_over(post, other_team_leader, ticket):
    assert post(other_team_leader, ticket, "take-over").status_code == 404


@pytest.mark.req("OB-7")
def test_an_agent_asks_for_it_with_one_act(post, agent, ticket):
    assert post(agent, ticket, "request-take-over").status_code == 200
    assert HistoryEntry.objects.filter(act="ticket.take_over_requested", by=agent).count() == 1


@pytest.mark.req("OB-4", "HC-7")
def test_a_regular_ticket_goes_to_its_unit_with_an_outside_number(post, agent, ticket):
    answer = post(agent, ticket, "forward", FORWARD)
    data = answer.json()
    assert (answer.status_code, data["status"], data["outside_references"]) == (201, "in_progress", {"nossa": "IN123"})
    assert (data["holder"]["kind"], data["holder"]["name"]) == ("unit", "TREG 5 Malang")


@pytest.mark.req("OB-4")
def test_the_unit_alone_is_enough_and_may_be_repeated(post, agent, ticket):
    for _ in range(2):
        assert post(agent, ticket, "forward", {"unit": "TREG 5 Malang"}).status_code == 201
    assert HistoryEntry.objects.filter(act="ticket.forwarded").count() == 2


def test_an_outside_number_names_one_ticket(post, agent, stranger, ticket, other_ticket):
    post(agent, ticket, "forward", FORWARD)
    answer = post(stranger, other_ticket, "forward", FORWARD)
    assert (answer.status_code, ticket.number in answer.json()["detail"]) == (409, True)
    assert OutsideReference.objects.get().ticket == ticket


def test_a_hard_complaint_is_dispatched_and_not_forwarded(post, agent, hard_ticket):
    assert post(agent, hard_ticket, "forward", FORWARD).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "x" * 121}, "unit"),
        ({"outside_reference": "x" * 81}, "outside_reference"),
        ({"system": "A b"}, "system"),
    ],
)
def test_a_wrong_forward_names_its_field(post, agent, hard_ticket, change, field):
    answer = post(agent, hard_ticket, "forward", FORWARD | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
