"""Tries of a policy on past tickets: what would have fired beside what did (ESC-6)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from escalation.models.clocks import Policy


class TrialState(models.TextChoices):
    WAITING = "waiting", _("menunggu giliran")
    RUNNING = "running", _("berjalan")
    DONE = "done", _("selesai")
    FAILED = "failed", _("gagal")


class Trial(models.Model):
    """One version on the newest tickets of a period. It writes nothing but itself; a worker that dies leaves it to the next."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="trials")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=TrialState.choices, default=TrialState.WAITING)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    takeovers = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)  # see escalation/actions/trying.py
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], name="trial_to_do", condition=Q(state__in=["waiting", "running"]))]

    def __str__(self) -> str:
        return f"{self.policy} {self.since:%Y-%m-%d}"

    @property
    def last_moment(self) -> datetime:
        """The last one that belongs to the period; ``until`` does not."""
        return self.until - timedelta(seconds=1)

    @property
    def runs(self) -> bool:
        """Whether there is more to come."""
        return self.state in (TrialState.WAITING, TrialState.RUNNING)

    @property
    def share(self) -> int:
        """How far it is, in steps of five per cent."""
        return self.done * 20 // self.total * 5 if self.total else 0
