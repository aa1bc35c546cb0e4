"""What tests do with the keyboard alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from accounts.models import Person
from tests.conftest import PASSWORD


def arrived(page: Page, address: str) -> None:
    """The page at this address (a regular expression) is there and its scripts run: a key pressed earlier falls into the void."""
    page.wait_for_url(re.compile(address))
    page.wait_for_load_state("load")


def set_online(page: Page, online: bool) -> None:
    """Cut the page's network, or give it back, and wait until the page feels it: a busy browser tells it later."""
    page.context.set_offline(not online)
    page.wait_for_function("online => fetch('/healthz', {cache: 'no-store'}).then(() => online, () => !online)", arg=online)


@contextmanager
def draft_saved(page: Page, words: str) -> Iterator[None]:
    """What is typed in this block ends with these words, and lies on the server afterwards: a slow machine saves it in pieces."""
    with page.expect_response(lambda answer: words in (answer.request.post_data or "") and answer.ok):
        yield
    expect(page.locator("[data-draft-status]")).to_contain_text("Draf tersimpan")


def sign_in_by_keyboard(page: Page, address: str, person: Person) -> None:
    """Type code and password on the sign-in page, once it has the focus: what is typed earlier falls into the void."""
    page.goto(f"{address}/login/")
    expect(page.get_by_label("Kode agen")).to_be_focused()
    page.keyboard.type(person.agent_code)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Sandi", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


class Hands:
    """Fingers on the keyboard; a step is one field filled or one key that the page names."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def fill(self, text: str, *, tabs: int = 1) -> None:
        """Type into the field with the focus and go on with Tab."""
        self.steps += 1
        self.page.keyboard.type(text)
        self.leave(tabs)

    def leave(self, tabs: int = 1) -> None:
        for _ in range(tabs):
            self.page.keyboard.press("Tab")

    def expect_dialog(self, title: str) -> None:
        """The dialog is open, and what is typed now goes into it."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text(title)
        expect(dialog.locator(":focus")).to_have_count(1)

    def press(self, *keys: str) -> None:
        self.steps += 1
        for key in keys:
            self.page.keyboard.press(key)
