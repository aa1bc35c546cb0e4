"""People, their teams and sites (requirements.md, "People")."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from common.phones import is_dial_template

ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]


def valid_call_link(template: str) -> None:
    """What the softphone of a site takes."""
    if not is_dial_template(template):
        raise ValidationError(_("Tulis tel:, sip: atau callto: dengan {e164} atau {national}, misalnya sip:{e164}@pabx."))


class Site(models.Model):
    """A place of work, with its own time zone and softphone."""

    code = models.CharField(_("kode"), max_length=8, unique=True)
    name = models.CharField(_("nama"), max_length=80)
    time_zone = models.CharField(_("zona waktu"), max_length=40, choices=ZONES, default="Asia/Jakarta")
    call_link = models.CharField(
        _("tautan telepon"), max_length=120, blank=True, default="", db_default="", validators=[valid_call_link],
        help_text=_("Yang dibuka tombol Telepon: tel:{e164}, sip:{e164}@pabx, callto:{national}. Kosong: setelan umum."),
    )  # fmt: skip

    class Meta:
        ordering = ["code"]
        verbose_name, verbose_name_plural = _("situs"), _("situs")

    def __str__(self) -> str:
        return self.code


class Team(models.Model):
    """People who work for one team leader."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    site = models.ForeignKey(Site, verbose_name=_("situs"), on_delete=models.PROTECT, related_name="teams")
    leader = models.ForeignKey(
        "Person", verbose_name=_("TL"), on_delete=models.PROTECT, null=True, blank=True, related_name="led_teams"
    )
    service_lines = models.JSONField(_("lini layanan"), default=list, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("tim"), _("tim")

    def __str__(self) -> str:
        return self.name


class Skill(models.TextChoices):
    """What only some of a team do."""

    EMAIL = "email", _("menjawab e-mail")


class Duty(models.TextChoices):
    """Whether ladders and take-next reach a person (OB-7)."""

    ON = "on_duty", _("bertugas")
    BREAK = "on_break", _("istirahat")
    OFF = "off", _("tidak bertugas")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, agent_code: str, password: str | None = None, **fields: Any) -> "Person":
        """A new person; ``fields`` as on the model."""
        person = self.model(agent_code=agent_code, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, agent_code: str, password: str | None = None, **fields: Any) -> "Person":
        """A new administrator."""
        return self.create_user(agent_code, password, role=Role.ADMINISTRATOR, online_name=agent_code, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(agent_code=username)


class Person(AbstractBaseUser):
    """Somebody who signs in. The agent code is the login, the online name is what customers hear (PM-08 8.5.2)."""

    agent_code = models.CharField(
        _("kode agen"), max_length=8, unique=True, validators=[RegexValidator(r"^[0-9]{4,8}$", _("Empat sampai delapan angka."))]
    )
    online_name = models.CharField(_("nama online"), max_length=80)
    role = models.CharField(_("peran"), max_length=20, choices=Role.choices)
    team = models.ForeignKey(Team, verbose_name=_("tim"), on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    skills = models.JSONField(_("keahlian"), default=list, db_default=Value([], models.JSONField()), blank=True)
    duty = models.CharField(_("tugas"), max_length=10, choices=Duty.choices, default=Duty.OFF)
    is_active = models.BooleanField(_("aktif"), default=True)
    statement_signed_at = models.DateTimeField(_("pernyataan ditandatangani"), null=True, blank=True)
    language = models.CharField(_("bahasa"), max_length=2, blank=True, choices=[("id", "Bahasa Indonesia"), ("en", "English")])
    theme = models.CharField(
        _("tema"), max_length=5, blank=True, choices=[("", _("ikut sistem")), ("light", _("terang")), ("dark", _("gelap"))]
    )
    sound = models.BooleanField(_("bunyi untuk SE"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "agent_code"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PersonManager()

    class Meta:
        ordering = ["agent_code"]
        verbose_name, verbose_name_plural = _("orang"), _("orang")

    def __str__(self) -> str:
        return self.online_name

    def natural_key(self) -> tuple[str]:
        return (self.agent_code,)

    @property
    def is_staff(self) -> bool:
        """Who may open the administrator's pages."""
        return self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """The Django admin asks this; only administrators work there, and only on data of administration."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    @cached_property
    def team_scope(self) -> list[int]:
        """Ids of the teams whose work this person sees as their own (requirements.md, "What each role sees")."""
        if self.role == Role.TEAM_LEADER:
            return list(Team.objects.filter(leader=self).values_list("id", flat=True))
        if self.role == Role.SUPERVISOR and self.team:
            return list(Team.objects.filter(site=self.team.site_id).values_list("id", flat=True))
        return [self.team_id] if self.team_id else []

    @property
    def team_leader(self) -> "Person | None":
        """Who leads this person's team."""
        return self.team.leader if self.team else None
