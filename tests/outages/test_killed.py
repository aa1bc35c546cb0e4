"""Processes are restarted and killed under load, and everything at once; who is told, and what the metrics say (trust.md F4, F20,
F21, T8, O1, O2)."""

import os
import random
import re
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.outages.conftest import Outage
from tests.outages.test_postgres_away import Traffic, browser
from tests.servers import Process, asked, program, times
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
ROUNDS = int(os.environ.get("KAWAL_POWER_CUTS", "5"))  # make test-slow: fifty
SOAK_MINUTES = float(os.environ.get("KAWAL_SOAK_MINUTES", "1"))  # and fifteen
LAG = """
select percentile_cont(%s) within group (order by extract(epoch from ended_at - due_at))
from escalation_clockrung where id > %s"""
STOPPED = "select count(*) from escalation_notification where event = 'alarm' and key like 'stopped:%%' and created_at > %s"


def metric(house: Outage, name: str) -> float:
    text = httpx.get(f"{house.url}/metrics", timeout=10).text
    found = re.search(rf"^kawal_{name} (\S+)$", text, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_workers_are_replaced_one_after_the_other_under_load_and_the_metrics_agree(house: Outage) -> None:
    """F4 and O2: two workers, ten due a second."""
    second = Process([word.replace("one-", "two-") for word in house.worker.command], house.env)
    second.start()
    try:
        after, before = house.seed(200), metric(house, "rungs_fired_total")
        house.make_due(after, over=20)
        for turn in range(6):
            each = (house.worker, second)[turn % 2]
            each.end(signal.SIGTERM)
            each.start()
            time.sleep(2)
        house.all_once(after, 200, within=60)
        lag = (
            "select percentile_cont(0.99) within group (order by extract(epoch from ended_at - due_at)) from escalation_clockrung"
        )
        assert house.postgres.value(f"{lag} where id > %s", after) <= 60
        due = "select count(*) from escalation_clockrung where state = 'waiting' and due_at <= clock_timestamp()"
        queued = "select count(*) from escalation_message where state = 'to_send_by_hand'"
        assert metric(house, "rungs_due") == house.postgres.value(due)
        assert metric(house, "messages_to_send_by_hand") == house.postgres.value(queued)
        assert abs(metric(house, "rungs_fired_total") - before - 200) <= 1
    finally:
        second.kill()


def test_five_thousand_due_at_once_fire_in_time_and_people_do_not_notice(house: Outage) -> None:
    """T8, in ten seconds instead of a minute."""
    agent, after = program(house, "10001"), house.seed(5000)
    house.make_due(after, over=10)
    answers: list[tuple[int, float]] = []
    began = time.monotonic()
    while house.ended(after) < 5000 and time.monotonic() - began < 120:
        answers.append(asked(agent, "get", "/api/v1/tickets/?page_size=20"))
        time.sleep(0.1)
    house.all_once(after, 5000, within=1)
    assert house.postgres.value(LAG, 0.5, after) <= 60
    assert {status for status, _seconds in answers} == {200}
    assert times([seconds for _status, seconds in answers], 0.95) <= 1


@pytest.mark.parametrize("dead", ["beat", "worker"])
def test_of_a_dead_part_administrators_hear_by_a_way_that_does_not_use_it(house: Outage, dead: str) -> None:
    """O1. An agent's open page is enough: the web writes the alarm."""
    page, started = browser(house, "10001"), house.postgres.value("select clock_timestamp()")
    getattr(house, dead).kill()
    time.sleep(2)
    house.forward(90)
    told = eventually(
        lambda: page.get("/notifications/bell/?v=0", headers={"HX-Request": "true"}).json()["stopped"],
        within=60,
        meanwhile=lambda: time.sleep(1),
    )
    assert "berhenti sejak" in told
    assert house.postgres.value(STOPPED, started) == 1
    assert house.ready() == 503
    getattr(house, dead).start()
    eventually(lambda: house.ready() == 200, within=60)
    assert page.get("/notifications/bell/?v=0", headers={"HX-Request": "true"}).json()["stopped"] == ""


def test_after_power_cuts_at_any_moment_all_that_must_hold_holds(quiet: Outage) -> None:
    """F21: everything is killed at a random moment, and started again."""
    chance, acknowledged = random.Random(21), []
    after = quiet.seed(40 * ROUNDS)
    quiet.make_due(after, over=6 * ROUNDS)
    for _ in range(ROUNDS):
        began = time.monotonic()
        for server in (quiet.postgres, quiet.redis):
            if server.child is None or server.child.poll() is not None:
                server.start()
        quiet.start()
        assert time.monotonic() - began <= 30
        with Traffic(quiet) as traffic:
            time.sleep(chance.uniform(1, 4))
            for process in (quiet.postgres, quiet.redis, quiet.web, quiet.worker, quiet.beat):
                process.kill()
        acknowledged += traffic.acknowledged
    quiet.postgres.start()
    quiet.redis.start()
    quiet.start()
    quiet.all_once(after, 40 * ROUNDS, within=120)
    quiet.manage("verify_history")
    keys = [int(number.removeprefix("T-")) for number in acknowledged]
    assert quiet.postgres.value("select count(*) from tickets_ticket where id = any(%s)", keys) == len(keys) > ROUNDS


def resident(house: Outage) -> int:
    """Kilobytes that the worker holds."""
    assert house.worker.child
    status = Path(f"/proc/{house.worker.child.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def test_a_worker_at_work_holds_no_more_memory_after_a_while(house: Outage) -> None:
    """F20: in half a gigabyte, a hundred rungs every two seconds and people beside them; no growth after the warm-up."""
    agent, warm = program(house, "10001"), 0
    end = time.monotonic() + SOAK_MINUTES * 60
    begins = time.monotonic() + SOAK_MINUTES * 60 / 3
    while time.monotonic() < end:
        after = house.seed(200)
        house.make_due(after)
        house.all_once(after, 200, within=60)
        assert agent.get("/api/v1/tickets/").status_code == 200
        if not warm and time.monotonic() >= begins:
            warm = resident(house)
    assert resident(house) <= warm * 1.1
    assert resident(house) <= 512 * 1024
