"""Real Celery workers for tests, on the test's own database and a queue of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from celery import Task
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def queue_name() -> str:
    """One queue a test database, so that parallel tests do not take each other's tasks."""
    return f"test-{connection.settings_dict['NAME']}"


def environment(**more: str) -> dict[str, str]:
    """The environment in which a child process works on the test's own database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return os.environ | {"DATABASE_URL": urlunsplit(url), "C_FORCE_ROOT": "1", **more}


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
    running = subprocess.Popen(command, cwd=ROOT, env=environment(**env))
    try:
        yield running
    finally:
        running.terminate()
        running.wait(20)


def send(task: Task[Any, Any]) -> None:
    """Put the task into the queue of this test's worker."""
    task.apply_async(queue=queue_name())


def eventually(true: Callable[[], Any], *, within: float = 20, meanwhile: Callable[[], object] = lambda: None) -> Any:
    """Wait until ``true()`` is; fail after ``within`` seconds of real time."""
    end = time.monotonic() + within
    while not (result := true()):
        assert time.monotonic() < end, f"not within {within} s"
        meanwhile()
        time.sleep(0.05)
    return result
