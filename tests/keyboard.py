"""What tests do with the keyboard alone."""

from playwright.sync_api import Page, expect

from accounts.models import Person
from tests.conftest import PASSWORD


def sign_in_by_keyboard(page: Page, address: str, person: Person) -> None:
    """Type code and password on the sign-in page, once it has the focus: what is typed earlier falls into the void."""
    page.goto(f"{address}/login/")
    expect(page.get_by_label("Kode agen")).to_be_focused()
    page.keyboard.type(person.agent_code)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Sandi", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
