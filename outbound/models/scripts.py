"""What is said on a call, by product, in versions that cite their clause (P-01 3, 7.1; QM-7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from outbound.models.campaigns import Product


class Script(models.Model):
    """One version of a product's script; never edited. ``sections``: a list of ``{title, text, must}``.

    In a text ``{me}``, ``{customer}``, ``{part_of_day}``, ``{months}``, ``{amount}``, ``{service_number}`` and ``{promised_on}``
    are filled in.
    """

    product = models.CharField(_("produk"), max_length=6, choices=Product.choices)
    version = models.PositiveIntegerField(_("versi"))
    clause = models.CharField(_("pasal"), max_length=80)
    sections = models.JSONField(_("bagian"))
    active = models.BooleanField(_("aktif"), default=True)
    effective_from = models.DateField(_("berlaku sejak"))
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["product", "-version"]
        verbose_name, verbose_name_plural = _("naskah"), _("naskah")
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="script_version_once"),
            models.UniqueConstraint(fields=["product"], name="script_one_active", condition=Q(active=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()} v{self.version}"
