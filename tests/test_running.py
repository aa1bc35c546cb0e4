"""`manage.py up` as a person meets it: it comes up, and one signal ends all of it."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.workers import eventually

TOP = Path(__file__).resolve().parent.parent
END_WITHIN_SECONDS = 5  # what is promised, measured by the slow test
PATIENCE = 90  # on a machine that others keep busy
BELOW_WHAT_CALLERS_GET = range(20_000, 32_000)  # the system gives these to no outgoing connection meanwhile
pytestmark = pytest.mark.xdist_group("running")  # one after the other: they share a data folder, and two at once would be slow


def free_port() -> int:
    while True:
        port = random.choice(BELOW_WHAT_CALLERS_GET)
        with closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def processes_with(mark: str) -> list[int]:
    """Every living process that was started with this mark in its environment, whatever session or parent it has now."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            if mark.encode() in environment:
                found.append(int(folder.name))
    return found


class Running:
    """A started `manage.py up`, its address, and what it says (kept in a file: a full pipe would hold it up)."""

    def __init__(self, data: Path, port: int) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        environment |= {"KAWAL_DATA": str(data), "PORT": str(port)}
        self.log, self.mark, self.address = data / f"output-{port}.txt", f"KAWAL_DATA={data}", f"http://127.0.0.1:{port}/"
        with self.log.open("w") as log:
            command = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(
                command, cwd=TOP, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def said(self) -> str:
        """All that it has said so far."""
        return self.log.read_text()

    def wait_until_it_answers(self) -> None:
        """Until it has greeted, which it does when the web server says that it lives."""
        started = time.monotonic()
        while "Ctrl-C ends it" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < started + PATIENCE, self.said()
            time.sleep(0.05)
        with urllib.request.urlopen(self.address + "healthz", timeout=PATIENCE) as answer:
            assert answer.status == 200

    def wait_until_it_ends(self) -> str:
        """What it said, after it has ended in time and left no process: what was killed needs a moment to be gone."""
        self.process.wait(timeout=PATIENCE)
        eventually(lambda: processes_with(self.mark) == [])
        return self.said()


@contextmanager
def running(data: Path, port: int) -> Iterator[Running]:
    up = Running(data, port)
    try:
        yield up
    finally:
        for left in processes_with(up.mark):
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        up.process.wait()


def ended_by(number: signal.Signals, up: Running) -> str:
    """What a start says until this signal ends all of it."""
    up.wait_until_it_answers()
    assert len(processes_with(up.mark)) >= 4  # the parent, gunicorn with its workers, Celery with its beat
    up.process.send_signal(number)
    output = up.wait_until_it_ends()
    assert up.process.returncode == 0, output
    return output


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Running:
    """The first start in a folder, ended by SIGINT. Starts are dear, so these tests share its folder."""
    with running(tmp_path_factory.mktemp("data"), free_port()) as up:
        ended_by(signal.SIGINT, up)
    return up


@pytest.fixture
def data(first: Running) -> Path:
    """The folder of the first start."""
    return first.log.parent


def test_one_interrupt_ends_the_first_start_which_made_the_data_and_told_the_logins(first: Running) -> None:
    output = first.said()
    assert "Making the demo data ..." in output
    assert "kawal-demo" in output and first.address in output


def test_one_termination_ends_a_second_start_which_kept_the_data_and_prepared_nothing_again(data: Path) -> None:
    with running(data, free_port()) as up:
        output = ended_by(signal.SIGTERM, up)
    assert "..." not in output and up.address in output


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_of_it_within_five_seconds(data: Path, number: signal.Signals) -> None:
    """The best of three, because whatever else the machine does counts in."""
    seconds = []
    for _ in range(3):
        with running(data, free_port()) as up:
            up.wait_until_it_answers()
            started = time.monotonic()
            up.process.send_signal(number)
            up.wait_until_it_ends()
            seconds.append(time.monotonic() - started)
    assert min(seconds) < END_WITHIN_SECONDS, seconds


@pytest.mark.slow
def test_the_web_is_up_within_five_seconds_of_the_second_start(data: Path) -> None:
    """The best of three, because whatever else the machine does counts in."""
    seconds = []
    for _ in range(3):
        started = time.monotonic()
        with running(data, free_port()) as up:
            up.wait_until_it_answers()
            seconds.append(time.monotonic() - started)
    assert min(seconds) < 5, seconds


@pytest.mark.slow
def test_the_death_of_one_process_ends_the_rest(data: Path) -> None:
    with running(data, free_port()) as up:
        up.wait_until_it_answers()
        parent = up.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)
        assert "ended by itself" in up.wait_until_it_ends()
    assert up.process.returncode == 1


def test_a_port_in_use_is_said_in_words(data: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(data, port) as up:
            up.process.wait(timeout=PATIENCE)
    output = up.said()
    assert up.process.returncode == 1
    assert f"Port {port} cannot be used" in output and "Traceback" not in output
