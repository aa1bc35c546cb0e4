"""The callback list and the cockpit, as people press them (PM-5, SE-5, QM-6)."""

import json

import pytest

from accounts.models import HistoryEntry
from escalation.models import Escort
from outbound import actions
from outbound.models import Callback, CallbackAttempt
from tickets.models import Draft, Ticket

LIST = "/caring/"
YES = {
    "contact": "reached",
    "said": "solved",
    "response": "Sudah normal, terima kasih.",
    "next_try": "",
    "satisfaction": "good",
    "further_help_offered": "on",
    "next": "1",
}
NO = {**YES, "said": "not_yet", "response": "Kamar belakang masih putus.", "satisfaction": "low"}
MISS = {"contact": "missed", "missed": "no_answer", "next_try": "", "next": "1"}


@pytest.fixture
def held(caring, outbound_agent):
    """A caring callback in the hands of the Tier-2 agent."""
    return actions.claim_callback(caring(), by=outbound_agent)


def send(browser, callback, values, **more):
    return browser.post(f"{callback.url}?turn={callback.version}", {**values, **more})


@pytest.mark.req("PM-5", "SE-5")
def test_a_shift_from_the_home_page_to_the_closed_ticket(caring, sign_in, outbound_agent):
    first, second = caring(), caring(service_number="131159904999")
    browser = sign_in(outbound_agent)
    assert browser.get("/", follow=True).redirect_chain[-1][0] == LIST
    assert browser.post("/caring/next/").url == first.url
    cockpit = browser.get(first.url).content.decode()
    assert "Lilis Karlinawati" in cockpit and "Kabel drop diganti." in cockpit
    first.refresh_from_db()
    saved = send(browser, first, YES)
    assert saved.url == f"{second.url}?saved={first.pk}"
    assert f"{first.ticket.number} ditutup" in browser.get(saved.url).content.decode()
    assert Ticket.objects.get(pk=first.ticket_id).status == "closed"
    assert CallbackAttempt.objects.get().further_help_offered


@pytest.mark.req("SE-5")
def test_a_no_sends_it_back_and_shows_the_words_on_the_ticket(held, sign_in, outbound_agent, support_hc):
    assert send(sign_in(outbound_agent), held, NO).status_code == 302
    assert Escort.objects.get().returns == 1
    page = sign_in(support_hc).get(held.ticket.url).content.decode()
    assert page.count("Kamar belakang masih putus.") >= 2


@pytest.mark.req("PM-5")
def test_a_miss_is_two_keys_and_tells_when_it_comes_again(held, sign_in, outbound_agent):
    browser = sign_in(outbound_agent)
    after = browser.get(send(browser, held, MISS).url).content.decode()
    assert f"{held.ticket.number} ditelepon lagi" in after
    assert Callback.objects.get().state == "waiting"


@pytest.mark.req("PM-5")
def test_the_customer_may_name_another_time_by_one_press(held, sign_in, outbound_agent):
    later = {**YES, "said": "call_later", "response": "", "next_try": "tomorrow"}
    assert send(sign_in(outbound_agent), held, later).status_code == 302
    assert CallbackAttempt.objects.get().outcome == "call_later"
    assert Callback.objects.get().due_at.astimezone(held.due_at.tzinfo) > held.due_at


WRONG = [
    ({"contact": ""}, "Pilih salah satu."),
    ({"said": ""}, "Pilih salah satu."),
    ({"response": "ya"}, "minimal 5 huruf"),
    ({"response": "\x00\x00\x00\x00\x00\x00"}, "ull"),
    ({"said": "call_later", "next_try": ""}, "Pilih kapan"),
    ({"said": "call_later", "next_try": "other", "next_try_at": ""}, "Tulis tanggal dan jam"),
    ({"said": "call_later", "next_try": "other", "next_try_at": "besok"}, "Tulis tanggal dan jam"),
    ({"said": "call_later", "next_try": "other", "next_try_at": "0001-01-01T00:00"}, "sudah lewat"),
    ({"said": "call_later", "next_try": "other", "next_try_at": "2026-01-01T09:00"}, "sudah lewat"),
    ({"said": "meh"}, "Pilih salah satu dari daftar."),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_an_error_stands_in_its_place_and_keeps_the_words(change, sentence, held, sign_in, outbound_agent):
    refused = send(sign_in(outbound_agent), held, NO, **change)
    page = refused.content.decode()
    assert (refused.status_code, sentence in page) == (400, True)
    assert "response" in change or "Kamar belakang masih putus." in page
    assert CallbackAttempt.objects.count() == 0


def test_a_hidden_answer_is_not_asked_for(held, sign_in, outbound_agent):
    values = {**YES, "next_try": "other", "next_try_at": "besok", "missed": ""}
    assert send(sign_in(outbound_agent), held, values).status_code == 302


@pytest.mark.req("PM-5")
def test_a_double_click_saves_once_and_lands_on_the_same_page(held, sign_in, outbound_agent):
    browser = sign_in(outbound_agent)
    first, again = send(browser, held, YES), send(browser, held, YES)
    assert (first.url, CallbackAttempt.objects.count()) == (again.url, 1)


@pytest.mark.req("PM-5")
def test_a_lease_that_ended_while_speaking_loses_no_word(held, sign_in, outbound_agent, forward):
    browser = sign_in(outbound_agent)
    forward(minutes=20)
    actions.free_abandoned_callbacks()
    assert send(browser, held, YES).status_code == 302
    assert CallbackAttempt.objects.get().by == outbound_agent


@pytest.mark.req("PM-5")
def test_who_is_overtaken_reads_who_has_it_and_keeps_the_words(held, sign_in, outbound_agent, second_outbound_agent, forward):
    browser = sign_in(outbound_agent)
    forward(minutes=20)
    actions.claim_callback(held, by=second_outbound_agent)
    refused = send(browser, held, NO)
    page = refused.content.decode()
    assert (refused.status_code, "Fajar" in page, "Kamar belakang masih putus." in page) == (409, True, True)


@pytest.mark.req("PM-5")
def test_what_was_typed_is_there_after_the_browser_died(held, sign_in, outbound_agent):
    browser, url = sign_in(outbound_agent), f"/tickets/draft/callback-{held.pk}/"
    browser.post(url, json.dumps({"contact": "reached", "said": "not_yet", "response": "Masih putus"}), "application/json")
    assert "Masih putus" in browser.get(held.url).content.decode()
    done = send(browser, held, NO)
    assert not Draft.objects.exists()
    assert f'data-draft-done="{url}"' in browser.get(done.url).content.decode()


@pytest.mark.req("QM-3")
def test_the_number_is_covered_and_dialling_it_is_written_down_first(held, sign_in, outbound_agent, monkeypatch):
    monkeypatch.setattr("outbound.hours.may_call_at", lambda *_: True)
    browser = sign_in(outbound_agent)
    page = browser.get(held.url)
    digits = held.ticket.contact_phone.removeprefix("+62")
    assert digits not in page.content.decode().replace("-", "").replace(" ", "")
    assert "form-action 'self' tel:" in page.headers["Content-Security-Policy"]
    dialled = browser.post(f"{held.url}call/")
    assert (dialled.status_code, dialled.url) == (303, f"tel:{held.ticket.contact_phone}")
    assert HistoryEntry.objects.filter(act="callback.called", by=outbound_agent).count() == 1


def test_dialling_needs_the_callback_in_hand(caring, sign_in, outbound_agent):
    assert sign_in(outbound_agent).post(f"{caring().url}call/").status_code == 409


@pytest.mark.req("PM-5")
def test_an_open_cockpit_keeps_the_lease_and_says_when_it_is_lost(held, sign_in, outbound_agent, forward):
    browser = sign_in(outbound_agent)
    forward(minutes=14)
    assert "Anda pegang sampai" in browser.post(f"{held.url}pulse/", {"mode": "looking"}).content.decode()
    actions.release_callback(held, by=outbound_agent)
    assert "Tidak lagi Anda pegang" in browser.post(f"{held.url}pulse/", {"mode": "looking"}).content.decode()


def test_letting_go_brings_it_back_to_the_list(held, sign_in, outbound_agent):
    assert sign_in(outbound_agent).post(f"{held.url}release/").url == LIST
    assert Callback.objects.get().state == "waiting"


@pytest.mark.req("SE-5")
@pytest.mark.parametrize(("kind", "who", "shown"), [
    ("hard_complaint", "agent", True),
    ("hard_complaint", "team_leader", True),
    ("super_emergency", "agent", False),
    ("super_emergency", "team_leader", True),
    ("buzzer", "team_leader", False),
])  # fmt: skip
def test_the_ticket_page_leads_those_to_the_call_who_may_confirm(kind, who, shown, caring, sign_in, request):
    callback, browser = caring(kind), sign_in(request.getfixturevalue(who))
    door = f"/tickets/{callback.ticket.number}/caring/"
    assert (door in browser.get(callback.ticket.url).content.decode()) is shown
    taken = browser.post(door)
    assert taken.status_code == (302 if shown else 403)
    callback.refresh_from_db()
    if shown:
        assert send(browser, callback, YES).url == callback.ticket.url
        assert Ticket.objects.get().status == "closed"


@pytest.mark.req("PM-4")
def test_support_hc_leaves_news_from_the_ticket_page(log, sign_in, support_hc, outbound_agent):
    ticket, browser = log(), sign_in(support_hc)
    door = f"/tickets/{ticket.number}/callback/"
    assert door in browser.get(ticket.url, {"act": "callback"}).content.decode()
    empty = browser.post(door, {"purpose": "information", "information": "", "next_try": ""})
    assert (empty.status_code, "data-open" in empty.content.decode()) == (400, True)
    assert browser.post(door, {"purpose": "information", "information": "Teknisi besok", "next_try": ""}).url == ticket.url
    assert "Teknisi besok" in sign_in(outbound_agent).get(Callback.objects.get().url).content.decode()


def test_owing_a_caring_call_that_nobody_gave_up_is_refused_in_the_dialog(caring, sign_in, support_hc):
    callback = caring()
    refused = sign_in(support_hc).post(
        f"/tickets/{callback.ticket.number}/callback/", {"purpose": "caring", "information": "Lagi", "next_try": ""}
    )
    assert (refused.status_code, "masih terbuka" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize(("who", "status"), [("agent", 200), ("supervisor", 200), ("support_hc", 200), ("quality_control", 403)])
def test_the_list_opens_for_those_who_see_callbacks(who, status, caring, sign_in, request):
    caring()
    assert sign_in(request.getfixturevalue(who)).get(LIST).status_code == status


@pytest.mark.parametrize("tab", ["", "dihentikan", "selesai", "apa saja"])
def test_every_tab_opens_also_empty(tab, sign_in, outbound_agent):
    assert sign_in(outbound_agent).get(LIST, {"tab": tab}).status_code == 200


def test_another_teams_call_is_not_there(caring, sign_in, other_team_leader):
    callback, browser = caring(), sign_in(other_team_leader)
    for door in ("", "claim/", "release/", "call/"):
        assert browser.post(f"{callback.url}{door}").status_code == 404
    assert browser.get(callback.url).status_code == 404
    assert browser.get("/caring/99999999999999999999/").status_code == 404


def test_the_list_follows_live_and_says_nothing_while_nothing_happens(caring, sign_in, outbound_agent):
    callback, browser = caring(), sign_in(outbound_agent)
    version = browser.get(LIST).headers["X-Version"]
    part = {"HTTP_HX_REQUEST": "true"}
    assert browser.get(LIST, {"v": version}, **part).status_code == 204
    actions.claim_callback(callback, by=outbound_agent)
    fresh = browser.get(LIST, {"v": version}, **part)
    assert (fresh.status_code, callback.ticket.number in fresh.content.decode()) == (200, True)


def test_a_long_list_costs_no_more_than_a_short_one(caring, sign_in, outbound_agent, query_count):
    browser = sign_in(outbound_agent)
    for number in range(4):
        caring(service_number=f"13115990499{number}")
    with query_count("callback list"):
        browser.get(LIST)


def test_the_cockpit_costs_a_fixed_number_of_statements(held, sign_in, outbound_agent, query_count):
    browser = sign_in(outbound_agent)
    with query_count("caring cockpit"):
        browser.get(held.url)


def test_the_api_list_costs_a_fixed_number_of_statements(caring, api, outbound_agent, query_count):
    program = api(outbound_agent)
    for number in range(4):
        caring(service_number=f"13115990499{number}")
    with query_count("callbacks by API"):
        program.get("/api/v1/callbacks/")
