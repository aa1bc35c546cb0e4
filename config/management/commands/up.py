"""`manage.py up`: one command for a running Kawal, on the embedded database or on the servers that the environment names."""

import hashlib
import http.client
import os
import signal
import socket
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from config.running import (
    LOOK_EVERY_SECONDS,
    Ended,
    Household,
    handle_end_signals,
    raise_ended,
    web_command,
    worker_command,
)

WEB_MUST_ANSWER_SECONDS = 60
LOGINS = """
  10001-10006  agents              20001-20002  team leaders        30001  supervisor
  40001-40002  Support HC          50001-50003  Tier-2 outbound     60001-60002  quality control
  70001        client reader       90001        administrator

  The password of each is kawal-demo."""


class Command(BaseCommand):
    """Brings the database and the static files up to date, then runs web and timers until SIGINT or SIGTERM."""

    help = "Serves Kawal: web and timers under one parent, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))

    def handle(self, *, port: int, **_options: Any) -> None:
        require_free(port)
        handle_end_signals(signal.SIG_DFL)  # no child yet, and the database rolls back by itself: end at once
        self.prepare()
        handle_end_signals(raise_ended)
        household = Household(settings.BASE_DIR)
        try:
            household.start("web server", web_command(port))
            household.start("worker", worker_command(settings.CELERY_BEAT_SCHEDULE_FILENAME))
            self.greet_when_answering(household, port)
            dead = household.watch()
            status = household.children[dead].returncode
            raise CommandError(f"The {dead} ended by itself (status {status}), so the rest was ended too.")
        except Ended:
            pass
        finally:
            household.stop()
        self.say("Kawal has ended.")

    def prepare(self) -> None:
        """What must be in place before the first request; nearly nothing on a second start."""
        self.migrate()
        self.collect_static_files()
        self.fill_with_demo_data()
        connection.close()

    def migrate(self) -> None:
        """Applies what is missing; says nothing when nothing is."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Bringing the database up to date ...")
            call_command("migrate", database=DEFAULT_DB_ALIAS, interactive=False, verbosity=0, skip_checks=True)

    def collect_static_files(self) -> None:
        """Collects and compresses the static files, unless none has changed since the last time."""
        stamp = settings.DATA_DIR / "static-files"
        now = static_files_checksum()
        if stamp.exists() and stamp.read_text() == now:
            return
        self.say("Collecting and compressing the static files ...")
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0, clear=True, skip_checks=True)
        stamp.write_text(now)

    def fill_with_demo_data(self) -> None:
        """Fills a new embedded database, never one that DATABASE_URL names: that may be somebody's own."""
        if settings.DATABASE_URL or get_user_model().objects.exists():
            return
        self.say("Making the demo data ...")
        call_command("demo", skip_checks=True)

    def greet_when_answering(self, household: Household, port: int) -> None:
        """Prints the address once the web server answers there; silent when a child has died before."""
        deadline = time.monotonic() + WEB_MUST_ANSWER_SECONDS
        while not answers(port):
            if household.dead_child():
                return
            if time.monotonic() > deadline:
                raise CommandError(f"The web server did not answer within {WEB_MUST_ANSWER_SECONDS} seconds.")
            time.sleep(LOOK_EVERY_SECONDS)
        logins = "" if settings.DATABASE_URL else LOGINS
        self.say(f"\nKawal is at http://127.0.0.1:{port}/\n{logins}\n\nCtrl-C ends it.\n")

    def say(self, sentence: str) -> None:
        """Shows it at once, also where the output is a pipe."""
        self.stdout.write(sentence)
        self.stdout.flush()


def require_free(port: int) -> None:
    """Refuses in words a port on which something listens already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = f"Port {port} cannot be used: {error.strerror}."
            raise CommandError(f"{why} Choose another: PORT={port + 1} make run") from error


def answers(port: int) -> bool:
    """Whether the web server says that it lives."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        asking.close()


def static_files_checksum() -> str:
    """One figure for the names, sizes and times of all static files; it changes when one of them does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
