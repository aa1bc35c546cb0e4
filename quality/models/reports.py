"""F-19: the report of validated agreements, per period and service (QC-3). Asked for here, made by a task, kept as evidence."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import Role
from outbound.models import Product
from quality.models.evidence import Evidence


class ReportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("report", "menunggu")
    RUNNING = "running", pgettext_lazy("report", "dibuat")
    DONE = "done", pgettext_lazy("report", "selesai")
    FAILED = "failed", pgettext_lazy("report", "gagal")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, person: Person) -> Self:
        """Those who make and read them; the client reader sees the released paper alone."""
        return self if person.role in (Role.QUALITY_CONTROL, Role.SUPERVISOR, Role.ADMINISTRATOR) else self.none()

    def to_make(self) -> Self:
        return self.filter(state__in=[ReportState.WAITING, ReportState.RUNNING])


class Report(models.Model):
    """One report: ``since`` and ``until`` are days of the decision, both included; an empty ``product`` is all services."""

    product = models.CharField(_("layanan"), max_length=6, choices=Product.choices, blank=True)
    since = models.DateField(_("sejak"))
    until = models.DateField(pgettext_lazy("period", "sampai"))
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    figures = models.JSONField(default=dict)
    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, null=True, related_name="report")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], name="report_to_make", condition=Q(state__in=["waiting", "running"]))]
        constraints = [models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="report_period_runs_forward")]

    def __str__(self) -> str:
        return f"F-19 {self.since}..{self.until}"

    @property
    def url(self) -> str:
        return reverse("quality:reports")
