"""Worker and web under traffic for a quarter of an hour: their memory does not grow (trust.md F20)."""

import os
import time
from pathlib import Path

import pytest

from tests.outages.conftest import Outage
from tests.outages.traffic import traffic
from tests.servers import Process
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
SECONDS = int(os.environ.get("MEMORY_SECONDS", "900"))
STEPS, EVERY, WARM_UP, MOST_MB, MOST_GROWTH = 300, 10, 0.2, 512, 1.10


def resident(process: Process) -> float:
    """Megabytes of the process and its children together, their own pages alone."""
    assert process.child
    pids = [process.child.pid, *_children(process.child.pid)]
    return sum(_own(pid) for pid in pids)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _own(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def test_memory_does_not_grow_under_traffic(house: Outage) -> None:
    """300 steps each ten seconds and 20 questions a second; the first fifth of the time is the warming up."""
    seen: dict[str, list[float]] = {"web": [], "worker": [], "beat": []}
    after = house.seed(STEPS * (SECONDS // EVERY + 1))  # before anybody works: their tickets have rungs too
    end, warm = time.monotonic() + SECONDS, time.monotonic() + WARM_UP * SECONDS
    with traffic(house, per_second=20, series="1670") as people:
        while time.monotonic() < end:
            turn = time.monotonic() + EVERY
            house.upto = after + STEPS
            house.make_due(after)
            eventually(lambda: house.ended(after) == STEPS, within=60)  # noqa: B023
            after = house.upto
            if time.monotonic() > warm:
                for name, figures in seen.items():
                    figures.append(resident(getattr(house, name)))
            time.sleep(max(0.0, turn - time.monotonic()))
    assert [each for each in people.answers if each.refused] == []
    said = {name: f"{figures[0]:.0f} -> {figures[-1]:.0f}, at most {max(figures):.0f} MB" for name, figures in seen.items()}
    print(said)
    assert max(seen["worker"]) <= MOST_MB, said
    for figures in seen.values():
        third = max(1, len(figures) // 3)
        assert sum(figures[-third:]) / third <= MOST_GROWTH * sum(figures[:third]) / third, said
