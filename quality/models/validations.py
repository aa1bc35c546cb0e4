"""Why an agreed result is returned; the validations themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReturnReason(models.Model):
    """A usual reason; data of the administrator. QC may write another one."""

    code = models.CharField(_("kode"), max_length=8, unique=True)
    name = models.CharField(_("alasan"), max_length=120)
    active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name, verbose_name_plural = _("alasan return"), _("alasan return")

    def __str__(self) -> str:
        return f"{self.code}, {self.name}"
