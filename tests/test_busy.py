"""While the database takes nobody: 503 and when to come again, through every door, from what asks nothing of it (F13)."""

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Person


@pytest.fixture
def full(browser):
    """Nobody gets a connection, until the test is over."""

    def refused(*_args, **_options):
        raise OperationalError("FATAL: sorry, too many clients already")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", refused)
        yield


@pytest.fixture
def browser(agent: Person, sign_in) -> Client:
    signed_in = sign_in(agent)
    signed_in.raise_request_exception = False
    return signed_in


def test_a_page_says_it_in_both_languages_and_comes_again_by_itself(browser, full):
    answer = browser.get("/tickets/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    text = answer.content.decode()
    assert "Kawal sedang penuh" in text
    assert "Kawal is busy" in text
    assert 'http-equiv="refresh"' in text


def test_what_was_sent_comes_back_to_be_sent_again(browser, full):
    answer = browser.post("/tickets/new/?from=1", {"description": "Mati <b>\nlagi", "criteria": ["threat", "abusive_speech"]})
    text = answer.content.decode()
    assert answer.status_code == 503
    assert 'action="/tickets/new/?from=1"' in text
    assert "Mati &lt;b&gt;\nlagi</textarea>" in text
    assert text.count('name="criteria"') == 2
    assert 'http-equiv="refresh"' not in text


def test_a_password_is_never_written_into_a_page(browser, full):
    text = browser.post("/login/", {"username": "10001", "password": "sangat-rahasia"}).content.decode()
    assert "sangat-rahasia" not in text
    assert "Kembali ke halaman sebelumnya" in text


def test_a_part_gets_a_sentence_the_api_a_problem_and_a_gateway_comes_again(browser, full):
    part = browser.get("/notifications/bell/", headers={"HX-Request": "true"})
    assert (part.status_code, b"data-problem" in part.content) == (503, True)
    assert Client(raise_request_exception=False).get("/api/v1/tickets/", headers={"Authorization": "Token x"}).status_code == 503
    hook = Client(raise_request_exception=False).post("/hooks/wa/", b"{}", content_type="application/json")
    assert (hook.status_code, hook.headers["Retry-After"]) == (503, "5")


def test_another_mistake_stays_ours(browser, monkeypatch):
    monkeypatch.setattr("accounts.views.PreferencesForm", lambda *_args, **_more: 1 / 0)
    assert browser.post("/me/", {"theme": "dark"}).status_code == 500
