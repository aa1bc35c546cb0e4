"""A code from the phone beside the password (QM-3; trust.md S3): set up, asked for, replayed, guessed, lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import HistoryEntry, Person
from common.problems import NotAllowed
from tests.conftest import PASSWORD

pytestmark = pytest.mark.req("QM-3")
PAGE, CODE, TOKEN = "/me/second-factor/", "/login/code/", "/api/v1/auth/token/"


@pytest.fixture
def moment(forward):
    """Each right code is of another half minute: ``moment()`` goes on to it."""
    return lambda: forward(seconds=30)


@pytest.fixture
def secured(sign_in, moment):
    """``secured(person)`` sets it up through the page, and gives the codes on paper."""

    def with_code(person):
        browser = sign_in(person)
        browser.post(PAGE, {"act": "begin"})
        answer = browser.post(PAGE, {"act": "add", "code": phone(person)})
        assert answer.status_code == 200
        moment()
        return answer.context["codes"]

    return with_code


def phone(person, fast=0):
    """What the person's phone shows, whose clock is ``fast`` seconds ahead."""
    code = TOTP(TOTPDevice.objects.get(user=person).bin_key)
    code.time = time.time() + fast
    return f"{code.token():06}"


def wrong(person):
    return f"{(int(phone(person)) + 500_000) % 1_000_000:06}"


def step_one(person, browser=None, **where):
    browser = browser or Client()
    answer = browser.post("/login/", {"username": person.agent_code, "password": PASSWORD, **where})
    assert answer.status_code == 302 and answer["Location"].startswith(CODE)
    return browser


def is_in(browser):
    return browser.get("/me/").status_code == 200


def ask(person, password=PASSWORD, **more):
    return APIClient().post(TOKEN, {"agent_code": person.agent_code, "password": password, **more}, format="json")


def kind_of(refused):
    """The code of a problem, as programs read it."""
    return refused.json()["type"].removeprefix("/problems/")


def acts_of(person):
    return list(HistoryEntry.objects.filter(subject_kind="person", subject_id=person.pk).values_list("act", flat=True))


class TestSettingUp:
    def test_a_right_code_sets_it_up_and_other_sessions_and_tokens_end(self, sign_in, team_leader):
        here, elsewhere, token = sign_in(team_leader), sign_in(team_leader), ask(team_leader).json()["token"]
        here.post(PAGE, {"act": "begin"})
        shown = here.get(PAGE)
        assert b"data:image/svg+xml" in shown.content and shown.context["secret"].replace(" ", "").isalnum()
        codes = here.post(PAGE, {"act": "add", "code": phone(team_leader)}).context["codes"]
        assert len(set(codes)) == 10
        assert (is_in(here), is_in(elsewhere), Token.objects.filter(key=token).exists()) == (True, False, False)
        assert acts_of(team_leader)[-1] == "person.second_factor_added"
        again = here.get(PAGE).content.decode()
        assert not [code for code in codes if code in again] and "Sisa 10 kode" in again

    @pytest.mark.parametrize("code", ["", "123", "🙂🙂🙂🙂🙂🙂", "12\x003456", "9" * 10_000])
    def test_a_wrong_code_sets_nothing_up_and_says_so(self, sign_in, agent, code):
        browser = sign_in(agent)
        browser.post(PAGE, {"act": "begin"})
        answer = browser.post(PAGE, {"act": "add", "code": code})
        assert answer.status_code == 400 and "Kode tidak cocok" in answer.content.decode()
        assert Person.objects.get(pk=agent.pk).second_factor_at is None
        assert ask(agent).status_code == 200

    def test_a_secret_that_counts_is_not_made_anew_without_its_code(self, secured, sign_in, agent):
        secured(agent)
        secret = TOTPDevice.objects.get(user=agent).key
        assert sign_in(Person.objects.get(pk=agent.pk)).post(PAGE, {"act": "begin"}).status_code == 409
        assert TOTPDevice.objects.get(user=agent).key == secret

    def test_taking_it_away_and_new_codes_on_paper_need_a_code(self, secured, sign_in, agent, moment):
        old = secured(agent)
        browser = sign_in(Person.objects.get(pk=agent.pk))
        for act in ("renew", "remove"):
            assert browser.post(PAGE, {"act": act, "code": wrong(agent)}).status_code == 400
            moment()
        fresh = browser.post(PAGE, {"act": "renew", "code": phone(agent)}).context["codes"]
        assert not set(old) & set(fresh)
        assert browser.post(PAGE, {"act": "remove", "code": old[0]}).status_code == 400
        moment()
        assert browser.post(PAGE, {"act": "remove", "code": fresh[0]})["Location"] == "/me/"
        assert ask(agent).status_code == 200
        assert acts_of(agent)[-2:] == ["person.second_factor_removed", "person.signed_in"]


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, secured, team_leader):
        secured(team_leader)
        browser = step_one(team_leader)
        assert [browser.get(path)["Location"] for path in ("/me/", "/admin/login/", "/tickets/")] == [
            "/login/?next=/me/", "/login/?next=/admin/login/", "/login/?next=/tickets/",
        ]  # fmt: skip
        assert browser.get("/api/v1/me/").status_code == 401
        assert "person.signed_in" not in acts_of(team_leader)[acts_of(team_leader).index("person.second_factor_added") :]

    def test_the_code_opens_the_page_that_was_asked_for(self, secured, team_leader):
        secured(team_leader)
        browser = Client()
        answer = browser.post("/login/?next=/me/", {"username": "20001", "password": PASSWORD})
        answer = browser.post(answer["Location"], {"code": f" {phone(team_leader)[:3]} {phone(team_leader)[3:]} "})
        assert answer["Location"] == "/me/" and is_in(browser)
        assert acts_of(team_leader)[-1] == "person.signed_in"

    def test_a_code_is_taken_once(self, secured, team_leader):
        secured(team_leader)
        first, second = step_one(team_leader), step_one(team_leader)
        code = phone(team_leader)
        assert first.post(CODE, {"code": code}).status_code == 302
        answer = second.post(CODE, {"code": code})
        assert answer.status_code == 400 and "hanya berlaku sekali" in answer.content.decode() and not is_in(second)

    @pytest.mark.parametrize(("fast", "taken"), [(90, False), (-90, False), (30, True), (-30, True)])
    def test_a_phone_whose_clock_is_wrong_by_more_than_half_a_minute_is_refused(self, secured, team_leader, moment, fast, taken):
        secured(team_leader)
        moment()
        assert (step_one(team_leader).post(CODE, {"code": phone(team_leader, fast)}).status_code == 302) is taken

    def test_a_phone_that_goes_wrong_is_not_followed(self, secured, team_leader, moment):
        secured(team_leader)
        moment()
        assert step_one(team_leader).post(CODE, {"code": phone(team_leader, 30)}).status_code == 302
        moment(), moment()
        assert step_one(team_leader).post(CODE, {"code": phone(team_leader, 60)}).status_code == 400

    def test_ten_wrong_codes_make_even_the_right_one_wait(self, secured, team_leader, forward):
        secured(team_leader)
        browser = step_one(team_leader)
        for tried in range(10):
            assert browser.post(CODE, {"code": wrong(team_leader)}).status_code == 400
            forward(seconds=2**tried if tried < 9 else 30)
            if not is_awaited(browser):
                browser = step_one(team_leader)
        refused = browser.post(CODE, {"code": phone(team_leader)})
        assert refused.status_code == 429 and 400 < int(refused["Retry-After"]) <= 512 and not is_in(browser)
        assert acts_of(team_leader).count("person.second_factor_refused") == 10
        forward(seconds=512)
        assert step_one(team_leader).post(CODE, {"code": phone(team_leader)}).status_code == 302

    def test_a_code_on_paper_works_once_however_it_is_typed(self, secured, team_leader):
        codes = secured(team_leader)
        typed = f"{codes[0][:4].upper()}-{codes[0][4:].upper()}"
        assert step_one(team_leader).post(CODE, {"code": typed}).status_code == 302
        assert step_one(team_leader).post(CODE, {"code": typed}).status_code == 400

    def test_the_password_counts_for_five_minutes(self, secured, team_leader, forward):
        secured(team_leader)
        browser = step_one(team_leader)
        forward(minutes=5, seconds=1)
        answer = browser.post(f"{CODE}?next=/me/", {"code": phone(team_leader)})
        assert answer["Location"] == "/login/?next=%2Fme%2F" and not is_in(browser)

    def test_another_password_ends_what_waits_for_its_code(self, secured, team_leader):
        secured(team_leader)
        browser, person = step_one(team_leader), Person.objects.get(pk=team_leader.pk)
        actions.change_password(person, by=person, password="lima kuda makan rumput")
        assert browser.post(CODE, {"code": phone(team_leader)})["Location"].startswith("/login/") and not is_in(browser)

    def test_a_deactivated_person_does_not_come_in_by_the_code(self, secured, team_leader, administrator):
        secured(team_leader)
        browser = step_one(team_leader)
        actions.change_person(team_leader, by=administrator, changes={"is_active": False})
        assert browser.post(CODE, {"code": phone(team_leader)})["Location"].startswith("/login/")

    def test_the_code_without_the_password_is_sent_to_the_password(self, secured, team_leader):
        secured(team_leader)
        browser = Client()
        assert browser.get(CODE)["Location"].startswith("/login/")
        assert browser.post(CODE, {"code": phone(team_leader)})["Location"].startswith("/login/")

    @pytest.mark.django_db(transaction=True)
    def test_of_four_that_send_one_code_at_once_one_comes_in(self, secured, team_leader):
        secured(team_leader)
        browsers, code = [step_one(team_leader) for _ in range(4)], phone(team_leader)

        def send(browser):
            try:
                return browser.post(CODE, {"code": code}).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            answers = sorted(pool.map(send, browsers))
        assert answers[0] == 302 and set(answers[1:]) <= {400, 429}


def is_awaited(browser):
    return browser.get(CODE).status_code == 200


class TestPrograms:
    def test_the_token_call_wants_the_code_too(self, secured, team_leader):
        secured(team_leader)
        without, bad = ask(team_leader), ask(team_leader, otp=wrong(team_leader))
        assert (without.status_code, kind_of(without), bad.status_code, kind_of(bad)) == (
            401, "otp-needed", 401, "otp-wrong",
        )  # fmt: skip
        assert without["WWW-Authenticate"] == "Token" and not Token.objects.filter(user=team_leader).exists()

    def test_a_right_code_gives_a_token_once(self, secured, team_leader, forward):
        codes = secured(team_leader)
        code = phone(team_leader)
        answer = ask(team_leader, otp=code)
        assert APIClient().get("/api/v1/me/", headers={"Authorization": f"Token {answer.json()['token']}"}).status_code == 200
        assert ask(team_leader, otp=code).status_code == 401
        assert [ask(team_leader, otp=codes[3]).status_code for _ in range(2)] == [200, 401]

    def test_a_wrong_password_does_not_tell_about_the_code(self, secured, team_leader, agent):
        secured(team_leader)
        with_code, without = ask(team_leader, "salah", otp=phone(team_leader)), ask(agent, "salah")
        assert with_code.json() == without.json()

    def test_wrong_codes_make_the_next_wait(self, secured, team_leader):
        secured(team_leader)
        ask(team_leader, otp=wrong(team_leader))
        answer = ask(team_leader, otp=phone(team_leader))
        assert answer.status_code == 429 and int(answer["Retry-After"]) >= 1

    @pytest.mark.parametrize("otp", ["🙂", "12\x003456", "x" * 10_000, 5, None, []])
    def test_odd_codes_are_refused(self, secured, team_leader, otp):
        secured(team_leader)
        assert ask(team_leader, otp=otp).status_code in (400, 401)


class TestRolesThatMustHaveOne:
    @pytest.fixture(autouse=True)
    def needed(self, settings):
        settings.SECOND_FACTOR_ROLES = ["team_leader", "administrator"]

    @pytest.mark.parametrize("path", ["/", "/me/", "/tickets/", "/board/", "/statement/", "/me/password/", "/admin/"])
    def test_every_page_leads_to_setting_it_up(self, sign_in, team_leader, path):
        assert sign_in(team_leader).get(path)["Location"].startswith(PAGE)

    def test_the_administrators_pages_are_shut_too(self, sign_in, administrator):
        assert sign_in(administrator).get("/admin/accounts/person/")["Location"].startswith(PAGE)

    def test_parts_and_programs_are_refused_in_words(self, sign_in, api, team_leader):
        browser, program = sign_in(team_leader), api(team_leader)
        assert browser.get("/tickets/", headers={"HX-Request": "true"}).status_code == 401
        for door in (program.get("/api/v1/tickets/"), ask(team_leader), browser.get("/api/v1/tickets/")):
            assert (door.status_code, kind_of(door)) == (403, "second-factor-needed")

    def test_set_up_once_one_goes_on_to_the_page_that_was_asked_for(self, sign_in, team_leader):
        browser = sign_in(team_leader)
        page = browser.get("/tickets/?tab=open")["Location"]
        assert "Mulai" in browser.get(page).content.decode()
        browser.post(page, {"act": "begin"})
        answer = browser.post(page, {"act": "add", "code": phone(team_leader)})
        assert answer.context["onward"] == "/tickets/?tab=open"
        assert browser.get("/tickets/?tab=open").status_code == 200

    def test_it_leads_to_no_other_host(self, sign_in, team_leader):
        browser = sign_in(team_leader)
        browser.post(PAGE, {"act": "begin"})
        answer = browser.post(f"{PAGE}?next=//evil.example/", {"act": "add", "code": phone(team_leader)})
        assert answer.context["onward"] == "/"

    def test_who_has_not_signed_the_statement_stands_at_both_gates_in_turn(self, sign_in, team_leader):
        Person.objects.filter(pk=team_leader.pk).update(statement_signed_at=None)
        browser = sign_in(Person.objects.get(pk=team_leader.pk))
        assert browser.get("/board/")["Location"] == f"{PAGE}?next=%2Fboard%2F"
        browser.post(PAGE, {"act": "begin"})
        browser.post(PAGE, {"act": "add", "code": phone(team_leader)})
        assert browser.get("/board/")["Location"] == "/statement/?next=%2Fboard%2F"
        assert browser.get("/statement/").status_code == 200

    def test_it_cannot_be_taken_away(self, secured, sign_in, team_leader):
        secured(team_leader)
        browser = sign_in(Person.objects.get(pk=team_leader.pk))
        answer = browser.post(PAGE, {"act": "remove", "code": phone(team_leader)})
        assert answer.status_code == 409 and "wajib" in answer.content.decode()
        assert Person.objects.get(pk=team_leader.pk).second_factor_at and TOTPDevice.objects.filter(user=team_leader).exists()

    def test_other_roles_are_not_asked(self, sign_in, api, agent):
        assert is_in(sign_in(agent)) and api(agent).get("/api/v1/tickets/").status_code == 200


class TestALostPhone:
    def test_an_administrator_takes_it_away_and_the_sessions_end(self, secured, sign_in, administrator, team_leader):
        secured(team_leader)
        person = Person.objects.get(pk=team_leader.pk)
        held, desk = sign_in(person), sign_in(administrator)
        address = f"/admin/accounts/person/{person.pk}/change/"
        page = desk.get(address)
        form = page.context["adminform"].form
        assert 'name="reset_second_factor"' in page.text
        fields = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
        answer = desk.post(address, {**fields, "skills": "", "is_active": "on", "reset_second_factor": "on"})
        assert answer.status_code == 302
        assert (is_in(held), ask(team_leader).status_code) == (False, 200)
        assert "person.second_factor_reset" in acts_of(team_leader)
        assert 'name="reset_second_factor"' not in desk.get(address).text

    def test_nobody_else_may(self, secured, team_leader, supervisor):
        secured(team_leader)
        with pytest.raises(NotAllowed):
            actions.reset_second_factor(team_leader, by=supervisor)
        assert ask(team_leader).status_code == 401

    def test_the_command_line_does_it_for_the_only_administrator(self, secured, administrator):
        secured(administrator)
        said = StringIO()
        call_command("reset_second_factor", "90001", stdout=said)
        assert "90001" in said.getvalue() and ask(administrator).status_code == 200
        for code in ("90001", "12345"):
            with pytest.raises(CommandError):
                call_command("reset_second_factor", code)
