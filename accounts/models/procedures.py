"""The register of the procedures that the house works by: code, revision, since when (QM-7, PM-08 8.2.4)."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def visible_to(self, person: Person) -> Self:
        """Procedures are for everybody who works here."""
        return self

    def of_day(self, short: str, day: date) -> "Procedure":
        """The revision of this document that held on that day; before the first one, the first."""
        revisions = self.filter(short=short)
        held = revisions.filter(effective_on__lte=day).order_by("-effective_on", "-id").first()
        return held or revisions.order_by("effective_on", "id")[:1].get()


class Procedure(models.Model):
    """One revision of one document. ``short`` is how clauses cite it: ``P-06`` in ``P-06 7``."""

    short = models.CharField(_("sebutan"), max_length=12)
    code = models.CharField(_("nomor dokumen"), max_length=60)
    title = models.CharField(_("judul"), max_length=200)
    revision = models.CharField(_("revisi"), max_length=8, blank=True)
    revised_on = models.DateField(_("tanggal revisi"), null=True, blank=True)
    effective_on = models.DateField(_("tanggal berlaku"))
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField()

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        ordering = ["short", "-effective_on", "-id"]
        verbose_name, verbose_name_plural = _("prosedur"), _("prosedur")
        constraints = [models.UniqueConstraint(fields=["code", "revision"], name="procedure_revision_once")]

    def __str__(self) -> str:
        return f"{self.code} rev. {self.revision}" if self.revision else self.code


def in_force(revisions: list[Procedure], on: date) -> set[int]:
    """The keys of those that hold on that day: of each document the newest that has begun."""
    newest: dict[str, Procedure] = {}
    for each in sorted(revisions, key=lambda one: (one.effective_on, one.pk)):
        if each.effective_on <= on:
            newest[each.short] = each
    return {each.pk for each in newest.values()}
