"""The floor of the timers: what firing must write, as bare SQL in batches of a hundred, without a rule or a word."""

from django.db import connection, transaction

BATCH = 100
CLAIM = """
update escalation_clockrung r set state = 'fired', ended_at = now(), reached = 'Telkom' from escalation_clock c
where c.id = r.clock_id and r.state = 'waiting' and r.id in (
  select id from escalation_clockrung where state = 'waiting' and due_at <= now() order by due_at limit %s for update skip locked)
returning c.ticket_id"""
TICKET = "update tickets_ticket set holder_kind = 'telkom', holder_name = 'Telkom', holder_since = now() where id = any(%s)"
HISTORY = """
insert into accounts_historyentry (subject_kind, subject_id, sequence, at, by_id, door, act, facts, digests, previous_hash, hash)
select 'ticket', ticket, 1 + coalesce(
  (select max(sequence) from accounts_historyentry where subject_kind = 'ticket' and subject_id = ticket), 0),
  now(), null, 'task', 'clock.rung_fired', '{}', '{}', '', md5(ticket::text) from unnest(%s) ticket"""


def drain(outbox: str) -> int:
    """Fire all that is due, bare; ``outbox`` is the INSERT of the messages. Returns the rows."""
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CLAIM, [BATCH])
            ids = [ticket for (ticket,) in cursor.fetchall()]
            if not ids:
                return total
            for statement in (TICKET, HISTORY, outbox):
                cursor.execute(statement, [ids])
            total += len(ids)
