"""Lets pytest-playwright drive the Chromium of this machine."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tools import chromium

PATIENCE = 30_000  # milliseconds that a page may take on a busy machine; what is there at once is seen at once
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Without one in the PATH, Playwright takes its own."""
    return {"executable_path": chromium.in_path(), "args": chromium.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The browser asks for Indonesian, as the floor's do; the tests read the pages' own words."""
    return {**browser_context_args, "locale": "id-ID"}
