"""A process that dies, as by a power cut, before a statement of one's choice (PostgreSQL)."""

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from common import bulk
from tests.workers import eventually

DOOMED = "doomed"
LEFT_ALONE: list[BaseDatabaseWrapper] = []  # kept, because one that is thrown away says good-bye to the server


def killed(act: Callable[[], object], after: int | str) -> bool:
    """Do ``act`` in a process of its own that is killed, as by a power cut, before its statement number ``after``.

    Or before it copies rows into the table of that name: COPY is no statement that Django can count.

    Returns whether it died; False when it was through before.

    Whatever happens there, it never comes back here: a second copy of this test would empty its tables, and wait for the first.
    """
    child = os.fork()
    if child == 0:
        try:
            _die_while(act, after)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _pid, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), "the doomed process failed by itself"
    eventually(lambda: not _doomed_ones())
    return ended == signal.SIGKILL


def _die_while(act: Callable[[], object], after: int | str) -> None:
    _leave_the_parents_connection()
    left, copy = after, bulk._copy_columns

    def counting(execute: Any, *arguments: Any) -> Any:
        nonlocal left
        if isinstance(left, int):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    def copying(table: str, *arguments: Any) -> None:
        if table == after:
            os.kill(os.getpid(), signal.SIGKILL)
        copy(table, *arguments)

    bulk._copy_columns = copying  # type: ignore[assignment]  # this process ends here
    connection.settings_dict["OPTIONS"]["application_name"] = DOOMED
    with connection.execute_wrapper(counting):
        act()


def _leave_the_parents_connection() -> None:
    """A connection of its own, and the parent's neither used nor closed: what died on that one would go on in its session.

    Nor is it the one that the parent sees as its own: after a story in the browser there runs a loop, and each Django connection
    of the parent is another one with the loop than without it.
    """
    LEFT_ALONE.append(connections[DEFAULT_DB_ALIAS])
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)


def _doomed_ones() -> int:
    """How many of them the server still has: it lets go of a dead one's locks when it sees that it is gone, a moment later."""
    with connection.cursor() as cursor:
        alive = "select count(*) from pg_stat_activity where application_name = %s and datname = current_database()"
        cursor.execute(alive, [DOOMED])
        return int(cursor.fetchone()[0])
