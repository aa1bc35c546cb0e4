"""Database triggers that refuse to change the history, on both databases (QM-2).

A migration installs them; tests that empty tables lift them meanwhile. SQLite changes a table by building it anew, which
drops its triggers without a word: a later migration that alters one of these tables must end with ``install``.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

ENTRY, DETAIL, SEAL = "accounts_historyentry", "accounts_historydetail", "accounts_historyseal"
FORBIDDEN = [(ENTRY, "update"), (ENTRY, "delete"), (DETAIL, "delete"), (SEAL, "update"), (SEAL, "delete")]
EMPTYING = [(table, "truncate") for table in (ENTRY, DETAIL, SEAL)]  # PostgreSQL alone knows it
# A detail may only be emptied, by retention or erasure.
EMPTIED = "new.before is null and new.after is null and new.salt = '' and new.entry_id = old.entry_id and new.field = old.field"


def _postgres() -> list[str]:
    function = (
        "create or replace function history_refuses() returns trigger language plpgsql as $$ begin "
        "raise exception 'history is append-only'; end $$"
    )
    forbidden = [
        f"create trigger {table}_no_{act} before {act} on {table} for each row execute function history_refuses()"
        for table, act in FORBIDDEN
    ]
    forbidden += [
        f"create trigger {table}_no_{act} before {act} on {table} for each statement execute function history_refuses()"
        for table, act in EMPTYING
    ]
    emptied = (
        f"create trigger {DETAIL}_no_update before update on {DETAIL} for each row when (not ({EMPTIED})) "
        "execute function history_refuses()"
    )
    return [function, *forbidden, emptied]


def _sqlite() -> list[str]:
    refuse = "begin select raise(abort, 'history is append-only'); end"
    forbidden = [f"create trigger {table}_no_{act} before {act} on {table} {refuse}" for table, act in FORBIDDEN]
    return [*forbidden, f"create trigger {DETAIL}_no_update before update on {DETAIL} when not ({EMPTIED}) {refuse}"]


def install(connection: BaseDatabaseWrapper) -> None:
    """Lay the triggers; twice does no harm."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _postgres() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Lift the triggers."""
    names = [(table, f"{table}_no_{act}") for table, act in [*FORBIDDEN, *EMPTYING, (DETAIL, "update")]]
    with connection.cursor() as cursor:
        for table, name in names:
            on = f" on {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"drop trigger if exists {name}{on}")
