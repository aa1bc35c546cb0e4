"""What helps people at work: holds, drafts, presence."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from tickets.models.ticket import Ticket


class Hold(models.Model):
    """A floor above forbids closing while this stands; the reason is shown to whoever tries."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="holds")
    name = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    laid_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "name"], name="hold_once", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.name}"


class Draft(models.Model):
    """What somebody has typed and not yet sent, one per person and form."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=60)
    values = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="draft_once")]

    def __str__(self) -> str:
        return self.form


class PresenceMode(models.TextChoices):
    LOOKING = "looking", _("melihat")
    EDITING = "editing", _("sedang mengubah")
    AWAY = "away", _("di tab lain")


class PresenceQuerySet(models.QuerySet["Presence"]):
    def alive(self) -> Self:
        """Those whose last sign of life is recent."""
        return self.filter(seen_at__gte=now() - timedelta(seconds=settings.PRESENCE_SECONDS))


class Presence(models.Model):
    """Who has a ticket on the screen (HC-4)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=8, choices=PresenceMode.choices, default=PresenceMode.LOOKING)
    seen_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.mode}"
