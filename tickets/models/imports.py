"""Loading tables that other systems exported (HC-3, CT-1): how a file is read, and what became of each of its rows."""

from collections.abc import Callable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import Role


class ImportMapping(models.Model):
    """How the columns of one system's export are read for one kind of load; ``docs/imports.md`` describes ``definition``."""

    kind = models.CharField(max_length=20, default="tickets", db_default="tickets")
    name = models.CharField(_("nama"), max_length=60)
    definition = models.JSONField()
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="mapping_named_once")]

    def __str__(self) -> str:
        return self.name


class LoadState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("muatan", "belum dipetakan")
    WAITING = "waiting", pgettext_lazy("muatan", "menunggu")
    RUNNING = "running", pgettext_lazy("muatan", "berjalan")
    DONE = "done", pgettext_lazy("muatan", "selesai")
    FAILED = "failed", pgettext_lazy("muatan", "gagal")


_seen: dict[str, Callable[[Person], Q]] = {}


def show_loads(kind: str, seen_by: Callable[[Person], Q]) -> None:
    """Say which loads of a kind a person sees; each kind does so when the apps are ready."""
    _seen[kind] = seen_by


class ImportLoadQuerySet(models.QuerySet["ImportLoad"]):
    def visible_to(self, person: Person) -> Self:
        """Each kind of load has those who may load it; the administrator reads how all of them went."""
        if person.role == Role.ADMINISTRATOR:
            return self
        seen = Q(pk__in=[])
        for kind, seen_by in _seen.items():
            seen |= Q(kind=kind) & seen_by(person)
        return self.filter(seen)


class ImportLoad(models.Model):
    """One file, mapped, tried or loaded. Always ``loaded + known + refused`` is the number of rows read so far.

    A draft's ``definition`` says only how the file is spelled; ``tried`` is the try from which a load was begun on the page.
    """

    kind = models.CharField(max_length=20, default="tickets", db_default="tickets")
    target = models.BigIntegerField(null=True)  # what the rows are loaded into, where a kind has several: a campaign
    file = models.FileField(upload_to="imports/")
    file_name = models.CharField(max_length=200)
    mapping = models.ForeignKey(ImportMapping, on_delete=models.PROTECT, null=True, related_name="loads")
    definition = models.JSONField()  # as it was when the load began
    tried = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="load")  # a double click loads once
    is_try = models.BooleanField(default=False)
    live = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=LoadState.choices, default=LoadState.WAITING)
    rows = models.PositiveIntegerField(default=0)
    loaded = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unnamed = models.PositiveIntegerField(default=0, db_default=0)  # of ours what the file should have named and does not
    total = models.PositiveIntegerField(null=True)  # rows in the file, once counted
    problem = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)  # also the worker's token: who finds another one here has lost the load
    takeovers = models.PositiveSmallIntegerField(default=0)  # how often it was taken from a silent worker without a row since
    ended_at = models.DateTimeField(null=True)

    objects = ImportLoadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], name="load_to_run", condition=Q(state__in=["waiting", "running"]))]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"

    @property
    def runs(self) -> bool:
        """Whether it is still on its way."""
        return self.state in (LoadState.WAITING, LoadState.RUNNING)

    @property
    def brings_news(self) -> bool:
        """Whether there is something to load."""
        return bool(self.loaded or self.unnamed)

    @property
    def share(self) -> int:
        """How many hundredths of the rows are read, in steps of 5."""
        return 5 * (20 * self.rows // self.total) if self.total else 0


class RefusedRow(models.Model):
    """A row that was not loaded, with the reason beside it."""

    load = models.ForeignKey(ImportLoad, on_delete=models.CASCADE, related_name="refused_rows")
    row = models.PositiveIntegerField()  # as a person counts them: the head is row 1
    number = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    values = models.JSONField(default=list)

    class Meta:
        ordering = ["load", "row"]
        constraints = [models.UniqueConstraint(fields=["load", "row"], name="refused_row_once")]

    def __str__(self) -> str:
        return f"{self.load_id}:{self.row}"
