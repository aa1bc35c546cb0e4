"""How fast due rungs are fired, beside the same writes as bare SQL in the same run, with one worker and with two.

The rows are the engine's own tables. A worker is a process that fires until nothing is due, as the task does; the figures come
from outside: how many rows still wait is counted now and then until none do.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.models import HistoryEntry
from escalation.models import Clock, ClockRung, Group, Message, Policy
from tickets.models import Hand, Ticket

ROOT = Path(__file__).resolve().parents[2]
SIZES = [int(size) for size in os.environ.get("BENCH_RUNGS", "1000,10000,100000").split(",")]
PATIENCE = int(os.environ.get("BENCH_PATIENCE", "300"))  # seconds for one size; what takes longer is said and left
GOALS = (30, 60)  # per cent of the bare SQL: first, and later


@dataclass(frozen=True)
class Drained:
    """Seconds from the start of the workers' work until the first, the half, 99 of 100 and all rows were committed."""

    first: float
    p50: float
    p99: float
    all: float
    rows: int

    @property
    def rate(self) -> float:
        return self.rows / self.all


def copies(model: type[Any], changes: dict[str, str], source: str) -> str:
    """An INSERT of copies of a row of ``model``, named ``s`` in ``source``; ``changes`` maps columns to SQL."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    columns = [f'"{field.column}"' for field in fields]
    values = ", ".join(changes.get(field.column, f's."{field.column}"') for field in fields)
    return f"insert into {model._meta.db_table} ({', '.join(columns)}) select {values} from {source}"  # noqa: S608 our own names


def seed(number: int) -> None:
    """So many tickets, each with a running clock whose only rung waits for Telkom's group, due in thirty days."""
    policy, template = Policy.objects.order_by("pk")[:1].get(), Ticket.objects.order_by("pk")[:1].get()
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from tickets_ticket")
        last = cursor.fetchone()[0]
        source = f"tickets_ticket s, generate_series(1, {number}) where s.id = {template.pk}"
        cursor.execute(copies(Ticket, {"status": "'open'", "kind": "'hard_complaint'", "holder_kind": "'support_hc'"}, source))
        cursor.execute(CLOCKS, [policy.pk, last])
        cursor.execute(RUNGS, [last])
        # As the server does by itself where autovacuum is on; what the step before left dead must not weigh on this one.
        for table in (Ticket, Clock, ClockRung, Message, Hand, HistoryEntry):
            cursor.execute(f"vacuum analyze {table._meta.db_table}")


CLOCKS = """
insert into escalation_clock (ticket_id, policy_id, milestone, state, seconds, started_at, due_at, ended_by, uncertain)
select id, %s, 'solution', 'running', 60, now(), now(), '', false from tickets_ticket where id > %s"""
RUNGS = """
insert into escalation_clockrung (clock_id, "order", after_seconds, whom, channel, repeat_seconds, repeats_left, due_at, state,
  reached, problem)
select id, 1, 60, 'group', 'page', 0, 0, now() + interval '30 days', 'waiting', '', ''
from escalation_clock where ticket_id > %s"""
FINISHED = """
insert into escalation_clockrung (clock_id, "order", after_seconds, whom, channel, repeat_seconds, repeats_left, due_at, state,
  ended_at, reached, problem)
select c.id, n, 60, 'group', 'page', 0, 0, now() - interval '9 days', 'fired', now(), 'Telkom', ''
from (select id from escalation_clock order by id limit 1) c, generate_series(1000, 31999) n"""


def outbox() -> str:
    """The INSERT of one message for each of the tickets, as the floor writes it."""
    group = Group.objects.filter(purpose="telkom").order_by("pk")[:1].get()
    empty = {str(field.column): field.get_default() for field in Message._meta.concrete_fields if not field.primary_key}
    given = {"key": "'floor:' || id", "ticket_id": "id", "group_id": str(group.pk), "text": "'Jam lewat'", "about": "'rung'"}
    given |= {"state": "'queued'", "created_at": "now()", "queued_at": "now()", "next_try_at": "now()"}
    values = [given.get(name) or ("null" if value is None else f"'{value}'") for name, value in empty.items()]
    return f"insert into {Message._meta.db_table} ({', '.join(empty)}) select {', '.join(values)} from unnest(%s) id"  # noqa: S608


def drained(mode: str, workers: int, number: int) -> Drained | None:
    """Let so many processes fire ``number`` rows, and watch them from outside; None where that takes longer than the patience."""
    seed(number)
    command = [sys.executable, "-m", "tools.bench.timers_worker", mode]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)
    ]
    for each in running:
        assert each.stdout and each.stdout.readline() == "ready\n"  # noqa: S101 a worker that does not start ends the bench
    ClockRung.objects.filter(state="waiting").update(due_at="2020-01-01T00:00:00Z")
    began = time.perf_counter()
    for each in running:
        assert each.stdin  # noqa: S101
        each.stdin.write("go\n")
        each.stdin.flush()
    seen = _watched(began, number)
    for each in running:
        if seen is None:
            each.kill()
        each.communicate(timeout=60)
    if seen is None:
        ClockRung.objects.filter(state="waiting").delete()
    return seen


def _watched(began: float, number: int) -> Drained | None:
    marks: dict[str, float] = {}
    while "all" not in marks:
        asked = time.perf_counter()
        left = ClockRung.objects.filter(state="waiting").count()
        passed = time.perf_counter() - began
        if passed > PATIENCE:
            return None
        for name, share in (("first", 0), ("p50", 0.5), ("p99", 0.99), ("all", 1)):
            if number - left >= max(1, share * number):
                marks.setdefault(name, passed)
        time.sleep(max(0.005, 9 * (time.perf_counter() - asked)))  # looking takes a tenth of a core at the most
    return Drained(rows=number, **marks)


def measure() -> None:
    """Print the table."""
    ClockRung.objects.filter(state="waiting").delete()
    head = f"{'first s':>9}{'p50 s':>8}{'p99 s':>8}{'rows/s':>9}{'bare SQL':>10}{'its p99 s':>11}"
    print(f"\n{'due rungs fired':<26}{head}   of bare SQL (goals {GOALS[0]} %, {GOALS[1]} %)")
    for number in SIZES:
        for workers in (1, 2):
            _show(f"{number:,}, {workers} worker(s)", drained("engine", workers, number), drained("floor", workers, number))
    with connection.cursor() as cursor:
        for place in range(33):
            cursor.execute(FINISHED.replace("order by id limit 1", f"order by id offset {place} limit 1"))
        cursor.execute("vacuum analyze escalation_clockrung")
    _show("beside 1,000,000 finished", drained("engine", 2, 10_000), drained("floor", 2, 10_000))


def _show(name: str, engine: Drained | None, floor: Drained | None) -> None:
    if engine is None or floor is None:
        print(f"{name:<26} not in {PATIENCE} s: {'the engine' if engine is None else 'the bare SQL'}", flush=True)
        return
    ours = f"{engine.first:>9.2f}{engine.p50:>8.2f}{engine.p99:>8.2f}{engine.rate:>9.0f}"
    print(f"{name:<26}{ours}{floor.rate:>10.0f}{floor.p99:>11.2f}   {engine.rate / floor.rate:.0%}", flush=True)
