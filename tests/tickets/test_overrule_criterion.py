"""``overrule-criterion``: a detected sign is taken back by a TL alone, with a reason (HC-1)."""

import pytest

from accounts.models import HistoryEntry

pytestmark = pytest.mark.req("HC-1")
WHY = {"criterion": "threat", "reason": "Salah dengar, pelanggan hanya bertanya"}


def test_without_any_sign_left_the_ticket_is_regular_again(post, team_leader, hard_ticket):
    answer = post(team_leader, hard_ticket, "overrule-criterion", WHY)
    data = answer.json()
    assert (answer.status_code, data["kind"], data["criteria"], data["overruled_criteria"]) == (200, "regular", [], ["threat"])


def test_while_another_sign_stands_it_stays_hard(post, log, agent, team_leader):
    ticket = log(agent, criteria=["threat", "abusive_speech"])
    data = post(team_leader, ticket, "overrule-criterion", WHY).json()
    assert (data["kind"], data["criteria"]) == ("hard_complaint", ["abusive_speech"])


def test_the_reason_is_in_the_history(post, team_leader, hard_ticket):
    post(team_leader, hard_ticket, "overrule-criterion", WHY)
    entry = HistoryEntry.objects.get(act="ticket.criterion_overruled")
    assert (entry.by, entry.facts, entry.details.get().after) == (team_leader, {"criterion": "threat"}, WHY["reason"])


@pytest.mark.parametrize("who", ["agent", "supervisor", "support_hc", "administrator"])
def test_nobody_else_may(post, hard_ticket, who, request):
    assert post(request.getfixturevalue(who), hard_ticket, "overrule-criterion", WHY).status_code == 403


def test_another_teams_tl_does_not_see_it(post, other_team_leader, hard_ticket):
    assert post(other_team_leader, hard_ticket, "overrule-criterion", WHY).status_code == 404


def test_a_sign_that_is_not_there_cannot_be_taken_back(post, team_leader, ticket):
    assert post(team_leader, ticket, "overrule-criterion", WHY).status_code == 409


@pytest.mark.parametrize(("change", "field"), [({"reason": ""}, "reason"), ({"criterion": "rude"}, "criterion")])
def test_a_wrong_body_names_its_field(post, team_leader, ticket, change, field):
    answer = post(team_leader, ticket, "overrule-criterion", WHY | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
