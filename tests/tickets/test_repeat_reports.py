"""``repeat-reports``: the customer reported again; three make a hard complaint (HC-1, HC-2)."""

from typing import Any

import pytest

from accounts.history import broken_places
from accounts.models import HistoryEntry
from tickets import actions
from tickets.models import Report, Ticket

pytestmark = pytest.mark.req("HC-1", "HC-2")
SAID = {"description": "Masih mati"}
CLOSING: dict[str, Any] = {
    "solution": "ONT diganti",
    "cause": "ONT rusak",
    "customer_confirmed": True,
    "further_help_offered": True,
}


@pytest.fixture
def report(post, agent):
    """Adds a repeat report and gives the ticket after it."""
    return lambda ticket, **said: post(agent, ticket, "repeat-reports", SAID | said).json()


def test_the_first_report_counts_nothing(ticket):
    assert ticket.repeat_count == 0


def test_each_complaint_counts_and_the_third_turns_it_hard(report, ticket):
    seen = [report(ticket) for _ in range(3)]
    assert [(data["repeat_count"], data["kind"]) for data in seen] == [(1, "regular"), (2, "regular"), (3, "hard_complaint")]
    assert seen[-1]["criteria"] == ["repeat_report"]
    assert seen[-1]["holder"]["kind"] == "support_hc"


def test_a_repeat_report_answers_201(post, agent, ticket):
    assert post(agent, ticket, "repeat-reports", SAID).status_code == 201


def test_questions_for_progress_do_not_count(report, ticket):
    data = [report(ticket, kind="progress_question") for _ in range(5)][-1]
    assert (data["repeat_count"], data["kind"]) == (0, "regular")
    assert Report.objects.filter(ticket=ticket).count() == 6


def test_new_tickets_of_the_same_number_count_too(log, agent, stranger):
    tickets = [log(who) for who in (agent, stranger, agent, stranger)]
    assert [ticket.repeat_count for ticket in tickets] == [0, 1, 2, 3]
    assert [Ticket.objects.get(pk=ticket.pk).kind for ticket in tickets] == ["regular"] * 3 + ["hard_complaint"]


def test_new_tickets_and_joined_reports_count_together(log, agent, report):
    report(log(agent))
    assert log(agent).repeat_count == 2
    assert log(agent).kind == "hard_complaint"


@pytest.mark.parametrize("interaction", ["request", "information"])
def test_requests_and_information_do_not_count(log, agent, interaction):
    for _ in range(4):
        assert log(agent, interaction=interaction).repeat_count == 0
    assert log(agent).repeat_count == 0


def test_another_service_number_does_not_count(log, agent):
    for place in range(4):
        assert log(agent, service_number=f"1524{place}").repeat_count == 0


def test_tickets_solved_and_closed_within_the_window_count(log, agent):
    actions.solve(log(agent), "ONT diganti", "ONT rusak", by=agent)
    actions.close(log(agent), by=agent, **CLOSING)
    assert log(agent).repeat_count == 2


def test_reports_older_than_the_window_do_not_count(log, agent, forward):
    log(agent)
    forward(days=29)
    assert log(agent).repeat_count == 1
    forward(days=2)
    assert log(agent).repeat_count == 1


def test_the_window_is_a_setting(log, agent, forward, settings):
    settings.REPEAT_REPORT_WINDOW_DAYS = 7
    log(agent)
    forward(days=8)
    assert log(agent).repeat_count == 0


def test_how_many_make_it_hard_is_a_setting(report, ticket, settings):
    settings.REPEAT_REPORTS_FOR_HARD_COMPLAINT = 1
    assert report(ticket)["kind"] == "hard_complaint"


def test_what_a_tl_overruled_is_not_found_again(report, ticket, team_leader):
    for _ in range(3):
        report(ticket)
    actions.overrule_criterion(ticket, "repeat_report", "Salah hitung", by=team_leader)
    data = report(ticket)
    assert (data["kind"], data["repeat_count"], data["criteria"]) == ("regular", 4, [])


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_a_sign_that_shows_in_the_call_makes_it_hard(post, ticket, who, request):
    answer = post(request.getfixturevalue(who), ticket, "repeat-reports", SAID | {"criteria": ["abusive_speech"]})
    assert (answer.status_code, answer.json()["kind"], answer.json()["repeat_count"]) == (201, "hard_complaint", 1)
    assert Ticket.objects.get().criteria == ["abusive_speech"]


def test_the_system_alone_finds_repeat_reports(post, agent, ticket):
    answer = post(agent, ticket, "repeat-reports", SAID | {"criteria": ["repeat_report"]})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["criteria"])


def test_another_teams_ticket_takes_reports_and_answers_in_short_form(post, agent, other_ticket):
    answer = post(agent, other_ticket, "repeat-reports", SAID)
    assert (answer.status_code, answer.json()["repeat_count"]) == (201, 1)
    assert "contact_phone" not in answer.json() and "description" not in answer.json()


def test_another_teams_old_closed_ticket_is_not_there(post, agent, stranger, other_ticket, forward):
    actions.close(other_ticket, by=stranger, **CLOSING)
    assert post(agent, other_ticket, "repeat-reports", SAID).status_code == 409
    forward(days=91)
    assert post(agent, other_ticket, "repeat-reports", SAID).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "description"),
        ({"description": " "}, "description"),
        (SAID | {"kind": "x"}, "kind"),
        ({"description": []}, "description"),
    ],
)
def test_a_wrong_body_names_its_field(post, agent, ticket, body, field):
    answer = post(agent, ticket, "repeat-reports", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Report.objects.count() == 1


def test_a_solved_ticket_takes_none(post, agent, ticket):
    actions.solve(ticket, "ONT diganti", "ONT rusak", by=agent)
    answer = post(agent, ticket, "repeat-reports", SAID)
    assert answer.status_code == 409


def test_a_ticket_without_service_number_takes_none(post, agent, ticket):
    Ticket.objects.update(customer=None, service_number=None)
    assert post(agent, ticket, "repeat-reports", SAID).status_code == 409


def test_a_double_click_with_a_key_counts_once(post, agent, ticket):
    for _ in range(3):
        data = post(agent, ticket, "repeat-reports", SAID, **{"Idempotency-Key": "k"}).json()
    assert data["repeat_count"] == 1


@pytest.mark.req("QM-2")
def test_the_history_has_a_row_for_each_and_holds(report, ticket):
    for _ in range(3):
        report(ticket)
    acts = list(HistoryEntry.objects.filter(subject_kind="ticket").order_by("sequence").values_list("act", flat=True))
    assert acts == ["ticket.logged", *["ticket.repeat_reported"] * 3, "ticket.turned_hard"]
    assert list(broken_places()) == []
