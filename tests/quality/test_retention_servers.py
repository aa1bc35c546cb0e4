"""Purging a hundred thousand rows on PostgreSQL: killed in the middle it goes on, and the pages stay quick (QM-5; D7)."""

import signal
import statistics
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from common import bulk
from common.clock import now
from outbound.models import CaringResult, Prospect, Recording
from quality.actions import retention
from quality.models import Evaluation, RetentionRun, Validation
from tests.workers import ROOT, environment, eventually

pytestmark = [
    pytest.mark.req("QM-5"), pytest.mark.servers, pytest.mark.slow, pytest.mark.django_db(transaction=True)
]  # fmt: skip
OLD, YOUNG = 33_000, 600
MOST_SECONDS, MOST_WAIT = 300, 1.0
TICKS = """
import django
django.setup()
from quality.actions import retention
while retention.tick():
    pass
"""


@pytest.fixture
def crowded(agreed, evaluate, settings) -> None:
    """Thirty-three thousand validations, recordings and sheets each that are too old, and six hundred of each that are not."""
    settings.RETENTION_CAP_PERCENT = 100
    result, sheet = agreed(), evaluate()
    validation = Validation.objects.get()
    old, young = now() - timedelta(days=800), now() - timedelta(days=10)
    moments = [old] * OLD + [young] * YOUNG
    whose = {"result": result, "person": result.by, "team": result.campaign.team}
    bulk.insert([Validation(**whose, state="approved", created_at=at, due_at=at, decided_at=at) for at in moments])
    bulk.insert(
        [
            Recording(prospect=result.prospect, result=result, link="https://rekam.example/1", by=result.by, at=at)
            for at in moments
        ]
    )
    judged = {
        "check_kind": "tapping",
        "form": sheet.form,
        "person": sheet.person,
        "by": sheet.by,
        "performed_on": sheet.performed_on,
    }
    bulk.insert([Evaluation(**judged, finished_at=at) for at in moments])
    assert Validation.objects.count() == OLD + YOUNG + 1 and validation.state == "waiting"


def purging() -> "subprocess.Popen[bytes]":
    """Another process that goes on with the run."""
    return subprocess.Popen([sys.executable, "-c", TICKS], cwd=ROOT, env=environment(DJANGO_SETTINGS_MODULE="config.settings"))


def test_a_hundred_thousand_rows_go_though_the_process_is_killed_and_nobody_waits(crowded, sign_in, quality_control):
    tried = retention.begin_run(by=None, is_try=True)
    run = retention.begin_run(by=None)
    assert run.state == "running" and tried.found == run.found
    page, waits, began = sign_in(quality_control), [], time.monotonic()

    def look() -> None:
        asked = time.monotonic()
        assert page.get("/validations/").status_code == 200
        waits.append(time.monotonic() - asked)

    first = purging()
    eventually(lambda: RetentionRun.objects.get(pk=run.pk).purged.get("sheets", 0) >= 2_000, within=120, meanwhile=look)
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    left = Evaluation.objects.count()
    assert YOUNG < left < OLD
    second = purging()
    while second.poll() is None:
        look()
    assert second.returncode == 0
    run.refresh_from_db()
    assert (run.state, run.purged) == ("done", {"sheets": OLD, "validations": OLD, "recordings": OLD})
    assert {name: count for name, count in tried.found.items() if count} == run.purged
    assert [Evaluation.objects.count(), Validation.objects.count(), Recording.objects.count()] == [YOUNG + 1, YOUNG + 1, YOUNG]
    assert (CaringResult.objects.count(), Prospect.objects.count()) == (1, 1)
    took, p95 = time.monotonic() - began, statistics.quantiles(waits, n=20)[-1]
    assert (took < MOST_SECONDS, p95 < MOST_WAIT) == (True, True), f"{took:.0f} s, pages p95 {p95:.2f} s on {connection.vendor}"
