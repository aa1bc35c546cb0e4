"""Teams, lines and skills; new tickets given out; who has how much, and moving it (OB-5)."""

from datetime import timedelta

import pytest

from accounts import actions as people
from accounts.actions.standing_in import name_stand_in
from accounts.models import LINES, Desk, Skill
from accounts.roles import Role
from common.clock import now
from tests.conftest import arrive, leading
from tickets.models import ServiceLine, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-5")]


@pytest.fixture
def give(team):
    """``give("load")`` switches how the agents' team gives new tickets out."""
    return lambda mode: people.change_team(team, by=None, changes={"distribution": mode})


@pytest.fixture
def skilled():
    """``skilled(person, "indihome")`` gives a person skills."""
    return lambda person, *skills: people.change_person(person, by=None, changes={"skills": list(skills)})


@pytest.fixture
def received(log, agent):
    """The codes of who gets so many tickets that 10001 logs."""
    agent.refresh_from_db()

    def codes(count, **values):
        agent.team.refresh_from_db()
        logged = [log(agent, service_number=f"15240{number:07}", **values) for number in range(count)]
        return [ticket.assignee.agent_code for ticket in logged]

    return codes


def test_skills_and_lines_have_the_same_codes():
    assert set(Skill.values) - {Skill.EMAIL} == set(ServiceLine.values) == set(LINES)


@pytest.mark.parametrize(
    ("desk", "named", "lines"),
    [
        ("", [], LINES),
        (Desk.LEVEL_1, [], LINES),
        (Desk.GLOBAL, [], ["global"]),
        (Desk.IMES, [], ["imes"]),
        (Desk.VIOLET, ["telephony"], ["telephony"]),
        (Desk.GLOBAL, ["global", "imes"], ["global", "imes"]),
    ],
)
def test_a_team_serves_what_it_names_else_what_its_desk_is_for(team, desk, named, lines):
    people.change_team(team, by=None, changes={"desk": desk, "service_lines": named})
    team.refresh_from_db()
    assert team.lines == lines


def test_each_desk_sees_its_own_tickets_and_of_the_others_the_short_form(log, api, site):
    seen = {}
    for number, desk in enumerate(Desk.values):
        team = people.create_team(by=None, name=desk, site=site, desk=desk)
        leading(f"2010{number}", f"TL {desk}", team)
        agent = arrive(f"1010{number}", desk, Role.AGENT, team)
        seen[agent] = log(agent, service_number=f"15240888000{number}", service_line=team.lines[0])
    for agent, own in seen.items():
        listed = api(agent).get("/api/v1/tickets/").json()["results"]
        assert [ticket["number"] for ticket in listed] == [own.number]
        for other in set(seen.values()) - {own}:
            assert api(agent).get(f"/api/v1/tickets/{other}/").status_code == 404
            assert "customer_name" not in api(agent).get("/api/v1/tickets/", {"search": other.number}).json()["results"][0]


def test_a_ticket_is_given_only_to_a_team_that_serves_its_line(
    post, log, sign_in, stranger, agent, supervisor, other_team_leader
):
    ticket = log(stranger, service_line="global")
    answer = post(supervisor, ticket, "assign", {"assignee": agent.agent_code})
    assert answer.status_code == 400 and "Global" in answer.json()["errors"]["assignee"][0]
    assert f'value="{agent.agent_code}"' not in sign_in(supervisor).get(f"{ticket.url}?act=assign").text
    indihome = log(stranger, service_number="152407777777")
    assert post(supervisor, indihome, "assign", {"assignee": agent.agent_code}).status_code == 200


def test_off_by_default_a_ticket_stays_with_whoever_logged_it(received, colleague):
    assert received(3) == ["10001"] * 3


def test_by_load_the_one_with_the_fewest_open_tickets_is_next(give, received, log, colleague):
    for number in range(2):
        log(colleague, service_number=f"15240999{number}")
    give("load")
    assert received(4) == ["10001", "10001", "10001", "10002"]


def test_in_turn_everybody_gets_one_after_the_other(give, received, colleague, team):
    arrive("10003", "Tiga", Role.AGENT, team)
    give("round_robin")
    assert received(5) == ["10001", "10002", "10003", "10001", "10002"]


def test_by_line_whoever_has_the_skill_comes_first(give, received, colleague, skilled):
    skilled(colleague, "indihome")
    give("line")
    assert received(2) == ["10002", "10002"]
    assert received(1, service_line="telephony") == ["10001"]


def test_by_line_what_the_own_team_does_not_serve_goes_to_one_of_the_site_that_does(
    give, received, stranger, other_team, api, agent
):
    give("line")
    assert received(1, service_line="imes") == ["10001"]
    people.change_team(other_team, by=None, changes={"distribution": "load"})
    assert received(1, service_line="global") == ["10004"]
    assert Ticket.objects.latest("id").team == other_team


@pytest.mark.parametrize("duty", ["on_break", "off_duty"])
def test_who_is_not_on_duty_gets_none(give, received, colleague, agent, duty):
    people.set_duty(agent, by=agent, duty="on_break" if duty == "on_break" else "off")
    give("load")
    assert received(2) == ["10002", "10002"]


def test_mail_goes_to_those_who_answer_mail(give, received, colleague, skilled):
    skilled(colleague, "email")
    give("round_robin")
    assert received(2, channel="email") == ["10002", "10002"]


def test_where_nobody_fits_it_stays_and_can_be_given_by_hand(give, received, agent, skilled):
    skilled(agent, "telephony")
    people.set_duty(agent, by=agent, duty="off")
    give("load")
    assert received(1) == ["10001"]


def test_the_receiver_is_told_and_the_history_says_so(give, received, sign_in, colleague, agent):
    people.set_duty(agent, by=agent, duty="off")
    give("load")
    received(1)
    ticket = Ticket.objects.get()
    assert (ticket.holder_person, ticket.holder_kind) == (colleague, "agent")
    assert "membagikan tiket kepada Bayu" in sign_in(colleague).get(ticket.url).text
    assert colleague.notifications.filter(ticket=ticket).exists()


def test_a_hard_complaint_is_answered_for_by_the_receiver_and_held_by_support_hc(give, received, colleague, skilled):
    skilled(colleague, "indihome")
    give("line")
    assert received(1, criteria=["threat"]) == ["10002"]
    assert Ticket.objects.get().holder_kind == "support_hc"


def test_the_administrator_writes_desk_lines_and_distribution(sign_in, administrator, team):
    browser, at = sign_in(administrator), f"/admin/accounts/team/{team.pk}/change/"
    values = {"name": team.name, "site": team.site_id, "desk": "violet", "distribution": "load"}
    assert "tidak dikenal: moon" in browser.post(at, values | {"service_lines": "moon"}).text
    assert browser.post(at, values | {"service_lines": "indihome, telephony"}).status_code == 302
    team.refresh_from_db()
    assert (team.desk, team.distribution, team.service_lines) == ("violet", "load", ["indihome", "telephony"])


def test_the_workload_counts_open_tickets_late_ones_the_oldest_calls_and_promises(
    api, sign_in, log, agent, colleague, team_leader, forward
):
    first = log(agent)
    forward(minutes=300)
    log(agent, service_number="152403333333", criteria=["threat"])
    body = {
        "reason": "Media",
        "promise": {"promised_to": "Sri", "what": "Teknisi", "due_at": (now() + timedelta(hours=3)).isoformat()},
    }
    assert api(team_leader).post(f"/api/v1/tickets/{first}/super-emergency/", body, format="json").status_code == 200
    rows = {row["agent_code"]: row for row in api(team_leader).get("/api/v1/workload/").json()}
    assert set(rows) == {"10001", "10002", "20001"}
    mine = rows["10001"]
    assert (mine["open"], mine["duty"], mine["more"]) == (2, "on_duty", {"promises": 1, "callbacks": 0})
    assert mine["oldest_at"] and rows["10002"]["oldest_at"] is None
    assert rows["20001"]["more"]["promises"] == 1
    page = sign_in(team_leader).get("/workload/").text
    assert "Sari" in page and "IndiHome, Telephony" in page


def test_leaders_see_their_people_and_nobody_else_the_page(api, agent, stranger, team_leader, other_team_leader, supervisor):
    codes = lambda person: {row["agent_code"] for row in api(person).get("/api/v1/workload/").json()}  # noqa: E731
    assert codes(team_leader) == {"10001", "20001"}
    assert codes(other_team_leader) == {"10004", "20002"}
    assert codes(supervisor) >= {"10001", "10004", "20001", "20002"}
    assert api(agent).get("/api/v1/workload/").status_code == 403


def test_a_leader_takes_work_away_and_spreads_it(api, sign_in, log, agent, colleague, team_leader):
    tickets = [log(agent, service_number=f"15240777{number}") for number in range(3)]
    browser = sign_in(team_leader)
    page = browser.get("/workload/10001/").text
    assert all(ticket.number in page for ticket in tickets)
    answer = browser.post("/workload/10001/move/", {"tickets": [tickets[0].number], "to": "20001"}, follow=True)
    assert "1 tiket pindah tangan" in answer.text
    moved = api(team_leader).post("/api/v1/workload/10001/move/", {"tickets": [str(tickets[1])]}, format="json").json()
    assert moved[0]["to"]["agent_code"] == "10002"
    browser.post("/workload/10001/move/", {"tickets": [tickets[2].number], "to": "spread"})
    owners = list(Ticket.objects.order_by("id").values_list("assignee__agent_code", flat=True))
    assert owners == ["20001", "10002", "10002"]


def test_what_cannot_move_stays_and_says_why(sign_in, post, log, agent, team_leader, stranger):
    closed, theirs = log(agent), log(stranger, service_number="152407777777")
    other = log(agent, service_number="152403333333")
    post(agent, closed, "close", {"solution": "x", "cause": "y", "customer_confirmed": True, "further_help_offered": True})
    picked = [closed.number, theirs.number, other.number]
    answer = sign_in(team_leader).post("/workload/10001/move/", {"tickets": picked, "to": "spread"})
    assert answer.text.count("strip problem") >= 3 and "Tidak ada agen lain yang bertugas" in answer.text
    assert sign_in(team_leader).post("/workload/10001/move/", {"tickets": [], "to": "spread"}).status_code == 400
    assert sign_in(team_leader).post("/workload/10001/move/", {"tickets": picked, "to": "99999"}).status_code == 400
    assert sign_in(team_leader).get("/workload/10004/").status_code == 404
    assert sign_in(agent).post("/workload/10001/move/", {"tickets": picked}).status_code == 403


def test_the_workload_costs_the_same_with_many_tickets(sign_in, log, agent, colleague, team_leader, query_count):
    for number in range(6):
        log(agent if number % 2 else colleague, service_number=f"15240777{number}")
    browser = sign_in(team_leader)
    browser.get("/workload/")
    with query_count("workload"):
        browser.get("/workload/")
    with query_count("workload of one"):
        browser.get("/workload/10001/")


def test_a_stand_in_moves_work_inside_the_team(api, log, agent, colleague, team_leader, forward):
    name_stand_in(team_leader, colleague, None, now() + timedelta(hours=8), by=team_leader)
    ticket = log(agent)
    answer = api(colleague).post("/api/v1/workload/10001/move/", {"tickets": [str(ticket)], "assignee": "10002"}, format="json")
    assert answer.json()[0]["refused"] == ""
