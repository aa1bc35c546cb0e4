"""`--at`: the tests run as if they began at another hour, in Jakarta. What holds at noon holds at midnight and at month's end.

    make test ARGS="--at 23:50"    or    ARGS="--at '2026-12-31 23:59'"

The process of the tests alone travels: stories set the time of all their processes themselves.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

JAKARTA = ZoneInfo("Asia/Jakarta")


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "begin at this hour of today (23:50) or moment (2026-12-31 23:59) in Jakarta"
    parser.getgroup("kawal").addoption("--at", type=moment, help=words)


def moment(text: str) -> datetime:
    """The moment that was asked for, aware."""
    day = datetime.now(JAKARTA).date()
    asked = datetime.fromisoformat(text if "-" in text else f"{day} {text}")
    return asked.replace(tzinfo=JAKARTA)


@pytest.fixture(scope="session", autouse=True)
def begin_at(request: pytest.FixtureRequest) -> Iterator[None]:
    """Travels before any test, and lets the time go on from there."""
    if not (wanted := request.config.getoption("--at")):
        yield
        return
    with time_machine.travel(wanted, tick=True):
        yield
