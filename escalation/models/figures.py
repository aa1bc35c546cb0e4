"""How long things took: one row each time a step of an escort was reached, so that figures never read the history (HC-9)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from accounts.roles import Role
from escalation.models.escorts import Escort
from tickets.models import Kind


class Measure(models.TextChoices):
    CLAIM = "claim", _("Sampai diambil")
    DISPATCH = "dispatch", _("Sampai dikirim")
    FIRST_UPDATE = "first_update", _("Sampai kabar pertama")
    FOLLOW_UP = "follow_up", _("Antar kabar unit")
    SOLUTION = "solution", _("Sampai selesai")


class SpanQuerySet(models.QuerySet["Span"]):
    def visible_to(self, person: Person) -> Self:
        """All for Support HC and administrators; those of their teams' tickets for leaders."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        if person.is_leading:
            return self.filter(team__in=person.team_scope)
        return self.none()


class Span(models.Model):
    """One step of one escort: who reached it, when, how long it took, and what the ticket was at that time."""

    escort = models.ForeignKey(Escort, on_delete=models.PROTECT, related_name="spans")
    round = models.PositiveSmallIntegerField()  # how often the customer had denied by then
    measure = models.CharField(max_length=12, choices=Measure.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    region = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    ended_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()

    objects = SpanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["escort", "round", "measure"], name="span_once_a_round", condition=~Q(measure=Measure.FOLLOW_UP)
            )
        ]
        indexes = [
            models.Index(fields=["ended_at"], name="span_by_time"),
            models.Index(fields=["team", "ended_at"], name="span_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.escort}: {self.measure} {self.seconds} s"
