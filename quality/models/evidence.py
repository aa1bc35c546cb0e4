"""Papers made from what was checked, with their hashes, and what of it was released to the client (PM-08 8.6, 8.7)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from quality.models.evaluations import Evaluation
from quality.models.nonconformities import Nonconformity


class Paper(models.TextChoices):
    """What a paper is of."""

    SHEET = "sheet", _("Lembar penilaian")
    REPORT = "report", _("Laporan validasi agree (F-19)")
    NONCONFORMITY = "nonconformity", _("Ketidaksesuaian")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, person: Person) -> Self:
        """The client reader: what was released, and nothing else. QC and supervisor: what they see the matter of."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role == Role.CLIENT:
            return self.filter(released_at__isnull=False)
        if person.role in (Role.QUALITY_CONTROL, Role.SUPERVISOR):
            seen = Q(evaluation__isnull=True, nonconformity__isnull=True)
            seen |= Q(evaluation__in=Evaluation.objects.visible_to(person).values("pk"))
            seen |= Q(nonconformity__in=Nonconformity.objects.visible_to(person).values("pk"))
            return self.filter(seen)
        return self.none()

    def released(self) -> Self:
        return self.filter(released_at__isnull=False)


class Evidence(models.Model):
    """One paper as PDF and Excel, as it was at that moment. Never made again: a later state of the matter is another paper."""

    paper = models.CharField(max_length=14, choices=Paper.choices)
    title = models.CharField(max_length=200)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, null=True, related_name="papers")
    nonconformity = models.ForeignKey(Nonconformity, on_delete=models.PROTECT, null=True, related_name="papers")
    pdf = models.FileField(upload_to="evidence/")
    xlsx = models.FileField(upload_to="evidence/")
    pdf_sha256 = models.CharField(max_length=64)
    xlsx_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], name="evidence_released", condition=Q(released_at__isnull=False))]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        return reverse("quality:evidence", args=[self.pk])
