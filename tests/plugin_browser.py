"""Lets pytest-playwright drive the Chromium of this machine."""

from typing import Any

import pytest

from tools import chromium


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Without one in the PATH, Playwright takes its own."""
    return {"executable_path": chromium.in_path(), "args": chromium.FLAGS}
