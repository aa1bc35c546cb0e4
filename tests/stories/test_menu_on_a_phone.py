"""The menu of acts on a phone: however many there are, each can be reached by thumb."""

import pytest
from playwright.sync_api import expect

from tests.tickets.conftest import FORM
from tickets import actions


@pytest.mark.req("SE-1", "OB-7")
def test_every_act_of_a_leader_can_be_reached_on_a_small_phone(story, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    leader = story.person("20001", phone=True)
    leader.set_viewport_size({"width": 390, "height": 500})
    leader.goto(ticket.url)
    leader.locator("#ticket-acts .menu > summary").click()
    items = leader.locator("#ticket-acts .menu > .items")
    expect(items).to_be_visible()
    top, bottom = items.evaluate("each => [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom]")
    assert top >= 0 and bottom <= 500
    assert items.evaluate("each => each.scrollHeight > each.clientHeight")
    first, last = items.locator("button").first, items.locator("button").last
    for button in (last, first):
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= 500
