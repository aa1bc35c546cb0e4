"""Coming and going by the page: sign-in, lockout, sign-out, sessions (QM-3, OB-7)."""

import pytest
from django.contrib.auth.hashers import get_hasher
from django.test import Client, override_settings

from accounts import actions
from accounts.models import Duty, HistoryEntry, Person
from config import settings as own_settings
from tests.conftest import PASSWORD

pytestmark = pytest.mark.req("QM-3")


def try_sign_in(code, password=PASSWORD, browser=None, **where):
    return (browser or Client()).post("/login/", {"username": code, "password": password}, **where)


def acts_of(person):
    return list(HistoryEntry.objects.filter(subject_kind="person", subject_id=person.pk).values_list("act", flat=True))


@pytest.mark.req("OB-7")
def test_who_signs_in_is_on_duty_and_who_signs_out_is_off(agent):
    actions.set_duty(agent, by=agent, duty=Duty.OFF)
    browser = Client()
    assert try_sign_in("10001", browser=browser)["Location"] == "/"
    assert Person.objects.get(pk=agent.pk).duty == Duty.ON
    browser.post("/logout/")
    assert Person.objects.get(pk=agent.pk).duty == Duty.OFF
    assert acts_of(agent)[-2:] == ["person.signed_in", "person.signed_out"]


def test_signing_in_leads_to_the_page_that_was_asked_for(agent):
    browser = Client()
    asked = browser.get("/me/")
    assert asked["Location"] == "/login/?next=/me/"
    assert browser.post(asked["Location"], {"username": "10001", "password": PASSWORD})["Location"] == "/me/"


def test_it_leads_to_no_other_host(agent):
    answer = Client().post("/login/?next=//evil.example/", {"username": "10001", "password": PASSWORD})
    assert answer["Location"] == "/"


def test_a_wrong_password_says_how_many_tries_are_left(agent):
    answer = try_sign_in("10001", "salah")
    assert answer.status_code == 200
    assert answer.context["attempts_left"] == 4
    assert acts_of(agent)[-1] == "person.sign_in_refused"


def test_five_failures_lock_the_code_for_this_address_only(agent):
    answers = [try_sign_in("10001", "salah").status_code for _ in range(5)]
    locked = try_sign_in("10001")
    assert answers == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 600
    assert try_sign_in("10001", REMOTE_ADDR="10.0.0.9").status_code == 302
    assert acts_of(agent).count("person.locked_out") == 1


def test_the_lock_opens_after_ten_minutes(agent, forward):
    for _ in range(5):
        try_sign_in("10001", "salah")
    forward(minutes=11)
    assert try_sign_in("10001").status_code == 302


@pytest.mark.parametrize("code", ["10001\x00", "0" * 300, "' or 1=1 --", "🙂", ""])
def test_odd_input_is_refused_like_a_wrong_password(agent, code):
    answer = try_sign_in(code)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["Kode agen atau sandi tidak cocok."]


def test_a_deactivated_person_is_refused_like_a_wrong_password(agent, administrator):
    actions.change_person(agent, by=administrator, changes={"is_active": False})
    answer = try_sign_in("10001")
    assert answer.context["form"].non_field_errors() == ["Kode agen atau sandi tidak cocok."]


def test_a_session_ends_with_the_deactivation(agent, administrator, sign_in):
    browser = sign_in(agent)
    actions.change_person(agent, by=administrator, changes={"is_active": False})
    assert browser.get("/me/").url.startswith("/login/")


def test_a_new_password_keeps_only_the_present_session(agent, sign_in):
    here, elsewhere = sign_in(agent), sign_in(agent)
    new = {"old_password": PASSWORD, "new_password1": "lima kuda makan rumput", "new_password2": "lima kuda makan rumput"}
    assert here.post("/me/password/", new).status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert acts_of(agent)[-1] == "person.password_changed"


def test_a_short_new_password_is_refused_in_words(agent, sign_in):
    short = {"old_password": PASSWORD, "new_password1": "pendek", "new_password2": "pendek"}
    answer = sign_in(agent).post("/me/password/", short)
    assert answer.status_code == 400
    assert "new_password2" in answer.context["form"].errors


def test_passwords_are_kept_with_argon2():
    with override_settings(PASSWORD_HASHERS=own_settings.PASSWORD_HASHERS):
        assert get_hasher().algorithm == "argon2"


def test_a_part_of_a_page_is_told_that_the_session_is_over():
    assert Client().get("/me/", headers={"HX-Request": "true"}).status_code == 401


def test_a_session_lasts_one_shift(agent, sign_in, forward):
    browser = sign_in(agent)
    forward(hours=9)
    assert browser.get("/me/").status_code == 302


def test_a_form_with_an_old_key_is_refused_as_a_page(agent):
    browser = Client(enforce_csrf_checks=True)
    answer = try_sign_in("10001", browser=browser)
    assert answer.status_code == 403
    assert "terlalu lama terbuka" in answer.content.decode()
