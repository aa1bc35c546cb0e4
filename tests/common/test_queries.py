"""Statements that are compiled once: the same rows as the query that they come from, for any number of keys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.queries import Prepared
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import HolderKind, Ticket

pytestmark = pytest.mark.django_db


def rows_of(keys):
    tickets = Ticket.objects.filter(pk__in=keys, holder_kind=HolderKind.AGENT).order_by("id")
    return tickets.values_list("id", "opened_at", "criteria", "imported", "team__name")


@pytest.fixture
def tickets(agent):
    return [actions.log_ticket(actions.Intake(**FORM | {"service_number": f"1311{n}"}), by=agent).pk for n in range(12)]


@pytest.mark.parametrize("size", [1, 2, 10, 11])
def test_it_gives_the_rows_of_its_query_with_their_python_values(tickets, size):
    prepared = Prepared(rows_of)
    for keys in (tickets[:size], tickets[-size:]):
        assert [tuple(row) for row in prepared(keys)] == list(rows_of(keys))


def test_without_a_key_nothing_is_asked(tickets):
    with CaptureQueriesContext(connection) as asked:
        assert Prepared(rows_of)([]) == []
    assert len(asked) == 0


def test_a_key_that_no_row_has_finds_none(tickets):
    assert Prepared(rows_of)([max(tickets) + 1]) == []


def test_lists_of_any_length_up_to_a_page_share_few_statements(tickets):
    prepared = Prepared(rows_of)
    with CaptureQueriesContext(connection) as asked:
        for length in range(1, 201):
            prepared([*tickets, *range(1_000, 1_200)][:length])
    assert len({query["sql"].count(",") for query in asked}) == 4
