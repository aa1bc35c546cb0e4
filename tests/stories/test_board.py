"""A leader's board by keyboard, two who pass a live call to each other by one key each, and what is heard (SE-1, OB-7)."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Person
from escalation.actions.raising import raise_super_emergency
from tests.keyboard import arrived
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import Ticket

SE = "super_emergency"
# The browser's own loudspeaker, and how often it was asked for.
COUNTS_TONES = """
window.rung = 0;
const Own = window.AudioContext;
window.AudioContext = class extends Own { constructor() { super(); window.rung += 1; } };
"""


@pytest.fixture
def log(agent):
    def logged(**values):
        return actions.log_ticket(actions.Intake(**FORM | {"criteria": ["threat"]} | values), by=agent)

    return logged


def rows(page: Page):
    return page.locator("#team a.row")


@pytest.mark.req("SE-1")
def test_any_row_is_flagged_by_one_key(story, log):
    """J goes down the rows, E opens the dialog of the row that has the focus, with what Support HC's group will read."""
    tickets = {each.number: each for each in (log(service_number=f"15240100000{number}") for number in range(3))}
    leader = story.person("20001")
    arrived(leader, "/board/$")
    expect(rows(leader)).to_have_count(3)
    for place in range(2):
        leader.keyboard.press("j")
        expect(rows(leader).nth(place)).to_be_focused()
    meant = rows(leader).nth(1).locator(".num").first.inner_text()
    leader.keyboard.press("e")
    dialog = leader.get_by_role("dialog")
    expect(dialog.get_by_label("Alasan")).to_be_focused()
    expect(dialog.locator(".bubble:visible")).to_contain_text(meant)
    leader.keyboard.type("Layanan vital")
    leader.keyboard.press("Control+Enter")
    expect(leader.locator(".toast")).to_contain_text(f"{meant} naik jadi Super Emergency")
    story.expect_message("Support HC", containing=meant)
    raised = Ticket.objects.exclude(kind="hard_complaint").get()
    assert (raised.number, raised.kind, len(tickets)) == (meant, "super_emergency", 3)


@pytest.mark.req("OB-7", "HC-7")
def test_a_live_call_is_asked_for_and_taken_by_one_key_each(story, log):
    ticket = log(criteria=["refuses_agent"])
    agent, leader = story.person("10001"), story.person("20001")
    agent.goto(ticket.url)
    agent.keyboard.press("m")
    expect(agent.locator(".toast")).to_be_visible()
    story.expect(leader.locator("#cards")).to_contain_text("pelanggan menolak agen")
    leader.locator("#cards").get_by_role("link", name=ticket.number).first.click()
    arrived(leader, f"{ticket.number}/$")
    leader.keyboard.press("h")
    expect(leader.locator(".toast")).to_be_visible()
    story.expect(agent.locator("#bell .count")).to_have_text("1")
    ticket.refresh_from_db()
    assert ticket.assignee == Person.objects.get(agent_code="20001")


@pytest.mark.req("SE-2")
@pytest.mark.parametrize(
    ("chosen", "kind", "heard"), [(True, "super_emergency", 1), (True, "buzzer", 0), (False, "super_emergency", 0)]
)
def test_only_a_super_emergency_is_heard_and_only_by_who_wants_it(story, log, team_leader, chosen, kind, heard):
    Person.objects.filter(agent_code="40001").update(sound=chosen)
    page = story.browser()
    page.add_init_script(COUNTS_TONES)
    page.goto("/login/")
    story.sign_in(page, "40001")
    raise_super_emergency(log(), "Layanan vital", by=team_leader, kind=kind)
    story.expect_message("Support HC")
    story.expect(page.locator("#bell .count")).to_have_text("1")
    assert page.evaluate("rung") == heard
