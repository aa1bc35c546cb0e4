"""The board of TL and supervisor: its lanes, its acts, and who may see it (SE-1, SE-4, ESC-2, OB-7)."""

import pytest

from escalation.actions import escorts, progress, raising, timers
from escalation.models import Notification, Progress
from tests.escalation.conftest import clock_of, escort_of
from tickets.actions import request_take_over
from tickets.models import Ticket

PART = {"HX-Request": "true"}


@pytest.fixture
def page(sign_in, team_leader):
    return sign_in(team_leader)


@pytest.fixture
def raised(log, agent, team_leader):
    ticket = log(agent)
    return raising.raise_super_emergency(ticket, "Layanan umum", by=team_leader)


@pytest.fixture
def published(raised, support_hc):
    escort = escorts.dispatch(escorts.claim_escort(escort_of(raised), by=support_hc), by=support_hc)
    progress.record_progress(escort, progress.Said("Teknisi menuju ODP", publish=True), by=support_hc)
    return raised


def looks(answer):
    return [(card.look, card.ticket.number) for card in answer.context["cards"]]


def test_the_board_is_home_of_leaders(page, sign_in, supervisor):
    assert page.get("/").url == sign_in(supervisor).get("/").url == "/board/"


@pytest.mark.parametrize("who", ["agent", "support_hc", "outbound_agent", "quality_control", "administrator"])
def test_nobody_else_has_a_board(request, sign_in, who):
    assert sign_in(request.getfixturevalue(who)).get("/board/").status_code == 403


@pytest.mark.req("SE-4")
def test_published_progress_asks_for_the_leader(page, published):
    answer = page.get("/board/")
    assert looks(answer) == [("progress", published.number)]
    assert "Teknisi menuju ODP" in answer.text


@pytest.mark.req("SE-4")
def test_told_ends_both_debts(page, published):
    assert page.post(f"/board/{published.number}/told/", {"text": "Teknisi di jalan, Bu"}).url == "/board/"
    said = Progress.objects.get()
    assert said.told_inside_at and said.told_customer_at
    assert looks(page.get("/board/")) == []


@pytest.mark.req("SE-4")
def test_read_alone_leaves_the_debt_to_the_customer(page, published):
    assert page.post(f"/tickets/{published.number}/seen/", {"from": "board"}).url == "/board/"
    assert looks(page.get("/board/")) == [("progress", published.number)]
    assert Progress.objects.get().told_inside_at


@pytest.mark.req("SE-4")
def test_the_board_counts_both_debts_and_says_since_when(page, published, support_hc):
    progress.record_progress(escort_of(published), progress.Said("Sampai di ODP", publish=True), by=support_hc)
    assert "2 belum dibaca, 2 belum ke pelanggan" in page.get("/board/").text
    page.post(f"/tickets/{published.number}/seen/", {"from": "board"})
    shown = page.get("/board/")
    assert (shown.context["debts"].unread, shown.context["debts"].untold) == (0, 2)
    assert shown.context["cards"][0].about.since == Progress.objects.earliest("id").published_at


@pytest.mark.req("SE-4")
def test_telling_without_words_is_refused(page, published):
    answer = page.post(f"/board/{published.number}/told/", {"text": ""})
    assert answer.status_code == 400
    assert Progress.objects.get().told_customer_at is None


@pytest.mark.req("ESC-2")
def test_a_clock_whose_ladder_came_to_the_leader_asks_until_held(page, log, agent, forward):
    ticket = log(agent)
    forward(minutes=241)
    timers.tick()
    assert looks(page.get("/board/")) == []
    forward(minutes=10)
    timers.tick()
    assert looks(page.get("/board/")) == [("clock", ticket.number)]
    page.post(f"/clocks/{clock_of(ticket, 'customer_update').pk}/acknowledge/", {"from": "board"})
    assert looks(page.get("/board/")) == []


@pytest.mark.req("ESC-2")
def test_the_leader_takes_the_next_rung_now(page, log, agent, supervisor, forward):
    ticket = log(agent)
    forward(minutes=251)
    timers.tick()
    assert page.post(f"/tickets/{ticket.number}/escalate/", {"from": "board"}).url == "/board/"
    assert Notification.objects.filter(person=supervisor, event="rung").exists()


@pytest.mark.req("OB-7")
def test_an_agent_asks_and_the_leader_takes_over(page, log, agent, team_leader):
    ticket = log(agent)
    request_take_over(ticket, by=agent)
    assert looks(page.get("/board/")) == [("take_over", ticket.number)]
    assert page.post(f"/board/{ticket.number}/take-over/").url == ticket.url
    assert Ticket.objects.get(pk=ticket.pk).assignee == team_leader
    assert looks(page.get("/board/")) == []


@pytest.mark.req("OB-7")
def test_looking_at_the_ticket_does_not_answer_the_request(page, log, agent):
    ticket = log(agent)
    request_take_over(ticket, by=agent)
    page.post(f"/tickets/{ticket.number}/seen/", headers=PART)
    assert looks(page.get("/board/")) == [("take_over", ticket.number)]
    assert page.post(f"/board/{ticket.number}/helped/").url == "/board/"
    assert looks(page.get("/board/")) == []


@pytest.mark.req("SE-1")
def test_the_dialog_comes_as_a_part_and_leads_back_to_the_board(page, log, agent):
    ticket = log(agent)
    part = page.get(f"/tickets/{ticket.number}/super-emergency/", headers=PART)
    assert "*BUZZER*" in part.text and "<html" not in part.text
    answer = page.post(
        f"/tickets/{ticket.number}/super-emergency/", {"kind": "super_emergency", "reason": "Vital", "from": "board"}
    )
    assert answer.url == "/board/"


def test_a_leader_sees_the_own_team_and_a_supervisor_the_site(page, sign_in, log, agent, stranger, supervisor):
    own, other = log(agent), log(stranger)
    assert [row.ticket for row in page.get("/board/").context["rows"]] == [own]
    assert {row.ticket for row in sign_in(supervisor).get("/board/").context["rows"]} == {own, other}


@pytest.mark.req("HC-7")
def test_escorts_of_the_team_show_where_the_ball_lies(page, published):
    (card,) = page.get("/board/").context["escorts"]
    assert (card.at, [each.look for each in card.stations]) == (4, ["done", "done", "done", "now", "", ""])


@pytest.mark.parametrize("act", ["told", "take-over", "helped"])
def test_another_teams_ticket_is_not_there(page, log, stranger, act):
    assert page.post(f"/board/{log(stranger).number}/{act}/", {"text": "x"}).status_code == 404


@pytest.mark.parametrize("lane", ["mine", "escorts", "team"])
def test_each_lane_follows_live(page, published, lane):
    version = page.get("/board/").context["version"]
    assert page.get(f"/board/?lane={lane}&v={version}", headers=PART).status_code == 204
    part = page.get(f"/board/?lane={lane}&v=0", headers=PART)
    assert part.status_code == 200 and "<html" not in part.text and published.number in part.text


@pytest.mark.req("SE-4")
def test_new_progress_reaches_the_board_without_reloading(page, published, support_hc):
    version = page.get("/board/").context["version"]
    progress.record_progress(escort_of(published), progress.Said("Sudah disambung", publish=True), by=support_hc)
    assert "Sudah disambung" in page.get(f"/board/?lane=mine&v={version}", headers=PART).text


def test_the_board_asks_the_same_whatever_stands_on_it(page, published, log, agent, query_count):
    with query_count("board"):
        page.get("/board/")
    for _ in range(3):
        log(agent, criteria=["threat"])
    with query_count("board"):
        page.get("/board/")
