"""Nobody works before the confidentiality statement is signed (QM-3)."""

import pytest

from accounts.models import HistoryEntry, Person

pytestmark = pytest.mark.req("QM-3")


def test_every_page_leads_to_the_statement_first(newcomer, sign_in):
    assert sign_in(newcomer).get("/me/").url == "/statement/?next=%2Fme%2F"


def test_signing_leads_on_to_the_page_and_is_in_the_history(newcomer, sign_in):
    browser = sign_in(newcomer)
    assert browser.post("/statement/", {"accept": "yes", "next": "/me/"}).url == "/me/"
    assert browser.get("/me/").status_code == 200
    assert HistoryEntry.objects.filter(act="person.statement_signed", subject_id=newcomer.pk, by=newcomer).count() == 1


def test_sending_the_form_without_agreeing_signs_nothing(newcomer, sign_in):
    assert sign_in(newcomer).post("/statement/", {}).status_code == 200
    assert Person.objects.get(pk=newcomer.pk).statement_signed_at is None


def test_who_has_not_signed_may_still_leave_and_choose_the_language(newcomer, sign_in):
    browser = sign_in(newcomer)
    assert browser.post("/language/", {"language": "en", "next": "/statement/"}).url == "/statement/"
    assert browser.post("/logout/").url == "/login/"


@pytest.mark.parametrize(
    "astray", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "-99", "/me/\x00", "/🔥" * 2000]
)
def test_nobody_is_led_astray_after_signing(newcomer, sign_in, astray):
    assert sign_in(newcomer).post("/statement/", {"accept": "yes", "next": astray}).url == "/"


def test_the_api_says_what_is_missing_and_lets_sign(newcomer, api):
    program = api(newcomer)
    refused = program.post("/api/v1/me/duty/", {"duty": "off"})
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("statement-not-signed")
    assert program.get("/api/v1/me/").json()["statement_signed"] is False
    assert program.post("/api/v1/me/sign-statement/").json()["statement_signed"] is True
    assert program.post("/api/v1/me/duty/", {"duty": "off"}).json()["duty"] == "off"
