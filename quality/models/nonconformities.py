"""What does not conform, and how it is put right (QC-6, PM-08 8.7): identified, improved, verified by somebody else, or again."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Team
from accounts.roles import Role
from common.clock import now
from common.states import moves
from quality.models.evaluations import Evaluation
from tickets.models import Ticket


class NonconformityState(models.TextChoices):
    IDENTIFIED = "identified", pgettext_lazy("nonconformity", "teridentifikasi")
    IMPROVING = "improving", pgettext_lazy("nonconformity", "diperbaiki")
    VERIFIED = "verified", pgettext_lazy("nonconformity", "terbukti efektif")


NONCONFORMITY_OPEN = [NonconformityState.IDENTIFIED, NonconformityState.IMPROVING]
NONCONFORMITY_MOVES = moves(
    NonconformityState.choices,
    improve=[NonconformityState.IDENTIFIED],
    verify=[NonconformityState.IMPROVING],
)


class NonconformityQuerySet(models.QuerySet["Nonconformity"]):
    def visible_to(self, person: Person) -> Self:
        """QC: not of the own team; supervisor: the site; TL: the own team; and who owns an improvement of it."""
        if person.role == Role.ADMINISTRATOR:
            return self
        own = Q(pk__in=Improvement.objects.filter(owner=person).values("nonconformity"))
        if person.role == Role.QUALITY_CONTROL:
            return self.filter(own | Q(team__isnull=True) | ~Q(team=person.team_id))
        if person.role == Role.SUPERVISOR:
            return self.filter(own | Q(team__isnull=True) | Q(team__in=person.team_scope))
        if person.role == Role.TEAM_LEADER:
            return self.filter(own | Q(team__in=person.team_scope))
        return self.filter(own)

    def open(self) -> Self:
        return self.filter(state__in=NONCONFORMITY_OPEN)

    def overdue(self) -> Self:
        """Whose improvement should have been done."""
        return self.filter(state=NonconformityState.IMPROVING, due_at__lte=now())

    def shown(self) -> Self:
        """With all that a row and the API show."""
        people = ("raised_by", "person", "owner", "team", "ticket", "evaluation__form")
        return self.select_related(*people).prefetch_related(
            "improvements__owner", "improvements__by", "improvements__verified_by"
        )


class Nonconformity(models.Model):
    """One thing found. ``owner`` and ``due_at`` are those of the improvement under way; ``round`` counts the tries."""

    title = models.CharField(max_length=160)
    description = models.TextField()
    clause = models.CharField(max_length=120, blank=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="nonconformities")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.SET_NULL, null=True, related_name="nonconformities")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # whose service
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=NonconformityState.choices, default=NonconformityState.IDENTIFIED)
    round = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="owned_nonconformities")
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # when the overdue improvement was told of
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = NonconformityQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="nonconformity_open", condition=Q(state__in=["identified", "improving"])),
            models.Index(fields=["due_at"], name="nonconformity_due", condition=Q(state="improving", reminded_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"NC-{self.pk}"

    @property
    def url(self) -> str:
        return reverse("quality:nonconformity", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        return self.state == NonconformityState.IMPROVING and self.due_at is not None and self.due_at <= now()


class Improvement(models.Model):
    """One try to put it right, and whether somebody else found it effective."""

    nonconformity = models.ForeignKey(Nonconformity, on_delete=models.CASCADE, related_name="improvements")
    round = models.PositiveSmallIntegerField()
    cause = models.TextField()
    action = models.TextField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    effective = models.BooleanField(null=True)
    verification = models.TextField(blank=True)
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["nonconformity", "round"], name="improvement_round_once"),
            # Who does it or planned it never says that it worked (QC-6).
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("owner")) & ~Q(verified_by=F("by")),
                name="improvement_verified_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nonconformity_id}/{self.round}"
