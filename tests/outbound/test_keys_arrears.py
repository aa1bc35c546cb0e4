"""A call to a customer in arrears by keyboard alone: at most three keys to a result (CT-3, CT-4)."""

import os

import pytest
from playwright.sync_api import Page, expect

from outbound.models import CaringResult, Prospect
from tests.keyboard import arrived, sign_in_by_keyboard
from tests.outbound.arrears import prospects_of

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("CT-3", "CT-4")]


@pytest.fixture
def on_call(page: Page, live_server, campaign, outbound_agent) -> Prospect:
    """The Tier-2 agent, signed in, who has pressed Space for the next one of three."""
    first, *_others = prospects_of(campaign, 3)
    sign_in_by_keyboard(page, live_server.url, outbound_agent)
    arrived(page, f"{live_server.url}/caring/$")
    page.keyboard.press("g")
    page.keyboard.press("d")
    arrived(page, r"/dapros/$")
    page.keyboard.press("Space")
    arrived(page, f"{first.url}$")
    return first


def test_a_promise_is_three_digits_and_control_enter_and_can_be_undone(page, on_call):
    timer = page.locator("[data-wrap-up]")
    expect(timer).to_be_hidden()
    page.keyboard.press("1")
    expect(page.locator("#id_reason_agree")).to_be_focused()
    expect(timer).to_contain_text("Wrap-up 00.0")
    page.keyboard.press("1")
    expect(page.locator("#id_promise_day_0")).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    arrived(page, rf"\?saved={on_call.pk}$")
    assert (CaringResult.objects.get().state, CaringResult.objects.get().promised_amount) == ("awaiting_validation", 1_184_500)
    expect(page.locator("#toasts")).to_contain_text("agree")
    page.keyboard.press("z")
    arrived(page, f"{on_call.url}$")
    expect(page.locator("#id_group_0")).to_be_visible()
    assert Prospect.objects.get(state="held") == on_call


def test_a_miss_is_two_digits_and_control_enter(page, on_call):
    page.keyboard.press("2")
    expect(page.locator("#id_reason_no-answer")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#id_reason_busy")).to_be_checked()
    page.keyboard.press("Control+Enter")
    arrived(page, rf"\?saved={on_call.pk}$")
    assert CaringResult.objects.get().reason.code == "busy"


def test_only_what_the_reason_needs_is_asked(page, on_call):
    expect(page.locator("#id_note")).to_be_hidden()
    page.locator("#id_group_0").check()
    page.locator("#id_reason_objection").check()
    expect(page.locator("#id_note")).to_be_visible()
    expect(page.locator("#id_promise_day")).to_be_hidden()
    page.locator("#id_reason_callback").check()
    expect(page.locator("#id_next_try")).to_be_visible()
    page.locator("#id_group_1").check()
    expect(page.locator("#id_reason_callback")).to_be_hidden()
