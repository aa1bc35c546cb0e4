"""The embedded shape under pressure: twenty writers and one that holds the lock; a disk that is full (trust.md F17, F18)."""

import os
import re
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.servers import House, program
from tests.tickets.conftest import FORM
from tests.tickets.imports import row, table
from tests.workers import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("outages")]
WRITERS, EACH, HELD, BUSY_TIMEOUT = 20, 20, 4, 20
DISK_MB, FILE_MB = 96, 3


def prepared(folder: Path) -> House:
    house = House(folder)
    house.manage("migrate", "-v", "0")
    house.manage("collectstatic", "--noinput", "-v", "0")
    house.manage("demo")
    return house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = prepared(tmp_path)
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


def log_one(client: httpx.Client, number: str) -> int:
    return client.post("/api/v1/tickets/", json=FORM | {"service_number": number}).status_code


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


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own for this folder; mounting needs root."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room that is left."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


def desk(house: House, code: str) -> httpx.Client:
    """A browser in which this person is signed in by the sign-in page."""
    client = httpx.Client(base_url=house.url, timeout=60, follow_redirects=True)
    form = {"username": code, "password": "kawal-demo", "csrfmiddlewaretoken": _token(client.get("/login/").text)}
    assert client.post("/login/", data=form, headers={"Referer": house.url}).status_code == 200
    return client


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def upload(client: httpx.Client, token: str) -> int:
    content = table(*(row(number) for number in range(FILE_MB * 20_000))).read()
    sent = client.post("/imports/new/", data={"csrfmiddlewaretoken": token}, files={"file": ("ekspor.csv", content)})
    return sent.status_code


def files_of(folder: Path) -> list[Path]:
    return [each for each in (folder / "uploads").rglob("*") if each.is_file()]


@pytest.mark.req("HC-2", "HC-3")
def test_a_full_disk_is_said_in_words_leaves_no_half_file_and_heals_without_a_restart(tmp_path: Path) -> None:
    """F17: database, uploads and broker are on one disk, and it is full."""
    with small_disk(tmp_path) as folder:
        house = prepared(folder)
        house.start()
        try:
            agent, support = program(house, "10001"), desk(house, "40001")
            token = _token(support.get("/imports/new/").text)
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
