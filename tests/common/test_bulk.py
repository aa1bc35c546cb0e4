"""Many rows at once hold what single ones would: any text, number, moment and nothing at all (``common/bulk.py``)."""

from datetime import UTC

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from common import bulk
from common.clock import now
from escalation.models import Notification

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.django_db]
ODD = ["\\N", "\\", "\\.", "a\tb\r\nc\\n", '"', '{"a"}', "NULL", "null", "", " ", "😀", "a,b"]
TEXTS = st.sampled_from(ODD) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
FACTS = st.none() | TEXTS | st.integers(-(2**60), 2**60) | st.lists(TEXTS, max_size=2)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1 < moment.year < 9999)
ROWS = st.lists(st.tuples(TEXTS, FACTS, MOMENTS), min_size=1, max_size=9)
STORED = ("text", "says", "read_at")


@pytest.fixture
def always(agent):
    return {"person_id": agent.pk, "ticket_id": None, "event": "rung", "url": "\t\\", "created_at": now()}


def found(*names):
    return list(Notification.objects.order_by("pk").values_list(*names))


def for_any_rows(check):
    def tried(rows):
        with transaction.atomic():
            check(rows)
            transaction.set_rollback(True)

    settings(max_examples=150)(given(ROWS)(tried))()


def test_what_is_inserted_stands_there(always):
    def check(rows):
        named = [(f"k{place}", *row) for place, row in enumerate(rows)]
        bulk.insert_values(Notification, ("key", *STORED), named, always)
        assert found("key", *STORED) == named
        assert set(found(*always)) == {tuple(always.values())}

    for_any_rows(check)


def test_what_is_changed_stands_there_and_a_row_that_is_not_as_it_was_read_is_left(always):
    def check(rows):
        keys = [f"k{place}" for place, _ in enumerate(rows)]
        bulk.insert_values(Notification, ["key"], [[key] for key in keys], always | {"text": "before"})
        changes = [(key, "before", text, moment) for key, (text, _, moment) in zip(keys, rows, strict=True)]
        gone = (keys[-1], "something else", "never", None)
        assert bulk.update_where(Notification, ("key", "text"), ("text", "read_at"), [gone, *changes]) == len(rows)
        assert found("text", "read_at") == [(text, moment) for text, _, moment in rows]
        text, _, moment = rows[0]
        alike = [(key, before, text, moment) for key, (before, *_) in zip(keys, rows, strict=True)]
        assert bulk.update_where(Notification, ("key", "text"), ("text", "read_at"), alike) == len(rows)
        assert found("text", "read_at") == [(text, moment)] * len(rows)

    for_any_rows(check)


def test_all_with_these_keys_are_set_alike(always):
    bulk.insert_values(Notification, ["key"], [["a"], ["b"], ["c"]], always | {"text": "before"})
    first, second, _ = Notification.objects.order_by("pk").values_list("pk", flat=True)
    bulk.set_all(Notification, [second, first], {"text": "it's 100 %", "read_at": None, "ticket_id": None})
    bulk.set_all(Notification, [], {"text": "never"})
    assert found("key", "text") == [("a", "it's 100 %"), ("b", "it's 100 %"), ("c", "before")]
