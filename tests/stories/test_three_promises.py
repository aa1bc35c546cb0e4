"""A TL with three promises: places drawn, the fourth refused in words, one handed over, kept, broken, given another moment."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.history import broken_places
from common.clock import now
from escalation.models import Promise, PromiseSlot
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import Ticket


@pytest.fixture
def tickets(agent):
    numbers = range(4)
    return [
        actions.log_ticket(actions.Intake(**FORM | {"criteria": ["threat"], "service_number": f"15240100000{number}"}), by=agent)
        for number in numbers
    ]


def until(hours: int) -> str:
    return timezone.localtime(now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def promise(leader: Page, ticket: Ticket, what: str, hours: int) -> None:
    """Flag and promise in one dialog, sent by keys."""
    leader.get_by_role("link", name=f"Naikkan {ticket.number}").click()
    dialog = leader.get_by_role("dialog")
    expect(dialog.get_by_label("Alasan")).to_be_focused()
    dialog.get_by_label("Alasan").fill("Janji teknisi gagal")
    dialog.get_by_label("Yang dijanjikan").fill(what)
    dialog.get_by_label("Kepada").fill("Ibu Sri")
    dialog.get_by_label("Sebelum").fill(until(hours))
    leader.keyboard.press("Control+Enter")


def slot(page: Page, ticket: Ticket):
    return page.locator("#slots article.slot", has_text=ticket.number)


def empty_slots(page: Page):
    return page.locator("#slots .slot.empty")


def answer(page: Page, ticket: Ticket, press: str, **fields: str) -> None:
    """One of the results that ask for words, in the dialog of the board."""
    slot(page, ticket).get_by_role("link", name=press).click()
    dialog = page.get_by_role("dialog")
    for label, value in fields.items():
        field = dialog.get_by_label(label.replace("_", " "))
        field.select_option(label=value) if label == "Kepada_TL" else field.fill(value)
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()


@pytest.mark.req("PM-1", "PM-3", "SE-1")
def test_three_promises_and_no_fourth(story, tickets, other_team_leader):
    leader = story.person("20001")
    first, second, third, fourth = tickets
    expect(leader.locator("#count-promises")).to_have_text("0 dari 3")
    expect(empty_slots(leader)).to_have_count(3)

    # Three are promised with the flag; each takes a place that is drawn.
    for taken, ticket in enumerate((first, second, third), start=1):
        promise(leader, ticket, f"Teknisi ke-{taken}", hours=2 + taken)
        expect(leader.locator(".toast")).to_contain_text(f"{ticket.number} naik jadi")
        story.expect_message("Support HC", containing=ticket.number)
        expect(leader.locator("#count-promises")).to_have_text(f"{taken} dari 3")
        expect(empty_slots(leader)).to_have_count(3 - taken)

    # The fourth is refused with what to do; the flag is not set either, and no typed word is lost.
    story.excuse("409 POST .*/super-emergency/")
    promise(leader, fourth, "Teknisi ke-4", hours=6)
    refusal = leader.get_by_role("dialog")
    expect(refusal).to_contain_text(re.compile("penuh.*Selesaikan satu, atau serahkan", re.S | re.I))
    expect(refusal.get_by_label("Yang dijanjikan")).to_have_value("Teknisi ke-4")
    fourth.refresh_from_db()
    assert (fourth.kind, PromiseSlot.objects.count()) == ("hard_complaint", 3)

    # Another TL is asked to take one, and does: the place is free again, and the fourth fits.
    leader.goto("/board/")
    answer(leader, first, "Serahkan", Kepada_TL=f"Laras, {other_team_leader.team.name}")
    expect(slot(leader, first)).to_contain_text("menunggu jawaban Laras")
    expect(leader.locator("#count-promises")).to_have_text("3 dari 3")
    other = story.person("20002")
    expect(slot(other, first)).to_contain_text("menyerahkan janji ini kepada Anda")
    slot(other, first).get_by_role("button", name="Terima janji").click()
    expect(other.locator("#count-promises")).to_have_text("1 dari 3")
    story.expect(leader.locator("#count-promises")).to_have_text("2 dari 3")
    leader.goto("/board/")
    promise(leader, fourth, "Teknisi ke-4", hours=6)
    expect(leader.locator("#count-promises")).to_have_text("3 dari 3")
    story.expect_message("Support HC", containing=fourth.number)

    # The three results.
    slot(leader, second).get_by_role("button", name="Ditepati").click()
    expect(leader.locator(".toast")).to_contain_text(f"{second.number}: janji ditepati")
    answer(leader, third, "Ingkar", Mengapa_tidak_ditepati="Material habis")
    expect(leader.locator("#count-promises")).to_have_text("1 dari 3")
    answer(leader, fourth, "Ubah waktu", Sebelum=until(8), Mengapa_berubah="Menunggu ODP")
    expect(slot(leader, fourth)).to_contain_text("waktunya berubah 1 kali")
    expect(leader.locator("#slots")).to_contain_text("1 dari 2 janji ditepati")
    states = [(row.ticket, row.state, len(row.earlier_due)) for row in Promise.objects.order_by("id").select_related("ticket")]
    assert states == [(first, "open", 0), (second, "kept", 0), (third, "broken", 0), (fourth, "open", 1)]
    assert PromiseSlot.objects.get(ticket=first).holder == other_team_leader
    assert list(broken_places()) == []


@pytest.mark.req("PM-1")
def test_on_the_phone_while_walking_the_floor(story, tickets):
    """The same board 390 wide: flagged, promised and kept by thumb, nothing wider than the screen."""
    leader = story.person("20001", phone=True)
    promise(leader, tickets[0], "Teknisi datang", hours=3)
    story.expect_message("Support HC", containing=tickets[0].number)
    expect(slot(leader, tickets[0])).to_contain_text("Teknisi datang, sebelum")
    assert leader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    slot(leader, tickets[0]).get_by_role("button", name="Ditepati").click()
    expect(empty_slots(leader)).to_have_count(3)
