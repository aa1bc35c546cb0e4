"""Beat, worker and timers stop one by one: health is red and administrators are told, by a part that lives (trust.md O1)."""

import time

import pytest

from tests.outages.conftest import Outage
from tests.servers import Process
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
WITHIN = 5 * 60
TOLD = (
    "select count(*) from escalation_notification n join accounts_person p on p.id = n.person_id"
    " where p.role = 'administrator' and event = 'alarm' and key like 'stopped:%%' and n.id > %s"
)


def stop(house: Outage, part: str) -> list[Process]:
    """Stop one part; what has to be ended afterwards."""
    if part != "timers":
        getattr(house, part).kill()
        return []
    deaf = Process([*house.worker.command, "-I", "tests.deaf"], house.env)
    house.worker.kill()
    deaf.start()
    return [deaf]


@pytest.mark.parametrize("part", ["beat", "worker", "timers"])
def test_a_part_that_stops_turns_health_red_and_is_told_within_five_minutes(house: Outage, part: str) -> None:
    """Time goes ahead by a minute and a half; the rest of it passes by itself."""
    last = house.postgres.value("select coalesce(max(id), 0) from escalation_notification")
    assert house.ready() == 200
    began, others = time.monotonic(), stop(house, part)
    try:
        time.sleep(3)  # what it was doing ends
        house.forward(90)
        eventually(lambda: house.ready() == 503 and house.postgres.value(TOLD, last), within=90)
        assert 90 + time.monotonic() - began <= WITHIN
        assert house.lives()
    finally:
        for each in others:
            each.kill()
    house.start(*{"timers": ("worker",)}.get(part, (part,)))
    eventually(lambda: house.ready() == 200, within=60)
    assert house.postgres.value(TOLD, last) == 1
