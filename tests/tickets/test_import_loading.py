"""Loading: what becomes of rows, never twice, live or archive; broken files, silent workers, the same file at once (HC-3)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from accounts.history import broken_places
from accounts.models import HistoryEntry
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed
from escalation.models import Clock, Escort
from tests.tickets.imports import DEFINITION, HEAD, begun, counts, loaded, row, run_next, table
from tickets.actions import loading
from tickets.actions.importing import begin_try, load_tried, save_mapping, take_in
from tickets.actions.loading import claim_load, run_load
from tickets.models import ImportLoad, ImportMapping, OutsideReference, Report, Ticket

pytestmark = [pytest.mark.req("HC-3"), pytest.mark.django_db]
FOUR = [row(1), row(2, status="Work", kind="HC"), row(3, status="Done"), row(4, status="End", closed="2023-03-02 09:00")]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_every_row_becomes_a_ticket_with_the_status_of_its_source(support_hc):
    assert counts(loaded(table(*FOUR), support_hc)) == ("done", 4, 4, 0, 0)
    assert list(Ticket.objects.order_by("id").values_list("status", flat=True)) == ["open", "in_progress", "solved", "closed"]
    assert all(Ticket.objects.values_list("imported", flat=True))
    closed = OutsideReference.objects.get(system="MyCX", number="4").ticket.closed_at
    assert closed == datetime(2023, 3, 2, 2, tzinfo=UTC)


def test_the_same_file_again_adds_nothing(support_hc):
    loaded(table(*FOUR), support_hc)
    assert counts(loaded(table(*FOUR), support_hc)) == ("done", 4, 0, 4, 0)
    assert Ticket.objects.count() == 4


def test_a_number_twice_in_one_file_is_loaded_once(support_hc, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    assert counts(loaded(table(row(1), row(1), row(2), row(1)), support_hc)) == ("done", 4, 2, 2, 0)


def test_a_refused_row_is_kept_with_its_number_and_reason(support_hc):
    load = loaded(table(row(1), row(2, status="Entah"), row("", status="End")), support_hc)
    assert counts(load) == ("done", 3, 1, 0, 2)
    kept = list(load.refused_rows.values_list("row", "number", "reason"))
    assert kept == [(3, "2", "Status (status): nilai “Entah” tidak ada di pemetaan"), (4, "", "Nomor tiket: nomor kosong")]


def test_a_try_counts_like_the_load_and_leaves_nothing(support_hc, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    rows = [*FOUR, row(1), row(5, status="Entah")]
    assert counts(loaded(table(*rows), support_hc, is_try=True)) == ("done", 6, 4, 1, 1)
    assert not Ticket.objects.exists()
    assert counts(loaded(table(*rows), support_hc)) == ("done", 6, 4, 1, 1)


def test_archived_tickets_start_no_clock_make_no_escort_and_are_no_repeat_reports(support_hc):
    loaded(table(*FOUR), support_hc)
    assert not Clock.objects.exists() and not Escort.objects.exists() and not Report.objects.exists()


def test_live_open_tickets_start_their_clocks_now_and_hard_ones_stand_in_the_queue(support_hc):
    before = now()
    loaded(table(*FOUR), support_hc, live=True)
    clocks = Clock.objects.select_related("ticket")
    assert {clock.ticket.status for clock in clocks} == {"open", "in_progress"}
    assert all(clock.started_at >= before for clock in clocks)
    assert [escort.ticket.references.get().number for escort in Escort.objects.all()] == ["2"]
    assert not Report.objects.exists()


def test_imported_tickets_do_not_count_towards_a_hard_complaint(support_hc, agent, log):
    loaded(table(*(row(number).replace(f"15240{number}", "152401234567") for number in range(1, 5))), support_hc)
    fresh = log(agent, service_number="152401234567")
    assert (fresh.repeat_count, fresh.kind) == (0, "regular")


def test_each_ticket_has_one_row_of_history_and_the_chain_holds(support_hc):
    load = loaded(table(*FOUR), support_hc)
    entries = HistoryEntry.objects.filter(act="ticket.imported")
    assert sorted(entry.facts["number"] for entry in entries) == ["1", "2", "3", "4"]
    assert {entry.facts["load"] for entry in entries} == {load.pk}
    assert list(broken_places()) == []


def test_words_with_every_mark_are_stored_as_they_came(support_hc):
    symptom = 'Kutip "a", miring \\n, tab\t, emoji 👩‍👩‍👧, RTL \u202e, baris\nbaru'
    quoted = symptom.replace('"', '""')
    loaded(table(f'1,2023-03-01,,Open,,"{quoted}",1'), support_hc)
    assert Ticket.objects.get().symptom == symptom


def test_a_file_that_breaks_in_the_middle_loads_nothing(support_hc, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 1)
    load = loaded(table(row(1), row(2), '3,"belum tutup'), support_hc)
    assert counts(load) == ("failed", 0, 0, 0, 0)
    assert "baris 4" in load.problem and not Ticket.objects.exists()


def test_a_file_with_only_a_head_is_done_with_nothing(support_hc):
    assert counts(loaded(ContentFile(HEAD.encode(), name="kosong.csv"), support_hc)) == ("done", 0, 0, 0, 0)


def test_a_file_that_is_gone_ends_the_load_in_words(support_hc):
    load = begun(table(*FOUR), support_hc)
    load.file.storage.delete(str(load.file.name))
    load = run_load(ImportLoad.objects.get(pk=load.pk))
    assert load.state == "failed" and "Unggah lagi" in load.problem


def test_a_load_goes_on_where_a_silent_worker_stopped(support_hc, monkeypatch, forward):
    monkeypatch.setattr(loading, "BATCH", 2)
    load = begun(table(*FOUR, row(5)), support_hc)
    run_load(load, until=now() - timedelta(seconds=1))
    ImportLoad.objects.update(state="running")
    assert claim_load() is None
    forward(minutes=3)
    assert counts(run_next()) == ("done", 5, 5, 0, 0)


def test_a_try_that_is_taken_up_again_still_knows_its_own_numbers(support_hc, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    load = begun(table(row(1), row(2), row(1), row(2)), support_hc, is_try=True)
    run_load(load, until=now() - timedelta(seconds=1))
    assert counts(run_next()) == ("done", 4, 2, 2, 0)


def test_a_long_load_waits_for_the_next_tick(support_hc, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    load = run_load(begun(table(*FOUR), support_hc), until=now() - timedelta(seconds=1))
    assert counts(load) == ("waiting", 2, 2, 0, 0)


def test_a_worker_that_lost_its_load_adds_nothing(support_hc, forward):
    slow = begun(table(*FOUR), support_hc)
    forward(minutes=3)
    run_next()
    assert counts(run_load(slow)) == ("done", 4, 4, 0, 0)
    assert Ticket.objects.count() == 4


def test_workers_that_die_over_the_same_rows_again_and_again_end_the_load(support_hc, forward):
    begun(table(*FOUR), support_hc)
    for _worker in range(loading.MOST_TAKEOVERS):
        forward(minutes=3)
        claim_load()
    forward(minutes=3)
    load = run_next()
    assert load.state == "failed" and "Berhenti berulang" in load.problem


def test_the_oldest_load_is_claimed_first_and_once(support_hc):
    first, second = begun(table(row(1)), support_hc), begun(table(row(2)), support_hc)
    ImportLoad.objects.update(state="waiting", claimed_at=None)
    assert [claim_load(), claim_load(), claim_load()] == [first, second, None]


# From the page: taken in, tried, loaded


def tried(support_hc, *rows: str) -> ImportLoad:
    taken = take_in(table(*rows), {}, by=support_hc)
    begin_try(taken, save_mapping("MyCX", DEFINITION, by=support_hc), by=support_hc)
    return run_next()


def test_what_was_tried_is_loaded_once_however_often_it_is_pressed(support_hc):
    attempt = tried(support_hc, *FOUR)
    first, second = (load_tried(attempt, live=False, by=support_hc) for _press in range(2))
    assert first == second and counts(run_next()) == ("done", 4, 4, 0, 0)


def test_a_try_may_be_repeated_with_another_mapping(support_hc):
    attempt = tried(support_hc, *FOUR, row(5, status="Baru"))
    assert counts(attempt) == ("done", 5, 4, 0, 1)
    status = {"column": "status", "values": DEFINITION["fields"]["status"]["values"], "otherwise": "open"}
    better = DEFINITION | {"fields": DEFINITION["fields"] | {"status": status}}
    begin_try(attempt, save_mapping("MyCX", better, by=support_hc), by=support_hc)
    assert counts(run_next()) == ("done", 5, 5, 0, 0)
    assert not attempt.refused_rows.exists()


def test_nothing_is_loaded_before_its_try_is_done(support_hc):
    taken = take_in(table(*FOUR), {}, by=support_hc)
    with pytest.raises(Conflict):
        load_tried(taken, live=False, by=support_hc)


def test_a_loaded_file_is_not_tried_again(support_hc):
    attempt = tried(support_hc, *FOUR)
    load_tried(attempt, live=False, by=support_hc)
    with pytest.raises(Conflict):
        begin_try(attempt, ImportMapping.objects.get(kind="tickets", name="MyCX"), by=support_hc)


def test_a_saved_mapping_is_changed_under_its_name_and_running_loads_keep_theirs(support_hc):
    attempt = tried(support_hc, *FOUR)
    save_mapping("MyCX", DEFINITION | {"system": "Sephia"}, by=support_hc)
    load_tried(attempt, live=False, by=support_hc)
    run_next()
    assert ImportMapping.objects.get(kind="tickets", name="MyCX").definition["system"] == "Sephia"
    assert set(OutsideReference.objects.values_list("system", flat=True)) == {"MyCX"}


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".csv", "../../x.csv", "..\\..\\x.csv", "con.txt", "a\x00b.csv", "\u202egpj.csv", ""]
)
def test_a_file_is_stored_under_a_name_of_ours_whatever_it_calls_itself(support_hc, name, tmp_path):
    file = table(*FOUR)
    file.name = name
    load = take_in(file, {}, by=support_hc)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.parent for path in stored] == [tmp_path / "imports"] and stored[0].suffix == ".table"
    assert len(load.file_name) <= 200 and not set(load.file_name) & set("/\\\x00\u202e")


@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor", "quality_control", "administrator", "client_reader"])
def test_only_support_hc_loads(who, request):
    person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        take_in(table(*FOUR), {}, by=person)
    with pytest.raises(NotAllowed):
        save_mapping("MyCX", DEFINITION, by=person)


def test_a_mapping_without_a_name_is_refused(support_hc):
    with pytest.raises(Invalid):
        save_mapping("  ", DEFINITION, by=support_hc)
