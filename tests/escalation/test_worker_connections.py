"""A worker keeps its connection to the database from task to task, and takes a new one where it broke (ESC-3)."""

import pytest
from django.db import connection

from common.clock import now
from escalation.models import ClockRung
from escalation.tasks import fire_due_rungs
from tests.workers import eventually, send, worker
from tools.bench.timers import seed

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.servers, pytest.mark.django_db(transaction=True)]


def connections() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("select pid from pg_stat_activity where datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


def cut(pids: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pid) from unnest(%s) pid", [list(pids)])


def fired_by_the_worker() -> None:
    seed(1)
    steps = ClockRung.objects.filter(
        pk__in=list(ClockRung.objects.filter(whom="group", state="waiting").values_list("pk", flat=True))
    )
    steps.update(due_at=now())
    send(fire_due_rungs)
    eventually(lambda: not steps.filter(state="waiting").exists())


def test_it_is_kept_from_task_to_task_and_replaced_where_it_was_cut(log, agent):
    log(agent)
    ours = connections()
    with worker("-c", "1"):
        fired_by_the_worker()
        first = connections() - ours
        fired_by_the_worker()
        assert first
        assert connections() - ours == first
        cut(first)
        fired_by_the_worker()
        assert (connections() - ours) & first == set()
