"""Fair sampling (QC-7): plans that draw results for tapping by rule, and every draw with why it was drawn."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from accounts.roles import Role
from outbound.models import CaringResult
from quality.models.evaluations import Evaluation, not_own_work


class Period(models.TextChoices):
    DAY = "day", _("hari")
    WEEK = "week", _("minggu")


class PlanQuerySet(models.QuerySet["SamplingPlan"]):
    def visible_to(self, person: Person) -> Self:
        """Who judges and who leads may know by which rule is drawn."""
        readers = (Role.QUALITY_CONTROL, Role.SUPERVISOR, Role.TEAM_LEADER, Role.ADMINISTRATOR)
        return self if person.role in readers else self.none()


class SamplingPlan(models.Model):
    """How many results of each period are tapped: of each agent, at random, and of each risk. Zero: none by that rule."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    period = models.CharField(_("periode"), max_length=4, choices=Period.choices, default=Period.WEEK)
    per_agent = models.PositiveSmallIntegerField(_("per agen"), default=0)
    at_random = models.PositiveSmallIntegerField(_("acak"), default=0)
    large_amount = models.PositiveBigIntegerField(_("jumlah besar mulai"), null=True, blank=True)
    new_agent_days = models.PositiveSmallIntegerField(_("agen baru, hari pertama"), default=0)
    after_return = models.BooleanField(_("setelah return"), default=False)
    most_by_risk = models.PositiveSmallIntegerField(_("paling banyak karena risiko"), default=10)
    active = models.BooleanField(_("aktif"), default=True)
    next_draw_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["next_draw_at"], name="plan_due", condition=Q(active=True))]

    def __str__(self) -> str:
        return self.name


class Why(models.TextChoices):
    """Why a result was drawn; ``fact`` on the draw says the number."""

    PER_AGENT = "per_agent", _("per agen")
    AT_RANDOM = "at_random", _("acak")
    LARGE_AMOUNT = "large_amount", _("jumlah besar")
    NEW_AGENT = "new_agent", _("agen baru")
    AFTER_RETURN = "after_return", _("setelah return")


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, person: Person) -> Self:
        """QC: not of the own team; TL and supervisor: their teams."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role == Role.QUALITY_CONTROL:
            return self.filter(not_own_work(person))
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            return self.filter(team__in=person.team_scope)
        return self.none()

    def waiting(self) -> Self:
        return self.filter(evaluation=None)

    def shown(self) -> Self:
        return self.select_related(
            "plan", "person__team__leader", "team", "result__reason", "result__prospect", "result__campaign"
        )


class Draw(models.Model):
    """One result that is to be tapped, until its sheet is filled."""

    plan = models.ForeignKey(SamplingPlan, on_delete=models.PROTECT, related_name="draws")
    result = models.OneToOneField(CaringResult, on_delete=models.PROTECT, related_name="draw")  # drawn once, by whatever plan
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=12, choices=Why.choices)
    fact = models.CharField(max_length=120)
    drawn_at = models.DateTimeField()
    evaluation = models.OneToOneField(Evaluation, on_delete=models.SET_NULL, null=True, related_name="draw")

    objects = DrawQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="draw_waiting", condition=Q(evaluation__isnull=True))]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.result_id} {self.why}"

    @property
    def url(self) -> str:
        return reverse("quality:draw", args=[self.pk])
