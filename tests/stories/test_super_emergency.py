"""Story (b): a Super Emergency from the TL's press to the customer's yes, which comes at the second call."""

import re

import pytest
from playwright.sync_api import expect

from accounts.history import broken_places
from escalation.models import Escort
from tests.stories import acts
from tests.tickets.conftest import FORM
from tickets import actions


@pytest.fixture
def log(agent):
    def logged(**values):
        return actions.log_ticket(actions.Intake(**FORM | {"criteria": ["threat"]} | values), by=agent)

    return logged


@pytest.mark.req("SE-1", "SE-2", "SE-3", "SE-4", "SE-5", "HC-5", "HC-6", "HC-7", "PM-5")
def test_a_super_emergency_is_escorted_until_the_customer_says_yes(story, log):
    earlier, ticket = log(service_number="152401111111"), log()
    leader, support, tier2 = story.person("20001"), story.person("40001"), story.person("50001")

    # The TL raises it; Support HC has it on top without reloading, and in the group.
    acts.raise_on_board(leader, ticket, "Mengancam lapor media")
    story.expect_message("Support HC", containing=ticket.number)
    story.expect(support.locator("[data-rows] > li", has_text=ticket.number)).to_contain_text("Super Emergency")
    acts.show(story, support, "Daftar berubah")
    expect(support.locator("[data-rows] > li").first).to_contain_text(ticket.number)

    # One act reaches both groups, and each one's state is shown apart.
    acts.claim(support, ticket)
    acts.dispatch(support, cause="ODP penuh air", region="TREG 3")
    region = story.expect_message("TIAL REG-3", containing=f"#{ticket.number}")
    c4 = story.expect_message("C4", containing="SUPER EMERGENCY")
    acts.show(story, support, "Daftar berubah")
    chips = support.locator("#chips")
    story.acknowledge(region, c4)
    story.expect(chips).to_contain_text(re.compile("TIAL REG-3 sampai.*C4 sampai"))
    story.acknowledge(region, receipt="read")
    story.expect(chips).to_contain_text(re.compile("TIAL REG-3 dibaca.*C4 sampai"))

    # The unit answers in its group; the TL has it in page and group without anybody's hand.
    story.unit_says("Teknisi menuju ODP", quoting=region)
    story.expect_message("TL Merapi", containing="Teknisi menuju ODP")
    story.expect(leader.locator("#cards")).to_contain_text("Teknisi menuju ODP")
    story.expect(leader).to_have_title(re.compile(r"^\(\d+\) "))
    story.expect(support.locator("#said-so-far")).to_contain_text("Teknisi menuju ODP")
    story.unit_says("selesai", quoting=c4)
    story.expect_message("TL Merapi", containing="selesai")
    story.expect(support.locator("#said-so-far")).to_contain_text("selesai")
    acts.solve(support, "Kabel ODP diganti")

    # The customer denies: back to Support HC, counted, first of its kind.
    acts.raise_on_board(leader, earlier, "Layanan vital")
    story.expect_message("Support HC", containing=earlier.number)
    story.expect(tier2.locator("#callbacks")).to_contain_text(ticket.number)
    acts.call(tier2, ticket, yes=False, words="Masih mati sampai sekarang")
    acts.show(story, support, "1 tiket baru")
    first = support.locator("[data-rows] > li").first
    expect(first).to_contain_text(ticket.number)
    expect(first).to_contain_text("kembali 1×")

    # Once more, and this time the customer says yes: escort and ticket close in one act.
    acts.claim(support, ticket)
    acts.dispatch(support, cause="Kabel drop putus", region="TREG 3")
    region = story.expect_message("TIAL REG-3", containing="pelanggan menyangkal 1x")
    story.expect_message("C4", containing="Kabel drop putus")
    story.unit_says(f"{ticket.number} sudah normal", quoting=region)
    story.expect_message("TL Merapi", containing="sudah normal")
    acts.solve(support, "Kabel drop diganti")
    story.expect(tier2.locator("#callbacks")).to_contain_text(ticket.number)
    acts.call(tier2, ticket, yes=True, words="Sudah normal, terima kasih")
    story.expect(leader.locator("#escorts [data-gone]")).to_contain_text(ticket.number)
    ticket.refresh_from_db()
    assert (ticket.status, Escort.objects.get(ticket=ticket).state) == ("closed", "closed")
    assert not list(broken_places())
