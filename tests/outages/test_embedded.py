"""The embedded house: its disk is full, its one database is locked (trust.md F17, F18)."""

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.servers import House, asked, program
from tests.tickets.conftest import FORM
from tests.workers import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("outages")]


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    """The web on SQLite; the timers are not needed."""
    house = House(tmp_path)
    for command in (("migrate", "-v", "0"), ("collectstatic", "--noinput", "-v", "0"), ("demo",)):
        house.manage(*command)
    yield house
    house.end()


def sound(house: House) -> bool:
    with sqlite3.connect(house.folder / "kawal.sqlite3") as database:
        return bool(database.execute("pragma integrity_check").fetchone()[0] == "ok")


def tickets(house: House) -> int:
    with sqlite3.connect(house.folder / "kawal.sqlite3") as database:
        return int(database.execute("select count(*) from tickets_ticket").fetchone()[0])


def form(place: int) -> dict[str, object]:
    return FORM | {"service_number": f"1811720{place:05d}", "contact_phone": f"08122045{place:04d}"}


@pytest.mark.req("ESC-3")
def test_twenty_writers_and_one_who_holds_the_lock_lose_nothing(house: House) -> None:
    """F18. Within the patience of the database nobody notices; after it they are asked to come again."""
    house.start("web")
    agents = [program(house, code) for code in ("10001", "10002", "10003", "10004") * 5]
    before = tickets(house)
    locked = threading.Event()

    def hold(seconds: float) -> None:
        holder = sqlite3.connect(house.folder / "kawal.sqlite3", isolation_level=None)
        holder.execute("begin immediate")
        locked.set()
        time.sleep(seconds)
        holder.execute("commit")

    def write(place: int) -> list[int]:
        return [asked(agents[place], "post", "/api/v1/tickets/", json=form(place * 5 + n))[0] for n in range(5)]

    holder = threading.Thread(target=hold, args=(4,))
    holder.start()
    locked.wait(5)
    with ThreadPoolExecutor(20) as pool:
        statuses = [status for done in pool.map(write, range(20)) for status in done]
    holder.join()
    assert set(statuses) == {201}
    assert tickets(house) == before + 100
    locked.clear()
    holder = threading.Thread(target=hold, args=(24,))
    holder.start()
    locked.wait(5)
    assert asked(agents[0], "post", "/api/v1/tickets/", json=form(500))[0] == 503
    holder.join()
    assert asked(agents[0], "post", "/api/v1/tickets/", json=form(501))[0] == 201


@pytest.mark.req("ESC-3")
def test_a_full_disk_is_said_leaves_nothing_half_and_needs_no_restart(house: House) -> None:
    """F17: no file may grow any more; then it may again."""
    house.start("web")
    agent = program(house, "10001")
    assert asked(agent, "post", "/api/v1/tickets/", json=form(0))[0] == 201
    before, pids = tickets(house), processes(house)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    statuses = {asked(agent, "post", "/api/v1/tickets/", json=form(place))[0] for place in range(1, 8)}
    assert statuses <= {503, 507}
    assert tickets(house) == before
    assert sound(house)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    eventually(lambda: asked(agent, "post", "/api/v1/tickets/", json=form(10))[0] == 201, within=10)
    assert sound(house)


def processes(house: House) -> list[int]:
    """The web's processes: gunicorn and those that it has forked."""
    assert house.web.child
    leader = house.web.child.pid
    children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
    return [leader, *map(int, children)]
