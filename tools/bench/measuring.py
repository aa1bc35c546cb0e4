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
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from rest_framework.authtoken.models import Token

from accounts.models import Person
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parents[2]
ASKED = 240  # answers counted for each figure, by two askers at once: as many as there are workers
WARM_UP = 30
TICK = os.sysconf("SC_CLK_TCK")


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


@dataclass(frozen=True)
class Figures:
    """What one kind of question cost."""

    p50_ms: float
    p95_ms: float
    per_second: float
    cpu_ms: float
    statements: int
    memory_mb: float


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
    """Every question in turn."""
    return {ask.name: _measure(port, ask, workers) for ask in asks()}


def _measure(port: int, ask: Ask, workers: list[int]) -> Figures:
    headers, seconds, seen = _headers(ask), [], [0]

    def askers(first: int, number: int) -> None:
        for n in range(first, first + number):
            began = time.perf_counter()
            status, statements = _answer(port, ask, n, headers)
            seconds.append(time.perf_counter() - began)
            if status not in (200, 201):
                raise RuntimeError(f"{ask.name}: {status} from {ask.path(n)}")
            seen[0] = max(seen[0], statements)

    askers(0, WARM_UP)
    seconds.clear()
    seen[0] = 0
    cpu, began = _cpu_seconds(workers), time.perf_counter()
    both = [Thread(target=askers, args=(WARM_UP + half * ASKED, ASKED // 2)) for half in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    took, spent = time.perf_counter() - began, _cpu_seconds(workers) - cpu
    if len(seconds) != ASKED:
        raise RuntimeError(f"{ask.name}: only {len(seconds)} of {ASKED} answers")
    quantiles = statistics.quantiles(seconds, n=20)
    return Figures(
        statistics.median(seconds) * 1e3, quantiles[18] * 1e3, ASKED / took, spent / ASKED * 1e3, seen[0], _memory(workers)
    )


def _cpu_seconds(workers: list[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in workers]
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICK


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
        row = f"{ask.name:<26}{each.p50_ms:>9.1f}{each.p95_ms:>9.1f}{each.per_second:>8.0f}{each.cpu_ms:>8.1f}"
        row += f"{each.statements:>12}{each.memory_mb:>6.0f}"
        if floor:
            goal = f"goal {ask.goal:g}" + (f", {ask.most_statements} statements" if ask.most_statements else "")
            row += f"   {each.cpu_ms / floor.cpu_ms:.2f}  {each.p50_ms / floor.p50_ms:.2f}   ({goal})"
        print(row, flush=True)


def show_growth(results: dict[int, dict[str, Figures]]) -> None:
    """What the biggest size costs beside the smallest; the goal is 1.2."""
    small, big = results[min(results)], results[max(results)]
    print(f"\n{max(results):,} beside {min(results):,} tickets (goal 1.2): CPU, p50")
    for name, each in big.items():
        print(f"{name:<26}{each.cpu_ms / small[name].cpu_ms:>6.2f}{each.p50_ms / small[name].p50_ms:>7.2f}")
