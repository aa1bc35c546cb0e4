"""``pause``, ``resume``, ``solve``, ``close`` and ``reopen``: a ticket's way through its states (OB-6, ESC-5, HC-7)."""

from typing import Any

import pytest

from tickets import actions
from tickets.actions import hold_open, lift_hold

SOLVE = {"solution": "ONT diganti", "cause": "ONT rusak"}
CLOSE = SOLVE | {"customer_confirmed": True, "further_help_offered": True}
WAIT = {"reason": "Menunggu pelanggan di rumah"}
AGAIN = {"reason": "Mati lagi"}


@pytest.mark.req("ESC-5", "HC-7")
def test_pausing_gives_the_ball_to_the_customer_and_resuming_gives_it_back(post, agent, ticket):
    post(agent, ticket, "forward", {"unit": "TREG 5 Malang"})
    paused = post(agent, ticket, "pause", WAIT).json()
    assert (paused["status"], paused["holder"]["kind"]) == ("pending_customer", "customer")
    resumed = post(agent, ticket, "resume").json()
    assert (resumed["status"], resumed["holder"]["kind"], resumed["holder"]["name"]) == ("in_progress", "unit", "TREG 5 Malang")


@pytest.mark.parametrize(
    ("act", "body"), [("pause", {}), ("pause", {"reason": " "}), ("reopen", {}), ("reopen", {"reason": "x" * 501})]
)
def test_these_need_a_reason(post, agent, ticket, act, body):
    answer = post(agent, ticket, act, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"])


@pytest.mark.req("OB-6")
def test_solving_keeps_solution_and_cause(post, agent, ticket):
    data = post(agent, ticket, "solve", SOLVE).json()
    assert data | SOLVE | {"status": "solved"} == data
    assert data["solved_at"] and data["closed_at"] is None


@pytest.mark.req("OB-6")
def test_closing_straight_from_open_is_solved_on_the_spot(post, agent, ticket):
    data = post(agent, ticket, "close", CLOSE).json()
    assert (data["status"], data["solution"], data["cause"]) == ("closed", "ONT diganti", "ONT rusak")
    assert data["solved_at"] == data["closed_at"]


def test_closing_a_solved_ticket_needs_no_second_solution(post, agent, ticket):
    post(agent, ticket, "solve", SOLVE)
    data = post(agent, ticket, "close", {"customer_confirmed": True, "further_help_offered": True}).json()
    assert (data["status"], data["solution"]) == ("closed", "ONT diganti")


@pytest.mark.req("OB-6")
@pytest.mark.parametrize("said", [{"customer_confirmed": False}, {"customer_confirmed": None}])
def test_without_the_customers_word_it_is_not_closed(post, agent, ticket, said):
    body = CLOSE | said
    answer = post(agent, ticket, "close", {name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 409
    assert actions.solve(ticket, "a", "b", by=agent).status == "solved"


@pytest.mark.parametrize("act", ["solve", "close"])
@pytest.mark.parametrize(("field", "value"), [("solution", ""), ("cause", ""), ("solution", "x" * 10_001), ("cause", "x" * 201)])
def test_solution_and_cause_are_required(post, agent, ticket, act, field, value):
    answer = post(agent, ticket, act, CLOSE | {field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.req("SE-5")
@pytest.mark.parametrize(("act", "body"), [("solve", SOLVE), ("close", CLOSE)])
def test_a_hold_forbids_finishing_and_says_why(post, agent, ticket, act, body):
    hold_open(ticket, "escort", "Kawal belum ditutup.")
    answer = post(agent, ticket, act, body)
    assert (answer.status_code, "Kawal belum ditutup." in answer.json()["detail"]) == (409, True)
    lift_hold(ticket, "escort")
    assert post(agent, ticket, act, body).status_code == 200


@pytest.mark.req("SE-5")
@pytest.mark.parametrize(("act", "body"), [("solve", SOLVE), ("close", CLOSE)])
def test_a_hard_complaint_is_not_finished_by_its_agent(post, agent, hard_ticket, act, body):
    assert post(agent, hard_ticket, act, body).status_code == 409


def test_two_holds_both_say_why(post, agent, ticket):
    hold_open(ticket, "escort", "Kawal belum ditutup.")
    hold_open(ticket, "promise", "Janji masih terbuka.")
    detail = post(agent, ticket, "close", CLOSE).json()["detail"]
    assert "Kawal belum ditutup." in detail and "Janji masih terbuka." in detail


@pytest.mark.req("OB-6", "HC-7")
@pytest.mark.parametrize("act", ["solve", "close"])
def test_reopening_counts_and_gives_the_ball_back_to_the_agent(post, agent, ticket, act):
    post(agent, ticket, act, CLOSE)
    data = post(agent, ticket, "reopen", AGAIN).json()
    assert (data["status"], data["reopened"], data["solved_at"], data["closed_at"]) == ("in_progress", 1, None, None)
    assert data["holder"]["name"] == "Sari"


PATH_TO: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "open": [],
    "in_progress": [("updates", {"text": "Dicek", "to": "internal"})],
    "pending_customer": [("pause", WAIT)],
    "solved": [("solve", SOLVE)],
    "closed": [("close", CLOSE)],
}
ALLOWED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "pause": (WAIT, {"open", "in_progress"}),
    "resume": ({}, {"pending_customer"}),
    "solve": (SOLVE, {"open", "in_progress", "pending_customer"}),
    "close": (CLOSE, {"open", "in_progress", "pending_customer", "solved"}),
    "reopen": (AGAIN, {"solved", "closed"}),
}


@pytest.mark.parametrize("state", PATH_TO)
@pytest.mark.parametrize("act", ALLOWED)
def test_each_act_is_open_in_its_states_alone(post, agent, ticket, act, state):
    for step, body in PATH_TO[state]:
        post(agent, ticket, step, body)
    body, states = ALLOWED[act]
    assert post(agent, ticket, act, body).status_code == (200 if state in states else 409)


@pytest.mark.parametrize("act", ALLOWED)
def test_another_teams_ticket_is_not_there(post, stranger, ticket, act):
    assert post(stranger, ticket, act, ALLOWED[act][0]).status_code == 404


def test_a_wrong_state_in_english_and_indonesian(post, agent, ticket):
    answer = post(agent, ticket, "resume", {}, **{"Accept-Language": "id"})
    assert answer.json()["detail"] == "Sekarang statusnya terbuka; ini hanya bisa dari menunggu pelanggan."
