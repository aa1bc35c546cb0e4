"""The ticket page: head, acts, timeline, covered values, presence, live parts; another team's ticket in short form."""

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.history import broken_places, record
from accounts.models import HistoryDetail, HistoryEntry
from accounts.roles import may
from tests.tickets.conftest import FORM
from tickets import actions, timeline
from tickets.models import Presence, Ticket, Verification
from tickets.views.acts import DOORS

PART = {"HX-Request": "true"}


@pytest.fixture
def read(sign_in):
    return lambda person, ticket, **query: sign_in(person).get(ticket.url, query)


@pytest.fixture
def press(sign_in):
    """``press(agent, ticket, "pause", reason="...")`` posts the act's form and follows to the page."""
    return lambda person, ticket, act, **values: sign_in(person).post(f"{ticket.url}{act}/", values, follow=True)


@pytest.mark.parametrize("who", ["agent", "colleague", "team_leader", "supervisor", "support_hc", "administrator"])
def test_it_shows_the_ticket_to_those_who_see_it_whole(read, ticket, who, request):
    answer = read(request.getfixturevalue(who), ticket)
    assert answer.status_code == 200
    assert [text for text in (ticket.number, FORM["symptom"], FORM["service_number"]) if text not in answer.text] == []


@pytest.mark.parametrize("who", ["stranger", "outbound_agent", "quality_control", "client_reader"])
def test_for_others_it_is_not_there(read, ticket, who, request):
    answer = read(request.getfixturevalue(who), ticket)
    assert answer.status_code == 404
    assert FORM["customer_name"] not in answer.text


@pytest.mark.parametrize("number", ["T-999999", "T-1", "x", "T-000001x"])
def test_a_number_that_nobody_has_is_not_there(sign_in, agent, number):
    assert sign_in(agent).get(f"/tickets/{number}/").status_code == 404


@pytest.mark.req("QM-3")
def test_phone_and_email_are_covered_for_everybody_at_once(read, agent, ticket):
    text = read(agent, ticket).text
    assert "0812 •••• 7731" in text
    assert [plain for plain in ("20457731", "2045-7731", "sri.wahyuni@") if plain in text] == []


@pytest.mark.req("QM-3")
def test_the_administrator_reads_covered_names_and_no_buttons(read, administrator, ticket):
    text = read(administrator, ticket).text
    assert "Sri W. H." in text
    assert FORM["customer_name"] not in text
    assert 'data-opens="act-' not in text
    assert "Ubah isian" not in text


@pytest.mark.req("QM-3")
def test_showing_the_phone_takes_a_reason_and_stands_in_the_history(press, read, agent, ticket):
    answer = press(agent, ticket, "unmask", reason="Telepon terputus, menelepon balik")
    assert "0812-2045-7731" in answer.text
    assert answer["Cache-Control"] == "no-store"
    entry = HistoryEntry.objects.get(act="customer.unmasked")
    assert (entry.by, entry.details.get().after) == (agent, "Telepon terputus, menelepon balik")
    again = read(agent, ticket).text
    assert "0812-2045-7731" not in again
    assert "membuka data kontak pelanggan" in again


def test_without_a_reason_the_phone_stays_covered(press, agent, ticket):
    answer = press(agent, ticket, "unmask", reason=" ")
    assert answer.status_code == 400
    assert "data-open" in answer.text
    assert not HistoryEntry.objects.filter(act="customer.unmasked").exists()


@pytest.mark.parametrize("who", ["quality_control", "administrator"])
def test_who_only_reads_cannot_show_the_phone(press, ticket, who, request):
    assert press(request.getfixturevalue(who), ticket, "unmask", reason="x").status_code == 403


@pytest.mark.req("OB-4")
def test_an_update_to_the_customer_is_told_in_the_timeline(press, agent, ticket):
    answer = press(agent, ticket, "updates", text="Teknisi datang pukul 15", to="customer", channel="call")
    assert "mengabari pelanggan lewat telepon" in answer.text
    assert "Teknisi datang pukul 15" in answer.text


def test_an_empty_update_is_refused_and_the_choice_stays(press, agent, ticket):
    answer = press(agent, ticket, "updates", text="", to="internal", channel="email")
    assert answer.status_code == 400
    assert answer.context["composer"]["form"]["to"].value() == "internal"


@pytest.mark.req("HC-7")
def test_pausing_and_resuming_pass_the_ball_and_bring_it_back(press, agent, ticket):
    paused = press(agent, ticket, "pause", reason="Menunggu nomor ODP")
    assert "menjeda, menunggu pelanggan" in paused.text
    assert Ticket.objects.get().holder_kind == "customer"
    press(agent, ticket, "resume")
    assert Ticket.objects.get().holder_person == agent


def test_solve_close_and_reopen_go_through_the_page(press, agent, ticket):
    press(agent, ticket, "solve", solution="Kabel disambung", cause="Kabel putus")
    press(
        agent,
        ticket,
        "close",
        solution="Kabel disambung",
        cause="Kabel putus",
        customer_confirmed="on",
        further_help_offered="on",
    )
    assert Ticket.objects.get().status == "closed"
    answer = press(agent, ticket, "reopen", reason="Mati lagi")
    assert "Dibuka lagi 1×" in answer.text


@pytest.mark.req("OB-6")
def test_closing_without_the_customers_word_says_why_and_keeps_the_text(press, agent, ticket):
    answer = press(agent, ticket, "close", solution="Kabel disambung ulang", cause="Kabel putus")
    assert answer.status_code == 409
    assert "Pelanggan belum membenarkan" in answer.text
    assert "Kabel disambung ulang</textarea>" in answer.text
    assert Ticket.objects.get().status == "open"


def test_an_act_closed_by_a_hold_stands_there_with_its_reason(read, agent, ticket):
    actions.hold_open(ticket, "escort", "Masih dikawal Support HC.")
    text = read(agent, ticket).text
    assert 'id="why-close">Masih dikawal Support HC.' in text
    assert 'data-opens="act-close"' not in text


def test_a_ticket_is_handed_over_within_the_team(press, agent, colleague, stranger, ticket):
    assert press(agent, ticket, "assign", assignee=stranger.agent_code).status_code == 400
    answer = press(agent, ticket, "assign", assignee=colleague.agent_code)
    assert "menyerahkan tiket kepada Bayu" in answer.text
    assert Ticket.objects.get().assignee == colleague


def test_a_leader_who_hands_the_ticket_to_another_team_comes_to_its_short_form(press, team_leader, stranger, ticket):
    answer = press(team_leader, ticket, "assign", assignee=stranger.agent_code)
    assert answer.redirect_chain[-1][0] == f"{ticket.url}short/"


@pytest.mark.req("OB-4")
def test_a_regular_ticket_is_forwarded_with_its_outside_number(press, agent, ticket):
    answer = press(agent, ticket, "forward", unit="Access Bandung 2", outside_reference="IN123", text="Cek ODP")
    assert "meneruskan ke Access Bandung 2 dengan nomor IN123" in answer.text
    assert "NOSSA" in answer.text


@pytest.mark.req("HC-1")
def test_a_leader_overrules_a_sign_with_a_reason(press, team_leader, agent, hard_ticket):
    answer = press(team_leader, hard_ticket, "overrule-criterion", criterion="threat", reason="Bercanda, sudah dicek")
    assert "membatalkan tanda: mengancam cabut atau lapor media" in answer.text
    assert press(agent, hard_ticket, "overrule-criterion", criterion="threat", reason="x").status_code == 403


@pytest.mark.req("OB-7")
def test_an_agent_asks_and_the_leader_takes_over(press, agent, team_leader, ticket):
    assert "meminta TL mengambil alih" in press(agent, ticket, "request-take-over").text
    press(team_leader, ticket, "take-over")
    assert Ticket.objects.get().holder_person == team_leader


def test_an_address_of_an_act_opened_again_after_signing_in_opens_its_dialog(sign_in, agent, ticket):
    answer = sign_in(agent).get(f"{ticket.url}pause/", follow=True)
    assert 'id="act-pause" aria-labelledby="title-pause" data-open' in answer.text


def test_the_dialog_of_an_act_comes_alone_when_it_is_opened(sign_in, agent, ticket):
    browser = sign_in(agent)
    assert '<dialog id="act-pause"' not in browser.get(ticket.url).text
    answer = browser.get(ticket.url, {"act": "pause"}, headers=PART)
    assert answer.text.strip().startswith('<dialog id="act-pause"')
    assert "<main" not in answer.text


def test_an_act_that_this_person_has_not_here_has_no_dialog(sign_in, agent, ticket):
    browser = sign_in(agent)
    answers = [browser.get(ticket.url, {"act": act}, headers=PART) for act in ("overrule-criterion", "no-such-act", "resume")]
    assert [answer.status_code for answer in answers] == [204, 204, 204]


@pytest.mark.req("QM-2")
def test_an_act_without_words_is_shown_by_its_name(read, agent, ticket):
    record(ticket, "ticket.moon_landed", by=agent)
    assert "moon landed" in read(agent, ticket).text


def test_other_apps_bring_the_words_of_their_acts(agent, ticket, monkeypatch):
    monkeypatch.setitem(timeline._words, "ticket.logged", timeline.Words("plus", lambda told: f"{told.facts['channel']}!"))
    assert [row.says for row in timeline.rows_of(ticket, agent)] == ["call!"]


@pytest.mark.req("QM-2")
def test_an_erased_value_says_so_and_the_chain_still_holds(read, agent, ticket):
    for detail in HistoryDetail.objects.all():
        detail.erase()
    assert "dihapus menurut retensi" in read(agent, ticket).text
    assert list(broken_places()) == []


def test_text_of_customers_is_shown_as_text(read, log, agent):
    ticket = log(agent, description="<script>alert(1)</script>", symptom="<b>mati</b>")
    text = read(agent, ticket).text
    assert escape("<script>alert(1)</script>") in text
    assert "<script>alert(1)" not in text


def test_it_answers_204_until_something_happens(sign_in, agent, ticket):
    browser = sign_in(agent)
    version = browser.get(ticket.url).context["version"]
    assert browser.get(ticket.url, {"v": version}, headers=PART).status_code == 204
    actions.post_update(ticket, "Sudah dicek", by=agent, to="internal")
    answer = browser.get(ticket.url, {"v": version}, headers=PART)
    assert (answer.status_code, answer["X-Version"] != version) == (200, True)
    assert "Sudah dicek" in answer.text
    assert "<textarea" not in answer.text


@pytest.mark.req("HC-4")
def test_who_else_looks_and_edits_is_shown(sign_in, agent, colleague, ticket, forward):
    sign_in(colleague).post(f"{ticket.url}presence/", {"mode": "editing"})
    answer = sign_in(agent).post(f"{ticket.url}presence/", {"mode": "looking"})
    assert "Bayu sedang mengubah" in answer.text
    assert "Sari" not in answer.text
    forward(minutes=2)
    assert "Bayu" not in sign_in(agent).post(f"{ticket.url}presence/", {"mode": "looking"}).text


def test_presence_is_for_those_who_see_the_ticket(sign_in, stranger, agent, ticket):
    assert sign_in(stranger).post(f"{ticket.url}presence/", {"mode": "looking"}).status_code == 404
    assert sign_in(agent).post(f"{ticket.url}presence/", {"mode": "dancing"}).status_code == 400
    assert not Presence.objects.exists()


def test_another_teams_agent_gets_the_short_form_with_three_acts(sign_in, stranger, ticket):
    text = sign_in(stranger).get(f"{ticket.url}short/").text
    assert ticket.number in text
    assert [value for value in ("Sri", "2045", FORM["service_number"], FORM["description"]) if value in text] == []
    assert text.count('<form class="card"') == 3


def test_on_the_short_form_the_three_acts_work(press, stranger, ticket):
    press(stranger, ticket, "updates", text="Menelepon lagi", to="internal")
    press(stranger, ticket, "verification", name_matches="on")
    answer = press(stranger, ticket, "repeat-reports", description="Masih mati", kind="complaint")
    assert "Lapul 1" in answer.text
    assert Verification.objects.get().by == stranger


def test_a_refused_act_on_the_short_form_keeps_the_text(press, stranger, ticket):
    answer = press(stranger, ticket, "repeat-reports", description="Masih mati", kind="dream")
    assert answer.status_code == 400
    assert "Masih mati</textarea>" in answer.text


def test_the_page_costs_the_same_with_a_long_history(read, agent, colleague, ticket, query_count, sign_in):
    for number in range(12):
        actions.post_update(ticket, f"Kabar {number}", by=colleague, to="internal")
    browser = sign_in(agent)
    browser.get(ticket.url)
    with query_count("ticket page"):
        browser.get(ticket.url)
    version = browser.get(ticket.url).context["version"]
    with query_count("ticket page, nothing new"):
        browser.get(ticket.url, {"v": version}, headers=PART)


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("who", ["quality_control", "administrator", "client_reader", "outbound_agent"])
def test_every_act_refuses_the_roles_that_the_table_leaves_out(sign_in, ticket, name, who, request):
    person = request.getfixturevalue(who)
    expected = 404 if may(person, DOORS[name].may) else 403
    assert sign_in(person).post(f"{ticket.url}{name}/", {}).status_code == expected


@pytest.mark.parametrize("name", sorted(set(DOORS) - {name for name, door in DOORS.items() if door.for_callers}))
def test_no_act_reaches_another_teams_ticket(sign_in, other_team_leader, stranger, ticket, name):
    person = stranger if may(stranger, DOORS[name].may) else other_team_leader
    assert sign_in(person).post(f"{ticket.url}{name}/", {}).status_code == 404


def test_without_the_form_key_no_act_is_taken(agent, ticket):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent)
    assert browser.post(f"{ticket.url}request-take-over/").status_code == 403
