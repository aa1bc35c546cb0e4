"""The tool that kills a process in the middle of an act kills nothing else (trust.md F5)."""

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from accounts.models import Counter
from tests.dying import killed

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
OPEN = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"


@pytest.fixture
def loop(monkeypatch) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop to run, as one does after a story in the browser; none runs yet."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    before, made = asyncio._get_running_loop(), asyncio.new_event_loop()
    asyncio._set_running_loop(None)
    yield made
    asyncio._set_running_loop(before)
    made.close()


def half() -> None:
    with transaction.atomic():
        Counter.objects.create(name="half", value=1)
        Counter.read("half")
        Counter.read("half")


def test_what_dies_leaves_no_session_open_even_where_the_parent_has_another_connection_beside_a_loop(loop):
    assert Counter.read("half") == 0  # opens the connection that there is without the loop
    asyncio._set_running_loop(loop)
    assert killed(half, 2)
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        assert cursor.fetchone() == (0,)
    assert Counter.read("half") == 0
    connection.close()
