"""The embedded shape under pressure: twenty writers and one that holds the lock; a disk that is full (trust.md F17, F18)."""

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.outages.conftest import prepare
from tests.outages.full_disk import desk, files_of, fill, form_token, log_one, small_disk, upload
from tests.servers import House, program
from tests.tickets.conftest import FORM
from tests.workers import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("outages")]
WRITERS, EACH, HELD, BUSY_TIMEOUT = 20, 20, 4, 20
DISK_MB = 96


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    prepare(made)
    made.start()
    yield made
    made.end()


@contextmanager
def lock_held(folder: Path) -> Iterator[None]:
    """Somebody writes, and takes their time."""
    other = sqlite3.connect(folder / "kawal.sqlite3", isolation_level=None)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.execute("rollback")
        other.close()


def count(folder: Path, series: str) -> int:
    reading = sqlite3.connect(folder / "kawal.sqlite3", timeout=20)
    try:
        found = reading.execute("select count(*) from tickets_ticket where service_number like ?", [f"{series}%"]).fetchone()
        return int(found[0])
    finally:
        reading.close()


@pytest.mark.req("HC-2")
def test_twenty_writers_and_one_that_holds_the_lock_lose_nothing(house: House, tmp_path: Path) -> None:
    """F18. Worker and beat write meanwhile too."""
    client = program(house, "10001")
    client.timeout = httpx.Timeout(90)

    def writes(place: int) -> list[int]:
        return [log_one(client, f"1661{place:02}{turn:04}") for turn in range(EACH)]

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writes, place) for place in range(WRITERS)]
        time.sleep(1)
        with lock_held(tmp_path):
            time.sleep(HELD)
        answers = Counter(status for each in running for status in each.result())
    assert answers == {201: WRITERS * EACH}
    assert count(tmp_path, "1661") == WRITERS * EACH


@pytest.mark.req("HC-2")
def test_a_lock_that_nobody_lets_go_is_said_in_words(house: House, tmp_path: Path) -> None:
    """F18: after the busy timeout 503, and never 500."""
    client = program(house, "10001")
    client.timeout = httpx.Timeout(90)
    with lock_held(tmp_path):
        answer = client.post("/api/v1/tickets/", json=FORM | {"service_number": "16620000"})
        assert client.get("/api/v1/tickets/").status_code == 200
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]
    assert answer.elapsed.total_seconds() >= BUSY_TIMEOUT - 1
    assert count(tmp_path, "1662") == 0
    assert log_one(client, "16620001") == 201


@pytest.mark.req("HC-2", "HC-3")
def test_a_full_disk_is_said_in_words_leaves_no_half_file_and_heals_without_a_restart(tmp_path: Path) -> None:
    """F17: database, uploads and broker are on one disk, and it is full."""
    with small_disk(tmp_path, DISK_MB) as folder:
        house = House(folder)
        prepare(house)
        house.start()
        try:
            agent, support = program(house, "10001"), desk(house, "40001")
            token = form_token(support.get("/imports/new/").text)
            before, filler = files_of(folder), fill(folder)
            refused = {log_one(agent, f"1663{place:05}") for place in range(10)} | {upload(support, token) for _ in range(3)}
            assert refused <= {201, 503, 507}
            assert refused & {503, 507}
            assert files_of(folder) == before
            logged = count(folder, "1663")
            filler.unlink()
            eventually(lambda: log_one(agent, "16640000") == 201, within=60)
            assert upload(support, token) == 200
            assert len(files_of(folder)) == len(before) + 1
            assert count(folder, "1663") == logged
            eventually(lambda: house.ready() == 200, within=60)
            for each in (house.web, house.worker, house.beat):
                assert each.child and each.child.poll() is None
        finally:
            house.end()
        check = sqlite3.connect(folder / "kawal.sqlite3")
        assert check.execute("pragma integrity_check").fetchone() == ("ok",)
        check.close()
    assert not os.listdir(tmp_path)
