"""The first minute of a shift: what waits is seen, and one key goes on to work (OB-7)."""

import pytest
from playwright.sync_api import expect

from tests.conftest import PASSWORD
from tests.keyboard import arrived
from tests.tickets.conftest import FORM
from tickets import actions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("OB-7")
def test_signing_in_shows_what_waits_and_enter_goes_on_to_work(story, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    page = story.browser()
    page.goto("/")
    page.get_by_label("Kode agen").fill("10001")
    page.get_by_label("Sandi", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    arrived(page, "/shift/$")
    expect(page.get_by_role("link", name=ticket.number)).to_be_visible()
    page.keyboard.press("Enter")
    arrived(page, r"/tickets/\S*$")
