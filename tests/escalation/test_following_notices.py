"""Following a notice that leads to no ticket marks it as read, by mouse or keyboard (api.md: every act exists as a button)."""

import os

import pytest
from playwright.sync_api import Page, expect

from accounts.actions import offer_handover
from escalation.models import Notification
from tests.keyboard import arrived, sign_in_by_keyboard
from tickets.actions import assign

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = pytest.mark.req("OB-7")
PART = {"HX-Request": "true"}


@pytest.fixture
def offered(log, agent, colleague):
    """A hand-over that waits for the agent's colleague: it leads to no ticket."""
    assign(log(agent), agent, by=agent)
    offer_handover(by=agent, to=colleague)
    return Notification.objects.get(person=colleague, event="handover")


def test_one_that_leads_to_no_ticket_is_read_by_following_it(sign_in, offered, colleague):
    browser = sign_in(colleague)
    assert f'action="/notifications/{offered.pk}/"' in browser.get("/notifications/").text
    assert browser.post(f"/notifications/{offered.pk}/").url == offered.url == "/handovers/"
    offered.refresh_from_db()
    assert offered.read_at and browser.get("/notifications/bell/?v=0", headers=PART).json()["unread"] == 0
    assert 'href="/handovers/"' in browser.get("/notifications/").text.split("<main")[1]


def test_one_that_leads_to_a_ticket_is_a_link_to_it_because_seeing_the_ticket_reads_it(sign_in, offered, log, agent, colleague):
    ticket = assign(log(agent), colleague, by=agent)
    rows = sign_in(colleague).get("/notifications/").text.split('class="card notices"')[1].split("</ul>")[0]
    assert f'href="{ticket.url}"' in rows and rows.count("<form") == 1


def test_nobody_reads_anothers(sign_in, offered, agent):
    assert sign_in(agent).post(f"/notifications/{offered.pk}/").status_code == 404
    assert not Notification.objects.filter(pk=offered.pk, read_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_following_by_keyboard_marks_it_as_read(offered, colleague, page: Page, live_server):
    sign_in_by_keyboard(page, live_server.url, colleague)
    arrived(page, r"/shift/$")
    page.goto(f"{live_server.url}/notifications/")
    arrived(page, r"/notifications/$")
    page.keyboard.press("j")
    expect(page.locator("button.notice")).to_be_focused()
    page.keyboard.press("Enter")
    arrived(page, r"/handovers/$")
    expect(page.locator("#bell .count")).to_be_hidden()
    page.goto(f"{live_server.url}/notifications/")
    expect(page.locator("a.notice.seen")).to_have_count(1)
