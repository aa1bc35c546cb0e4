"""The outside tools of P-06 chapters 6 and 11: which a ticket's line and site use, and what was found in them (OB-5)."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import may
from tickets.models.ticket import ServiceLine, Ticket


class Found(models.TextChoices):
    """What is recorded of a look into a tool."""

    WORDS = "words", _("catatan")
    LINE = "line", _("ukuran jaringan")
    STATUS = "status", _("status link")
    REGISTERED = "registered", _("terdaftar atau belum")


class LinkState(models.TextChoices):
    UP = "up", pgettext_lazy("link", "normal")
    UNSTABLE = "unstable", pgettext_lazy("link", "putus-nyambung")
    DOWN = "down", pgettext_lazy("link", "mati")


class ToolQuerySet(models.QuerySet["Tool"]):
    def visible_to(self, person: Person) -> Self:
        """Those in use; whoever edits them sees what is switched off too."""
        return self if may(person, "tool.edit") else self.filter(active=True)


class Tool(models.Model):
    """One application outside Kawal. ``link`` opens it for a ticket; empty where the administrator has given none.

    ``code`` is also the name under which its numbers stand in ``outside_references``.
    """

    code = models.SlugField(_("kode"), max_length=30, unique=True)
    name = models.CharField(_("nama"), max_length=60)
    purpose = models.CharField(_("kegunaan"), max_length=160)
    clause = models.CharField(_("klausul"), max_length=40, blank=True)
    link = models.CharField(
        _("tautan"), max_length=300, blank=True,
        help_text=_("https://… dengan {service_number} atau {reference} (nomor tiket di aplikasi itu) di bagian alamat."),
    )  # fmt: skip
    found = models.CharField(_("yang dicatat"), max_length=10, choices=Found.choices, default=Found.WORDS)
    numbered = models.BooleanField(_("memberi nomor"), default=False, help_text=_("Nomornya dapat dicatat pada tiket."))
    active = models.BooleanField(_("dipakai"), default=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("alat luar"), _("alat luar")

    def __str__(self) -> str:
        return self.name

    @property
    def in_use(self) -> "list[ToolUse]":
        """Its rows of the matrix that are in force; asks nothing where ``uses`` was fetched before."""
        return [use for use in self.uses.all() if use.active]


class ToolUseQuerySet(models.QuerySet["ToolUse"]):
    def of_line(self, line: str) -> Self:
        """What a line uses, in the order of its page; the sites are for the caller to look at."""
        return self.filter(service_line=line, tool__active=True).order_by("order", "id")


class ToolUse(models.Model):
    """One row of the matrix of P-06 11: a service line uses a tool at these sites; no site named means every one."""

    tool = models.ForeignKey(Tool, verbose_name=_("alat luar"), on_delete=models.CASCADE, related_name="uses")
    service_line = models.CharField(_("layanan"), max_length=20, choices=ServiceLine.choices)
    sites = models.JSONField(_("situs"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("urutan"), default=0)
    clause = models.CharField(_("klausul"), max_length=40, blank=True)
    active = models.BooleanField(_("dipakai"), default=True)

    objects = ToolUseQuerySet.as_manager()

    class Meta:
        ordering = ["service_line", "order", "id"]
        verbose_name, verbose_name_plural = _("pemakaian alat"), _("pemakaian alat")
        constraints = [models.UniqueConstraint(fields=["tool", "service_line"], name="tool_once_a_line")]

    def __str__(self) -> str:
        return f"{self.get_service_line_display()}: {self.tool}"


# What a measuring field may hold: its words, its unit, least and most. Outside of them it is a slip of the keys.
MEASURES: dict[str, tuple[Any, str, Decimal, Decimal]] = {
    "attenuation_db": (_("redaman"), "dB", Decimal(0), Decimal(120)),
    "snr_db": (_("SNR"), "dB", Decimal(-20), Decimal(80)),
    "rate_mbps": (_("kecepatan"), "Mbps", Decimal(0), Decimal(10_000)),
    "attainable_mbps": (_("kecepatan maksimal"), "Mbps", Decimal(0), Decimal(10_000)),
}


class Finding(models.Model):
    """What somebody found in a tool about a ticket's service; never edited, a newer one stands above it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="findings")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="+")
    attenuation_db = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    snr_db = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    rate_mbps = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    attainable_mbps = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    link_state = models.CharField(max_length=10, choices=LinkState.choices, blank=True)
    registered = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="finding_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.tool}"
