"""The intake form: search first, the known number's tickets beside it, one form, the number (HC-1, HC-2, OB-1)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from tests.tickets.conftest import FORM
from tickets.models import Draft, Report, Ticket, Verification

NEW, SEARCH, DRAFT = "/tickets/new/", "/tickets/search/", "/tickets/draft/tickets-new/"
SENT = {**FORM, "contact": "complaint", "channel": "call"}


@pytest.fixture
def found(sign_in):
    return lambda person, text: sign_in(person).get(SEARCH, {"service_number": text}, headers={"HX-Request": "true"})


@pytest.mark.req("HC-2")
def test_it_logs_a_ticket_and_shows_its_number(sign_in, agent):
    answer = sign_in(agent).post(NEW, SENT, follow=True)
    ticket = Ticket.objects.get()
    assert answer.redirect_chain == [(f"/tickets/{ticket.number}/sent/", 302)]
    assert f'data-copy="{ticket.number}"' in answer.text
    assert (ticket.symptom, ticket.logged_by) == (FORM["symptom"], agent)


@pytest.mark.req("HC-1")
def test_a_sign_ticked_makes_it_hard(sign_in, agent):
    sign_in(agent).post(NEW, {**SENT, "criteria": ["threat", "abusive_speech"]})
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.criteria) == ("hard_complaint", ["threat", "abusive_speech"])


@pytest.mark.req("OB-1")
def test_one_tick_keeps_the_three_checks_of_the_caller(sign_in, agent):
    sign_in(agent).post(NEW, {**SENT, "verified": "on"})
    check = Verification.objects.get()
    assert (check.name_matches, check.customer_id_matches, check.contact_matches, check.by) == (True, True, True, agent)


@pytest.mark.req("HC-2")
def test_a_double_click_makes_one_ticket(sign_in, agent):
    browser, key = sign_in(agent), str(uuid4())
    first = browser.post(NEW, {**SENT, "verified": "on", "intake_key": key})
    second = browser.post(NEW, {**SENT, "verified": "on", "intake_key": key})
    assert first.url == second.url
    assert (Ticket.objects.count(), Verification.objects.count()) == (1, 1)


def test_every_opened_form_has_a_key_of_its_own(sign_in, agent):
    browser = sign_in(agent)
    keys = [browser.get(NEW).context["form"]["intake_key"].value() for _ in range(2)]
    assert keys[0] != keys[1]
    assert "no-store" in browser.get(NEW)["Cache-Control"]


def test_wrong_fields_are_named_at_once_and_the_typed_text_stays(sign_in, agent):
    answer = sign_in(agent).post(NEW, {**SENT, "contact_phone": "0812 20", "description": "", "symptom": "Mati sejak Minggu"})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"contact_phone", "description"}
    assert 'href="#id_contact_phone"' in answer.text
    assert 'value="Mati sejak Minggu"' in answer.text
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "x" * 10_001])
def test_text_that_cannot_be_kept_is_refused_in_words(sign_in, agent, text):
    answer = sign_in(agent).post(NEW, {**SENT, "description": text})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"description"}


@pytest.mark.parametrize("role", ["outbound_agent", "quality_control", "administrator", "client_reader"])
@pytest.mark.parametrize("address", [NEW, SEARCH])
def test_other_roles_log_nothing(sign_in, request, role, address):
    assert sign_in(request.getfixturevalue(role)).get(address).status_code == 403


def test_without_the_form_key_nothing_is_taken(agent):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent)
    assert browser.post(NEW, SENT).status_code == 403
    assert not Ticket.objects.exists()


@pytest.mark.req("HC-2")
@pytest.mark.parametrize("text", ["152401234567", "081220457731", "+62 812-2045-7731", "T-{:06d}", "#{}"])
def test_the_search_finds_the_open_ticket_by_number_phone_and_ticket(found, colleague, ticket, text):
    answer = found(colleague, text.format(ticket.pk))
    assert ticket.number in answer.text
    assert "Tambahkan sebagai lapul ke-1" in answer.text


def test_the_beginning_of_a_name_finds_customers_of_the_own_team_alone(found, colleague, stranger, ticket):
    assert 'data-takes="152401234567"' in found(colleague, "sri wahyuni").text
    assert "152401234567" not in found(stranger, "sri wahyuni").text


@pytest.mark.req("QM-3")
def test_another_teams_ticket_shows_in_short_form_without_personal_values(found, stranger, ticket):
    answer = found(stranger, ticket.service_number).text
    assert ticket.number in answer
    assert "Tiket tim lain" in answer
    assert [value for value in ("Sri", "Wahyuni", "2045", "sri.wahyuni") if value in answer] == []


def test_a_known_customer_of_the_own_team_fills_the_form(found, colleague, ticket):
    answer = found(colleague, ticket.service_number)
    assert answer.context["fills"]["customer_name"] == FORM["customer_name"]
    assert answer.context["fills"]["contact_phone"] == "0812-2045-7731"


@pytest.mark.req("HC-1")
def test_the_third_repeat_is_foretold_and_locked(found, agent, log):
    for _ in range(3):
        log(agent)
    answer = found(agent, FORM["service_number"]).text
    assert "ini lapor ulang ke-3 dalam 30 hari" in answer
    assert "disabled checked" in answer


@pytest.mark.req("HC-1")
def test_reports_before_the_window_are_not_foretold(found, agent, ticket, forward):
    forward(days=31)
    assert "belum ada laporan dalam 30 hari" in found(agent, ticket.service_number).text


@pytest.mark.req("HC-2")
def test_joining_adds_a_repeat_report_and_confirms_the_new_count(sign_in, colleague, ticket):
    said = {"service_number": ticket.service_number, "contact": "complaint", "description": "Masih mati", "join": ticket.number}
    answer = sign_in(colleague).post(NEW, said, follow=True)
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.repeat_count) == (1, 1)
    assert "Lapor ulang tersimpan" in answer.text
    assert "Lapul 1" in answer.text


def test_joining_another_teams_ticket_confirms_in_short_form(sign_in, stranger, ticket):
    said = {"service_number": ticket.service_number, "contact": "complaint", "description": "Masih mati", "join": ticket.number}
    answer = sign_in(stranger).post(NEW, said, follow=True)
    assert ticket.number in answer.text
    assert "Sri" not in answer.text
    assert Report.objects.filter(by=stranger).count() == 1


def test_joining_asks_what_the_customer_said(sign_in, agent, ticket):
    answer = sign_in(agent).post(NEW, {"service_number": ticket.service_number, "contact": "complaint", "join": ticket.number})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"description"}


def test_a_question_for_progress_goes_to_the_one_open_ticket_and_does_not_count(sign_in, agent, ticket):
    said = {"service_number": ticket.service_number, "contact": "progress_question", "description": "Kapan selesai"}
    sign_in(agent).post(NEW, said)
    ticket.refresh_from_db()
    assert (ticket.reports.count(), ticket.repeat_count) == (2, 0)


def test_a_question_without_an_open_ticket_says_what_to_do(sign_in, agent):
    said = {"service_number": "99887766", "contact": "progress_question", "description": "Kapan selesai"}
    answer = sign_in(agent).post(NEW, said)
    assert answer.status_code == 400
    assert "Tidak ada tiket terbuka untuk nomor ini" in answer.text


def test_a_phone_in_the_search_field_is_not_taken_for_a_service_number(sign_in, agent, ticket):
    answer = sign_in(agent).post(NEW, {**SENT, "service_number": "0812 2045 7731"})
    assert answer.status_code == 400
    assert "Nomor layanannya: 152401234567" in answer.text
    assert Ticket.objects.count() == 1


def test_without_scripts_the_search_button_brings_the_same_page_filled(sign_in, agent, ticket):
    typed = {"service_number": ticket.service_number, "contact": "information", "reporter_name": "Tono", "search": "1"}
    answer = sign_in(agent).post(NEW, typed)
    assert answer.status_code == 200
    assert ticket.number in answer.text
    values = {name: answer.context["form"][name].value() for name in ("contact", "reporter_name", "customer_name")}
    assert values == {"contact": "information", "reporter_name": "Tono", "customer_name": FORM["customer_name"]}


@pytest.fixture
def save_draft():
    return lambda browser, values: browser.post(DRAFT, json.dumps(values), content_type="application/json")


def test_a_draft_comes_back_and_says_when_it_was_kept(sign_in, agent, save_draft):
    browser = sign_in(agent)
    assert save_draft(browser, {**SENT, "criteria": ["threat"], "description": "Baru setengah"}).status_code == 204
    answer = browser.get(NEW)
    assert "dipulihkan" in answer.text
    assert answer.context["form"]["description"].value() == "Baru setengah"
    assert answer.context["form"]["criteria"].value() == ["threat"]


def test_a_discarded_draft_is_gone(sign_in, agent, save_draft):
    browser = sign_in(agent)
    save_draft(browser, {"description": "Baru setengah"})
    assert browser.delete(DRAFT).status_code == 204
    assert "Baru setengah" not in browser.get(NEW).text


def test_a_sent_form_leaves_no_draft_even_when_a_save_arrives_late(sign_in, agent, save_draft):
    browser, typed = sign_in(agent), {**SENT, "intake_key": str(uuid4())}
    browser.post(NEW, typed)
    save_draft(browser, typed)
    assert browser.get(NEW).context["draft"] is None
    assert not Draft.objects.exists()


@pytest.mark.parametrize("body", ["", "[1]", "{", '{"a": {"b": 1}}'])
def test_a_draft_that_is_no_form_is_refused(sign_in, agent, body):
    assert sign_in(agent).post(DRAFT, body, content_type="application/json").status_code == 400


def test_the_history_knows_that_the_page_was_the_door(sign_in, agent):
    sign_in(agent).post(NEW, SENT)
    assert HistoryEntry.objects.get(act="ticket.logged").door.startswith("page")


@pytest.mark.parametrize("text", ["152401234567", "0812 2045 7731", "sri", "zz"])
def test_the_search_costs_few_queries(sign_in, agent, log, query_count, text):
    for number in range(3):
        log(agent, interaction="information", symptom=f"Tanya {number}")
    browser = sign_in(agent)
    browser.get(NEW)
    with query_count(f"intake search for {text}"):
        browser.get(SEARCH, {"service_number": text}, headers={"HX-Request": "true"})


def test_the_form_costs_few_queries(sign_in, agent, ticket, query_count):
    browser = sign_in(agent)
    browser.get(NEW)
    with query_count("intake form"):
        browser.get(NEW)


def test_closed_tickets_of_ninety_days_are_listed(found, agent, ticket, forward):
    forward(hours=6)
    ticket.status, ticket.closed_at = "closed", ticket.opened_at + timedelta(hours=6)
    ticket.save()
    answer = found(agent, ticket.service_number).text
    assert "90 hari terakhir" in answer
    assert "6 j 00 mnt" in answer


@pytest.mark.req("HC-1")
def test_a_sign_that_shows_while_joining_makes_the_ticket_hard(sign_in, stranger, ticket):
    said = {"service_number": ticket.service_number, "contact": "complaint", "description": "Saya cabut", "criteria": ["threat"]}
    sign_in(stranger).post(NEW, {**said, "join": ticket.number})
    ticket.refresh_from_db()
    assert (ticket.kind, ticket.criteria, ticket.repeat_count) == ("hard_complaint", ["threat"], 1)


def test_what_is_too_large_is_said_with_the_limit_and_what_to_do(sign_in, agent):
    browser, huge = sign_in(agent), {"CONTENT_LENGTH": str(13 * 1024**2)}
    page = browser.generic("POST", "/tickets/new/", b"description=x", "application/x-www-form-urlencoded", **huge)
    assert (page.status_code, "Kiriman ini 13 MB; paling besar 12 MB teks diterima." in page.text) == (413, True)
    part = browser.generic("POST", "/tickets/draft/ticket/", b"{}", "application/json", headers={"HX-Request": "true"}, **huge)
    assert (part.status_code, "data-problem" in part.text) == (413, True)


@pytest.mark.req("OB-7")
@pytest.mark.parametrize(("criteria", "offered"), [(["refuses_agent"], True), (["threat"], False), ([], False)])
def test_a_customer_who_refuses_the_agent_lets_the_tl_be_asked_with_one_key(criteria, offered, sign_in, agent, team_leader):
    browser = sign_in(agent)
    page = browser.post(NEW, {**SENT, "criteria": criteria}, follow=True).text
    ticket = Ticket.objects.get()
    address = f"/tickets/{ticket.number}/request-take-over/"
    assert (f'action="{address}"' in page and 'aria-keyshortcuts="m"' in page) is offered
    if offered:
        assert browser.post(address)["Location"] == ticket.url
        assert HistoryEntry.objects.filter(act="ticket.take_over_requested", by=agent).exists()


@pytest.mark.req("OB-7")
def test_a_team_leader_who_logged_it_is_not_offered_oneself(sign_in, team_leader):
    page = sign_in(team_leader).post(NEW, {**SENT, "criteria": ["refuses_agent"]}, follow=True).text
    assert "request-take-over" not in page
