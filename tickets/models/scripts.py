"""What is said to customers, word for word, in versions that cite their clause (OB-3, CT-3, QM-7)."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.core.signing import Signer
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import may
from tickets.models.ticket import ServiceLine

SIGNER = Signer(salt="tickets.shown_scripts")
SEALED = ("id", "use", "language", "version")


class Language(models.TextChoices):
    """In which the customer is spoken to; not the language of the page."""

    INDONESIAN = "id", _("Indonesia")
    ENGLISH = "en", _("Inggris")


class ScriptQuerySet(models.QuerySet["Script"]):
    def visible_to(self, person: Person) -> Self:
        """Scripts are for everybody who speaks, or hears how it is done."""
        return self if may(person, "script.list") else self.none()

    def serving(self, uses: Iterable[str], line: str, on: date) -> list["Script"]:
        """What is said on that day, one of each use and language: the service line's own before the one for all lines."""
        rows = self.filter(use__in=list(uses), service_line__in={"", line}, active=True, effective_from__lte=on)
        found: dict[tuple[str, str], Script] = {}
        for script in rows.order_by("-service_line", "-version"):  # "" comes last
            found.setdefault((script.use, script.language), script)
        return list(found.values())


class Script(models.Model):
    """One version of what is said for one use; never edited, so what was said stays readable. ``sections``: a list of
    ``{title, text, must}``, in whose texts ``{blanks}`` are filled in; ``tickets/scripting.py`` knows which each use has.
    """

    use = models.CharField(_("dipakai untuk"), max_length=20)
    service_line = models.CharField(_("layanan"), max_length=20, choices=ServiceLine.choices, blank=True, default="")
    language = models.CharField(_("bahasa"), max_length=2, choices=Language.choices, default=Language.INDONESIAN)
    version = models.PositiveIntegerField(_("versi"))
    clause = models.CharField(_("pasal"), max_length=80)
    sections = models.JSONField(_("bagian"))
    active = models.BooleanField(_("dipakai"), default=True)
    effective_from = models.DateField(_("berlaku sejak"))
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = ScriptQuerySet.as_manager()

    class Meta:
        ordering = ["use", "service_line", "language", "-version"]
        verbose_name, verbose_name_plural = _("naskah"), _("naskah")
        constraints = [
            models.UniqueConstraint(fields=["use", "service_line", "language", "version"], name="script_of_use_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.service_line} {self.language} v{self.version}"

    @property
    def sealed(self) -> str:
        """What a page carries of this version, for the act that keeps it (``tickets/shown_scripts.py``)."""
        return SIGNER.sign(".".join(str(getattr(self, name)) for name in SEALED))
