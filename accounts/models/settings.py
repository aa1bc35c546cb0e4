"""Version counters: a list that people watch has a number that grows with every change, so that asking costs one row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F
from django.db.transaction import on_commit


class Counter(models.Model):
    """One number per watched list (``queue``, ``bell:42``)."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"

    @classmethod
    def grow(cls, name: str) -> None:
        """Add one as soon as the caller's transaction has committed, once a transaction.

        Not inside it: everybody who changes a ticket would wait for everybody else at this one row until they commit. A process
        killed between the two leaves a list unrefreshed until the next change; no work depends on it.
        """
        ours = transaction.get_connection()
        here = set(ours.savepoint_ids)
        if not any(_grows(waiting) == name and ids <= here for ids, waiting, _ in ours.run_on_commit):
            on_commit(Growth(name).happen, robust=True)

    @classmethod
    def grow_all(cls, names: Iterable[str], *, sums: Mapping[str, int] | None = None) -> None:
        """The same for many counters, in one statement; always in one order, so that two of them never wait for each other.

        ``sums``: counters that grow by more than one.
        """
        if wanted := sorted((dict.fromkeys(names, 1) | dict(sums or {})).items()):
            on_commit(lambda: _grow_together(wanted), robust=True)

    @classmethod
    def read(cls, name: str) -> int:
        """The number now; 0 where nothing has happened yet."""
        return cls.objects.filter(name=name).values_list("value", flat=True).first() or 0

    @classmethod
    def read_all(cls, names: Iterable[str]) -> dict[str, int]:
        """Several of them in one statement; 0 where nothing has happened yet."""
        wanted = list(names)
        return dict.fromkeys(wanted, 0) | dict(cls.objects.filter(name__in=wanted).values_list("name", "value"))

    @classmethod
    def put(cls, name: str, value: int) -> None:
        """Let it be this number: a mark rather than a count."""
        if not cls.objects.filter(name=name).update(value=value):
            cls.objects.get_or_create(name=name, defaults={"value": value})


@dataclass(frozen=True)
class Growth:
    """Adds one to a counter, making it where it is new.

    Its method is what waits for the commit: Django logs a robust hook that failed by its name, and an object has none.
    """

    counter: str

    def happen(self) -> None:
        if not Counter.objects.filter(name=self.counter).update(value=F("value") + 1):
            Counter.objects.get_or_create(name=self.counter, defaults={"value": 1})


def _grows(waiting: Any) -> str:
    """The counter that this hook makes grow, if it is one of ours."""
    return str(getattr(getattr(waiting, "__self__", None), "counter", ""))


def _grow_together(sums: Sequence[tuple[str, int]]) -> None:
    table, places = Counter._meta.db_table, ", ".join(["(%s, %s)"] * len(sums))
    grown = f"do update set value = {table}.value + excluded.value"
    statement = f"insert into {table} (name, value) values {places} on conflict (name) {grown}"  # noqa: S608 our own name
    with connection.cursor() as cursor:
        cursor.execute(statement, [each for pair in sums for each in pair])
