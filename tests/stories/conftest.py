"""The harness, an agent's hands; and that browser stories run beside Django in one thread."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.keyboard import Hands, arrived, sign_in_by_keyboard
from tests.stories.harness import house, story  # noqa: F401 fixtures

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def hands(page: Page, live_server, agent) -> Hands:
    """The agent, signed in by keyboard, with the form open."""
    sign_in_by_keyboard(page, live_server.url, agent)
    arrived(page, f"{live_server.url}/tickets/new/$")
    expect(page.locator("#id_service_number")).to_be_focused()
    return Hands(page)
