"""The limit of promises under races, on PostgreSQL: by API, by page and by taking over, all at once (PM-1)."""

from collections import Counter as Tally
from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from common.clock import now
from escalation.actions import promises
from escalation.actions.raising import raise_super_emergency
from escalation.models import PromiseSlot
from tests.escalation.test_races import at_once

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
WORDS = {"promised_to": "Ibu Sri", "what": "Internet menyala lagi"}


def raised(log, by, leader):
    return raise_super_emergency(log(by, criteria=["threat"]), "Media", by=leader)


@pytest.mark.req("PM-1")
def test_of_fifty_promises_at_once_three_are_taken_by_api_page_and_hand_over(
    api, sign_in, log, agent, stranger, team_leader, other_team_leader
):
    due = now() + timedelta(hours=4)
    offered = []
    for _ in range(3):
        promise = promises.make_promise(
            raised(log, stranger, other_team_leader), promises.Terms(**WORDS, due_at=due), by=other_team_leader
        )
        offered.append(promises.offer_promise(promise, team_leader, by=other_team_leader))
    tickets = [raised(log, agent, team_leader) for _ in range(47)]
    programs = [api(team_leader) for _ in range(50)]
    pages = [sign_in(team_leader) for _ in range(10)]

    def take(place: int) -> int:
        if place < 3:
            return programs[place].post(f"/api/v1/promises/{offered[place].pk}/accept/", {}).status_code
        if place < 13:
            form = {**WORDS, "due_at": localtime(due).strftime("%Y-%m-%dT%H:%M")}
            answer = pages[place - 3].post(f"/tickets/{tickets[place - 3].number}/promise/", form)
            return {302: 201}.get(answer.status_code, answer.status_code)
        body = {"ticket": tickets[place - 3].number, **WORDS, "due_at": due.isoformat()}
        return programs[place].post("/api/v1/promises/", body).status_code

    answers = Tally(at_once(take, 50))
    assert (answers[200] + answers[201], answers[409]) == (3, 47)
    assert sorted(PromiseSlot.objects.filter(holder=team_leader).values_list("place", flat=True)) == [1, 2, 3]
