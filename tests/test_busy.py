"""While the database takes nobody: 503 and when to come again, through every door, from what asks nothing of it (F13)."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from accounts.models import Counter, Person
from tests.tickets.conftest import FORM
from tickets.models import Ticket


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


def no_counters(execute, sql, *arguments):
    """The connection is cut just when the counters would grow, after the commit."""
    if not connection.in_atomic_block and "accounts_counter" in sql and not sql.startswith("SELECT"):
        raise OperationalError("server closed the connection unexpectedly")
    return execute(sql, *arguments)


@pytest.mark.req("HC-2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", [{}, {"criteria": ["threat"]}])
def test_what_was_committed_is_answered_as_done_though_the_counters_could_not_grow(api, agent, form):
    program = api(agent)
    with connection.execute_wrapper(no_counters):
        answer = program.post("/api/v1/tickets/", FORM | form)
    assert answer.status_code == 201, answer.content
    assert Ticket.objects.get().number == answer.json()["number"]


@pytest.mark.django_db(transaction=True)
def test_many_counters_that_could_not_grow_break_nothing(agent):
    with connection.execute_wrapper(no_counters), transaction.atomic():
        Counter.grow_all(["bell:1", "bell:2"])
    assert Counter.read("bell:1") == 0
