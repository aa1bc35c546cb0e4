"""Asking a running Kawal, and reading what it cost from the kernel's own accounts."""

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from rest_framework.authtoken.models import Token

from accounts.models import Person
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parents[2]
# The questions are asked in rounds, each after its floor, so that a neighbour of this machine who wakes up weighs on both alike.
ROUNDS = 8
ASKED = 30  # answers of a question in a round, by two askers at once: as many as there are workers
WARM_UP = 30


@dataclass(frozen=True)
class Ask:
    """One kind of question. ``floor`` names the question that it is compared with."""

    name: str
    path: Callable[[int], str]
    floor: str = ""
    body: Callable[[int], dict[str, object]] | None = None
    by_token: bool = False
    goal: float = 0  # times the floor's CPU
    most_statements: int = 0
    person: str = "40001"


@dataclass
class Figures:
    """What one kind of question cost: a value for each answer in ``seconds``, for each round in ``took`` and ``cpu_ms``."""

    seconds: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    statements: int = 0
    memory_mb: float = 0

    @property
    def p50_ms(self) -> float:
        return statistics.median(self.seconds) * 1e3

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[18] * 1e3

    @property
    def per_second(self) -> float:
        return len(self.seconds) / sum(self.took)

    def beside(self, floor: "Figures") -> tuple[float, float]:
        """CPU and median as so many times the floor's: of each round, and the middle one of these."""
        cpu = statistics.median(own / other for own, other in zip(self.cpu_ms, floor.cpu_ms, strict=True))
        return cpu, self.p50_ms / floor.p50_ms


def asks() -> list[Ask]:
    """The floors first, then what stands on them."""
    newest = Ticket.objects.order_by("-id").values_list("id", flat=True)[0]

    def form(n: int) -> dict[str, object]:
        return {
            "service_number": f"1399{newest % 10_000}{time.monotonic_ns()}"[:30],
            "service_line": "indihome",
            "customer_name": f"Penelepon {n}",
            "reporter_name": f"Penelepon {n}",
            "contact_phone": "081220457731",
            "symptom": "Internet mati total",
            "description": "Sejak pagi lampu LOS merah.",
        }

    def number(n: int) -> str:
        return f"1311{(newest - 3 * (n % 900)) // 3 * 3:08d}"

    return [
        Ask("floor: page", lambda n: "/bench/page/"),
        Ask("floor: API list", lambda n: "/api/v1/bench/list/", by_token=True),
        Ask("floor: API create", lambda n: "/api/v1/bench/create/", by_token=True, person="10001",
            body=lambda n: {"service_number": f"b{time.monotonic_ns()}", "name": f"Penelepon {n}"}),
        Ask("queue page", lambda n: "/queue/", "floor: page", goal=1.5, most_statements=8),
        Ask("ticket page", lambda n: f"/tickets/T-{newest - n % 500:06d}/", "floor: page", goal=1.5, most_statements=14),
        Ask("intake search", lambda n: f"/tickets/search/?q={number(n)}", "floor: page", goal=3, person="10001"),
        Ask("text search", lambda n: "/tickets/?search=lambat+malam+hari+a", "floor: page", goal=3),
        Ask("ticket list by API", lambda n: "/api/v1/tickets/", "floor: API list", by_token=True, goal=1.3, most_statements=5),
        Ask("logging by API", lambda n: "/api/v1/tickets/", "floor: API create", form, by_token=True, goal=2, most_statements=16,
            person="10001"),
    ]  # fmt: skip


@contextmanager
def server(port: int) -> Iterator[list[int]]:
    """gunicorn with two sync workers; the workers' process ids."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-w", "2", "-b", f"127.0.0.1:{port}", "--log-level", "error"]
    running = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tools.bench.settings"})
    try:
        _wait(port)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text()
        yield [int(child) for child in children.split()]
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def _wait(port: int) -> None:
    for _attempt in range(200):
        try:
            _answer(port, Ask("", lambda n: "/healthz"), 0, {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn did not answer")


def _answer(port: int, ask: Ask, n: int, headers: dict[str, str]) -> tuple[int, int]:
    """The status and the number of statements of one answer, read to its end."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps(ask.body(n)) if ask.body else None
    asking.request("POST" if body else "GET", ask.path(n), body, headers)
    answer = asking.getresponse()
    answer.read()
    asking.close()
    return answer.status, int(answer.headers.get("X-Statements", 0))


def _headers(ask: Ask) -> dict[str, str]:
    person = Person.objects.get(agent_code=ask.person)
    if ask.by_token:
        token, _made = Token.objects.get_or_create(user=person)
        return {"Authorization": f"Token {token.key}", "Content-Type": "application/json"}
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}


def measure_all(port: int, workers: list[int]) -> dict[str, Figures]:
    """Every question in turn, round after round."""
    found = {ask.name: Figures() for ask in asks()}
    headers = {ask.name: _headers(ask) for ask in asks()}
    for ask in asks():
        _ask_all(port, ask, headers[ask.name], range(WARM_UP))
    for turn in range(ROUNDS):
        for ask in asks():
            cpu, began = _cpu_seconds(workers), time.perf_counter()
            first = WARM_UP + turn * ASKED
            seconds, statements = _ask_all(port, ask, headers[ask.name], range(first, first + ASKED))
            each = found[ask.name]
            each.took.append(time.perf_counter() - began)
            each.cpu_ms.append((_cpu_seconds(workers) - cpu) / ASKED * 1e3)
            each.seconds += seconds
            each.statements, each.memory_mb = max(each.statements, statements), _memory(workers)
    return found


def _ask_all(port: int, ask: Ask, headers: dict[str, str], numbers: range) -> tuple[list[float], int]:
    """The seconds of each answer, and the most statements that one took; by two askers."""
    seconds: list[float] = []
    seen: list[int] = []

    def asker(own: range) -> None:
        for n in own:
            began = time.perf_counter()
            status, statements = _answer(port, ask, n, headers)
            if status not in (200, 201):
                raise RuntimeError(f"{ask.name}: {status} from {ask.path(n)}")
            seconds.append(time.perf_counter() - began)
            seen.append(statements)

    both = [Thread(target=asker, args=(numbers[half::2],)) for half in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    if len(seconds) != len(numbers):
        raise RuntimeError(f"{ask.name}: only {len(seconds)} of {len(numbers)} answers")
    return seconds, max(seen)


def _cpu_seconds(workers: list[int]) -> float:
    """What the kernel counted for them, to the nanosecond."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in workers) / 1e9


def _memory(workers: list[int]) -> float:
    """The resident megabytes of the bigger worker."""
    lines = [Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0] for pid in workers]
    return max(int(each) for each in lines) / 1024


def show(size: int, figures: dict[str, Figures]) -> None:
    """A table: each figure, and its CPU and median beside the floor's."""
    head = f"{'p50 ms':>9}{'p95 ms':>9}{'req/s':>8}{'CPU ms':>8}{'statements':>12}{'MB':>6}   CPU and p50 of the floor"
    print(f"\n{f'{size:,} tickets':<26}{head}")
    for ask in asks():
        each, floor = figures[ask.name], figures.get(ask.floor)
        row = f"{ask.name:<26}{each.p50_ms:>9.1f}{each.p95_ms:>9.1f}{each.per_second:>8.0f}{statistics.median(each.cpu_ms):>8.1f}"
        row += f"{each.statements:>12}{each.memory_mb:>6.0f}"
        if floor:
            goal = f"goal {ask.goal:g}" + (f", {ask.most_statements} statements" if ask.most_statements else "")
            row += "   {:.2f}  {:.2f}".format(*each.beside(floor)) + f"   ({goal})"
        print(row, flush=True)


def show_growth(results: dict[int, dict[str, Figures]]) -> None:
    """What the biggest size costs beside the smallest, each as so many times its floor of the same minutes; the goal is 1.2."""
    small, big = results[min(results)], results[max(results)]
    print(f"\n{max(results):,} beside {min(results):,} tickets (goal 1.2): CPU, p50")
    for ask in asks():
        if ask.floor:
            more, less = (of[ask.name].beside(of[ask.floor]) for of in (big, small))
            print(f"{ask.name:<26}{more[0] / less[0]:>6.2f}{more[1] / less[1]:>7.2f}")
    for name in (ask.name for ask in asks() if not ask.floor):
        print(f"{name:<26}{statistics.median(big[name].cpu_ms) / statistics.median(small[name].cpu_ms):>6.2f}  (CPU itself)")
