"""Story (a): the customer is on the line and angry; the agent never touches the mouse."""

import pytest
from playwright.sync_api import Route, expect

from tests.keyboard import arrived, draft_saved, set_online
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import Ticket, Verification

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("HC-1", "HC-2", "OB-1")
def test_a_hard_complaint_is_logged_by_keyboard_in_under_15_steps(hands, page, agent):
    hands.fill("152407777777", tabs=2)
    hands.fill("Sri Wahyuni Handayani")
    hands.fill("Hendra", tabs=2)
    hands.fill("0812 2045 7731", tabs=2)
    hands.press("Space", "Tab")
    hands.fill("Indi")
    hands.fill("Internet mati total")
    hands.fill("Kalau besok belum beres saya cabut dan lapor media.", tabs=0)
    hands.press("Escape")
    hands.press("2")
    hands.press("5")
    expect(page.locator("#hard")).to_contain_text("2 dari 5 tanda")
    hands.press("Control+Enter")
    arrived(page, r"/tickets/T-\d{6}/sent/$")
    ticket = Ticket.objects.get()
    expect(page.locator("#number")).to_have_text(ticket.number)
    hands.press("c")
    expect(page.locator("#say")).to_contain_text(ticket.number)
    assert (ticket.kind, ticket.criteria) == ("hard_complaint", ["threat", "refuses_to_end"])
    assert (ticket.service_line, Verification.objects.get().ticket) == ("indihome", ticket)
    assert hands.steps < 15


@pytest.mark.req("HC-2")
def test_a_known_number_fills_the_form_and_offers_its_open_ticket(hands, page, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    hands.fill(FORM["service_number"], tabs=0)
    expect(page.locator("#rail")).to_contain_text("Tambahkan sebagai lapul ke-1")
    expect(page.locator("#id_customer_name")).to_have_value(FORM["customer_name"])
    page.locator("#id_description").focus()
    hands.fill("Masih mati sejak tadi", tabs=0)
    hands.press("Escape", "l")
    expect(page.locator("#number")).to_have_text(ticket.number)
    expect(page.get_by_text("Lapul 1")).to_be_visible()


@pytest.mark.req("OB-3")
def test_a_greeting_that_was_unfolded_is_kept_with_the_ticket(hands, page, agent):
    hands.fill("152407777777", tabs=2)
    expect(page.locator("#rail")).to_contain_text("Tidak ada tiket lain")
    hands.fill("Jane Doe")
    hands.fill("Jane", tabs=2)
    hands.fill("0812 2045 7731", tabs=2)
    hands.press("Tab")
    hands.fill("Indi")
    hands.fill("No internet")
    hands.fill("The red light is on since this morning.", tabs=0)
    page.get_by_text("Salam pembuka, Inggris").click()
    expect(page.locator("#rail details[open] input[name=scripts]")).to_be_enabled()
    page.get_by_role("button", name="Kirim tiket").click()
    arrived(page, r"/tickets/T-\d{6}/sent/$")
    page.goto(page.url.removesuffix("sent/"))
    expect(page.locator("#ticket-history")).to_contain_text("Salam pembuka v1, Salam pembuka, Inggris v1")


def test_what_was_typed_comes_back_from_the_draft(hands, page, live_server):
    hands.fill("152407777777", tabs=2)
    with draft_saved(page, "Sri Wahyuni"):
        hands.fill("Sri Wahyuni")
    page.goto(f"{live_server.url}/tickets/new/")
    expect(page.locator("[data-draft-status]")).to_contain_text("dipulihkan")
    expect(page.locator("#id_customer_name")).to_have_value("Sri Wahyuni")


def test_errors_take_the_focus_and_lead_to_their_fields(hands, page):
    hands.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    page.wait_for_load_state("load")
    page.get_by_role("link", name="Nomor kontak").press("Enter")
    expect(page.locator("#id_contact_phone")).to_be_focused()


def test_a_question_for_progress_needs_no_customer_and_no_signs(hands, page):
    page.get_by_label("Tanya progres").check()
    expect(page.locator("#id_customer_name")).to_be_hidden()
    expect(page.get_by_role("button", name="Catat pertanyaan")).to_be_visible()


def test_a_typed_update_survives_what_others_do_to_the_ticket(hands, page, live_server, agent, colleague):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    page.goto(f"{live_server.url}{ticket.url}")
    page.locator("#update-text").fill("Baru setengah kalimat")
    actions.post_update(ticket, "Kabar dari rekan", by=colleague, to="internal")
    expect(page.locator("#ticket-history")).to_contain_text("Kabar dari rekan")
    expect(page.locator("#update-text")).to_have_value("Baru setengah kalimat")


def test_an_act_with_several_values_opens_a_dialog_by_its_key(hands, page, live_server, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    page.goto(f"{live_server.url}{ticket.url}")
    hands.press("j")
    hands.expect_dialog(f"Jeda {ticket.number}")
    hands.fill("Menunggu nomor ODP", tabs=0)
    hands.press("Control+Enter")
    expect(page.locator("#ticket-tags")).to_contain_text("Menunggu pelanggan")


def test_handing_over_asks_for_the_people_only_when_it_is_opened(hands, page, live_server, agent, colleague):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    page.goto(f"{live_server.url}{ticket.url}")
    expect(page.locator("#act-assign")).to_have_count(0)
    hands.press("a")
    hands.expect_dialog(f"Serahkan {ticket.number}")
    hands.fill("Bayu", tabs=0)
    hands.press("Control+Enter")
    expect(page.locator("#ticket-history")).to_contain_text("menyerahkan tiket kepada Bayu")


def test_what_is_typed_before_a_dialog_has_come_stands_in_its_first_field(hands, page, live_server, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    held: list[Route] = []
    page.route("**/?act=pause", lambda route: held.append(route))  # before the page is there: a busy browser tells a page later
    page.goto(f"{live_server.url}{ticket.url}")
    hands.press("j")
    expect(page.get_by_role("dialog")).to_contain_text("Jeda")
    page.keyboard.type("Menunggu noo")
    page.keyboard.press("Backspace")
    page.wait_for_function("() => document.querySelector('#act-waiting').open")
    held[0].continue_()
    expect(page.locator("#act-pause textarea")).to_have_value("Menunggu no")
    expect(page.locator("#act-pause textarea")).to_be_focused()


def test_a_dialog_that_cannot_be_fetched_says_so_and_opens_when_the_network_is_back(hands, page, live_server, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    page.goto(f"{live_server.url}{ticket.url}")
    page.locator("#update-text").fill("Baru setengah kalimat")
    page.locator("#update-text").blur()
    set_online(page, False)
    hands.press("j")
    expect(page.locator("#strips")).to_contain_text("Belum terbuka.")
    set_online(page, True)
    hands.press("j")
    expect(page.locator("#act-pause textarea")).to_be_focused()
    expect(page.locator("#update-text")).to_have_value("Baru setengah kalimat")
