"""The history: append-only rows, one per act, chained by hash within their subject and sealed daily over all (QM-2)."""

import hashlib
import json
from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from common.clock import now


def digest(salt: str, before: Any, after: Any) -> str:
    """The salted digest that stands in the chain for a personal value."""
    return hashlib.sha256(f"{salt}{json.dumps([before, after], sort_keys=True)}".encode()).hexdigest()


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="microseconds")


# ``json.dumps`` would make an encoder for each entry.
as_json = json.JSONEncoder(sort_keys=True, ensure_ascii=True, default=_moment).encode

# What the hash of an entry is made over, in this order: everything it says, and the hash before it.
CHAINED = ("subject_kind", "subject_id", "sequence", "at", "by_id", "door", "act", "facts", "digests", "previous_hash")


def chained(said: str) -> str:
    """The hash of an entry that says this: the JSON of the list of what ``CHAINED`` names."""
    return hashlib.sha256(said.encode()).hexdigest()


class AppendOnly(models.Model):
    """Rows that are written once. The database refuses too, by triggers; this refusal only says it sooner."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not kwargs.get("force_insert"):
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} rows are append-only")


class HistoryEntry(AppendOnly):
    """Who did what to which subject, when and from where. ``facts`` holds no personal values, only ``digests`` of them."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    # Nobody looks for all that one person did, and every act would pay for the index.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    door = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    digests = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            # Ends the race of two writers for the same place in a subject's chain; also serves reading a subject's timeline.
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "sequence"], name="history_one_place"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}/{self.sequence}: {self.act}"

    def computed_hash(self) -> str:
        """The hash that this row must have: over everything it says and the hash before it."""
        return chained(as_json([getattr(self, name) for name in CHAINED]))


class HistoryDetail(models.Model):
    """The personal values of one entry, field by field. Retention and erasure may empty them; the chain still verifies."""

    # history_detail_once begins with it.
    entry = models.ForeignKey(HistoryEntry, on_delete=models.PROTECT, db_index=False, related_name="details")
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "field"], name="history_detail_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.field}"

    def matches(self) -> bool:
        """Whether the values are those that were chained, or were erased."""
        return self.erased_at is not None or self.entry.digests.get(self.field) == digest(self.salt, self.before, self.after)

    def erase(self) -> None:
        """Empty the values; the timeline then says *dihapus menurut retensi*."""
        self.before = self.after = None
        self.salt, self.erased_at = "", now()
        self.save(update_fields=["before", "after", "salt", "erased_at"])


class HistorySeal(AppendOnly):
    """One hash a day over all entries since the seal before: nothing can be taken out of the middle unnoticed."""

    day = models.DateField(unique=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)
