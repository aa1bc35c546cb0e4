"""Reading with little work: each column that is read costs, and writing a small statement out costs more than asking it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import IntegerField, Model, QuerySet, Subquery

M = TypeVar("M", bound=Model)
SIZES = (1, 10, 50, 200)  # of a list of keys; a shorter one is filled up with its last key, so that few statements are kept
Row = Sequence[Any]


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


class Prepared:
    """A query that nearly every answer asks, compiled once a connection.

    ``Prepared(build)([7, 9])`` gives the rows of ``build([7, 9])``, which differs by nothing but these keys.

    ``build`` gives a ``values_list`` (not flat) filtered by ``in`` or ``=`` over the keys of rows, which are positive numbers.
    """

    def __init__(self, build: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        self.build = build

    def __call__(self, keys: Sequence[int]) -> list[Row]:
        """The rows for these keys, at most 200; none without a key."""
        if not keys:
            return []
        size = next(size for size in SIZES if size >= len(keys))
        connection = connections[DEFAULT_DB_ALIAS]
        kept: dict[tuple[Prepared, int], tuple[Any, str, Row]] = vars(connection).setdefault("prepared", {})
        if (self, size) not in kept:
            kept[self, size] = self._compiled(size)
        compiler, sql, places = kept[self, size]
        given = {-place: keys[min(place, len(keys)) - 1] for place in range(1, size + 1)}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(value, value) if type(value) is int else value for value in places])
            found = cursor.fetchall()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return list(compiler.apply_converters(found, converters)) if converters else found

    def _compiled(self, size: int) -> tuple[Any, str, Row]:
        """The statement with the numbers -1, -2 ... where the keys go."""
        compiler = self.build([-place for place in range(1, size + 1)]).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        return compiler, sql, places
