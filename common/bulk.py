"""Many rows of one table at once: COPY and one UPDATE on PostgreSQL, their plain twins on other databases.

COPY costs a third of the INSERTs that other databases get.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from django.db import connection, models

Rows = Sequence[Sequence[Any]]
NULL = "\\N"
ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}  # the backslash first: it stands in the others
QUOTED = {"\\": "\\\\", '"': '\\"'}


class Json(NamedTuple):
    """A value of a JSON field whose text somebody has written already; writing it costs more than the rest of its row."""

    value: Any
    text: str


def insert(rows: Sequence[models.Model]) -> None:
    """Save new objects, all of one model, and give them their keys. Runs in the caller's transaction."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(type(rows[0]), rows)
    else:
        type(rows[0])._default_manager.bulk_create(rows)


def insert_values(model: type[models.Model], names: Sequence[str], rows: Rows, always: Mapping[str, Any] | None = None) -> None:
    """The same from plain values, where nobody needs the objects or their keys: making an object costs more than storing it.

    ``names`` are the fields' names, foreign keys with ``_id``, and ``always`` what other fields are in every row; every field
    without a default in the database must be among them.
    """
    if not rows:
        return
    same = always or {}
    if connection.vendor != "postgresql":
        plain = [[value.value if isinstance(value, Json) else value for value in row] for row in rows]
        model._default_manager.bulk_create([model(**dict(zip(names, row, strict=True)), **same) for row in plain])
        return
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    columns = [_texts(by_name[name], values) for name, values in zip(names, zip(*rows, strict=True), strict=True)]
    ending = [_texts(by_name[name], [value])[0] for name, value in same.items()]
    _copy_columns(model._meta.db_table, [str(by_name[name].column) for name in (*names, *same)], columns, ending)


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk
    names, columns = [str(key.column)], [[str(number) for number in _new_keys(table, str(key.column), rows)]]
    for field in model._meta.concrete_fields:
        values = [getattr(row, field.attname) for row in rows]
        # A column that is empty in all rows is left out: that is NULL too, and new tickets have many of them.
        if field is not key and any(value is not None for value in values):
            names.append(str(field.column))
            columns.append(_texts(field, values))
    _copy_columns(table, names, columns)


def _copy_columns(table: str, names: Sequence[str], columns: Sequence[Sequence[str]], ending: Sequence[str] = ()) -> None:
    """COPY these columns, as ``_texts`` writes them; ``ending`` are the last ones, the same in every row and so written once."""
    end = "".join(f"\t{text}" for text in ending) + "\n"
    lines = BytesIO((end.join(map("\t".join, zip(*columns, strict=True))) + end).encode())
    quoted = ", ".join(f'"{name}"' for name in names)
    # Django words the driver's errors only for what it executes itself.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f'copy "{table}" ({quoted}) from stdin', lines)


def _new_keys(table: str, column: str, rows: Sequence[models.Model]) -> list[int]:
    with connection.cursor() as cursor:
        next_key = "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)"
        cursor.execute(next_key, [table, column, len(rows)])
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk, row._state.adding = key, False
    return keys


def _texts(field: "models.Field[Any, Any]", values: Sequence[Any]) -> list[str]:
    """The column in COPY's text form."""
    if isinstance(field, models.JSONField):
        values = [_json(value) for value in values]
    return _column(values, NULL, ESCAPES)


def _json(value: Any) -> str | None:
    if isinstance(value, Json):
        return value.text
    return None if value is None else json.dumps(value)


def _column(values: Sequence[Any], null: str, escapes: dict[str, str]) -> list[str]:
    """Each value as text. A whole column is cheaper than its values: what stands in every row is written once, and texts are
    escaped all together, parted by NUL, which PostgreSQL takes in no text."""
    if _is_same(values):
        return [null if values[0] is None else _escaped(_text(values[0]), escapes)] * len(values)
    kinds = set(map(type, values))
    texts = values if kinds == {str} else map(str if kinds == {int} else _text, values)
    written = _escaped("\0".join(texts), escapes).split("\0")
    return [null if value is None else text for value, text in zip(values, written, strict=True)] if None in values else written


def _is_same(values: Sequence[Any]) -> bool:
    return bool(values[0] == values[-1] and values.count(values[0]) == len(values))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _escaped(text: str, escapes: dict[str, str]) -> str:
    for character, written in escapes.items():
        text = text.replace(character, written)
    return text


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save these fields of objects of one model that the caller has locked; what ``save(update_fields=...)`` is for one."""
    if not rows:
        return
    model = type(rows[0])
    columns = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    values = [[row.pk, *(getattr(row, column) for column in columns)] for row in rows]
    update_where(model, [model._meta.pk.name], names, values)


def update_where(model: type[models.Model], keys: Sequence[str], names: Sequence[str], rows: Rows) -> int:
    """Change each row that still has the given ``keys``; returns how many had them. Runs in the caller's transaction.

    A row of ``rows`` holds the values of ``keys`` and then those of ``names``, the fields to change. A row that somebody else has
    changed meanwhile is not changed and not counted: this is how work is claimed exactly once.
    """
    if not rows:
        return 0
    if connection.vendor == "postgresql":
        return _update_from_arrays(model, keys, names, rows)
    split = len(keys)
    return sum(
        model._default_manager.filter(**dict(zip(keys, row, strict=False))).update(**dict(zip(names, row[split:], strict=True)))
        for row in rows
    )


def _update_from_arrays(model: type[models.Model], keys: Sequence[str], names: Sequence[str], rows: Rows) -> int:
    """In one statement: columns are arrays, and what is the same in every row is given once."""
    fields = [model._meta.get_field(name) for name in (*keys, *names)]  # a field may be both a key and changed
    columns = list(zip(*rows, strict=True))
    same = [place > 0 and _is_same(column) for place, column in enumerate(columns)]  # the first one tells the rows apart
    kinds = [f"{field.db_type(connection)}{'' if once else '[]'}" for field, once in zip(fields, same, strict=True)]
    slots = [f"%(v{place})s::{kind}" for place, kind in enumerate(kinds)]
    values = [slot if once else f"v.v{place}" for place, (slot, once) in enumerate(zip(slots, same, strict=True))]
    pairs = [(f'"{field.column}"', value) for field, value in zip(fields, values, strict=True)]  # type: ignore[union-attr]
    still = " and ".join(f"t.{column} = {value}" for column, value in pairs[: len(keys)])
    changes = ", ".join(f"{column} = {value}" for column, value in pairs[len(keys) :])
    arrays = ", ".join(slot for slot, once in zip(slots, same, strict=True) if not once)
    given = ", ".join(f"v{place}" for place, once in enumerate(same) if not once)
    statement = f'update "{model._meta.db_table}" t set {changes} from unnest({arrays}) v({given}) where {still}'  # noqa: S608 names are the model's
    parameters = [column[0] if once else array_of(column) for column, once in zip(columns, same, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, {f"v{place}": value for place, value in enumerate(parameters)})
        return int(cursor.rowcount)


def array_of(values: Sequence[Any]) -> str:
    """Values as PostgreSQL writes an array: one text costs a fraction of as many adapted values."""
    kinds = set(map(type, values))
    if kinds <= {int}:
        return f"{{{','.join(map(str, values))}}}"
    texts = _column(values, "", QUOTED)
    if None not in values:
        return '{"' + '","'.join(texts) + '"}'
    return "{" + ",".join("NULL" if value is None else f'"{text}"' for value, text in zip(values, texts, strict=True)) + "}"


def set_all(model: type[models.Model], keys: Sequence[int], changes: Mapping[str, Any]) -> None:
    """Change all rows with these keys alike; ``changes`` go by the fields' names, foreign keys with ``_id``."""
    if connection.vendor != "postgresql":
        model._default_manager.filter(pk__in=keys).update(**changes)
        return
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    said = ", ".join(f'"{columns[name]}" = %s' for name in changes)
    statement = f'update "{model._meta.db_table}" set {said} where "{model._meta.pk.column}" = any(%s)'  # noqa: S608 names are the model's
    with connection.cursor() as cursor:
        cursor.execute(statement, [*changes.values(), array_of(keys)])
