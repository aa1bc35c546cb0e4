"""The disk of the servers' shape is full: PostgreSQL's, or that of the uploads (trust.md F17)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.outages.conftest import Outage, prepare
from tests.outages.full_disk import desk, files_of, fill, form_token, log_one, small_disk, upload
from tests.servers import POSTGRES_BIN, Postgres, open_folder, postgres_server, program, redis_server
from tests.workers import eventually

pytestmark = [
    *(pytest.mark.req("HC-2", "HC-3"), pytest.mark.slow, pytest.mark.servers),
    pytest.mark.xdist_group("outages"),
]
DATABASE_MB, UPLOADS_MB, MOST_TRIES = 400, 96, 400
SMALL = {"max_wal_size": "64MB", "min_wal_size": "32MB", "fsync": "off"}
LOGGED = "select count(*) from tickets_ticket where service_number like %s"


@contextmanager
def house_on(disk: Path, rest: Path, full: str) -> Iterator[Outage]:
    """A house whose database, or whose uploads, are on that disk, and everything else on another one."""
    with postgres_server(disk if full == "database" else None, **SMALL) as postgres, redis_server(rest) as redis:
        house = Outage(disk if full == "uploads" else rest, postgres, redis)
        prepare(house)
        house.start()
        try:
            yield house
        finally:
            house.end()


def require_sound(postgres: Postgres) -> None:
    """What pg_amcheck says of every table and index of the cluster."""
    command = [str(POSTGRES_BIN / "pg_amcheck"), "--all", "--install-missing", "--heapallindexed", "--rootdescend"]
    done = subprocess.run(
        [*command, "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "postgres"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize(("full", "megabytes"), [("database", DATABASE_MB), ("uploads", UPLOADS_MB)])
def test_a_full_disk_of_the_servers_is_said_in_words_and_heals_without_a_restart(
    full: str, megabytes: int, tmp_path: Path
) -> None:
    """PostgreSQL ends where it has no room for its log; whoever keeps it starts it again, as here. Nobody starts Kawal again."""
    with open_folder() as folder, small_disk(folder, megabytes) as disk, house_on(disk, tmp_path, full) as house:
        agent, support = program(house, "10001"), desk(house, "40001")
        token = form_token(support.get("/imports/new/").text)
        before, filler = files_of(house.folder), fill(disk)
        answers = []
        for place in range(MOST_TRIES):
            answers += [log_one(agent, f"1665{place:05}"), upload(support, token)]
            if {503, 507} & set(answers):
                break
        taken = answers[1::2].count(200)
        print(full, answers)
        assert set(answers) <= {200, 201, 503, 507} and {503, 507} & set(answers)
        assert len(files_of(house.folder)) == len(before) + taken
        filler.unlink()
        if house.postgres.child and house.postgres.child.poll() is not None:
            house.postgres.start()
        eventually(lambda: log_one(agent, "16660000") == 201, within=60)
        assert house.postgres.value(LOGGED, "1665%") == answers[::2].count(201)
        assert upload(support, token) == 200
        assert len(files_of(house.folder)) == len(before) + taken + 1
        eventually(lambda: house.ready() == 200, within=60)
        for each in (house.web, house.worker, house.beat):
            assert each.child and each.child.poll() is None
        require_sound(house.postgres)
