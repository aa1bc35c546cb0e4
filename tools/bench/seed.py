"""Tickets in bulk, by SQL: most of them finished, as on a floor that has worked for years."""

from django.db import connection

OPEN_TICKETS = 6_000  # open at once, whatever has been finished
ESCORTED = 1_200


def top_up(wanted: int) -> None:
    """Bring the number of tickets up to ``wanted``; the newest are the open ones."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from tickets_ticket")
        first = cursor.fetchone()[0] + 1
        for statement in STATEMENTS:
            cursor.execute(statement, {"first": first, "wanted": wanted, "open": OPEN_TICKETS, "escorted": ESCORTED})
        cursor.execute("vacuum analyze")


CUSTOMERS = """
insert into tickets_customer (service_number, service_line, name, contact_phone, contact_email, segment, region, area, updated_at)
select '1311' || lpad(n::text, 8, '0'), 'indihome', 'Pelanggan ' || md5(n::text), '+62812' || lpad(n::text, 8, '0'), '', 'DCS',
  1 + n %% 7, 'Kota ' || n %% 400, now()
from generate_series(%(first)s, %(wanted)s) n where n %% 3 = 0 on conflict do nothing"""

# Every ticket but the newest is finished; those before them were closed at the last top-up or are closed now.
FINISH = """
update tickets_ticket set status = 'closed', closed_at = now(), solved_at = now(), clock_due_at = null, clock_started_at = null
where status <> 'closed' and id < %(wanted)s - %(open)s"""
FINISH_ESCORTS = "update escalation_escort set state = 'closed', owner_id = null where ticket_id < %(wanted)s - %(escorted)s"

TICKETS = """
insert into tickets_ticket (id, status, kind, interaction, channel, customer_id, service_number, service_line, segment, customer_name,
  reporter_name, contact_phone, contact_email, region, area, symptom, description, criteria, overruled_criteria, repeat_count, team_id,
  logged_by_id, assignee_id, holder_kind, holder_person_id, holder_name, holder_since, opened_at, solved_at, closed_at, solution, cause,
  reopened, imported, version, last_word, last_word_at, clock_milestone, clock_state, clock_started_at, clock_due_at)
select n,
  case when n >= %(wanted)s - %(open)s then 'in_progress' else 'closed' end,
  case when n >= %(wanted)s - %(escorted)s then (array['hard_complaint', 'hard_complaint', 'hard_complaint', 'super_emergency'])[1 + n %% 4]
    else 'regular' end,
  'complaint', 'call', c.id, c.service_number, 'indihome', 'DCS', c.name, c.name, c.contact_phone, '', 1 + n %% 7, 'Kota ' || n %% 400,
  (array['Internet mati total', 'Internet lambat malam hari', 'Telepon mati', 'Tagihan tidak sesuai', 'Modem restart'])[1 + n %% 5]
    || ' ' || substr(md5(n::text), 1, 6),
  'Uraian ' || md5(n::text), '[]', '[]', n %% 4, t.id, p.id, p.id, 'agent', p.id, '', now(),
  now() - (%(wanted)s - n) * interval '1 minute',
  case when n < %(wanted)s - %(open)s then now() end, case when n < %(wanted)s - %(open)s then now() end, '', '', 0, false, 1,
  'Teknisi dijadwalkan', now(),
  case when n >= %(wanted)s - %(open)s then 'solution' else '' end, case when n >= %(wanted)s - %(open)s then 'running' else '' end,
  case when n >= %(wanted)s - %(open)s then now() end, case when n >= %(wanted)s - %(open)s then now() + n %% 600 * interval '1 minute' end
from generate_series(%(first)s, %(wanted)s) n
join tickets_customer c on c.service_number = '1311' || lpad((n - n %% 3)::text, 8, '0')
join lateral (select id, team_id from accounts_person where role = 'agent' order by id offset n %% 6 limit 1) p on true
join accounts_team t on t.id = p.team_id"""

REPORTS = """
insert into tickets_report (ticket_id, service_number, kind, description, by_id, reported_at)
select id, service_number, 'complaint', description, logged_by_id, opened_at from tickets_ticket where id >= %(first)s"""

ESCORTS = """
insert into escalation_escort (ticket_id, kind, rank, state, cause, responsible_unit, severity, note, returns, returned, raise_reason,
  kind_before, state_before, queued_at, version, next_due_at)
select id, kind, case kind when 'super_emergency' then 0 else 3 end, 'queued', '', '', '', '', 0, false, '', '', '', now(), 1, clock_due_at
from tickets_ticket where id >= greatest(%(first)s, %(wanted)s - %(escorted)s) and kind <> 'regular'"""

CLOCKS = """
insert into escalation_clock (ticket_id, policy_id, milestone, state, seconds, started_at, due_at, ended_by, uncertain)
select t.id, p.id, m.milestone, case when t.status = 'closed' then 'met' else 'running' end, 14400, t.opened_at, t.opened_at
  + interval '4 hours', '', false
from tickets_ticket t join lateral (select id from escalation_policy where kind = t.kind order by version desc limit 1) p on true
cross join (values ('customer_update'), ('solution')) m(milestone) where t.id >= %(first)s"""

ENTRIES = """
insert into accounts_historyentry (subject_kind, subject_id, sequence, at, by_id, door, act, facts, digests, previous_hash, hash)
select 'ticket', t.id, s, t.opened_at + s * interval '10 minutes', t.logged_by_id, 'page',
  (array['ticket.logged', 'ticket.updated', 'ticket.closed'])[s], '{}', '{}', '', md5(t.id || ':' || s)
from tickets_ticket t cross join generate_series(1, 3) s where t.id >= %(first)s"""

DETAILS = """
insert into accounts_historydetail (entry_id, field, before, after, salt)
select id, 'description', null, '"Uraian panjang dari pelanggan"', 'x' from accounts_historyentry
where subject_kind = 'ticket' and subject_id >= %(first)s and sequence = 1"""

STATEMENTS = [
    CUSTOMERS,
    FINISH,
    FINISH_ESCORTS,
    TICKETS,
    "select setval(pg_get_serial_sequence('tickets_ticket', 'id'), (select max(id) from tickets_ticket))",
    REPORTS,
    ESCORTS,
    CLOCKS,
    ENTRIES,
    DETAILS,
]
