"""The clock of the whole house jumps and comes back while rungs fall due: each fires once, and all is normal in a minute (T4)."""

import time

import pytest

from tests.outages.conftest import Outage
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
HOUR, DAY, STEPS, OVER, WRONG_FOR = 3600, 24 * 3600, 20, 6, 3
EARLY = "select count(*) from escalation_clockrung where id > %s and id <= %s and ended_at < due_at"


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY], ids=["an hour ahead", "an hour back", "a day ahead", "a day back"])
def test_a_clock_that_jumps_and_comes_back_loses_and_doubles_nothing(house: Outage, jump: int) -> None:
    """Some fall due while it is wrong, some when it is right again, and some long after, which are not told at all."""
    much_later, last = house.seed(STEPS), house.upto
    house.postgres.value(
        "update escalation_clockrung set due_at = clock_timestamp() + interval '1 s' * (%s + %s) where id > %s and id <= %s",
        house.ahead,
        60 * DAY,
        much_later,
        last,
    )
    meanwhile = house.seed(STEPS)
    house.make_due(meanwhile, over=OVER)
    time.sleep(OVER / 3)
    house.forward(jump)
    time.sleep(WRONG_FOR)
    house.forward(-jump)
    house.all_once(meanwhile, STEPS, within=60)
    afterwards = house.seed(STEPS)
    house.make_due(afterwards, over=OVER)
    house.all_once(afterwards, STEPS, within=60)
    eventually(lambda: house.ready() == 200, within=60)
    assert house.postgres.value(EARLY, much_later, house.upto) == 0
    house.upto = last
    assert (house.ended(much_later), house.messages(much_later)) == (0, (0, 0))
