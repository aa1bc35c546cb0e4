"""The timers as they live, workers and beat as children: due -> fired -> arrived at a gateway that only counts; one timer on an
idle system; and what an idle house with a million waiting rows costs.

Each step has BENCH_PATIENCE seconds; what takes longer is said and left.
"""

import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.clock import now
from config import running
from escalation.actions.channels import change_group, create_channel
from escalation.models import Channel, ClockRung, Group, Message
from tools.bench.timers import PATIENCE, ROOT, SIZES, seed

WAITING = int(os.environ.get("BENCH_WAITING", "1000000"))
TICKS = os.sysconf("SC_CLK_TCK")
SINGLE, IDLE_SECONDS, WARM_UP = 40, 60, 15


class Sink(BaseHTTPRequestHandler):
    """Takes whatever comes, and keeps the moment."""

    arrived: list[float] = []
    protocol_version = "HTTP/1.1"
    wbufsize, disable_nagle_algorithm = -1, True  # else each answer on a kept connection costs 40 ms of waiting for nothing

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Sink.arrived.append(time.time())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args: object) -> None:
        """In silence."""


@contextmanager
def sink() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
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
    children = [
        subprocess.Popen(command, cwd=ROOT, env=running.child_environment(), start_new_session=True) for command in commands
    ]
    try:
        yield [child.pid for child in children]
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(60)


def measure() -> None:
    """Print the tables."""
    print(f"\nas they live, broker {str(settings.CELERY_BROKER_URL).split(':', maxsplit=1)[0]}; at most {PATIENCE} s a step")
    ClockRung.objects.filter(state="waiting").delete()
    one_timer()
    with sink() as port:
        telkom(port)
        print(f"{'due -> arrived':<26}{'first s':>9}{'p50 s':>8}{'p99 s':>8}{'rows/s':>9}", flush=True)
        for number in SIZES:
            for workers in (1, 2):
                arrivals(number, workers)
    idle()


def telkom(port: int) -> None:
    """The last rung's group is reached through the sink, at any pace."""
    url = f"http://127.0.0.1:{port}/"
    made = create_channel(by=None, secrets={"webhook_secret": "x" * 32}, slug="sink", name="Sink", kind="webhook", base_url=url)
    Channel.objects.filter(pk=made.pk).update(pace=32_000)
    # What the bare SQL left in the outbox would go out first, and be taken for what falls due here.
    Message.objects.filter(state__in=["queued", "sending"]).update(state="cancelled")
    change_group(Group.objects.get(purpose="telkom"), by=None, changes={"channel": made, "address": "sink"})


def arrivals(number: int, workers: int) -> None:
    """So many fall due at one moment: when each arrives."""
    seed(number)
    Sink.arrived.clear()
    with living(workers):
        time.sleep(WARM_UP)
        due = now() + timedelta(seconds=2 + number / 20_000)  # the update itself takes a while
        ClockRung.objects.filter(state="waiting").update(due_at=due)
        end = due.timestamp() + PATIENCE
        while len(Sink.arrived) < number and time.time() < end:
            time.sleep(0.05)
    took = sorted(moment - due.timestamp() for moment in Sink.arrived)
    name = f"{number:,}, {workers} worker(s)"
    if len(took) < number:
        print(f"{name:<26} not in {PATIENCE} s: {len(took):,} arrived, {len(took) / PATIENCE:.0f} a second", flush=True)
        ClockRung.objects.filter(state="waiting").delete()
        Message.objects.filter(state__in=["queued", "sending"]).update(state="cancelled")
        return
    rate = number / took[-1]
    print(f"{name:<26}{took[0]:>9.2f}{took[number // 2]:>8.2f}{took[int(number * 0.99)]:>8.2f}{rate:>9.0f}", flush=True)


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
        time.sleep(WARM_UP)
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
