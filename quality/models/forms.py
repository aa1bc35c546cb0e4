"""Scoring forms as data (QC-2, F-18): sections, parameters, weights. A version is frozen once it is published."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from common.states import moves


class Check(models.TextChoices):
    """The five ways in which the service is checked (PM-08 8.6)."""

    TAPPING = "tapping", _("Tapping")
    MYSTERY_SHOPPING = "mystery_shopping", _("Mystery shopping")
    PROPPER = "propper", _("Propper test")
    PERFORMANCE = "performance", _("Analisis kinerja")
    INDIVIDUAL = "individual", _("Evaluasi individu")


class FormState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("form", "konsep")
    PUBLISHED = "published", pgettext_lazy("form", "berlaku")
    RETIRED = "retired", pgettext_lazy("form", "digantikan")


FORM_MOVES = moves(FormState.choices, edit=[FormState.DRAFT], publish=[FormState.DRAFT])


class Frozen(Exception):
    """Somebody tries to change a published form around its actions."""


class ScoringFormQuerySet(models.QuerySet["ScoringForm"]):
    def visible_to(self, person: Person) -> Self:
        """Forms are no secret among those who judge and are judged; drafts are the administrator's."""
        return self if person.is_staff else self.exclude(state=FormState.DRAFT)

    def published(self) -> Self:
        return self.filter(state=FormState.PUBLISHED)


class ScoringForm(models.Model):
    """One version of one form. Its newest published version serves new sheets; a sheet keeps the version it was filled on."""

    check_kind = models.CharField(_("pemeriksaan"), max_length=20, choices=Check.choices)
    code = models.CharField(_("kode dokumen"), max_length=40)
    revision = models.CharField(_("revisi"), max_length=8)
    name = models.CharField(_("nama"), max_length=160)
    clause = models.CharField(_("klausul"), max_length=120)
    effective_on = models.DateField(_("tanggal berlaku"))
    version = models.PositiveIntegerField(_("versi"))
    pass_mark = models.PositiveSmallIntegerField(_("nilai lulus"), default=80)
    state = models.CharField(max_length=10, choices=FormState.choices, default=FormState.DRAFT)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = ScoringFormQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="form_version_once"),
            models.UniqueConstraint(fields=["code"], name="form_one_published", condition=Q(state="published")),
            models.CheckConstraint(condition=Q(pass_mark__lte=100), name="form_pass_mark_of_100"),
        ]

    def __str__(self) -> str:
        return f"{self.short_code} v{self.version}"

    @property
    def short_code(self) -> str:
        """``F-18`` of ``OB.IN.QCC.TELK.F-18``."""
        return self.code.rsplit(".", 1)[-1]


class CommentRule(models.TextChoices):
    """When a parameter asks for words."""

    NEVER = "never", _("tidak perlu")
    ON_NO = "on_no", _("bila tidak sesuai")
    ALWAYS = "always", _("selalu")


class Parameter(models.Model):
    """One thing that is judged, with its share of 100."""

    form = models.ForeignKey(ScoringForm, on_delete=models.PROTECT, related_name="parameters")
    number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=80)
    text = models.CharField(max_length=200)
    weight = models.PositiveSmallIntegerField()
    critical = models.BooleanField(default=False)
    may_be_na = models.BooleanField(default=True)
    comment = models.CharField(max_length=6, choices=CommentRule.choices, default=CommentRule.NEVER)
    root_causes = models.JSONField(default=list)

    class Meta:
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="parameter_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="parameter_weight_of_100"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused when the form is published: the sheets filled on it would say something else."""
        if self.form.state != FormState.DRAFT:
            raise Frozen(str(self.form))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """The same."""
        if self.form.state != FormState.DRAFT:
            raise Frozen(str(self.form))
        return super().delete(*args, **kwargs)
