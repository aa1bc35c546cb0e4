"""How long what is kept is kept (QM-5): terms, legal holds, runs, and files still to be removed."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import Role


class RecordClass(models.TextChoices):
    """What the retention table speaks of; what each is made of stands in ``quality/actions/retained.py``."""

    VALIDATIONS = "validations", _("Validasi agree")
    SHEETS = "sheets", _("Lembar penilaian (F-18)")
    REPORTS = "reports", _("Laporan validasi (F-19)")
    RECORDINGS = "recordings", _("Rekaman panggilan")
    NONCONFORMITIES = "nonconformities", _("Ketidaksesuaian")
    RESULTS = "results", _("Hasil caring dan dapros")
    TICKETS = "tickets", _("Tiket, eskalasi, dan callback")
    MESSAGES = "messages", _("Pesan dan kotak masuk")
    MAILS = "mails", _("E-mail pelanggan")
    LOADS = "loads", _("Muatan: berkas dan baris yang ditolak")
    DIFFERENCES = "differences", _("Selisih yang sudah dibereskan")
    HISTORY = "history", _("Riwayat")


class Administration(models.QuerySet[Any]):
    def visible_to(self, person: Person) -> Self:
        """The administrator's; QC reads."""
        return self if person.role in (Role.ADMINISTRATOR, Role.QUALITY_CONTROL) else self.none()


class RetentionTerm(models.Model):
    """One class and its term. Without days nothing of it is purged."""

    record_class = models.CharField(max_length=20, choices=RecordClass.choices, unique=True)
    days = models.PositiveIntegerField(null=True)
    clause = models.CharField(max_length=120, blank=True)

    objects = Administration.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.record_class}: {self.days}"


class LegalHoldQuerySet(Administration):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class LegalHold(models.Model):
    """Nothing that it covers is purged while it stands. Empty ``record_class``: all; empty ``service_number``: everybody."""

    record_class = models.CharField(max_length=20, choices=RecordClass.choices, blank=True)
    service_number = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300)
    laid_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    laid_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.record_class or '*'} {self.service_number or '*'}"


class RunState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("retention", "berjalan")
    STOPPED = "stopped", pgettext_lazy("retention", "berhenti, menunggu persetujuan")
    DONE = "done", pgettext_lazy("retention", "selesai")


class RetentionRun(models.Model):
    """One purge, or with ``is_try`` only the list of what it would purge. ``found`` and ``purged``: class -> number of rows."""

    is_try = models.BooleanField(default=False)
    day = models.DateField()  # what is too old is counted from this day, also when the run goes on tomorrow
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    found = models.JSONField(default=dict)
    purged = models.JSONField(default=dict)
    reached = models.JSONField(default=dict, db_default={})  # class -> the last row that was emptied
    over_cap = models.JSONField(default=list)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # empty: the schedule
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = Administration.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["state"], name="retention_one_run", condition=Q(state="running", is_try=False)),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.state}"


class PurgedFile(models.Model):
    """A file whose row is gone: written in the transaction that purged the row, removed afterwards, also after a kill."""

    run = models.ForeignKey(RetentionRun, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.path
