"""What people do at their screens, as several stories need it: each press is one that a person makes."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.stories.harness import Story
from tickets.models import Ticket


def row(page: Page, ticket: Ticket) -> Locator:
    """The ticket's row in Support HC's queue."""
    return page.locator("a.row", has_text=ticket.number)


def show(story: Story, page: Page, what: str) -> None:
    """News waits above the list, because nothing moves under the cursor; the person asks for it."""
    strip = page.get_by_role("button", name=re.compile(f"^{what}. Tampilkan"))
    story.expect(strip).to_be_visible()
    strip.click()
    expect(strip).to_be_hidden()


def raise_on_board(leader: Page, ticket: Ticket, reason: str) -> None:
    """The TL presses *Naikkan* on the board and says why."""
    leader.get_by_role("link", name=f"Naikkan {ticket.number}").click()
    dialog = leader.get_by_role("dialog")
    dialog.get_by_label("Alasan").fill(reason)
    dialog.get_by_role("button", name="Naikkan").click()
    expect(leader.locator(".toast")).to_contain_text(f"{ticket.number} naik jadi")


def claim(support: Page, ticket: Ticket) -> None:
    """Support HC opens the ticket in the queue and takes it."""
    row(support, ticket).click()
    pane = support.locator("#pane")
    expect(pane).to_contain_text(ticket.number)
    pane.get_by_role("button", name="Ambil").click()
    expect(pane).to_contain_text("Anda pegang")


def dispatch(support: Page, *, cause: str, region: str) -> None:
    """Analyses what is open in the pane, and sends it to the unit."""
    pane = support.locator("#pane")
    pane.get_by_label("Penyebab").fill(cause)
    pane.get_by_label("TREG").select_option(label=region)
    expect(pane.locator("#preview")).to_contain_text(cause)
    pane.get_by_role("button", name="Kirim ke unit").click()


def solve(support: Page, what: str) -> None:
    """The unit has repaired it: caring is asked for."""
    pane = support.locator("#pane")
    pane.get_by_role("button", name="Selesai menurut unit").click()
    dialog = support.get_by_role("dialog")
    dialog.get_by_label("Apa yang dikerjakan unit").fill(what)
    dialog.get_by_role("button", name="Selesai, minta caring").click()
    expect(dialog).to_be_hidden()


def call(tier2: Page, ticket: Ticket, *, yes: bool, words: str) -> None:
    """Tier-2 takes the next caring call, in keys alone: reached, what the customer says, the words, sent."""
    tier2.keyboard.press("Space")
    expect(tier2.locator("main h2").first).to_be_visible()
    expect(tier2.locator("main")).to_contain_text(ticket.number)
    tier2.wait_for_load_state("load")
    tier2.keyboard.press("1")
    expect(tier2.locator("#id_said_0")).to_be_focused()
    tier2.keyboard.press("1" if yes else "2")
    expect(tier2.locator("#id_response")).to_be_focused()
    tier2.keyboard.type(words)
    tier2.keyboard.press("Control+Enter")
    expect(tier2.locator("#toasts")).to_contain_text("ditutup" if yes else "kembali")
