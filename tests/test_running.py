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


def wait_until_it_answers(address: str, process: subprocess.Popen[str]) -> float:
    """The seconds it took until the address answered with 200."""
    started = time.monotonic()
    while time.monotonic() < started + 60:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert answer.status == 200
                return time.monotonic() - started
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{address} never answered")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module: its first start makes the demo data, the later ones keep it."""
    return tmp_path_factory.mktemp("data")


@contextmanager
def running(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"KAWAL_DATA": str(data), "PORT": str(port)}
    command = [sys.executable, "manage.py", "up"]
    process = subprocess.Popen(
        command, cwd=TOP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        for left in processes_with(f"KAWAL_DATA={data}"):
            os.kill(left, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_of_it_within_five_seconds(data: Path, number: signal.Signals) -> None:
    port = free_port()
    with running(data, port) as process:
        wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", process)
        assert len(processes_with(f"KAWAL_DATA={data}")) >= 4  # the parent, gunicorn with its workers, Celery with its beat
        started = time.monotonic()
        process.send_signal(number)
        output, _ = process.communicate(timeout=END_WITHIN_SECONDS)
        assert time.monotonic() - started < END_WITHIN_SECONDS
        assert processes_with(f"KAWAL_DATA={data}") == []
        assert process.returncode == 0, output
        assert "kawal-demo" in output and f"http://127.0.0.1:{port}/" in output


def test_a_second_start_keeps_the_data_and_is_quick(data: Path) -> None:
    port = free_port()
    with running(data, port) as process:
        seconds = wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", process)
        process.terminate()
        output, _ = process.communicate(timeout=END_WITHIN_SECONDS)
    assert seconds < 10  # 5 on a quiet machine; the tests beside this one share its two cores
    assert "demo data" not in output


def test_the_death_of_one_process_ends_the_rest(data: Path) -> None:
    port = free_port()
    with running(data, port) as process:
        wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)
        output, _ = process.communicate(timeout=END_WITHIN_SECONDS)
        assert process.returncode == 1
        assert "ended by itself" in output
        assert processes_with(f"KAWAL_DATA={data}") == []


def test_a_port_in_use_is_said_in_words(data: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(data, port) as process:
            output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Port {port} cannot be used" in output and "Traceback" not in output
