"""Servers of a test's own, on free ports and in a temporary folder: they may be killed, filled and starved.

    with redis_server(tmp_path) as redis: redis.stop(); redis.start()
    with postgres_server(max_connections=20) as postgres: postgres.stop("immediate"); postgres.start()

Only what was started here is ever ended, by its process.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import redis

from config import running
from tests.workers import ROOT, eventually

POSTGRES_BIN = Path(shutil.which("initdb") or "/usr/lib/postgresql/15/bin/initdb").resolve().parent


def free_port() -> int:
    """Below those that the kernel gives to clients: one that asks a server which is down might get its very port, and keep it."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


class Process:
    """A child that can be started, asked to end, and killed, again and again."""

    def __init__(self, command: list[str], env: dict[str, str] | None = None, **options: Any) -> None:
        self.command, self.env, self.options = command, env, options
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.child = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
            preexec_fn=running.end_with_parent,
            **self.options,
        )

    def end(self, number: int = signal.SIGTERM) -> None:
        """Signal the leader, or with SIGKILL all of its group, and wait for it."""
        if self.child is None:
            return
        if self.child.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(self.child.pid, number)
            else:
                self.child.send_signal(number)
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def kill(self) -> None:
        self.end(signal.SIGKILL)


class Redis(Process):
    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        super().__init__([*command, "--appendonly", "no", *options], stdout=subprocess.DEVNULL)
        self.client = redis.Redis(port=self.port, socket_timeout=2)

    def start(self) -> None:
        super().start()
        eventually(self._answers, within=20)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[Redis]:
    server = Redis(folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.client.close()
        server.kill()


class Postgres(Process):
    """A cluster of its own. PostgreSQL does not run as root, so there it runs as the user ``postgres``."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port, self.folder = free_port(), folder / "postgres"
        self.user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        given = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "shared_buffers": "32MB"}
        pairs = [part for name, value in (given | settings).items() for part in ("-c", f"{name}={value}")]
        command = [str(POSTGRES_BIN / "postgres"), "-D", str(self.folder), *pairs]
        log = open(folder / "postgres.log", "ab")  # noqa: SIM115 as long as the server
        super().__init__(command, stderr=log, stdout=log, **self.user)

    def make(self) -> None:
        self.folder.mkdir()
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        command = [str(POSTGRES_BIN / "initdb"), "-D", str(self.folder), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*command, "--no-sync", "--locale=C.UTF-8"], check=True, capture_output=True, cwd="/", **self.user)

    def start(self) -> None:
        super().start()
        eventually(self._answers, within=60, meanwhile=self._again)

    def _again(self) -> None:
        """Those whom a killed server has forked see it a moment later; until then another one does not start."""
        if self.child and self.child.poll() is not None:
            time.sleep(0.3)
            super().start()

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.Error:
            return False
        return True

    def restart(self, *, crash: bool = False) -> None:
        """Fast, as an upgrade does it; or immediately, as a crash."""
        self.end(signal.SIGQUIT if crash else signal.SIGINT)
        self.start()

    def value(self, statement: str, *values: object) -> Any:
        """One value by SQL, over a connection of its own."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                row = cursor.fetchone() if cursor.description else None
                return row[0] if row else None
        finally:
            connection.close()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's.

    Each run of pytest that begins closes the folder of all their folders, and a PostgreSQL that is shut out so ends itself with
    its next checkpoint, in the middle of a test of another run.
    """
    with tempfile.TemporaryDirectory(prefix="kawal-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def postgres_server(folder: Path | None = None, **settings: object) -> Iterator[Postgres]:
    """In a folder of its own, or in this one, which its user must be able to enter."""
    with open_folder() as own:
        server = Postgres(folder or own, **settings)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.kill()


class House:
    """A whole Kawal on servers of its own, or embedded: web, worker, beat, each a process that can be killed."""

    def __init__(self, folder: Path, *, database: str = "", broker: str = "", **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"KAWAL_DATA": str(folder), "SECRET_KEY": "sebuah kunci hanya untuk uji, lima puluh huruf lebih panjangnya"}
        own |= {"DATABASE_URL": database, "REDIS_URL": broker, "C_FORCE_ROOT": "1", "LOG_LEVEL": "ERROR", **env}
        self.env = running.child_environment() | own
        self.env.pop("CELERY_QUEUE", None)
        self.folder = folder
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
        options = ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
        self.web = Process(running.web_command(self.port), self.env)
        self.worker = Process([*celery, "worker", "-n", f"one-{self.port}@test", *options], self.env)
        self.beat = Process([*celery, "beat", "--schedule", str(folder / "beat"), "-l", "ERROR"], self.env)

    def manage(self, *words: str) -> str:
        """A command of manage.py; its output."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True).stdout

    def shell(self, code: str) -> str:
        """Python with Django set up, in a process of the house."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        env = self.env | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def start(self, *names: str) -> None:
        for name in names or ("web", "worker", "beat"):
            getattr(self, name).start()
        if "web" in names or not names:
            eventually(self.lives, within=40)

    def lives(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def ready(self) -> int:
        """What readiness says, 0 where nobody answers."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code
        except httpx.HTTPError:
            return 0

    def end(self, number: int = signal.SIGKILL) -> None:
        for process in (self.beat, self.worker, self.web):
            process.end(number)


def program(house: House, code: str) -> httpx.Client:
    """A program of this person, with a token."""
    client = httpx.Client(base_url=house.url, timeout=30)
    answer = eventually(lambda: _token(client, code), within=30)
    client.headers["Authorization"] = f"Token {answer}"
    return client


def _token(client: httpx.Client, code: str) -> str:
    answer = client.post("/api/v1/auth/token/", json={"agent_code": code, "password": "kawal-demo"})
    return str(answer.json().get("token", ""))


def times(answers: list[float], share: float) -> float:
    """The answer time that this share stays under."""
    return sorted(answers)[min(len(answers) - 1, int(len(answers) * share))]


def asked(client: httpx.Client, method: str, path: str, **given: Any) -> tuple[int, float]:
    """Status, 0 where nobody answered, and the seconds that it took."""
    began = time.monotonic()
    try:
        status = client.request(method, path, **given).status_code
    except httpx.HTTPError:
        status = 0
    return status, time.monotonic() - began
