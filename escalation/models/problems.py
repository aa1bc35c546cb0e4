"""Trouble with the house's own applications (P-01 6.9, IOC): reported by anybody, its ladder, and the clocks that it stops."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Site
from common.states import moves
from escalation.models.clocks import MilestoneName
from tickets.models import Ticket


class ProblemState(models.TextChoices):
    REPORTED = "reported", pgettext_lazy("gangguan aplikasi", "dilaporkan")
    CONFIRMED = "confirmed", pgettext_lazy("gangguan aplikasi", "dipastikan, jam berhenti")
    ENDED = "ended", pgettext_lazy("gangguan aplikasi", "selesai")
    DISMISSED = "dismissed", pgettext_lazy("gangguan aplikasi", "bukan gangguan")


PROBLEM_OPEN = [ProblemState.REPORTED, ProblemState.CONFIRMED]
PROBLEM_MOVES = moves(
    ProblemState.choices,
    acknowledge=PROBLEM_OPEN,
    report_to_ioc=PROBLEM_OPEN,
    confirm=[ProblemState.REPORTED],
    dismiss=[ProblemState.REPORTED],
    end=PROBLEM_OPEN,
)
# What waits for other people's applications: what stops unless whoever confirms says otherwise.
STOPPED = [MilestoneName.DISPATCH, MilestoneName.UNIT_SILENCE, MilestoneName.SOLUTION]


class ProblemWhom(models.TextChoices):
    """Whom a rung of the ladder reaches."""

    SUPERVISOR = "supervisor", _("SPV situs yang bertugas")
    SUPPORT_HC = "support_hc", _("Support HC yang bertugas")
    ADMINISTRATOR = "administrator", _("administrator yang bertugas")


class ProblemRung(models.Model):
    """One rung of the ladder of application problems; an administrator edits it. It holds from the next rung on."""

    after_minutes = models.PositiveSmallIntegerField(_("sesudah (menit)"))
    whom = models.CharField(_("siapa"), max_length=20, choices=ProblemWhom.choices)
    active = models.BooleanField(_("berlaku"), default=True)

    class Meta:
        ordering = ["after_minutes", "id"]
        verbose_name, verbose_name_plural = _("tangga gangguan aplikasi"), _("tangga gangguan aplikasi")
        constraints = [models.UniqueConstraint(fields=["after_minutes", "whom"], name="problem_rung_once")]

    def __str__(self) -> str:
        return f"{self.after_minutes}: {self.get_whom_display()}"


class AppProblemQuerySet(models.QuerySet["AppProblem"]):
    def open(self) -> Self:
        return self.filter(state__in=PROBLEM_OPEN)


class AppProblem(models.Model):
    """One application that does not work. ``lines`` and ``site`` say whose tickets stand still: none named means every one."""

    app = models.CharField(_("aplikasi"), max_length=60)
    symptom = models.CharField(_("gejala"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=ProblemState.choices, default=ProblemState.REPORTED)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    reported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    ioc_number = models.CharField(_("nomor IOC"), max_length=80, blank=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    lines = models.JSONField(default=list)
    milestones = models.JSONField(default=list)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    solution = models.CharField(max_length=500, blank=True)
    next_rung_at = models.DateTimeField(null=True)  # when the ladder goes on; empty where somebody has it, or it has ended
    told_after = models.IntegerField(default=-1)  # the minutes of the rung that fired last
    version = models.PositiveIntegerField(default=1)

    objects = AppProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-id"], name="problem_open", condition=Q(state__in=["reported", "confirmed"])),
            models.Index(fields=["next_rung_at"], name="problem_next_rung", condition=Q(next_rung_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.app}"

    @property
    def number(self) -> str:
        """What people call it: ``P-0042``."""
        return f"P-{self.pk:04d}"

    @property
    def url(self) -> str:
        return reverse("escalation:problem", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in PROBLEM_OPEN

    @property
    def cause(self) -> str:
        """How the ledger of a clock names it."""
        return f"problem:{self.pk}"


class ProblemReport(models.Model):
    """Somebody who has the same trouble."""

    problem = models.ForeignKey(AppProblem, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    symptom = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "person"], name="problem_reported_once")]

    def __str__(self) -> str:
        return f"{self.problem}: {self.person}"


class StandstillState(models.TextChoices):
    TO_PAUSE = "to_pause", _("akan dijeda")
    PAUSED = "paused", _("dijeda")
    TO_RESUME = "to_resume", _("akan dilanjutkan")
    RESUMED = "resumed", _("dilanjutkan")
    SKIPPED = "skipped", _("tidak perlu")
    PARKED = "parked", _("tersangkut")


class Standstill(models.Model):
    """One ticket whose clocks a problem stops, and how far that has come; a worker does each step once."""

    problem = models.ForeignKey(AppProblem, on_delete=models.PROTECT, related_name="standstills")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="standstills")
    state = models.CharField(max_length=10, choices=StandstillState.choices, default=StandstillState.TO_PAUSE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "ticket"], name="standstill_once")]
        indexes = [
            models.Index(fields=["id"], name="standstill_to_do", condition=Q(state__in=["to_pause", "to_resume"])),
            models.Index(fields=["ticket"], name="standstill_of_ticket", condition=Q(state="paused")),
        ]

    def __str__(self) -> str:
        return f"{self.problem}: {self.ticket}"
