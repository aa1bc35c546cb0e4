"""Indexes of tables that people work on while they are made and removed: on PostgreSQL without a lock on the table.

SQLite knows no other way than the plain one. The migrations that use these are not ``atomic``.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations
from django.db.migrations import operations


def _is_postgresql(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


class _Beside:
    """Both directions as PostgreSQL can, or where it is another database the plain way."""

    concurrent: type[Any]
    plain: type[Any]

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._way(schema_editor).database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._way(schema_editor).database_backwards(self, app_label, schema_editor, from_state, to_state)

    def _way(self, schema_editor: Any) -> type[Any]:
        return self.concurrent if _is_postgresql(schema_editor) else self.plain


class AddIndexBeside(_Beside, AddIndexConcurrently):
    """A new index."""

    concurrent, plain = AddIndexConcurrently, migrations.AddIndex


class RemoveIndexBeside(_Beside, RemoveIndexConcurrently):
    """An index that nobody needs any more."""

    concurrent, plain = RemoveIndexConcurrently, migrations.RemoveIndex


def _drop_beside(schema_editor: Any, table: str, beginning: str) -> None:
    """Drop the indexes that Django named so; constraints stay."""
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, table)
    how = "drop index concurrently" if _is_postgresql(schema_editor) else "drop index"
    for name, what in found.items():
        if name.startswith(beginning) and what["index"] and not what["foreign_key"] and not what["unique"]:
            schema_editor.execute(f"{how} {schema_editor.quote_name(name)}")


class RemoveKeyIndexBeside(migrations.AlterField):
    """The index that Django gives to a foreign key, where another index begins with that key or nobody looks for it.

    ``field`` is the foreign key with ``db_index=False``.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = f"{app_label}_{self.model_name_lower}"
        _drop_beside(schema_editor, table, f"{table}_{self.name}_id_")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class RemovePatternIndexBeside(operations.base.Operation):
    """The second index that Django gives to unique text on PostgreSQL, for ``like``, where nobody asks so."""

    reduces_to_sql = False

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model knows nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_postgresql(schema_editor):
            table = f"{app_label}_{self.model_name}"
            _drop_beside(schema_editor, table, f"{table}_{self.name}_")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nobody missed it."""


class LeaveRoomOnPages(operations.base.Operation):
    """Fill new pages of a table by so many per cent, on PostgreSQL, without stopping anybody.

    A row that changes where its page has room needs no new entry in any index, as long as no indexed column changes (HOT).
    """

    reduces_to_sql = False

    def __init__(self, model_name: str, percent: int, before: int = 100) -> None:
        self.model_name, self.percent, self.before = model_name, percent, before

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model knows nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._fill(app_label, schema_editor, self.percent)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._fill(app_label, schema_editor, self.before)

    def _fill(self, app_label: str, schema_editor: Any, percent: int) -> None:
        if _is_postgresql(schema_editor):
            schema_editor.execute(f"alter table {app_label}_{self.model_name} set (fillfactor = {percent})")
