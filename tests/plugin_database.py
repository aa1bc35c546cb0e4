"""The database of the tests.

On the embedded default it is a file, as a running Kawal has one: each thread and process has its own connection, and the settings
for them (WAL, IMMEDIATE) are tried too. A database in memory would be one connection for all.

Migrating takes a quarter of a minute. The first process does it and keeps a copy, a file under ``KAWAL_DATA`` or a database on
the server, named after the code that made it; the other processes and later runs begin with that copy.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

TOP = Path(__file__).resolve().parent.parent
FLOORS = ("config", "common", "accounts", "tickets", "escalation", "outbound", "quality")


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a process on the tests' own embedded database gets as its ``KAWAL_DATA``; its broker is the one of this process."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "broker").symlink_to(settings.BROKER_DIR, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, data_folder: Path) -> None:
    """Where the file lies. On servers pytest-django's own names for parallel databases stay as they are."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(data_folder / "kawal.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """In the place of pytest-django's: migrates, or begins with a copy, which a look for missing migrations completes."""
    kept = KeptFile() if connection.vendor == "sqlite" else KeptOnServer(connection.copy())
    with django_db_blocker.unblock():
        with one_at_a_time():
            begun = kept.begin()
            if not begun:
                databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
                kept.keep()
        if begun:
            databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=set(), keepdb=True)
    yield
    with django_db_blocker.unblock():
        kept.release()
        teardown_databases(databases, verbosity=0)


def fingerprint() -> str:
    """Another one whenever the code or its packages are others: migrating also lays triggers and the defaults of every app."""
    files = sorted(file for floor in FLOORS for file in (TOP / floor).rglob("*.py")) + [TOP / "requirements" / "runtime.txt"]
    return sha256(b"".join(str(file.relative_to(TOP)).encode() + file.read_bytes() for file in files)).hexdigest()[:12]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The processes of a run do not all migrate: the second waits for the first."""
    with (settings.DATA_DIR / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class KeptFile:
    """The copy of the embedded default, in the folder of the data."""

    def __init__(self) -> None:
        self.own = str(connection.settings_dict["TEST"]["NAME"])
        self.file = settings.DATA_DIR / f"migrated-{fingerprint()}.sqlite3"

    def begin(self) -> bool:
        """Begins with the copy, if there is one."""
        if self.file.exists():
            shutil.copyfile(self.file, self.own)
        return self.file.exists()

    def keep(self) -> None:
        """Keeps a copy in the place of older ones; it has its name when it is whole."""
        for old in settings.DATA_DIR.glob("migrated-*"):
            old.unlink()
        unfinished = self.file.with_suffix(".unfinished")
        with connection.cursor() as cursor:
            cursor.execute("vacuum into %s", [str(unfinished)])
        unfinished.rename(self.file)

    def release(self) -> None:
        """A file goes whoever has it open."""


class KeptOnServer:
    """The same as a database of the server, which copies one whole or not at all, and only when nobody is connected to it."""

    def __init__(self, server: BaseDatabaseWrapper) -> None:
        self.server, name = server, str(server.settings_dict["NAME"])
        self.own = str(server.settings_dict["TEST"]["NAME"] or f"test_{name}")
        self.all = f"{name}_migrated_"
        self.kept = self.all + fingerprint()

    def begin(self) -> bool:
        """Begins with the copy, if there is one."""
        if found := self.kept in self.names():
            self.copy(self.kept, self.own)
        return found

    def keep(self) -> None:
        """Keeps a copy in the place of older ones."""
        connection.close()
        for old in self.names():
            self.tell(f'drop database "{old}"')
        self.copy(self.own, self.kept)

    def release(self) -> None:
        """The thread of a web server may still be connected when the tests have ended; a database in use cannot be removed."""
        with self.server.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [self.own])
        self.server.close()

    def names(self) -> list[str]:
        with self.server.cursor() as cursor:
            cursor.execute("select datname from pg_database where starts_with(datname, %s)", [self.all])
            return [name for (name,) in cursor.fetchall()]

    def copy(self, source: str, target: str) -> None:
        self.tell(f'drop database if exists "{target}" with (force)', f'create database "{target}" template "{source}"')

    def tell(self, *statements: str) -> None:
        with self.server.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        self.server.close()
