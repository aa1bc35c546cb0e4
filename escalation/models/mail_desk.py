"""What an administrator decides about mail (W-05): the table of decisions, whom mail is forwarded to, the words of answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.models.channels import Group
from escalation.models.mail import ComplaintKind
from tickets.models import Interaction


class MailHandler(models.Model):
    """Who takes over what is not ours: an address, and the coordination group that hears of it."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    address = models.EmailField(_("alamat e-mail"))
    group = models.ForeignKey(
        Group, verbose_name=_("grup lintas koordinasi"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("penanganan e-mail"), _("penanganan e-mail")

    def __str__(self) -> str:
        return self.name


class TemplateUse(models.TextChoices):
    EDUCATION = "education", _("edukasi")
    INFORMATION = "information", _("informasi, artikel pengetahuan")
    ASK = "ask", _("tanya nomor tiket atau ID produk")
    PROGRESS = "progress", _("progres tiket")
    NORMAL = "normal", _("layanan normal")
    TICKET = "ticket", _("tiket dibuka")
    FORWARD = "forward", _("pengantar ke penanganan")
    COORDINATION = "coordination", _("grup lintas koordinasi")


class MailTemplate(models.Model):
    """Words of an answer. In braces: nama, nomor, tiket, progres, agen, perihal, penanganan, segmen."""

    slug = models.SlugField(_("kode"), max_length=40, unique=True)
    title = models.CharField(_("judul"), max_length=120)
    use = models.CharField(_("untuk"), max_length=12, choices=TemplateUse.choices)
    text = models.TextField(_("isi"))
    clause = models.CharField(_("pasal"), max_length=60, blank=True)
    active = models.BooleanField(_("aktif"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["use", "title"]
        verbose_name, verbose_name_plural = _("templat e-mail"), _("templat e-mail")

    def __str__(self) -> str:
        return self.title


class RuleAct(models.TextChoices):
    ANSWER = "answer", _("jawab")
    FORWARD = "forward", _("edukasi, teruskan, grup")
    OPEN_TICKET = "open_ticket", _("buka tiket")


class Needs(models.TextChoices):
    """What must be known before the act."""

    NOTHING = "", _("tidak ada")
    REFERENCE = "reference", _("nomor tiket atau ID produk")
    TROUBLESHOOTING = "troubleshooting", _("hasil cek layanan")


class MailRule(models.Model):
    """One row of the table of decisions; the first active one that fits says what may be done. Empty fits everything."""

    order = models.PositiveSmallIntegerField(_("urutan"), default=100)
    name = models.CharField(_("nama"), max_length=120)
    clause = models.CharField(_("pasal"), max_length=60)
    segments = models.JSONField(_("segmen"), default=list, blank=True)
    interaction = models.CharField(_("kontak"), max_length=12, choices=Interaction.choices, blank=True)
    complaint = models.CharField(_("keluhan"), max_length=20, choices=ComplaintKind.choices, blank=True)
    acts = models.JSONField(_("tindakan"), default=list)
    needs = models.CharField(_("syarat"), max_length=16, choices=Needs.choices, blank=True)
    template = models.ForeignKey(
        MailTemplate, verbose_name=_("templat jawaban"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handler = models.ForeignKey(
        MailHandler, verbose_name=_("penanganan"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        ordering = ["order", "id"]
        verbose_name, verbose_name_plural = _("aturan e-mail"), _("aturan e-mail")

    def __str__(self) -> str:
        return self.name

    def act_labels(self) -> list[str]:
        """The acts in words."""
        return [str(RuleAct(each).label) for each in self.acts]
