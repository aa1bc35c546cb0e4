"""Quality targets (QM-1, PM-08 8.1): of what the data says, how much is well, and what it said in the last hours."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Site
from accounts.roles import Role


class Measure(models.TextChoices):
    """What is measured, in the order of the wallboard."""

    SUPER_EMERGENCIES = "super_emergencies", _("Super Emergency aktif")
    HARD_OVERDUE = "hard_overdue", _("HC lewat waktu")
    UNIT_SILENCE = "unit_silence", _("Unit diam terlama")  # minutes
    PROMISES_KEPT = "promises_kept", _("Janji jatuh tempo hari ini")  # per cent kept
    CARING_WAITING = "caring_waiting", _("Caring menunggu")
    QC_WAITING = "qc_waiting", _("QC menunggu")


AT_LEAST = (Measure.PROMISES_KEPT,)  # of the others as little as possible
UNITS = {Measure.UNIT_SILENCE: _("mnt"), Measure.PROMISES_KEPT: "%"}


class Level(models.TextChoices):
    """Red, amber, green, in words."""

    OVER = "over", pgettext_lazy("level", "Lewat")
    NEAR = "warn", _("Hampir")
    WELL = "ok", _("Aman")


class TargetQuerySet(models.QuerySet["QualityTarget"]):
    def visible_to(self, person: Person) -> Self:
        """Who has the wallboard sees by what it judges."""
        if person.role in (Role.ADMINISTRATOR, Role.SUPPORT_HC, Role.QUALITY_CONTROL):
            return self
        return self.filter(Q(site=None) | Q(site__teams=person.team_id)) if person.role == Role.SUPERVISOR else self.none()

    def of(self, site: Site | None) -> "dict[str, QualityTarget]":
        """The target of each measure, the site's own before that of all."""
        rows = self.filter(Q(site=None) | Q(site=site)).order_by(models.F("site").asc(nulls_first=True))
        return {row.measure: row for row in rows}


class QualityTarget(models.Model):
    """What a measure must keep: its limit, and from where it is called near. Of a site, or with ``site`` empty of all others.

    Until an administrator confirms it the numbers are an assumption of ours, and are shown as one.
    """

    measure = models.CharField(_("ukuran"), max_length=20, choices=Measure.choices)
    site = models.ForeignKey(Site, verbose_name=_("situs"), on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    limit = models.PositiveIntegerField(_("batas"))
    near = models.PositiveIntegerField(_("hampir"))
    clause = models.CharField(_("klausul"), max_length=120, blank=True)
    confirmed = models.BooleanField(_("dikonfirmasi"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["measure"], name="target_once", condition=Q(site=None)),
            models.UniqueConstraint(fields=["measure", "site"], name="target_once_a_site", condition=Q(site__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.limit}"

    @property
    def is_least(self) -> bool:
        """Whether it must be reached, not kept below."""
        return self.measure in AT_LEAST

    @property
    def unit(self) -> object:
        """What is counted, where it is not pieces."""
        return UNITS.get(Measure(self.measure), "")

    def level(self, value: int | None) -> Level:
        """Where a value stands; without one all is well."""
        if value is None:
            return Level.WELL
        sign = -1 if self.is_least else 1
        if (value - self.limit) * sign > 0:
            return Level.OVER
        return Level.NEAR if (value - self.near) * sign > 0 else Level.WELL


class SampleQuerySet(models.QuerySet["WallSample"]):
    def of(self, scope: str) -> Self:
        return self.filter(scope=scope)


class WallSample(models.Model):
    """What the measures said at a moment, at a site (its code) or, with an empty ``scope``, everywhere."""

    scope = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()
    values = models.JSONField()

    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "at"], name="wall_sample_once")]
        indexes = [models.Index(fields=["at"], name="wall_sample_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.at}"
