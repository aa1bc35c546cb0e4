"""An hour of Tier-2 by keyboard alone, every press counted; and a browser that dies in the middle of a call (PM-5, SE-5)."""

import os
from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect

from escalation.models import Escort
from outbound.models import Callback, CallbackAttempt
from tests.keyboard import arrived, draft_saved, sign_in_by_keyboard
from tickets.models import Ticket

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = pytest.mark.django_db(transaction=True)

# What customers do in an hour, and the keys that write it down. Each result is saved by its last key, and brings the next call.
YES, PLEASED, NO = ("1", "1", "1"), ("1", "1", "2"), ("1", "2", "1")
NOBODY, BUSY = ("2", "Control+Enter"), ("2", "2", "Control+Enter")
LATER = ("1", "4", "2", "Control+Enter")
FIRST_TEN = [YES, NOBODY, PLEASED, YES, NOBODY, NO, BUSY, YES, NOBODY, LATER]
HOUR = [*FIRST_TEN, YES, NOBODY, PLEASED, NOBODY, NO, YES, NOBODY, YES, BUSY, NOBODY]


class Keys:
    """The keyboard of the agent; counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1


def work(page: Page, results: list[tuple[str, ...]]) -> int:
    """Each call of the list from where the cockpit is; returns the presses."""
    keys = Keys(page)
    for number, result in enumerate(results):
        here = page.url
        for place, key in enumerate(result):
            if place:  # the question that the key before opened has the focus
                expect(page.locator("form[data-call] fieldset:focus-within")).to_be_visible()
            keys.press(key)
        expect(page).not_to_have_url(here)
        arrived(page, r"\?saved=\d+$")
        if number + 1 < len(results):
            expect(page.locator("form[data-call]")).to_be_visible()
    return keys.pressed


def begin(page: Page, address: str, person) -> None:
    sign_in_by_keyboard(page, address, person)
    arrived(page, f"{address}/caring/$")
    page.keyboard.press("Space")
    arrived(page, r"/caring/\d+/$")


@pytest.mark.req("PM-5", "SE-5", "QM-6")
def test_three_calls_in_eight_presses(page, live_server, caring, outbound_agent):
    for number in range(3):
        caring(service_number=f"13115990{number:04}")
    begin(page, live_server.url, outbound_agent)
    assert work(page, [YES, NOBODY, PLEASED]) == 8
    assert list(CallbackAttempt.objects.order_by("id").values_list("outcome", "satisfied", "satisfaction")) == [
        ("reached", True, ""), ("no_answer", None, ""), ("reached", True, "good"),
    ]  # fmt: skip
    assert Ticket.objects.filter(status="closed").count() == 2


@pytest.mark.slow
@pytest.mark.req("PM-5", "SE-5", "QM-6")
def test_an_hour_of_twenty_calls_takes_fewer_than_sixty_presses(page, live_server, caring, outbound_agent):
    for number in range(20):
        caring(service_number=f"13115990{number:04}")
    begin(page, live_server.url, outbound_agent)
    pressed = work(page, HOUR)
    print(f"20 results in {pressed} key presses")
    assert pressed < 60
    tries = Counter(CallbackAttempt.objects.values_list("outcome", flat=True))
    assert tries == {"reached": 10, "no_answer": 7, "busy": 2, "call_later": 1}
    assert (Ticket.objects.filter(status="closed").count(), Escort.objects.filter(returns=1).count()) == (8, 2)
    assert CallbackAttempt.objects.filter(satisfaction="good").count() == 2


@pytest.mark.req("PM-5")
def test_a_browser_that_dies_in_the_middle_of_a_call_loses_nothing(
    page, browser: Browser, live_server, caring, outbound_agent, second_outbound_agent
):
    callback = caring()
    caring(service_number="131159904999")
    begin(page, live_server.url, outbound_agent)
    page.keyboard.press("1")
    expect(page.locator("#id_said_0")).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("t")
    expect(page.locator("#id_response")).to_be_focused()
    with draft_saved(page, "Kamar belakang masih putus"):
        page.keyboard.type("Kamar belakang masih putus")
    page.context.close()  # no farewell: nothing of that browser is left
    fresh = browser.new_context(locale="id-ID").new_page()
    begin(fresh, live_server.url, outbound_agent)
    assert fresh.url.endswith(f"/caring/{callback.pk}/")  # the lease kept the row
    expect(fresh.locator("#id_response")).to_have_value("Kamar belakang masih putus")
    expect(fresh.locator("#id_said_1")).to_be_checked()
    fresh.keyboard.press("Control+Enter")
    arrived(fresh, r"\?saved=\d+$")
    assert Callback.objects.get(pk=callback.pk).attempts.get().response == "Kamar belakang masih putus"
    fresh.context.close()
