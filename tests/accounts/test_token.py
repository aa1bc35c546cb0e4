"""Signing in for programs (api.md, "Conventions")."""

import pytest
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import HistoryEntry
from tests.conftest import PASSWORD

pytestmark = pytest.mark.req("QM-3")
URL = "/api/v1/auth/token/"


def ask(code, password=PASSWORD, **where):
    return APIClient().post(URL, {"agent_code": code, "password": password}, format="json", **where)


def me(token):
    return APIClient().get("/api/v1/me/", headers={"Authorization": f"Token {token}"})


def test_code_and_password_give_a_token_that_works(agent):
    answer = ask("10001")
    assert answer.status_code == 200
    assert me(answer.json()["token"]).json()["agent_code"] == "10001"
    assert HistoryEntry.objects.filter(act="person.signed_in", subject_id=agent.pk).exists()


def test_the_same_token_is_given_again(agent):
    assert ask("10001").json() == ask("10001").json()


def test_a_wrong_password_is_401_and_says_how_to_sign_in(agent):
    answer = ask("10001", "salah")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_code_is_refused_the_same_way(agent):
    assert ask("99999").json() == ask("10001", "salah").json()


def test_a_deactivated_person_is_refused_and_the_old_token_is_dead(agent, administrator):
    token = ask("10001").json()["token"]
    actions.change_person(agent, by=administrator, changes={"is_active": False})
    assert me(token).status_code == 401
    assert ask("10001").json() == ask("10001", "salah").json()


def test_only_failures_count(agent):
    assert [ask("10001").status_code for _ in range(12)] == [200] * 12


def test_too_many_failures_are_429_with_the_time_to_wait(agent):
    codes = [ask("10001", "salah").status_code for _ in range(5)]
    locked = ask("10001")
    assert codes[:4] == [401] * 4
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert locked["Content-Type"] == "application/problem+json"
    assert ask("10001", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_a_new_password_ends_the_token(agent):
    token = ask("10001").json()["token"]
    actions.change_password(agent, by=agent, password="lima kuda makan rumput")
    assert me(token).status_code == 401


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token \x00", "Token " + "x" * 500, "Basic abc", "Bearer x"])
def test_odd_headers_are_401(agent, header):
    assert APIClient().get("/api/v1/me/", HTTP_AUTHORIZATION=header).status_code == 401


def test_missing_fields_are_named(db):
    answer = APIClient().post(URL, {}, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"agent_code", "password"}
