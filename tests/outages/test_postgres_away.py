"""PostgreSQL restarts, crashes, is slow, and has no connection left (trust.md F11 to F13)."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg2
import pytest

from tests.outages.conftest import Outage
from tests.outages.proxy import Proxy
from tests.servers import House, asked, program
from tests.tickets.conftest import FORM
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
AGAIN = 5.0  # seconds after the server is back in which an answer may still be 5xx


class Traffic:
    """An agent who logs tickets, twenty a second if they are answered; what was asked when, and what was acknowledged."""

    def __init__(self, house: House) -> None:
        self.agents = [program(house, code) for code in ("10001", "10002", "10004")]
        self.answers: list[tuple[float, int]] = []
        self.acknowledged: list[str] = []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(place,)) for place in range(len(self.agents))]

    def _run(self, place: int) -> None:
        count = 0
        while not self.stop.wait(0.1):
            count += 1
            form = FORM | {"service_number": f"17{int(time.time() * 100) % 10**8:08d}{place}{count % 10}"}
            moment = time.monotonic()
            try:
                answer = self.agents[place].post("/api/v1/tickets/", json=form)
            except httpx.HTTPError:
                self.answers.append((moment, 0))
                continue
            self.answers.append((moment, answer.status_code))
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["number"])

    def bad(self, since: float) -> list[int]:
        return [status for moment, status in list(self.answers) if moment > since and (status == 0 or status >= 500)]

    def __enter__(self) -> "Traffic":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(40)


@pytest.mark.parametrize("crash", [False, True], ids=["fast", "immediate"])
def test_after_a_restart_everybody_comes_back_and_what_was_acknowledged_is_there(house: Outage, crash: bool) -> None:
    """F11."""
    after = house.seed(60)
    with Traffic(house) as traffic:
        time.sleep(2)
        house.postgres.restart(crash=crash)
        back = time.monotonic()
        house.make_due(after)
        house.all_once(after, 60, within=30)
        time.sleep(max(0.0, back + AGAIN + 3 - time.monotonic()))
        assert traffic.bad(back + AGAIN) == []
    assert 500 not in [status for _moment, status in traffic.answers]
    keys = [int(number.removeprefix("T-")) for number in traffic.acknowledged]
    assert len(keys) > 20
    assert house.postgres.value("select count(*) from tickets_ticket where id = any(%s)", keys) == len(keys)
    assert all(each.child and each.child.poll() is None for each in (house.web, house.worker, house.beat))
    house.manage("verify_history")


def test_a_slow_database_kills_no_worker_and_the_queue_drains_afterwards(quiet: Outage) -> None:
    """F12, shortened: half a second each way for twenty seconds."""
    after = quiet.seed(200)
    with Proxy(quiet.postgres.port) as proxy:
        own = quiet.env["DATABASE_URL"]
        for process in (quiet.web, quiet.worker, quiet.beat):
            process.env = quiet.env | {"DATABASE_URL": own.replace(f":{quiet.postgres.port}/", f":{proxy.port}/")}
        try:
            quiet.start()
            eventually(lambda: quiet.ready() == 200, within=60)
            proxy.delay = 0.5
            quiet.make_due(after)
            time.sleep(20)
            assert quiet.worker.child and quiet.worker.child.poll() is None
            proxy.delay = 0
            quiet.all_once(after, 200, within=60)
        finally:
            quiet.end()
            for process in (quiet.web, quiet.worker, quiet.beat):
                process.env = quiet.env


@contextmanager
def no_connection_left(house: Outage) -> Iterator[None]:
    """Somebody takes all that there are."""
    held = []
    try:
        while True:
            held.append(psycopg2.connect(house.postgres.url, connect_timeout=5))
    except psycopg2.OperationalError:
        yield
    finally:
        for each in held:
            each.close()


def browser(house: Outage, code: str) -> httpx.Client:
    """Somebody signed in by the page."""
    page = httpx.Client(base_url=house.url, timeout=30, follow_redirects=True)
    page.get("/login/")
    sent = {"username": code, "password": "kawal-demo", "csrfmiddlewaretoken": page.cookies["csrftoken"]}
    assert page.post("/login/", data=sent, headers={"Referer": house.url}).status_code == 200
    return page


def test_without_a_connection_pages_and_api_say_when_to_come_again_and_forms_lose_nothing(house: Outage) -> None:
    """F13."""
    agent, page = program(house, "10001"), browser(house, "10001")
    form = page.get("/tickets/new/")
    assert form.status_code == 200
    house.end()
    with no_connection_left(house):
        house.start("web")
        for answer in (page.get("/tickets/"), agent.get("/api/v1/tickets/"), httpx.get(f"{house.url}/tickets/")):
            assert answer.status_code in (503, 302)
        shown = page.get("/tickets/", headers={"Accept-Language": "en"})
        assert (shown.status_code, shown.headers["Retry-After"]) == (503, "5")
        assert "Kawal sedang penuh" in shown.text
        assert "tries again by itself" in shown.text
        words = 'Internet mati\n<b>sejak</b> "Minggu"'
        sent = {"description": words, "symptom": "Mati total", "csrfmiddlewaretoken": page.cookies["csrftoken"]}
        refused = page.post("/tickets/new/", data=sent, headers={"Referer": house.url})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "&lt;b&gt;sejak&lt;/b&gt; &quot;Minggu&quot;</textarea>" in refused.text
        secret = {"username": "10002", "password": "kawal-demo", "csrfmiddlewaretoken": page.cookies["csrftoken"]}
        assert "kawal-demo" not in page.post("/login/", data=secret, headers={"Referer": house.url}).text
        api = agent.post("/api/v1/tickets/", json=FORM)
        assert (api.status_code, "Retry-After" in api.headers) == (503, True)
        part = page.get("/notifications/bell/?v=0", headers={"HX-Request": "true"})
        assert part.status_code == 503
    eventually(lambda: asked(page, "get", "/tickets/")[0] == 200, within=10)
