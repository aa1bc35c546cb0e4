"""Redis stops, forgets, fills up, and has two beats: nothing is lost, nothing comes twice (trust.md F6 to F10)."""

import os
import time

import pytest

from tests.outages.conftest import Outage
from tests.outages.full_disk import desk
from tests.servers import Process, asked, program, redis_server, times
from tests.tickets.conftest import FORM

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]

FIRED = """
select coalesce(array_agg(n), '{}') from (
  select count(*) n from accounts_historyentry where subject_kind = 'ticket' and act = 'clock.rung_fired'
  and facts->>'milestone' = 'solution' and subject_id = any(%s) group by subject_id) x"""

ROWS = """
select count(*) from accounts_historyentry where subject_kind = 'ticket' and act = 'clock.rung_fired' and subject_id in (
  select c.ticket_id from escalation_clock c join escalation_clockrung r on r.clock_id = c.id where r.id > %s and r.id <= %s)"""
# How often each place was looked at in each five minutes, for the wallboard's past.
SAMPLES = """
select array_agg(n) from (
  select count(*) n from quality_wallsample group by scope, date_bin('5 minutes', at, '2000-01-01')) x"""
# F6: Redis is away for five minutes, of which so many are waited for; F8: solved in the hour without it, and the others.
AWAY, AWAY_SECONDS = 300, int(os.environ.get("REDIS_AWAY_SECONDS", "60"))
SOLVED, OTHERS = 300, 30
CROWD, VOLLEYS, MINUTE = 1_000, 3, 75  # in so many seconds after its start a beat has sent what comes once a minute


def work(agent, place: int) -> list[tuple[int, float]]:
    """One turn of an agent's day: sign in, log, read, update."""
    form = FORM | {"service_number": f"15{int(time.time() * 1000) % 10**8:08d}{place:02d}"}
    made = asked(agent, "post", "/api/v1/tickets/", json=form)
    first = agent.get("/api/v1/tickets/?page_size=1").json().get("results", [{}])[0].get("number", "T-1")
    return [
        made,
        asked(agent, "get", f"/api/v1/tickets/{first}/"),
        asked(agent, "post", f"/api/v1/tickets/{first}/updates/", json={"text": "Dicek", "to": "internal"}),
        asked(agent, "post", "/api/v1/auth/token/", json={"agent_code": "10002", "password": "kawal-demo"}),
    ]


def test_while_redis_is_away_people_work_and_afterwards_what_fell_due_fires(house: Outage) -> None:
    """F6."""
    agent, after = program(house, "10001"), house.seed(50)
    house.redis.kill()
    house.make_due(after, over=10)
    answers: list[tuple[int, float]] = []
    back = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < back:
        answers += work(agent, len(answers) % 100)
    house.forward(AWAY - min(AWAY, AWAY_SECONDS))
    assert [status for status, _seconds in answers if status == 0 or status >= 500] == []
    assert times([seconds for _status, seconds in answers], 0.95) <= 2
    assert house.ready() == 503
    assert house.worker.child and house.worker.child.poll() is None
    assert house.beat.child and house.beat.child.poll() is None
    house.redis.start()
    house.all_once(after, 50, within=90)


def test_redis_forgets_everything_and_every_timer_fires_in_time(house: Outage) -> None:
    """F7. Nobody is signed out: sessions are in the database."""
    agent, browser, after = program(house, "10001"), desk(house, "10002"), house.seed(500)
    house.make_due(after, over=6)
    for _ in range(6):
        house.redis.client.flushall()
        time.sleep(1)
    house.all_once(after, 500, within=60)
    assert agent.get("/api/v1/me/").status_code == 200
    assert browser.get("/me/", follow_redirects=False).status_code == 200


def test_after_an_hour_without_redis_solved_tickets_are_silent_and_others_hear_the_latest_step(house: Outage) -> None:
    """F8."""
    agent = program(house, "10001")
    numbers = []
    for place in range(SOLVED + OTHERS):
        form = FORM | {"service_number": f"16{int(time.time()) % 10**7:07d}{place:03d}"}
        numbers.append(agent.post("/api/v1/tickets/", json=form).json()["number"])
    keys = [int(number.removeprefix("T-")) for number in numbers]
    house.redis.kill()
    house.postgres.value(
        'update escalation_clockrung r set due_at = clock_timestamp() + make_interval(mins => 5 * "order")'
        " from escalation_clock c where c.id = r.clock_id and c.ticket_id = any(%s) and c.milestone = 'solution'",
        keys,
    )
    house.forward(3600)
    for number in numbers[:SOLVED]:
        assert agent.post(f"/api/v1/tickets/{number}/solve/", json={"solution": "Reset", "cause": "Port"}).status_code == 200
    house.redis.start()
    told = "select count(*) from escalation_notification n where event = 'rung' and ticket_id = any(%s)"
    waiting = (
        "select count(*) from escalation_clockrung r join escalation_clock c on c.id = r.clock_id"
        " where c.ticket_id = any(%s) and c.milestone = 'solution' and r.state = 'waiting'"
        f" and r.due_at < clock_timestamp() + interval '{house.ahead} s'"
    )
    from_now = time.monotonic() + 120
    while house.postgres.value(waiting, keys) and time.monotonic() < from_now:
        time.sleep(0.5)
    assert house.postgres.value(told, keys[:SOLVED]) == 0
    assert house.postgres.value(FIRED, keys[:SOLVED]) == []
    assert house.postgres.value(FIRED, keys[SOLVED:]) == [1] * OTHERS


def test_a_full_redis_is_said_and_loses_no_step(house: Outage) -> None:
    """F9."""
    agent = program(house, "10001")
    after, client = house.seed(50), house.redis.client
    client.config_set("maxmemory", "5mb")
    try:
        for place in range(200):
            client.set(f"fill:{place}", b"x" * 100_000)
    except Exception as full:
        assert "maxmemory" in str(full)
    assert house.ready() == 503
    house.make_due(after)
    assert agent.get("/api/v1/tickets/").status_code == 200
    time.sleep(4)
    client.config_set("maxmemory", "0")
    client.delete(*client.keys("fill:*"))
    house.all_once(after, 50, within=90)
    assert house.ready() == 200


def test_a_redis_that_may_forget_is_refused_before_deployment(quiet: Outage, tmp_path) -> None:
    """F9."""
    with redis_server(tmp_path, "--maxmemory-policy", "allkeys-lru") as forgetful:
        code = "from config.checks import broker_keeps_all; print([each.id for each in broker_keeps_all()])"
        own, quiet.env = quiet.env, quiet.env | {"REDIS_URL": forgetful.url}
        try:
            assert quiet.shell(code) == "['kawal.E004']"
        finally:
            quiet.env = own
    assert quiet.shell(code) == "[]"


def test_two_beats_and_a_late_one_fire_each_step_once(house: Outage) -> None:
    """F10. Two workers are offered everything twice: crowds of steps that are due together, and the jobs of each period."""
    house.beat.kill()
    beat = Process([word if not word.endswith("/beat") else f"{word}-2" for word in house.beat.command], house.env)
    worker = Process([word.replace("one-", "two-") for word in house.worker.command], house.env)
    house.postgres.value("delete from quality_wallsample")
    after = house.seed(CROWD)
    try:
        for process in (worker, house.beat, beat):  # the beats together, so that their minutes are the same
            process.start()
        for volley in range(VOLLEYS):
            house.make_due(after)
            house.all_once(after, CROWD, within=60)
            assert house.postgres.value(ROWS, after, house.upto) == CROWD
            if volley + 1 < VOLLEYS:
                house.beat.kill()
                after = house.seed(CROWD)
                house.beat.start()
        time.sleep(MINUTE)
        assert set(house.postgres.value(SAMPLES)) == {1}
    finally:
        for process in (beat, worker):
            process.kill()
