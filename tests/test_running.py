"""`manage.py up` as a person meets it: it comes up, and one signal ends all of it."""

import os
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

TOP = Path(__file__).resolve().parent.parent
END_WITHIN_SECONDS = 5
pytestmark = pytest.mark.xdist_group("running")  # one after the other: they share a data folder, and two at once would be slow


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
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
        self.log, self.mark, self.address = data / "output.txt", f"KAWAL_DATA={data}", f"http://127.0.0.1:{port}/"
        with self.log.open("w") as log:
            command = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(
                command, cwd=TOP, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until_it_answers(self) -> None:
        """Until it has greeted, which it does when the web server says that it lives."""
        started = time.monotonic()
        while "Ctrl-C ends it" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < started + 90, self.log.read_text()
            time.sleep(0.05)
        with urllib.request.urlopen(self.address + "healthz", timeout=5) as answer:
            assert answer.status == 200

    def wait_until_it_ends(self) -> str:
        """What it said, after it has ended in time and left no process."""
        self.process.wait(timeout=END_WITHIN_SECONDS)
        assert processes_with(self.mark) == []
        return self.log.read_text()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for these tests, also where others run between them: the first start makes the demo data."""
    return tmp_path_factory.mktemp("data")


@contextmanager
def running(data: Path, port: int) -> Iterator[Running]:
    up = Running(data, port)
    try:
        yield up
    finally:
        for left in processes_with(up.mark):
            os.kill(left, signal.SIGKILL)
        up.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_of_it_within_five_seconds(data: Path, number: signal.Signals) -> None:
    with running(data, free_port()) as up:
        up.wait_until_it_answers()
        assert len(processes_with(up.mark)) >= 4  # the parent, gunicorn with its workers, Celery with its beat
        up.process.send_signal(number)
        output = up.wait_until_it_ends()
    assert up.process.returncode == 0, output
    assert "kawal-demo" in output and up.address in output


def test_a_second_start_keeps_the_data_and_prepares_nothing_again(data: Path) -> None:
    for _start in range(2):
        with running(data, free_port()) as up:
            up.wait_until_it_answers()
            up.process.terminate()
            said = up.wait_until_it_ends()
    assert "..." not in said


@pytest.mark.slow
def test_the_web_is_up_within_five_seconds_of_the_second_start(data: Path) -> None:
    """The best of three, because whatever else the machine does counts in."""
    seconds = []
    for _ in range(4):  # the first makes the data
        started = time.monotonic()
        with running(data, free_port()) as up:
            up.wait_until_it_answers()
            seconds.append(time.monotonic() - started)
    assert min(seconds[1:]) < 5, seconds


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
            up.process.wait(timeout=30)
    output = up.log.read_text()
    assert up.process.returncode == 1
    assert f"Port {port} cannot be used" in output and "Traceback" not in output
