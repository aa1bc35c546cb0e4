"""People at work while something breaks: programs that ask again and again, and what they were answered."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.outages.conftest import Outage
from tests.servers import program, times
from tests.tickets.conftest import FORM

PAGES = ("/api/v1/tickets/?page_size=5", "/api/v1/me/")
PATIENCE = 150
WRITE_EVERY = 4  # each fourth question logs a ticket


@dataclass(frozen=True)
class Answer:
    """When it was asked and answered (monotonic), with which status (0: nobody answered), and what was logged by it."""

    asked: float
    at: float
    status: int
    number: str = ""

    @property
    def seconds(self) -> float:
        return self.at - self.asked

    @property
    def refused(self) -> bool:
        return self.status == 0 or self.status >= 500


class Traffic:
    """So many programs of one agent, together about so many questions a second."""

    def __init__(self, house: Outage, *, programs: int, per_second: float, series: str) -> None:
        self.url, self.series, self.pause = house.url, series, programs / per_second
        self.headers = {"Authorization": program(house, "10001").headers["Authorization"]}
        self.answers: list[Answer] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(place,), daemon=True) for place in range(programs)]

    def _ask(self, place: int) -> None:
        count = 0
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=PATIENCE) as client:
            while not self.over.is_set():
                began = time.monotonic()
                status, number = self._one(client, place, count)
                self.answers.append(Answer(began, time.monotonic(), status, number))
                count += 1
                self.over.wait(max(0.0, self.pause - (time.monotonic() - began)))

    def _one(self, client: httpx.Client, place: int, count: int) -> tuple[int, str]:
        try:
            if count % WRITE_EVERY:
                return client.get(PAGES[count % len(PAGES)]).status_code, ""
            form = FORM | {"service_number": f"{self.series}{place:02}{count:06}"}
            answer = client.post("/api/v1/tickets/", json=form)
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, str(answer.json()["number"]) if answer.status_code == 201 else ""

    @property
    def logged(self) -> list[str]:
        """The numbers of all tickets that were acknowledged."""
        return [each.number for each in self.answers if each.number]

    def p95(self) -> float:
        return times([each.seconds for each in self.answers], 0.95)

    def lost(self, house: Outage) -> list[str]:
        """Acknowledged and not there."""
        keys = [int(number.removeprefix("T-")) for number in self.logged]
        there = set(house.postgres.value("select coalesce(array_agg(id), '{}') from tickets_ticket where id = any(%s)", keys))
        return [f"T-{key}" for key in keys if key not in there]


@contextmanager
def traffic(house: Outage, *, programs: int = 4, per_second: float = 20, series: str) -> Iterator[Traffic]:
    made = Traffic(house, programs=programs, per_second=per_second, series=series)
    for thread in made.threads:
        thread.start()
    try:
        yield made
    finally:
        made.over.set()
        for thread in made.threads:
            thread.join(PATIENCE)


def metrics(house: Outage) -> dict[str, float]:
    """What /metrics says, by name without the common beginning; labelled figures by name{label}."""
    text = httpx.get(f"{house.url}/metrics", timeout=10).text
    found = re.findall(r"^kawal_(\S+?(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}
