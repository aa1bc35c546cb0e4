"""Real Celery workers for tests, on the test's own database and a queue of their own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from celery import Task
from django.conf import settings
from django.db import connection

from config import running

ROOT = Path(__file__).resolve().parent.parent


def queue_name() -> str:
    """One queue a test database, so that parallel tests do not take each other's tasks."""
    return f"test-{Path(connection.settings_dict['NAME']).name}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def environment(**more: str) -> dict[str, str]:
    """The environment in which a child process works on the test's own database, with this process's secrets and queue."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        database = {"KAWAL_DATA": str(Path(name).parent)}
    else:
        database = {"DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))}
    own = {"SECRET_KEY": settings.SECRET_KEY, "CELERY_QUEUE": queue_name(), "C_FORCE_ROOT": "1"}
    return running.child_environment() | database | own | more


@contextmanager
def worker(*options: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with two processes, until the block ends."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "prefork", "-c", "2", "-Q", queue_name()]
    command += [
        "--without-gossip",
        "--without-mingle",
        "-l",
        "ERROR",
        "-n",
        f"{queue_name()}-{time.monotonic_ns()}@test",
        *options,
    ]
    with _living(command, env) as child:
        yield child


@contextmanager
def house_worker(folder: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """The very worker of `make run`, with its beat: timers, sender, inbox and callbacks go as they do in life."""
    with _living(running.worker_command(str(folder / "beat")), env) as child:
        yield child


@contextmanager
def _living(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(command, cwd=ROOT, env=environment(**env), preexec_fn=running.end_with_parent)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(60)


def send(task: Task[Any, Any]) -> None:
    """Put the task into the queue of this test's worker."""
    task.apply_async(queue=queue_name())


def eventually(true: Callable[[], Any], *, within: float = 60, meanwhile: Callable[[], object] = lambda: None) -> Any:
    """Wait until ``true()`` is; fail after ``within`` seconds of real time."""
    end = time.monotonic() + within
    while not (result := true()):
        assert time.monotonic() < end, f"not within {within} s"
        meanwhile()
        time.sleep(0.05)
    return result


def peak_memory(pid: int) -> int:
    """The most that this living process has held, in kB, since it became the program that it is; 0 where it has just ended.

    What ``wait4`` says counts from its fork on, and so the memory of whoever started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) if found else 0


def watched(process: "subprocess.Popen[Any]", within: float) -> tuple[int, int]:
    """How this process ended, and the most that it held, in kB."""
    end, peak = time.monotonic() + within, 0
    while process.poll() is None:
        assert time.monotonic() < end, f"not within {within} s"
        peak = max(peak, peak_memory(process.pid))
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    return process.returncode, peak
