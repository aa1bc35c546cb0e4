"""The real web is killed while eight programs log tickets (trust.md F5)."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest

from tests.outages.conftest import Outage
from tests.servers import program
from tests.tickets.conftest import FORM
from tests.workers import eventually

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
PROGRAMS, DEATHS, PATIENCE = 8, 6, 180
EACH_LIFE = 10  # tickets before it dies again
MINE = "from tickets_ticket t where service_number like '1777%%'"
WRITES = "select count(*) from pg_stat_activity where backend_xid is not null"  # somebody is in the middle of an act
PARTS = (
    "select count(*) from escalation_clock c where c.ticket_id = t.id",
    "select count(*) from accounts_historyentry where subject_kind = 'ticket' and subject_id = t.id and act = 'ticket.logged'",
)


def logged(token: str, url: str, number: str) -> str:
    """As a careful program does it: the same key again until there is an answer."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            headers = {"Authorization": token, "Idempotency-Key": number}
            form = FORM | {"service_number": number}
            answer = httpx.post(f"{url}/api/v1/tickets/", json=form, headers=headers, timeout=20)
            if answer.status_code in (200, 201):
                return str(answer.json()["number"])
            assert answer.status_code in (429, 503), answer.text
        except httpx.HTTPError:
            pass  # nobody knows whether it was logged
        time.sleep(0.05)
    raise AssertionError("nobody answered")


def there_are(house: Outage, tickets: int) -> bool:
    """Whether as many as that have been logged by now."""
    return bool(house.postgres.value(f"select count(*) {MINE}") >= tickets)


@pytest.mark.req("HC-2", "ESC-3")
def test_the_web_killed_again_and_again_logs_each_ticket_once_and_whole(house: Outage) -> None:
    token, stop = program(house, "10001").headers["Authorization"], time.monotonic() + PATIENCE

    def one(place: int) -> list[str]:
        got: list[str] = []
        while not over and time.monotonic() < stop:
            got.append(logged(token, house.url, f"1777{place}{len(got):07}"))
        return got

    over: list[bool] = []
    with ThreadPoolExecutor(PROGRAMS) as pool:
        running = [pool.submit(one, place) for place in range(PROGRAMS)]
        for death in range(1, DEATHS + 1):
            eventually(partial(there_are, house, EACH_LIFE * death))
            eventually(lambda: house.postgres.value(WRITES))
            house.web.kill()
            house.web.start()
            eventually(house.lives, within=40)
        over.append(True)
        numbers = [number for each in running for number in each.result()]
    assert len(set(numbers)) == len(numbers) >= EACH_LIFE * DEATHS
    assert house.postgres.value(f"select count(*) {MINE}") == len(numbers)
    for part in PARTS:
        assert house.postgres.value(f"select count(distinct n) from (select ({part}) n {MINE}) x") == 1
