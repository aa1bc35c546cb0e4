"""A whole house on servers of its own: they are killed and filled here, and those that everybody shares are never touched."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import House, Postgres, Redis, postgres_server, redis_server
from tests.workers import eventually


class Outage(House):
    """The house with its servers, and what the tests ask of it."""

    def __init__(self, folder: Path, postgres: Postgres, redis: Redis) -> None:
        self.postgres, self.redis, self.clock = postgres, redis, folder / "clock"
        self.clock.write_text("0")
        self.upto = 0  # the id of the last seeded rung: people who work meanwhile make others
        super().__init__(folder, database=postgres.url, broker=redis.url, CLOCK_OFFSET_FILE=str(self.clock))

    def seed(self, number: int) -> int:
        """So many more tickets, each with one rung that waits for Telkom's group; the id before the first of them."""
        last = self.postgres.value("select coalesce(max(id), 0) from escalation_clockrung")
        self.shell(f"from tools.bench.timers import seed; seed({number})")
        self.upto = int(self.postgres.value("select max(id) from escalation_clockrung"))
        return int(last)

    def make_due(self, after: int, *, over: float = 0) -> None:
        """The seeded ones fall due from now on, spread evenly over so many seconds."""
        self.postgres.value(
            "with placed as (select id, row_number() over (order by id) - 1 n, count(*) over () c from escalation_clockrung"
            " where id > %s and id <= %s and state = 'waiting') update escalation_clockrung r set"
            " due_at = clock_timestamp() + make_interval(secs => %s + placed.n * %s / placed.c)"
            " from placed where placed.id = r.id",
            after,
            self.upto,
            self.ahead,
            over,
        )

    @property
    def ahead(self) -> int:
        return int(self.clock.read_text())

    def forward(self, seconds: int) -> None:
        self.clock.write_text(str(self.ahead + seconds))

    def ended(self, after: int) -> int:
        ended = "select count(*) from escalation_clockrung where id > %s and id <= %s and state in ('fired', 'late')"
        return int(self.postgres.value(ended, after, self.upto))

    def messages(self, after: int) -> tuple[int, int]:
        """Messages of those rungs, and of how many rungs they are."""
        rung = "split_part(key, ':', 2)::bigint"
        of = f"from escalation_message where about = 'rung' and key like 'rung:%%' and {rung} > %s and {rung} <= %s"
        total = self.postgres.value(f"select count(*) {of}", after, self.upto)
        return int(total), int(self.postgres.value(f"select count(distinct {rung}) {of}", after, self.upto))

    def all_once(self, after: int, number: int, *, within: float) -> None:
        """Each of them fires within these seconds, and exactly once: one message, one row of history."""
        eventually(lambda: self.ended(after) == number, within=within)
        time.sleep(1)
        assert self.messages(after) == (number, number)


def prepare(house: House) -> None:
    """Tables, static files and the demo's people."""
    house.manage("migrate", "-v", "0")
    house.manage("collectstatic", "--noinput", "-v", "0")
    house.manage("demo")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outage]:
    """The servers with the demo's people on them; nothing of Kawal runs yet."""
    folder = tmp_path_factory.mktemp("outage")
    quick = {"max_connections": 40, "superuser_reserved_connections": 0, "fsync": "off"}
    with postgres_server(None, **quick) as postgres, redis_server(folder) as redis:
        house = Outage(folder, postgres, redis)
        prepare(house)
        yield house


@pytest.fixture
def house(served: Outage) -> Iterator[Outage]:
    """Web, worker and beat run; afterwards nothing does, and the servers are whole again."""
    served.redis.client.flushall()
    served.start()
    eventually(lambda: served.ready() == 200, within=60)
    yield served
    served.end()
    for server in (served.postgres, served.redis):
        if server.child is None or server.child.poll() is not None:
            server.start()


@pytest.fixture
def quiet(served: Outage) -> Iterator[Outage]:
    """The servers alone: the test starts what it needs."""
    yield served
    served.end()
