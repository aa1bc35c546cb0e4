"""What groups read, in an administrator's words (HC-5): one text for each use, and others for a kind or for a group's purpose."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from escalation.models.channels import Purpose
from tickets.models import Kind


class MessageUse(models.TextChoices):
    DISPATCH = "dispatch", _("kirim ke grup")
    RAISED = "raised", _("sudah dikirim, lalu naik")
    LINE = "line", _("satu baris dalam pesan gabungan")
    RAISED_LINE = "raised_line", _("satu baris, sudah dikirim lalu naik")
    SUPER_EMERGENCY = "super_emergency", _("dinaikkan: grup Support HC")
    PROGRESS = "progress", _("progres: grup TL")


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    def visible_to(self, person: Person) -> Self:
        """Administrators; quality control reads their history."""
        return self if person.role in (Role.ADMINISTRATOR, Role.QUALITY_CONTROL) else self.none()


class MessageTemplate(models.Model):
    """The text of one use; empty ``kind`` and ``purpose`` fit all. What was sent keeps the words of its day."""

    use = models.CharField(_("untuk"), max_length=16, choices=MessageUse.choices)
    kind = models.CharField(_("jenis tiket"), max_length=20, choices=Kind.choices, blank=True)
    purpose = models.CharField(_("grup"), max_length=12, choices=Purpose.choices, blank=True)
    text = models.TextField(_("isi"), max_length=2_000)
    clause = models.CharField(_("pasal"), max_length=60, blank=True)
    active = models.BooleanField(_("aktif"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["use", "kind", "purpose", "id"]
        verbose_name, verbose_name_plural = _("templat pesan grup"), _("templat pesan grup")
        constraints = [
            models.UniqueConstraint(fields=["use", "kind", "purpose"], name="message_template_once", condition=Q(active=True))
        ]

    def __str__(self) -> str:
        scope = [self.get_kind_display() if self.kind else "", self.get_purpose_display() if self.purpose else ""]
        return " · ".join(str(part) for part in (self.get_use_display(), *scope) if part)
