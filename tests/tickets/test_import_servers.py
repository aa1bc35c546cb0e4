"""Loading on PostgreSQL: a process killed in the middle, the same file at once, a hundred thousand rows within their memory."""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.tickets.imports import DEFINITION, begun, counts, loaded, row, run_next, table
from tests.workers import ROOT, environment, eventually, watched
from tickets.actions.loading import run_load
from tickets.models import ImportLoad, OutsideReference, Ticket

pytestmark = [pytest.mark.req("HC-3"), pytest.mark.servers, pytest.mark.django_db(transaction=True)]
MOST_MEMORY_MB = 300
ROWS = 100_000
RUNS = """
import sys
import django
django.setup()
from django.core.files import File
from tests.tickets.imports import begun
from tickets.actions import loading
loading.BATCH = int(sys.argv[2])
with open(sys.argv[1], "rb") as opened:
    loading.run_load(begun(File(opened, name="ekspor.csv"), None))
"""


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def program(file, tmp_path, *, batch: int, runs: str = RUNS) -> subprocess.Popen[str]:
    """Another process that loads the file into the test's database."""
    own = environment(DJANGO_SETTINGS_MODULE="config.settings", KAWAL_DATA=str(tmp_path), PYTHONPATH=str(ROOT))
    command = [sys.executable, "-c", runs, str(file), str(batch)]
    return subprocess.Popen(command, cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True)


def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(tmp_path, forward):
    file = tmp_path / "ekspor.csv"
    file.write_bytes(table(*map(row, range(1000))).read())
    running = program(file, tmp_path, batch=10)
    eventually(lambda: ImportLoad.objects.filter(rows__gte=300).exists(), within=60)
    running.send_signal(signal.SIGKILL)
    running.wait(20)
    assert 300 <= Ticket.objects.count() < 1000
    forward(minutes=3)
    assert counts(run_next()) == ("done", 1000, 1000, 0, 0)
    assert Ticket.objects.count() == OutsideReference.objects.count() == 1000


def test_a_killed_load_and_the_same_file_loaded_again_make_each_ticket_once(tmp_path, support_hc):
    file = tmp_path / "ekspor.csv"
    file.write_bytes(table(*map(row, range(1000))).read())
    running = program(file, tmp_path, batch=10)
    eventually(lambda: ImportLoad.objects.filter(rows__gte=300).exists(), within=60)
    running.send_signal(signal.SIGKILL)
    running.wait(20)
    before = Ticket.objects.count()
    load = loaded(table(*map(row, range(1000))), support_hc)
    assert counts(load) == ("done", 1000, 1000 - before, before, 0)


def test_four_loads_of_the_same_numbers_at_once_make_each_ticket_once(support_hc):
    loads = [begun(table(*map(row, range(3000))), support_hc) for _load in range(4)]

    def run(load: ImportLoad) -> ImportLoad:
        try:
            return run_load(load)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, loads))
    assert {load.state for load in done} == {"done"}
    assert sum(load.loaded for load in done) == Ticket.objects.count() == 3000


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_loaded_within_their_memory(tmp_path):
    file, mapping = tmp_path / "ekspor.csv", tmp_path / "mycx.json"
    file.write_bytes(table(*map(row, range(ROWS))).read())
    mapping.write_text(json.dumps(DEFINITION))
    for known in (0, ROWS):
        command = [sys.executable, "manage.py", "import_tickets", str(file), "--mapping", str(mapping)]
        done = subprocess.Popen(command, cwd=ROOT, env=environment(KAWAL_DATA=str(tmp_path)), stdout=subprocess.PIPE, text=True)
        status, peak = watched(done, within=600)
        assert done.stdout and done.stdout.read() == f"rows {ROWS}  loaded {ROWS - known}  known {known}  refused 0\n"
        assert status == 0 and 0 < peak < MOST_MEMORY_MB * 1024
    assert Ticket.objects.count() == ROWS
