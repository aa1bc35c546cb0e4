"""How many requests a person may make in a minute (api.md, "Conventions")."""

from tests.conftest import PASSWORD

URL = "/api/v1/me/"


def test_three_hundred_requests_a_minute_are_never_refused(agent, api):
    program = api(agent)
    assert {program.get(URL).status_code for _ in range(300)} == {200}


def test_far_too_many_are_429_with_the_time_to_wait(agent, colleague, api, settings, forward):
    forward(minutes=95)  # a minute that no test before has counted in
    settings.REQUESTS_A_MINUTE = 3
    codes = [api(agent).get(URL).status_code for _ in range(8)]
    assert 429 in codes
    assert api(colleague).get(URL).status_code == 200


def test_the_next_minute_is_free_again(agent, api, settings, forward):
    settings.REQUESTS_A_MINUTE = 3
    codes = [api(agent).get(URL) for _ in range(8)]
    refused = next(answer for answer in codes if answer.status_code == 429)
    assert 0 < int(refused["Retry-After"]) <= 61
    forward(seconds=int(refused["Retry-After"]))
    assert api(agent).get(URL).status_code == 200


def test_signing_in_is_not_counted(agent, api, settings):
    settings.REQUESTS_A_MINUTE = 1
    body = {"agent_code": "10001", "password": PASSWORD}
    assert {api(None).post("/api/v1/auth/token/", body).status_code for _ in range(5)} == {200}
