"""The checklist of P-06 7: its words, what acts tick, what gates closing (OB-2, OB-6)."""

from datetime import timedelta

import pytest

from common.clock import now
from tickets.actions.activities import change_activity, checklist
from tickets.models import Activity, DoneActivity, Step

CLOSE = {"solution": "ONT diganti", "cause": "ONT rusak", "customer_confirmed": True, "further_help_offered": True}
BY_HAND = {"number": 5}


@pytest.fixture
def done(api, agent):
    return lambda ticket: api(agent).get(f"/api/v1/tickets/{ticket}/").json()["activities"]


@pytest.mark.req("OB-2")
def test_the_eleven_rows_stand_in_the_documents_words(api, agent, ticket):
    lines = api(agent).get(f"/api/v1/tickets/{ticket}/activities/").json()
    assert [line["number"] for line in lines] == [1, 2, *range(5, 14)]
    seventh = lines[4]
    assert (seventh["title"], seventh["kpi"]) == ("Melakukan eskalasi ke team leader", "SLA penanganan komplain pelanggan")
    assert (lines[0]["done"], lines[0]["act"], lines[0]["done_by"]["name"]) == (True, "ticket.logged", "Sari")


@pytest.mark.req("OB-2")
@pytest.mark.parametrize(
    ("act", "body", "number"),
    [
        ("updates", {"text": "Teknisi jalan", "to": "customer"}, Step.TELL_STATUS),
        ("told", {"text": "Teknisi jalan"}, Step.TELL_STATUS),
        ("forward", {"unit": "TREG 5"}, Step.WITH_COLLEAGUES),
        ("escalate", {}, Step.ESCALATE),
        ("request-take-over", {}, Step.ESCALATE),
        ("solve", {"solution": "ONT diganti", "cause": "ONT rusak"}, Step.HANDLE),
    ],
)
def test_an_act_ticks_what_it_shows(post, agent, ticket, done, act, body, number):
    assert done(ticket) == [Step.CHECK]
    post(agent, ticket, act, body)
    assert done(ticket) == [Step.CHECK, number]


@pytest.mark.req("OB-2", "OB-6")
def test_closing_on_the_spot_ticks_all_that_it_shows(post, agent, ticket, done):
    assert post(agent, ticket, "close", CLOSE).status_code == 200
    assert done(ticket) == [1, 2, 5, 9, 10, 11, 13]


@pytest.mark.req("OB-2", "OB-6")
def test_information_is_closed_by_giving_it(post, log, agent, done):
    ticket = log(agent, interaction="information")
    post(agent, ticket, "close", CLOSE)
    assert done(ticket) == [1, 5, 9, 10, 11, 12, 13]


@pytest.mark.req("OB-2", "OB-6")
def test_where_further_help_is_mandatory_the_agents_ticket_stays_open_without_it_and_the_answer_names_it(
    post, log, agent, ticket, administrator, team_leader, forward
):
    forward(minutes=1)
    change_activity(11, by=administrator, changes={"required_for": ["complaint"]})
    forward(minutes=1)
    later, unoffered = log(agent, service_number="152403333333"), CLOSE | {"further_help_offered": False}
    answer = post(agent, later, "close", unoffered, **{"Accept-Language": "id"})
    assert (answer.status_code, "11. Menawarkan bantuan lain" in answer.json()["detail"]) == (409, True)
    assert answer.json()["type"].endswith("activities-missing")
    assert post(agent, ticket, "close", unoffered).status_code == 200
    assert post(team_leader, later, "close", unoffered).status_code == 200


@pytest.mark.req("OB-2", "QM-7")
def test_an_administrator_fills_a_lost_row_and_old_tickets_keep_the_rules_of_their_day(
    post, log, agent, ticket, administrator, forward
):
    forward(minutes=1)
    filled = {"title": "Analisa data pelanggan", "actor": "Agent", "required_for": ["complaint"], "active": True}
    change_activity(3, by=administrator, changes=filled)
    forward(minutes=1)
    later = log(agent, service_number="152403333333")
    assert 3 not in [line.activity.number for line in checklist(ticket)]
    assert post(agent, ticket, "close", CLOSE).status_code == 200
    assert post(agent, later, "close", CLOSE).status_code == 409
    assert post(agent, later, "activities", {"number": 3}).status_code == 201
    assert post(agent, later, "close", CLOSE).status_code == 200


@pytest.mark.req("OB-6")
def test_after_reopening_the_end_has_to_be_done_again(post, agent, ticket, done):
    post(agent, ticket, "forward", {"unit": "TREG 5"})
    post(agent, ticket, "close", CLOSE)
    post(agent, ticket, "reopen", {"reason": "Mati lagi"})
    assert done(ticket) == [1, 6]
    assert post(agent, ticket, "close", CLOSE).status_code == 200
    assert done(ticket) == [1, 2, 6, 9, 10, 11, 13]


@pytest.mark.req("OB-2")
def test_a_tick_by_hand_can_be_taken_back_an_act_cannot(post, agent, ticket, done):
    assert post(agent, ticket, "activities", BY_HAND | {"note": "Restart ONT"}).json()["activities"] == [1, 5]
    post(agent, ticket, "activities", BY_HAND)
    assert DoneActivity.objects.filter(number=5).count() == 1
    assert post(agent, ticket, "activities", BY_HAND | {"done": False}).json()["activities"] == [1]
    assert post(agent, ticket, "activities", {"number": 1, "done": False}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"number": 3}, {"number": 0}, {"number": "x"}, {"number": 5, "note": "x" * 301}])
def test_what_is_no_activity_is_refused(post, agent, ticket, body):
    assert post(agent, ticket, "activities", body).status_code == 400


def test_a_closed_ticket_and_another_teams_are_refused(post, agent, stranger, ticket):
    assert post(stranger, ticket, "activities", BY_HAND).status_code == 404
    post(agent, ticket, "close", CLOSE)
    assert post(agent, ticket, "activities", BY_HAND).status_code == 409


@pytest.mark.req("OB-2")
def test_the_page_shows_the_rows_and_ticks_one(sign_in, agent, ticket):
    browser = sign_in(agent)
    page = browser.get(ticket.url).content.decode()
    assert "Aktivitas SOP" in page and "1 dari 11" in page and "Closing sesuai standar" in page
    browser.post(f"{ticket.url}activities/", {"number": 5, "note": "Restart"})
    again = browser.get(ticket.url).content.decode()
    assert "2 dari 11" in again and "melakukan aktivitas 5" in again
    browser.post(f"{ticket.url}activities/", {"number": 5, "undo_tick": "on"})
    assert "1 dari 11" in browser.get(ticket.url).content.decode()


@pytest.mark.req("QM-7")
def test_the_administrators_page_makes_a_new_version(sign_in, administrator, ticket):
    first = Activity.objects.get(number=8)
    values = {"number": 8, "title": first.title, "clause": first.clause, "required_for": "complaint", "active": "on"}
    answer = sign_in(administrator).post(f"/admin/tickets/activity/{first.pk}/change/", values)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    newest = Activity.objects.filter(number=8).first()
    assert newest and (newest.version, newest.required_for) == (2, ["complaint"])
    assert Activity.objects.get(pk=first.pk).required_for == []


@pytest.mark.req("SE-5", "OB-2")
def test_an_older_ticket_than_the_table_has_its_first_version(log, agent):
    ticket = log(agent)
    ticket.opened_at = now() - timedelta(days=900)
    assert len(checklist(ticket)) == 11
