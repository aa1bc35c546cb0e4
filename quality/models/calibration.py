"""Calibration (QC-8): several reviewers score the same call, blind until it is closed. It never enters the ledger."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, Team
from accounts.roles import Role
from outbound.models import CaringResult
from quality.models.evaluations import not_own_work
from quality.models.forms import ScoringForm


class CalibrationQuerySet(models.QuerySet["Calibration"]):
    def visible_to(self, person: Person) -> Self:
        """QC: where one is asked or asked others, never of the own team's call. Supervisor and administrator: the closed ones."""
        if person.role == Role.QUALITY_CONTROL:
            asked = Q(opened_by=person) | Q(pk__in=CalibrationSheet.objects.filter(reviewer=person).values("calibration"))
            return self.filter(asked).filter(not_own_work(person))
        if person.role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            return self.filter(closed_at__isnull=False)
        return self.none()

    def shown(self) -> Self:
        people = ("opened_by", "person", "team", "form")
        return self.select_related(*people, "result__reason", "result__prospect", "result__campaign").prefetch_related(
            "sheets__reviewer"
        )


class Calibration(models.Model):
    """One call before several reviewers. ``person`` and ``team``: whose call it is."""

    result = models.ForeignKey(CaringResult, on_delete=models.PROTECT, related_name="calibrations")
    form = models.ForeignKey(ScoringForm, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"K-{self.pk}"

    @property
    def url(self) -> str:
        return reverse("quality:calibration", args=[self.pk])


class CalibrationSheet(models.Model):
    """One reviewer's sheet: ``answers`` maps the parameter's number to yes, no or na. Written once."""

    calibration = models.ForeignKey(Calibration, on_delete=models.CASCADE, related_name="sheets")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    failed = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["calibration", "reviewer"], name="calibration_sheet_once")]

    def __str__(self) -> str:
        return f"{self.calibration_id}: {self.reviewer_id}"
