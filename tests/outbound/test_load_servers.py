"""Loading prospects on PostgreSQL: a worker killed in the middle, a hundred thousand rows while people work (CT-1; I3)."""

import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files import File

from accounts.models import HistoryEntry
from outbound.models import Prospect
from tests.outbound.arrears import prospects_of, taken
from tests.tickets.imports import counts, run_next
from tests.workers import ROOT, environment, eventually, peak_memory
from tickets.actions.importing import queue_load
from tickets.models import ImportLoad

pytestmark = [pytest.mark.req("CT-1"), pytest.mark.servers, pytest.mark.django_db(transaction=True)]
ROWS, MOST_MEMORY_MB, MOST_SECONDS, MOST_WAIT = 100_000, 512, 300, 1.0
HEAD = ["service_number", "customer_name", "contact_phone", "arrears_months", "bill_amount"]
RUNS = """
import sys
import django
django.setup()
from tickets.actions import loading
loading.BATCH = int(sys.argv[1])
loading.run_load(loading.claim_load())
"""


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def row(number: int) -> list[object]:
    return [f"14{number:010}", f"Pelanggan {number}", f"0812{number:08}", 3, 350_000 + number % 900]


def csv_file(folder: Path, count: int) -> Path:
    path = folder / "dapros.csv"
    path.write_text("\n".join([",".join(HEAD), *(",".join(map(str, row(number))) for number in range(count))]))
    return path


def xlsx_file(folder: Path, count: int) -> Path:
    path = folder / "dapros.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number in range(-1, count):
            sheet.write_row(number + 1, 0, row(number) if number >= 0 else HEAD)
    return path


def queued(path: Path, campaign, by) -> ImportLoad:
    with path.open("rb") as opened:
        return queue_load(File(opened, name=path.name), "prospects", by=by, target=campaign.pk)


def worker(tmp_path: Path, *, batch: int = 1000) -> "subprocess.Popen[bytes]":
    """Another process that takes the load."""
    own = environment(DJANGO_SETTINGS_MODULE="config.settings", KAWAL_DATA=str(tmp_path), PYTHONPATH=str(ROOT))
    return subprocess.Popen([sys.executable, "-c", RUNS, str(batch)], cwd=ROOT, env=own)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nobody(tmp_path, campaign, team_leader, forward):
    load = queued(csv_file(tmp_path, 1000), campaign, team_leader)
    running = worker(tmp_path, batch=10)
    eventually(lambda: ImportLoad.objects.filter(rows__gte=300).exists(), within=60)
    running.send_signal(signal.SIGKILL)
    running.wait(20)
    assert 300 <= Prospect.objects.count() < 1000
    forward(minutes=3)
    assert run_next() == load
    assert counts(load) == ("done", 1000, 1000, 0, 0)
    campaign.refresh_from_db()
    assert Prospect.objects.count() == campaign.prospect_count == 1000
    assert HistoryEntry.objects.filter(act="prospect.arrived").count() == 1000


@pytest.mark.slow
@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_a_hundred_thousand_rows_within_time_and_memory_while_agents_pick(
    make, tmp_path, campaign, team_leader, outbound_agent, sign_in
):
    prospects_of(campaign, 5)
    screen, leader = sign_in(outbound_agent), sign_in(team_leader)
    call = taken(outbound_agent).url
    path = make(tmp_path, ROWS)
    for known in (0, ROWS):
        load = queued(path, campaign, team_leader)
        began, waits, shares, peak = time.monotonic(), [], set(), 0
        running = worker(tmp_path)
        while running.poll() is None:
            peak = max(peak, peak_memory(running.pid))
            for browser, address in ((screen, call), (leader, f"/campaigns/{campaign.pk}/"), (leader, f"/imports/{load.pk}/")):
                asked = time.monotonic()
                assert browser.get(address).status_code == 200
                waits.append(time.monotonic() - asked)
            shares.add(ImportLoad.objects.get(pk=load.pk).share)
        took, p95 = time.monotonic() - began, statistics.quantiles(waits, n=20)[-1]
        assert running.returncode == 0
        assert counts(load) == ("done", ROWS, ROWS - known, known, 0)
        figures = f"{path.suffix}, {known} known: {took:.0f} s, {peak // 1024} MB, pages p95 {p95:.2f} s, {len(shares)} steps"
        print(figures)
        assert (took < MOST_SECONDS, 0 < peak < MOST_MEMORY_MB * 1024, p95 < MOST_WAIT) == (True, True, True), figures
        assert len(shares) > 3, figures  # the bar moved while it ran
    assert Prospect.objects.count() == ROWS + 5
