"""PostgreSQL has no connection left while people work and rungs fall due (trust.md F13)."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx
import psycopg2
import pytest

from tests.outages.conftest import Outage
from tests.outages.full_disk import desk
from tests.outages.traffic import traffic
from tests.servers import Postgres, program
from tests.tickets.conftest import FORM
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
CONNECTIONS, ROUNDS, RECOVERED = 20, 4, 10.0
SERIES, STEPS, OVER = "1786", 40, 10  # the rungs fall due within so many seconds, most while nobody has a connection
WRITING = "select exists (select from pg_stat_activity where backend_xid is not null and query ~ 'tickets_')"
CUT = "select count(pg_terminate_backend(pid)) from pg_stat_activity where backend_type = 'client backend' and pid <> all(%s)"
HALF_DONE = """
select count(*) from tickets_ticket t where t.service_number like %s and not (
  exists (select from escalation_clock c where c.ticket_id = t.id) and exists (
  select from accounts_historyentry h where h.subject_kind = 'ticket' and h.subject_id = t.id and h.act = 'ticket.logged'))"""


@pytest.fixture
def small(house: Outage) -> Iterator[Outage]:
    """The house on a server that has no more connections than this."""
    server, command = house.postgres, house.postgres.command
    server.command = [f"max_connections={CONNECTIONS}" if "max_connections=" in word else word for word in command]
    server.restart()
    eventually(lambda: house.ready() == 200, within=30)
    yield house
    server.command = command
    server.restart()


@contextmanager
def none_left(server: Postgres) -> Iterator[None]:
    """Others hold every connection; those that the house had are cut, while somebody is in the middle of an act on tickets."""
    with ExitStack() as held:
        taken: list[psycopg2.extensions.connection] = []
        while len(taken) < CONNECTIONS:
            try:
                taken.append(held.enter_context(closing(psycopg2.connect(server.url))))
            except psycopg2.OperationalError:
                _cut_the_others(taken)
        yield


def _cut_the_others(taken: list[psycopg2.extensions.connection]) -> None:
    taken[0].autocommit = True  # what others do is read anew with each statement
    end = time.monotonic() + 2  # where they are cut already nobody is in an act
    with taken[0].cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(WRITING)
            if cursor.fetchone() == (True,):
                break
        cursor.execute(CUT, [[each.info.backend_pid for each in taken]])


def test_with_no_connection_left_everybody_is_told_when_to_come_again_and_nothing_is_half_done(small: Outage) -> None:
    agent, browser = program(small, "10002"), desk(small, "10003")
    after = small.seed(STEPS)
    with traffic(small, programs=8, per_second=30, series=SERIES) as people:
        time.sleep(2)
        for _ in range(ROUNDS):
            with none_left(small.postgres):
                time.sleep(3)
            time.sleep(1)
        small.make_due(after, over=OVER)
        with none_left(small.postgres):
            _asked_at_every_door(small, agent, browser)
            time.sleep(OVER)
        free = time.monotonic()
        eventually(lambda: small.ready() == 200, within=RECOVERED)
        small.all_once(after, STEPS, within=RECOVERED)
        time.sleep(max(0, free + RECOVERED + 2 - time.monotonic()))
    refused = [each for each in people.answers if each.refused]
    assert {each.status for each in refused} == {503}
    assert [each for each in refused if each.asked > free + RECOVERED] == []
    assert len(people.logged) > 20
    assert people.lost(small) == []
    assert small.postgres.value(HALF_DONE, f"{SERIES}%") == 0
    for each in (small.web, small.worker, small.beat):
        assert each.child and each.child.poll() is None


def _asked_at_every_door(house: Outage, agent: httpx.Client, browser: httpx.Client) -> None:
    """Page, form, part, API and hook refuse and say when to come again; who only asks whether the process lives is answered."""
    form = FORM | {"service_number": f"{SERIES}99999999"}
    answers = [
        browser.get("/tickets/", follow_redirects=False),
        browser.post("/tickets/new/", data={"description": "Mati"}, follow_redirects=False),
        browser.get("/notifications/bell/", headers={"HX-Request": "true"}),
        agent.get("/api/v1/tickets/"),
        agent.post("/api/v1/tickets/", json=form),
        httpx.post(f"{house.url}/hooks/by-hand/", content=b"{}", timeout=10),
    ]
    assert [(each.status_code, each.headers.get("Retry-After")) for each in answers] == [(503, "5")] * len(answers)
    assert house.lives()
    ready = httpx.get(f"{house.url}/readyz", timeout=10)
    assert (ready.status_code, ready.json()["database"]) == (503, {"ok": False, "error": "OperationalError"})
