"""A caring call in three keys, in a browser (PM-5)."""

import os

import pytest
from playwright.sync_api import Page, expect

from escalation.models import Escort
from outbound.models import Callback
from tests.keyboard import arrived, draft_saved, sign_in_by_keyboard
from tickets.models import Ticket

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cockpit(page: Page, live_server, caring, outbound_agent) -> Callback:
    """The Tier-2 agent, signed in, who has pressed Space for the next one."""
    callback = caring()
    sign_in_by_keyboard(page, live_server.url, outbound_agent)
    arrived(page, f"{live_server.url}/caring/$")
    page.keyboard.press("Space")
    arrived(page, f"{callback.url}$")
    return callback


@pytest.mark.req("SE-5", "PM-5")
def test_a_yes_in_ones_own_words(page, cockpit):
    page.keyboard.press("1")
    expect(page.locator("#id_said_0")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator('[value="solved-1"]')).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#id_response")).to_be_focused()
    page.keyboard.type("Sudah normal, terima kasih.")
    page.keyboard.press("Control+Enter")
    arrived(page, r"\?saved=")
    expect(page.locator("#toasts")).to_contain_text("ditutup")
    assert (Ticket.objects.get().status, Escort.objects.get().state) == ("closed", "closed")


@pytest.mark.req("PM-5")
def test_a_miss_is_two_digits_and_control_enter(page, cockpit):
    page.keyboard.press("2")
    expect(page.locator("#id_missed_0")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#id_next_try_0")).to_be_focused()
    page.keyboard.press("Control+Enter")
    arrived(page, r"\?saved=")
    expect(page.locator("#toasts")).to_contain_text("ditelepon lagi")
    assert Callback.objects.get().attempts.get().outcome == "busy"


@pytest.mark.req("PM-5")
def test_what_was_typed_survives_the_browser(page, cockpit):
    page.keyboard.press("1")
    expect(page.locator("#id_said_0")).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("t")
    expect(page.locator("#id_response")).to_be_focused()
    with draft_saved(page, "Kamar belakang masih putus"):
        page.keyboard.type("Kamar belakang masih putus")
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#id_response")).to_have_value("Kamar belakang masih putus")
    expect(page.locator("#id_said_1")).to_be_checked()


def test_only_what_is_asked_is_on_the_page(page, cockpit):
    expect(page.locator("#id_said")).to_be_hidden()
    page.locator("#id_contact_0").check()
    page.locator("#id_said_3").check()
    expect(page.locator("#id_next_try")).to_be_visible()
    expect(page.get_by_text("Otomatis")).to_be_hidden()
    page.locator("#id_contact_1").check()
    page.locator("#id_missed_2").check()
    expect(page.locator("#id_next_try")).to_be_hidden()


@pytest.mark.req("PM-5")
def test_digits_faster_than_the_screen_each_answer_their_own_question(page, cockpit):
    at_once = """() => ["1", "1", "2"].forEach((key) =>
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""
    page.evaluate(at_once)
    arrived(page, r"\?saved=")
    assert cockpit.attempts.get().satisfaction == "good"
