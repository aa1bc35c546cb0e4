"""The timers as they live, workers and beat as children: due -> fired -> arrived at a gateway that only counts; one timer on an
idle system; and what an idle house with a million waiting rows costs.

Each step has BENCH_PATIENCE seconds; what takes longer is said and left.
"""

import os
import random
import re
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.clock import now
from config import running
from escalation.actions.channels import create_channel, create_group
from escalation.models import Channel, ClockRung, Message
from tools.bench.timers import PATIENCE, ROOT, SIZES, seed

WAITING = int(os.environ.get("BENCH_WAITING", "1000000"))
TICKS = os.sysconf("SC_CLK_TCK")
REDIS_URL = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/13")
LENGTH, TAKEN = re.compile(rb"(?i)content-length: *(\d+)"), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
GROUPS = 16  # that the messages go to, a sixteenth each
SINGLE, IDLE_SECONDS, WARM_UP = 40, 60, 15
EARLIER = 500  # messages that go out before those that are measured: a worker that lives has sent before
SETTLED = 75  # seconds: in its first minute a worker opens connections and does each thing for the first time


arrived: list[float] = []


class Sink(socketserver.BaseRequestHandler):
    """A gateway that takes whatever comes and keeps the moment. It shares the cores with what is measured, so it does no more."""

    def handle(self) -> None:
        rest = b""
        while data := self.request.recv(65536):
            rest += data
            head, found, body = rest.partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            if found and length and len(body) >= int(length[1]):  # nobody asks again before the answer
                arrived.append(time.time())
                rest = b""
                self.request.sendall(TAKEN)


@contextmanager
def sink() -> Iterator[int]:
    """Its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def living(workers: int) -> Iterator[list[int]]:
    """The worker of ``make run`` with its beat, and more workers without; their process ids."""
    folder = Path(settings.DATA_DIR)
    first = running.worker_command(str(folder / f"beat-{time.time_ns()}"))
    more = [word for word in first if word != "--beat"]
    schedule = more.index("--schedule")
    del more[schedule : schedule + 2]
    commands = [first, *([*more, "-n", f"bench-{place}@%h"] for place in range(1, workers))]
    env = running.child_environment() | {"REDIS_URL": REDIS_URL, "CELERY_QUEUE": f"bench-{time.time_ns()}"}
    children = [subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True) for command in commands]
    try:
        yield [child.pid for child in children]
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(60)


def measure() -> None:
    """Print the tables."""
    print(f"\nas they live, with Redis; {GROUPS} groups of one gateway; at most {PATIENCE} s a step")
    ClockRung.objects.filter(state="waiting").delete()
    # What the bare SQL left in the outbox would go out first, and be taken for what falls due here.
    Message.objects.filter(state__in=["queued", "sending"]).update(state="cancelled")
    one_timer()
    with sink() as port:
        groups = behind_sink(port)
        print(f"{'due -> arrived':<26}{'first s':>9}{'p50 s':>8}{'p99 s':>8}{'rows/s':>9}", flush=True)
        for number in SIZES:
            for workers in (1, 2):
                arrivals(number, workers, groups)
    idle()


def behind_sink(port: int) -> list[int]:
    """Groups that are reached through the sink, at any pace."""
    url = f"http://127.0.0.1:{port}/"
    made = create_channel(by=None, secrets={"webhook_secret": "x" * 32}, slug="sink", name="Sink", kind="webhook", base_url=url)
    Channel.objects.filter(pk=made.pk).update(pace=32_000)
    names = [f"Sink {place}" for place in range(GROUPS)]
    return [create_group(by=None, channel=made, name=name, purpose="coordination", address=name).pk for name in names]


def arrivals(number: int, workers: int, groups: list[int]) -> None:
    """So many fall due at one moment, each for one of the groups: when each arrives."""
    seed(number + EARLIER)
    with connection.cursor() as cursor:
        spread = "update escalation_clockrung set whom = 'group:' || (%s::text[])[1 + id %% %s] where state = 'waiting'"
        cursor.execute(spread, [[str(group) for group in groups], len(groups)])
    arrived.clear()
    with living(workers):
        time.sleep(WARM_UP)
        waiting = ClockRung.objects.filter(state="waiting")
        waiting.filter(pk__in=waiting.order_by("-pk")[:EARLIER].values("pk")).update(due_at=now())
        _await(EARLIER)
        arrived.clear()
        due = now() + timedelta(seconds=2 + number / 20_000)  # the update itself takes a while
        waiting.update(due_at=due)
        _await(number)
    took = sorted(moment - due.timestamp() for moment in arrived)
    name = f"{number:,}, {workers} worker(s)"
    if len(took) < number:
        print(f"{name:<26} not in {PATIENCE} s: {len(took):,} arrived, {len(took) / PATIENCE:.0f} a second", flush=True)
        ClockRung.objects.filter(state="waiting").delete()
        Message.objects.filter(state__in=["queued", "sending"]).update(state="cancelled")
        return
    rate = number / took[-1]
    print(f"{name:<26}{took[0]:>9.2f}{took[number // 2]:>8.2f}{took[int(number * 0.99)]:>8.2f}{rate:>9.0f}", flush=True)


def _await(number: int) -> None:
    """So many have arrived, or the patience is at its end."""
    end = time.monotonic() + PATIENCE
    while len(arrived) < number and time.monotonic() < end:
        time.sleep(0.05)


def one_timer() -> None:
    """A single rung at a time, at moments that nobody knows before: from due to committed."""
    seed(SINGLE)
    lags = []
    with living(1):
        time.sleep(WARM_UP)
        for pk in ClockRung.objects.filter(state="waiting").values_list("pk", flat=True):
            due = now() + timedelta(seconds=random.uniform(0.3, 1))  # noqa: S311 no secret
            ClockRung.objects.filter(pk=pk).update(due_at=due)
            end = time.monotonic() + 30
            while not (ended := ClockRung.objects.filter(pk=pk).values_list("ended_at", flat=True)[0]):
                if time.monotonic() > end:
                    break
                time.sleep(0.01)
            lags.append((ended - due).total_seconds() if ended else 30)
    lags.sort()
    print(
        f"one timer, {SINGLE} times: p50 {lags[len(lags) // 2] * 1e3:.0f} ms, p99 {lags[-1] * 1e3:.0f} ms (goal 500)", flush=True
    )


def idle() -> None:
    """What the processes cost while everything waits."""
    began = time.monotonic()
    seed(WAITING)
    print(f"{WAITING:,} waiting rows seeded in {time.monotonic() - began:.0f} s", flush=True)
    with living(1) as pids:
        time.sleep(SETTLED)
        servers = _servers()
        before, theirs = _cpu(pids), _cpu(servers)
        time.sleep(IDLE_SECONDS)
        used, server = (_cpu(pids) - before) / IDLE_SECONDS, (_cpu(servers) - theirs) / IDLE_SECONDS
    print(f"idle with {WAITING:,} waiting: worker and beat {used:.2%} of a core (goal 1 %), PostgreSQL {server:.2%}", flush=True)


def _servers() -> list[int]:
    """The server's processes that serve this database."""
    with connection.cursor() as cursor:
        cursor.execute("select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        return [pid for (pid,) in cursor.fetchall()]


def _cpu(pids: list[int]) -> float:
    """Seconds used by these processes and their children."""
    total = 0.0
    for pid in pids:
        for each in [pid, *_children(pid)]:
            stat = Path(f"/proc/{each}/stat")
            if stat.exists():
                fields = stat.read_text().rsplit(")", 1)[1].split()
                total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in listed.read_text().split()] if listed.exists() else []
