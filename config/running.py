"""Starting, watching and ending the processes that together are a running Kawal: the web server, and the worker with its beat."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 3.0  # of the five that a person may be kept waiting
LOOK_EVERY_SECONDS = 0.1
PR_SET_PDEATHSIG = 1

WEB_OPTIONS = "--worker-class gthread --workers 2 --threads 8 --timeout 60 --graceful-timeout 2"
WEB_OPTIONS += " --log-level warning --no-control-socket"
# Measured: with threads and without the chatter between workers, one worker idles at a third of a per cent of a core.
WORKER_OPTIONS = "--beat --pool threads --concurrency 4 --without-gossip --without-mingle --without-heartbeat --loglevel WARNING"


def web_command(port: int) -> list[str]:
    """gunicorn on the loopback address alone: a proxy that speaks TLS belongs before it."""
    return [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", *WEB_OPTIONS.split()]


def worker_command(beat_file: str) -> list[str]:
    """One Celery worker that also beats; more workers may run beside it, but only one beat."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker"]
    return [*celery, "--schedule", beat_file, *WORKER_OPTIONS.split()]


class Ended(Exception):
    """Somebody asked for the end with SIGINT or SIGTERM."""


def handle_end_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Both signals that ask for the end go to this handler."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def raise_ended(_number: int, _frame: FrameType | None) -> None:
    """Interrupts whatever is being waited for, at once."""
    raise Ended


class Household:
    """The children of one parent. Each leads a session of its own: a Ctrl-C reaches the parent alone, and it ends them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str]) -> None:
        """Starts a child under this name."""
        self.children[name] = subprocess.Popen(  # noqa: S603 - the commands are the constants above
            command, cwd=self.folder, env=child_environment(), start_new_session=True, preexec_fn=end_with_parent
        )

    def dead_child(self) -> str | None:
        """The name of a child that has ended by itself, if one has."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def watch(self) -> str:
        """Waits until a child ends by itself, and gives its name."""
        while not (name := self.dead_child()):
            time.sleep(LOOK_EVERY_SECONDS)
        return name

    def stop(self) -> None:
        """Asks each child to end what it does, waits a little, and kills what is still there of its group.

        Only the leader is asked, and tells its own children in its own order: asked all at once, Celery takes twice as long.
        """
        handle_end_signals(signal.SIG_IGN)
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(child.poll() is None for child in self.children.values()):
            time.sleep(LOOK_EVERY_SECONDS)
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def child_environment() -> dict[str, str]:
    """As ours, but without Celery's sermon to root: inside a container there is nobody else."""
    return os.environ | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


def end_with_parent() -> None:
    """Runs in the child before it becomes the program: a parent killed without a chance to tidy up takes the child along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
