"""Reading with little work: each column that is read costs, and writing a small statement out costs more than asking it."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, F, Field, IntegerField, Model, QuerySet, Subquery
from django.db.models.lookups import Lookup

from common.bulk import array_of

M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]


def columns_of(model: type[Model], prefix: str = "") -> list[str]:
    """The model's own columns for ``only`` and ``values_list``; ``prefix`` is the way to it (``escort__``)."""
    return [f"{prefix}{field.name}" for field in model._meta.concrete_fields]


def taken(model: type[M], values: Iterator[Any], *names: str) -> M | None:
    """The next object of a line of ``values_list``: ``columns_of(model)``, or ``names``; None where the join found no row."""
    names = names or tuple(field.attname for field in model._meta.concrete_fields)
    found = [next(values) for _name in names]
    return None if found[0] is None else model.from_db(DEFAULT_DB_ALIAS, names, found)


class CountOf(Subquery):
    """How many rows another query finds, as one column beside others; a limit of that query holds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk") if not rows.query.is_sliced else rows.values("pk"), IntegerField())


class Slot(Expression):
    """The place of a value in a query that is ``Prepared``."""

    def __init__(self, place: int) -> None:
        super().__init__(output_field=Field())
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class AnyOf(Lookup):
    """``IN`` of many keys as one parameter: a list of them costs Django more than their rows cost the database."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        form = "{} = any(%s)" if connection.vendor == "postgresql" else "{} in (select value from json_each(%s))"
        return form.format(column), [*parameters, _stored(self.rhs, connection)]


def any_of(name: str, keys: Iterable[Any] | Slot) -> AnyOf:
    """The condition that the field ``name`` is one of these keys, for ``filter``; foreign keys with ``_id``."""
    return AnyOf(F(name), keys if isinstance(keys, Slot) else list(keys))


def _stored(value: Any, connection: Any) -> Any:
    """The value as the database takes it."""
    if isinstance(value, (list, tuple)):
        return array_of(value) if connection.vendor == "postgresql" else json.dumps(value)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class Prepared:
    """A query that is asked again and again, compiled once a connection.

    ``Prepared(build)(7, [8, 9])`` gives the rows of ``build(7, [8, 9])``. ``build`` gives a ``values_list`` (not flat), and
    compares columns with its values: numbers, texts, moments, or lists of numbers or texts within ``any_of``.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build

    def __call__(self, *values: Any) -> list[Row]:
        """The rows for these values; none where all of them are empty lists."""
        if values and not any(values):
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        kept: dict[Prepared, tuple[Any, str, Row, Any]] = vars(connection).setdefault("prepared", {})
        if self not in kept:
            kept[self] = self._compiled(len(values))
        compiler, sql, places, converters = kept[self]
        given = [_stored(value, connection) for value in values]
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[each.place] if type(each) is Slot else each for each in places])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    def _compiled(self, values: int) -> tuple[Any, str, Row, Any]:
        """The statement with slots where the values go."""
        compiler = self.build(*map(Slot, range(values))).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        return compiler, sql, places, compiler.get_converters([column for column, _sql, _alias in compiler.select])
