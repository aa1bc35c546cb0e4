"""Payments that customers made, and the reminders of what they promised (P-01 6.8; CT-8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from outbound.models.prospects import Prospect
from outbound.models.results import CaringResult


class Payment(models.Model):
    """One payment from a payment file; the same one is kept once."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="payments")
    paid_on = models.DateField()
    amount = models.PositiveBigIntegerField()  # rupiah
    reference = models.CharField(max_length=80, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["prospect", "paid_on", "amount", "reference"], name="payment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.prospect_id}: {self.paid_on}"


class ReminderKind(models.TextChoices):
    DUE = "due", _("hari janji bayar")
    BROKEN = "broken", _("janji bayar lewat")


class PromiseReminder(models.Model):
    """A moment of a promise to pay: its day, and when it is over. A row with ``due_at``; done once (``docs/time.md``)."""

    result = models.ForeignKey(CaringResult, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=6, choices=ReminderKind.choices)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, blank=True)  # fired or cancelled

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="reminder_waiting", condition=Q(done_at__isnull=True))]
        constraints = [models.UniqueConstraint(fields=["result", "kind"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.kind}"
