"""Campaigns: who calls which customers in arrears (P-01 6.1, 6.2)."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from accounts.roles import Role


class Product(models.TextChoices):
    """What is offered, by the number of unpaid bills: CT-0 at N+2, PRANPC at N and N+1."""

    CT0 = "ct0", "CT-0"
    PRANPC = "pranpc", "PRANPC"


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, person: Person) -> Self:
        """The campaigns of the own teams (requirements.md, "What each role sees")."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR, Role.OUTBOUND_AGENT):
            return self.filter(team__in=person.team_scope)
        return self.none()

    def active(self) -> Self:
        return self.filter(active=True)


class Campaign(models.Model):
    """One load of work: a product and the team that calls. ``prospect_count`` is kept by who loads and moves prospects."""

    name = models.CharField(_("nama"), max_length=120)
    product = models.CharField(_("produk"), max_length=6, choices=Product.choices)
    team = models.ForeignKey(Team, verbose_name=_("tim"), on_delete=models.PROTECT, related_name="campaigns")
    active = models.BooleanField(_("aktif"), default=True)
    prospect_count = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["team", "-id"], name="campaign_of_team")]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="campaign_named_once")]

    def __str__(self) -> str:
        return self.name
