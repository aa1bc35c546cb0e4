"""What the other stories stand on: that the harness sees what nobody expected."""

import pytest
from playwright.sync_api import expect

from escalation.actions.outbox import queue_message
from escalation.models import Group
from tests.tickets.conftest import FORM
from tickets import actions


@pytest.fixture
def ticket(agent):
    return actions.log_ticket(actions.Intake(**FORM), by=agent)


@pytest.mark.slow
def test_a_story_fails_on_a_message_that_nobody_expected(story, ticket):
    queue_message(ticket, Group.objects.get(name="C4"), "Halo C4", key="one", by=None, about="progress")
    queue_message(ticket, Group.objects.get(name="TIAL REG-5"), "Halo TREG 5", key="two", by=None, about="progress")
    queue_message(ticket, Group.objects.get(name="Telkom"), "Halo Telkom", key="three", by=None, about="progress")
    story.expect_message("Telkom", containing="Halo")
    with pytest.raises(AssertionError, match="(?s)Halo C4.*TIAL REG-5 .by hand.: Halo TREG 5"):
        story.leave()
    story.expect_message("C4")
    story.expect_by_hand("TIAL REG-5")


@pytest.mark.slow
def test_a_story_fails_on_what_a_browser_complains_about(story):
    page = story.person("10001")
    page.goto("/tickets/T-999999/")
    with page.expect_console_message():
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    with page.expect_console_message(lambda message: "a mistake" in message.text):
        page.evaluate("setTimeout(() => { throw new Error('a mistake') }, 0)")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    with pytest.raises(AssertionError) as refused:
        story.leave()
    for words in ("404 GET", "Content Security Policy", "a mistake"):
        assert words in str(refused.value)
    story.excuse("404 GET", "Content Security Policy", "a mistake")


@pytest.mark.slow
def test_time_goes_forward_for_web_and_worker_alike(story, ticket):
    page = story.person("10001")
    story.forward(hours=4)
    page.goto(ticket.url)
    expect(page.locator("#bell")).to_have_accessible_name("Pemberitahuan")
    story.expect(page.locator("#bell")).to_have_accessible_name("Pemberitahuan, 1 belum dibaca")
