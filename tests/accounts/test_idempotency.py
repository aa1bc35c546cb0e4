"""A POST with a key is done once (api.md, ``Idempotency-Key``)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.idempotency import Answer, once
from accounts.models import HistoryEntry, IdempotentAnswer
from accounts.tasks import forget_old_answers
from common.problems import Conflict

URL = "/api/v1/me/duty/"


def post(program, duty, key="one"):
    return program.post(URL, {"duty": duty}, headers={"Idempotency-Key": key})


def acts():
    return HistoryEntry.objects.filter(act="person.duty_set").count()


def test_the_same_key_and_body_give_the_first_answer_and_do_nothing_twice(agent, api):
    first, before = post(api(agent), "on_break"), acts()
    api(agent).post(URL, {"duty": "on_duty"})
    again = post(api(agent), "on_break")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert acts() == before + 1  # the one in between


def test_the_same_key_with_another_body_is_422(agent, api):
    post(api(agent), "on_break")
    answer = post(api(agent), "off")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency-key-reused")


def test_the_same_key_at_another_address_is_422(agent, api):
    api(agent).post("/api/v1/me/sign-statement/", {"duty": "off"}, headers={"Idempotency-Key": "one"})
    assert post(api(agent), "off").status_code == 422


def test_another_person_may_use_the_same_key(agent, colleague, api):
    post(api(agent), "on_break")
    assert post(api(colleague), "off").json()["duty"] == "off"


def test_a_refusal_is_not_kept(agent, api):
    assert post(api(agent), "asleep").status_code == 400
    assert post(api(agent), "off").status_code == 200


def test_an_act_that_fails_takes_its_key_back(agent):
    def refuse():
        raise Conflict("No.")

    with pytest.raises(Conflict):
        once(agent, "k", "d", refuse)
    assert once(agent, "k", "d", lambda: Answer(201, "{}")) == Answer(201, "{}")


def test_a_key_that_is_too_long_is_400(agent, api):
    assert post(api(agent), "off", key="x" * 256).status_code == 400


def test_keys_are_forgotten_after_a_day(agent, api, forward):
    post(api(agent), "on_break")
    forward(hours=23)
    forget_old_answers()
    assert IdempotentAnswer.objects.count() == 1
    forward(hours=2)
    forget_old_answers()
    assert IdempotentAnswer.objects.count() == 0


@pytest.mark.servers
@pytest.mark.xdist_group("crowd")
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_do_one_act_and_all_get_its_answer(agent, api):
    before, start = acts(), Barrier(20)
    programs = [api(agent) for _ in range(20)]

    def ask(program):
        start.wait()
        try:
            answer = post(program, "on_break")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(ask, programs))
    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert acts() == before + 1
