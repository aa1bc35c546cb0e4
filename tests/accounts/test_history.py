"""The history is append-only, chained and sealed; nothing can be changed unnoticed (QM-2)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import triggers
from accounts.history import broken_places, door, record, record_all, seal_day, seal_due_days
from accounts.models import HistoryDetail, HistoryEntry, HistorySeal, Person
from accounts.tasks import seal_history
from common.clock import now

pytestmark = pytest.mark.req("QM-2")
ENTRY, DETAIL, SEAL = triggers.ENTRY, triggers.DETAIL, triggers.SEAL


@pytest.fixture
def told(agent):
    """A history with a personal value, sealed."""
    record(agent, "person.spoke", by=agent, facts={"n": 1}, personal={"phone": ("+6281220457731", "+6281220457732")})
    record(agent, "person.spoke", by=agent, facts={"n": 2})
    seal_day(now().date(), now() + timedelta(seconds=1))
    return agent


def test_what_many_are_told_together_is_chained_as_what_one_is_told(told, team_leader):
    """Whatever it holds: ``%`` stands in an address of the network, quotes and letters of all kinds in a group's name."""
    before = door.set("api fe80::1%s%%eth0")
    facts = [{"reached": ['C4 "%s"', "Regu \u2603\n\\ 100%"], "n": None, "deep": {"b": 1, "a": []}}, {}]
    record_all(Person, "person.heard", [(told.pk, facts[0]), (team_leader.pk, facts[1]), (told.pk, facts[1])], by=told)
    record(told, "person.spoke", by=None, facts=facts[0])
    door.reset(before)
    assert list(broken_places()) == []
    heard = HistoryEntry.objects.filter(subject_id=told.pk, act="person.heard").order_by("sequence")
    assert [(entry.sequence, entry.facts, entry.door) for entry in heard] == [
        (4, facts[0], "api fe80::1%s%%eth0"),
        (5, {}, "api fe80::1%s%%eth0"),
    ]


def behind_our_back(statement):
    """What somebody with the database's password could do: lift the triggers, change rows, lay them again."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    triggers.install(connection)


@pytest.mark.parametrize("table", [ENTRY, DETAIL, SEAL])
def test_the_database_refuses_to_delete(told, table):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"delete from {table}")


@pytest.mark.parametrize(
    "change", [f"{ENTRY} set act = 'x'", f"{SEAL} set entries = 0", f"{DETAIL} set after = '1'", f"{DETAIL} set salt = 'x'"]
)
def test_the_database_refuses_to_change(told, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update {change}")


def test_the_models_refuse_too(told):
    for row in (HistoryEntry.objects.latest("id"), HistorySeal.objects.get()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_querysets_end_at_the_triggers(told):
    for change in (HistoryEntry.objects.all().delete, lambda: HistoryEntry.objects.update(door="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_untouched_history_is_whole(told, capsys):
    call_command("verify_history")
    assert "whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (f"update {ENTRY} set facts = '{{\"n\": 3}}' where facts = '{{\"n\": 1}}'", "was altered"),
        (f"update {ENTRY} set by_id = null where sequence = 2", "was altered"),
        (f"update {ENTRY} set door = 'page 127.0.0.2' where sequence = 1", "was altered"),
        (f"update {DETAIL} set after = '\"+62\"'", "the value of phone was altered"),
        (f"update {SEAL} set hash = 'x'", "does not match"),
    ],
)
def test_one_changed_value_is_found(told, change, found):
    behind_our_back(change)
    assert any(found in place for place in broken_places())


def test_a_removed_row_is_found_in_chain_and_seal(told):
    entry = HistoryEntry.objects.get(facts={"n": 1})
    behind_our_back(f"delete from {DETAIL} where entry_id = {entry.pk}")
    behind_our_back(f"delete from {ENTRY} where id = {entry.pk}")
    places = list(broken_places())
    assert any("rows before it are missing" in place for place in places)
    assert any(place.startswith("seal of") for place in places)


def test_the_last_row_cannot_be_removed_after_the_seal(told):
    last = HistoryEntry.objects.latest("id")
    behind_our_back(f"delete from {ENTRY} where id = {last.pk}")
    assert any(place.startswith("seal of") for place in broken_places())


def test_the_command_fails_and_names_the_places(told, capsys):
    behind_our_back(f"update {ENTRY} set act = 'x' where sequence = 1")
    with pytest.raises(CommandError):
        call_command("verify_history")
    assert "was altered" in capsys.readouterr().err


def test_an_erased_value_is_gone_and_the_chain_still_verifies(told):
    detail = HistoryDetail.objects.get(field="phone")
    detail.erase()
    detail.refresh_from_db()
    assert (detail.before, detail.after, detail.salt) == (None, None, "")
    assert list(broken_places()) == []


def test_the_chained_row_holds_no_personal_value(told):
    entry = HistoryEntry.objects.get(facts={"n": 1})
    assert "+6281" not in str([entry.facts, entry.digests])


def test_two_cannot_take_the_same_place(told):
    last = HistoryEntry.objects.filter(subject_kind="person", subject_id=told.pk).latest("sequence")
    last.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        last.save(force_insert=True)


def until_the_next_seal() -> float:
    """Seconds to two o'clock (UTC) of tomorrow: an hour's grace lies behind every midnight."""
    moment = now()
    return (moment.replace(hour=2, minute=0) + timedelta(days=1) - moment).total_seconds()


def test_days_that_are_over_are_sealed_once(agent, forward):
    forward(seconds=until_the_next_seal())
    seal_history()
    seal_history()
    seal = HistorySeal.objects.get()
    assert seal.entries == HistoryEntry.objects.count()
    assert list(broken_places()) == []


def test_each_seal_follows_the_one_before(agent, forward):
    forward(seconds=until_the_next_seal())
    seal_due_days()
    record(agent, "person.spoke", by=agent)
    forward(seconds=until_the_next_seal())
    seal_due_days()
    first, second = HistorySeal.objects.order_by("day")
    assert second.previous_hash == first.hash
    assert (second.first_entry, second.entries) == (first.last_entry + 1, 1)
    assert list(broken_places()) == []


def test_the_door_of_an_act_is_in_its_row(agent, api, sign_in):
    api(agent).post("/api/v1/me/duty/", {"duty": "on_break"})
    sign_in(agent).post("/me/", {"duty": "on_duty"})
    doors = HistoryEntry.objects.filter(act="person.duty_set").order_by("-id").values_list("door", flat=True)
    assert list(doors[:2]) == ["page 127.0.0.1", "api 127.0.0.1"]
