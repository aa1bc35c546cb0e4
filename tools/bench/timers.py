"""How fast due rungs are fired and their messages arrive, beside the same writes as bare SQL in the same run.

The rows are the engine's own tables; the workers are real Celery workers with their beat; the sink is a local HTTP server.
"""

from pathlib import Path
from typing import Any

from django.db import connection

from escalation.models import Clock, ClockRung, Policy
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parents[2]


def _copies(model: type[Any], changes: dict[str, str], source: str) -> str:
    """An INSERT of copies of one row, ``changes`` mapping columns to SQL."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    values = ", ".join(changes.get(column, f"s.{column}") for column in columns)
    return f"insert into {model._meta.db_table} ({', '.join(columns)}) select {values} from {source}"  # noqa: S608


def seed(number: int, whom: str) -> None:
    """Lay so many tickets, each with a running clock whose first rung waits; far ahead until they are called due."""
    policy, template = Policy.objects.order_by("pk")[:1].get(), Ticket.objects.order_by("pk")[:1].get()
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from tickets_ticket")
        last = cursor.fetchone()[0]
        source = f"tickets_ticket s, generate_series(1, {number}) where s.id = {template.pk}"
        cursor.execute(_copies(Ticket, {"status": "'open'", "kind": "'hard_complaint'", "holder_kind": "'support_hc'"}, source))
        cursor.execute(
            """insert into escalation_clock (ticket_id, policy_id, milestone, state, seconds, started_at, due_at, ended_by,
              uncertain)
            select id, %s, 'solution', 'running', 60, now(), now(), '', false from tickets_ticket where id > %s""",
            [policy.pk, last],
        )
        cursor.execute(
            """insert into escalation_clockrung (clock_id, "order", after_seconds, whom, channel, repeat_seconds, repeats_left,
              due_at, state, reached, problem)
            select c.id, 1, 60, %s, 'page', 0, 0, now() + interval '1 day', 'waiting', '', ''
            from escalation_clock c where c.ticket_id > %s""",
            [whom, last],
        )
        for table in (Ticket, Clock, ClockRung):
            cursor.execute(f"vacuum analyze {table._meta.db_table}")
