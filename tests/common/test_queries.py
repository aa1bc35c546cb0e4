"""Questions by many keys, and statements that are compiled once: the same rows as the plain query, for any values."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from common import bulk
from common.clock import now
from common.queries import Prepared, any_of
from escalation.models import Notification
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import HolderKind, Ticket

pytestmark = pytest.mark.django_db
TEXTS = ["it's", '"quoted", with a comma', "100 %s", "back\\slash", "{a}", "", "NULL", "\N{GRINNING FACE}"]


def rows_of(keys):
    tickets = Ticket.objects.filter(any_of("pk", keys), holder_kind=HolderKind.AGENT).order_by("id")
    return tickets.values_list("id", "opened_at", "criteria", "imported", "team__name")


def since(keys, texts, moment):
    wanted = Q(any_of("pk", keys)) | Q(any_of("text", texts))
    rows = Notification.objects.filter(wanted, created_at__gte=moment, event="rung").order_by("-pk")
    return rows.values_list("key", "says", "created_at", "person__online_name")


def either(key, other):
    rows = Notification.objects.filter(pk=key).values_list("pk", "text")
    return rows.union(Notification.objects.filter(text=other).order_by().values_list("pk", "text"), all=True)


@pytest.fixture
def tickets(agent):
    return [actions.log_ticket(actions.Intake(**FORM | {"service_number": f"1311{n}"}), by=agent).pk for n in range(12)]


@pytest.fixture
def notes(agent):
    values = [(f"k{n}", text, {"n": [n]}, now() - timedelta(hours=n)) for n, text in enumerate(TEXTS)]
    always = {"person_id": agent.pk, "ticket_id": None, "event": "rung"}
    bulk.insert_values(Notification, ("key", "text", "says", "created_at"), values, always)
    return list(Notification.objects.order_by("pk"))


def test_any_of_finds_just_those(notes):
    first, second, third, *_ = notes
    assert set(Notification.objects.filter(any_of("pk", {third.pk, first.pk, 0}))) == {first, third}
    assert set(Notification.objects.filter(any_of("text", [second.text, "nobody's"]))) == {second}
    assert not Notification.objects.filter(any_of("pk", [])).exists()


@pytest.mark.parametrize("size", [1, 2, 10, 11])
def test_it_gives_the_rows_of_its_query_with_their_python_values(tickets, size):
    prepared = Prepared(rows_of)
    for keys in (tickets[:size], tickets[-size:]):
        assert prepared(keys) == list(rows_of(keys))


@pytest.mark.parametrize("text", TEXTS)
def test_keys_texts_and_moments_stand_where_they_were_meant(notes, text):
    by_key, by_text, ages_ago = Prepared(since), Prepared(either), notes[-1].created_at
    for keys, texts, moment in [([notes[0].pk], [text], ages_ago), ([], [text, "x"], ages_ago), ([], TEXTS, notes[2].created_at)]:
        assert by_key(keys, texts, moment) == list(since(keys, texts, moment))
    assert [row[0] for row in by_key([], TEXTS, notes[2].created_at)] == ["k2", "k1", "k0"]
    assert by_text(notes[3].pk, text) == list(either(notes[3].pk, text))


def test_without_a_key_nothing_is_asked(tickets):
    with CaptureQueriesContext(connection) as asked:
        assert Prepared(rows_of)([]) == []
    assert len(asked) == 0


def test_a_key_that_no_row_has_finds_none(tickets):
    assert Prepared(rows_of)([max(tickets) + 1]) == []


def test_lists_of_any_length_share_one_statement(tickets):
    prepared, asked = Prepared(rows_of), list[str]()

    def note(execute, sql, *others):
        asked.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(note):
        for length in (1, 2, 12, 1_012):
            assert len(prepared([*tickets, *range(10**6, 10**6 + 1_000)][:length])) == min(length, 12)
    assert len(asked) == 4
    assert len(set(asked)) == 1
