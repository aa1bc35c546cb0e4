"""What the TL checks entries by (CT-5), how they leave for other systems, and where those differ (CT-7)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import Role
from outbound.models.results import CaringResult


class RuleKind(models.TextChoices):
    """What a rule looks at; the limit's unit stands in brackets."""

    SHORT_CALL = "short_call", _("tersambung tetapi telepon terlalu singkat (detik)")
    NOT_DIALLED = "not_dialled", _("tersambung tanpa telepon dari Kawal")
    NOT_VERIFIED = "not_verified", _("agree tanpa verifikasi pelanggan")
    OVER_BILL = "over_bill", _("janji lebih besar dari tagihan (persen)")
    UNDER_BILL = "under_bill", _("janji lebih kecil dari tagihan (persen)")
    SHORT_NOTE = "short_note", _("catatan terlalu pendek (huruf)")


class ResultRule(models.Model):
    """One rule; data of the administrator. What it finds is kept with the result, as the rules were when it was entered."""

    kind = models.CharField(_("aturan"), max_length=12, choices=RuleKind.choices, unique=True)
    limit = models.PositiveIntegerField(_("batas"), default=0)
    active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("aturan hasil"), _("aturan hasil")

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ExportLayout(models.Model):
    """The columns in which a system takes results. ``columns``: a list of ``{title, field}``, ``values`` translates codes."""

    name = models.CharField(_("nama"), max_length=40, unique=True)
    columns = models.JSONField(_("kolom"))
    active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("susunan ekspor"), _("susunan ekspor")

    def __str__(self) -> str:
        return self.name


MISSING = "missing"  # in the values of a difference: the other system has no such result at all


class DifferenceState(models.TextChoices):
    OPEN = "open", pgettext_lazy("selisih", "terbuka")
    SETTLED = "settled", pgettext_lazy("selisih", "dibereskan")


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, person: Person) -> Self:
        """Those of the results that this person sees; QC judges calls, not exports."""
        if person.role == Role.QUALITY_CONTROL:
            return self.none()
        return self.filter(result__in=CaringResult.objects.visible_to(person).values("pk"))


class Difference(models.Model):
    """Where another system says something else of a result than Kawal; it goes to the agent (CT-7)."""

    result = models.ForeignKey(CaringResult, on_delete=models.PROTECT, related_name="differences")
    system = models.CharField(max_length=30)
    values = models.JSONField()  # field: [ours, theirs]; or MISSING
    state = models.CharField(max_length=8, choices=DifferenceState.choices, default=DifferenceState.OPEN)
    found_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["result"], name="difference_open", condition=Q(state="open"))]
        constraints = [models.UniqueConstraint(fields=["result", "system"], name="difference_once")]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.system}"
