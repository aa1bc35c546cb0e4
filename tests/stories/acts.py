"""What people do at their screens, as several stories need it: each press is one that a person makes."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from tests.keyboard import arrived
from tests.stories.harness import Story
from tickets.models import Ticket

CALL = {
    "Nama pelanggan": "Sri Wahyuni Handayani",
    "Nama pelapor": "Hendra",
    "Nomor kontak": "0812 2045 7731",
    "Uraian, pakai kata pelanggan": "Sejak pagi lampu LOS merah, sudah dua kali dijanjikan teknisi.",
}


def fill_in(page: Page, values: Mapping[str, str]) -> None:
    """The agent writes down what the caller says: these values by their labels, and the usual ones."""
    for label, value in (CALL | dict(values)).items():
        page.get_by_label(re.compile(f"^{label}")).first.fill(value)
    page.get_by_label("Layanan", exact=True).select_option(label="IndiHome")


def log(page: Page, values: Mapping[str, str], *, sign: str, region: str) -> None:
    """The same with a sign and a region, and sent."""
    fill_in(page, values)
    page.get_by_text("Wilayah dan jalur").click()
    page.get_by_label(re.compile("^TREG")).select_option(label=region)
    page.get_by_label(re.compile(f"^{sign}")).check()
    page.get_by_role("button", name="Kirim tiket").click()
    page.wait_for_url(re.compile(r"/sent/$"))


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
    pane = support.locator("#pane")
    with support.expect_response(re.compile(r"/queue/\d+/$")) as answer:
        row(support, ticket).click()
    answer.value.finished()
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
    """Tier-2 takes the next caring call by the space bar, and writes it down."""
    tier2.keyboard.press("Space")
    expect(tier2.locator("main")).to_contain_text(ticket.number)
    write_down_call(tier2, yes=yes, words=words)


def write_down_call(page: Page, *, yes: bool, words: str) -> None:
    """In keys alone: reached, what the customer says, the words, sent."""
    arrived(page, r"/caring/\d+/")
    page.keyboard.press("1")
    expect(page.locator("#id_said_0")).to_be_focused()
    page.keyboard.press("1" if yes else "2")
    expect(page.locator("button.pick:focus")).to_be_visible()  # ready words; T for own ones
    page.keyboard.press("t")
    expect(page.locator("#id_response")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("ditutup" if yes else "kembali")
