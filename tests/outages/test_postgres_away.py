"""PostgreSQL restarts, crashes and is slow while people work (trust.md F11, F12)."""

import os
import time

import pytest

from tests.outages.conftest import Outage
from tests.outages.traffic import Traffic, traffic
from tests.proxy import Proxy
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
AFTERWARDS, RECONNECTED = 5.0, 10.0
SLOW_SECONDS = int(os.environ.get("SLOW_DATABASE_SECONDS", "300"))


def alive(house: Outage) -> None:
    for each in (house.web, house.worker, house.beat):
        assert each.child and each.child.poll() is None


@pytest.mark.parametrize("crash", [False, True])
def test_a_restarted_database_costs_no_answered_write_and_no_process(house: Outage, crash: bool) -> None:
    """F11: fast, as an upgrade does it, and immediate, as a crash."""
    after = house.seed(40)
    with traffic(house, series=f"178{int(crash)}") as people:
        time.sleep(4)
        down = time.monotonic()
        house.postgres.restart(crash=crash)
        up = time.monotonic()
        house.make_due(after)
        house.all_once(after, 40, within=RECONNECTED)
        eventually(lambda: house.ready() == 200, within=RECONNECTED)
        assert time.monotonic() - up < RECONNECTED + 5
        time.sleep(8)
    alive(house)
    refused = [each for each in people.answers if each.refused]
    assert [each for each in refused if not down - 0.5 <= each.at <= up + AFTERWARDS] == []
    assert {each.status for each in refused} <= {503}
    assert len(people.logged) > 20
    assert people.lost(house) == []


def test_a_database_with_three_seconds_of_delay_ends_nobody_and_afterwards_the_queue_drains(quiet: Outage) -> None:
    """F12."""
    own = quiet.env
    with Proxy(quiet.postgres.port) as proxy:
        quiet.env = own | {"DATABASE_URL": quiet.postgres.url.replace(str(quiet.postgres.port), str(proxy.port))}
        for each in (quiet.web, quiet.worker, quiet.beat):
            each.env = quiet.env
        try:
            quiet.start()
            eventually(lambda: quiet.ready() == 200, within=60)
            after = quiet.seed(300)
            with traffic(quiet, programs=2, per_second=4, series="1785") as people:
                _through_the_delay(quiet, proxy, people, after)
        finally:
            quiet.env = own
            for each in (quiet.web, quiet.worker, quiet.beat):
                each.env = own


def _through_the_delay(house: Outage, proxy: Proxy, people: Traffic, after: int) -> None:
    proxy.delay = 3.0
    house.make_due(after, over=SLOW_SECONDS / 2)
    time.sleep(SLOW_SECONDS)
    alive(house)
    proxy.delay = 0.0
    house.all_once(after, 300, within=300)
    eventually(lambda: house.ready() == 200, within=60)
    assert {each.status for each in people.answers if each.refused} <= {503}
    assert people.lost(house) == []
    alive(house)
