"""Everything is killed at a random moment and started again, many times (trust.md F21)."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.outages.conftest import Outage
from tests.outages.traffic import Traffic, traffic
from tests.workers import eventually

pytestmark = [
    *(pytest.mark.req("ESC-3", "QM-2"), pytest.mark.slow, pytest.mark.servers),
    pytest.mark.xdist_group("outages"),
]
ROUNDS, SEED = int(os.environ.get("POWER_CUTS", "50")), int(os.environ.get("POWER_CUTS_SEED", "21"))
STEPS, LONGEST, STARTS_WITHIN, SLOTS = 40, 3.0, 30, 3
# What must never be, however it ended; each counts what breaks it.
BROKEN = {
    "a ticket without its clocks": "select count(*) from tickets_ticket t where service_number like '1680%%'"
    " and not exists (select 1 from escalation_clock c where c.ticket_id = t.id)",
    "a ticket that was logged twice": "select count(*) - count(distinct service_number) from tickets_ticket"
    " where service_number like '1680%%'",
    "a ticket whose logging is not in its history once": "select count(*) from tickets_ticket t"
    " where service_number like '1680%%' and (select count(*) from accounts_historyentry"
    " where subject_kind = 'ticket' and subject_id = t.id and act = 'ticket.logged') <> 1",
    "a team leader with more promises than slots": "select count(*) from (select holder_id from escalation_promiseslot"
    f" group by holder_id having count(*) > {SLOTS}) x",
    "a rung that fired with no entry, or more than one": "select count(*) from escalation_clockrung r"
    " join escalation_clock c on c.id = r.clock_id where r.state in ('fired', 'late') and c.seconds = 60 and"
    " (select count(*) from accounts_historyentry where subject_kind = 'ticket' and subject_id = c.ticket_id"
    " and act = 'clock.rung_fired') <> 1",
    "a parked rung": "select count(*) from escalation_clockrung where state = 'parked'",
}
CHAIN = "from accounts.history import broken_places; print(list(broken_places()))"


def cut(house: Outage) -> None:
    """All at once: nobody hears of the end of anybody else."""
    everybody = [house.web, house.worker, house.beat, house.postgres, house.redis]
    with ThreadPoolExecutor(len(everybody)) as pool:
        list(pool.map(lambda each: each.kill(), everybody))


def start_again(house: Outage) -> float:
    """The seconds until it is ready."""
    began = time.monotonic()
    house.postgres.start()
    house.redis.start()
    house.start()
    eventually(lambda: house.ready() == 200, within=STARTS_WITHIN)
    return time.monotonic() - began


def require_whole(house: Outage, people: Traffic) -> None:
    broken = {name: house.postgres.value(sql) for name, sql in BROKEN.items()}
    assert {name: number for name, number in broken.items() if number} == {}
    assert people.lost(house) == []


def test_after_each_power_cut_nothing_is_lost_doubled_or_half(house: Outage) -> None:
    """Redis forgets all that it had, as it does in a power cut."""
    chance, starts = random.Random(SEED), []
    for turn in range(ROUNDS):
        after = house.seed(STEPS)
        with traffic(house, per_second=20, series=f"1680{turn:02}") as people:
            house.make_due(after, over=LONGEST)
            time.sleep(chance.uniform(0.2, LONGEST))
            cut(house)
            people.over.set()
        starts.append(start_again(house))
        house.all_once(after, STEPS, within=60)
        require_whole(house, people)
    assert house.shell(CHAIN) == "[]"
    print(f"{ROUNDS} power cuts, started within {max(starts):.1f} s")
