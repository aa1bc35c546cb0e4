"""People, their teams and sites (requirements.md, "People")."""

from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.roles import LEADERS, Role
from common.clock import now
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


class Desk(models.TextChoices):
    """What kind of agents a team is of (P-06 3, 8.1, 8.2)."""

    LEVEL_1 = "level_1", _("Reguler (level 1)")
    VIOLET = "violet", _("Violet")
    GLOBAL = "global", _("Global")
    IMES = "imes", _("IMES")


LINES = ["data_internet", "indihome", "telephony", "global", "imes"]  # the lines of P-06 11 by their codes
LINES_OF_DESK: dict[str, list[str]] = {
    Desk.GLOBAL: ["global"],
    Desk.IMES: ["imes"],
}  # what a desk serves whose team names no lines


class Distribution(models.TextChoices):
    """By what new tickets of a team are given to its people (OB-5)."""

    OFF = "off", _("tidak dibagi: tetap di yang mencatat")
    LOAD = "load", _("menurut beban: yang paling sedikit tiket terbuka")
    LINE = "line", _("menurut layanan: ahlinya dulu, lalu beban")
    ROUND_ROBIN = "round_robin", _("bergiliran")


class Team(models.Model):
    """People who work for one team leader."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    site = models.ForeignKey(Site, verbose_name=_("situs"), on_delete=models.PROTECT, related_name="teams")
    leader = models.ForeignKey(
        "Person", verbose_name=_("TL"), on_delete=models.PROTECT, null=True, blank=True, related_name="led_teams"
    )
    service_lines = models.JSONField(_("lini layanan"), default=list, blank=True)
    desk = models.CharField(_("meja"), max_length=10, choices=Desk.choices, blank=True, default="", db_default="")
    distribution = models.CharField(
        _("pembagian tiket baru"), max_length=12, choices=Distribution.choices, default=Distribution.OFF, db_default="off"
    )

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("tim"), _("tim")

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> list[str]:
        """The service lines that this team works for; a team that names none, and whose desk says nothing, serves every one."""
        lines: list[str] = self.service_lines
        return lines or LINES_OF_DESK.get(self.desk, LINES)

    def leading_now(self) -> "list[Person]":
        """The TL, and who stands in for the TL at this moment."""
        if self.leader is None:
            return []
        stand_ins = StandIn.objects.running(now()).filter(leader=self.leader_id).select_related("person__team")
        return [each for each in (self.leader, *(row.person for row in stand_ins)) if each.is_active]


class Skill(models.TextChoices):
    """What only some of a team do. Who has skills in service lines works for these alone, of those of the team (OB-5)."""

    EMAIL = "email", _("menjawab e-mail")
    DATA_INTERNET = "data_internet", _("Data & Internet")
    INDIHOME = "indihome", _("IndiHome")
    TELEPHONY = "telephony", _("Telephony")
    GLOBAL = "global", _("Global")
    IMES = "imes", _("IMES")


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
    # Since when a code from the phone is asked beside the password; here, so that no request asks another table.
    second_factor_at = models.DateTimeField(_("kode kedua sejak"), null=True, blank=True, editable=False)
    language = models.CharField(_("bahasa"), max_length=2, blank=True, choices=[("id", "Bahasa Indonesia"), ("en", "English")])
    theme = models.CharField(
        _("tema"), max_length=5, blank=True, choices=[("", _("ikut sistem")), ("light", _("terang")), ("dark", _("gelap"))]
    )
    sound = models.BooleanField(_("bunyi untuk SE"), default=False)
    # The newest time for which this person was named; here, so that nobody else's request asks for it.
    stand_in = models.ForeignKey("StandIn", on_delete=models.PROTECT, null=True, editable=False, related_name="+")
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

    @property
    def must_add_second_factor(self) -> bool:
        """Whether this role may do nothing before a second factor is set up (``SECOND_FACTOR_ROLES``)."""
        return self.second_factor_at is None and self.role in settings.SECOND_FACTOR_ROLES

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Other sessions end when the second factor comes or goes, as they do with a new password."""
        own: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{own}.{self.second_factor_at.timestamp()}" if self.second_factor_at else own

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """The Django admin asks this; only administrators work there, and only on data of administration."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    @cached_property
    def stands_in_for(self) -> "Person | None":
        """The TL for whom this person acts at this moment (OB-7); asks nothing of people who were never named."""
        if self.stand_in_id is None:
            return None
        found = StandIn.objects.running(now()).filter(pk=self.stand_in_id).select_related("leader__team").first()
        return found.leader if found else None

    @property
    def acts_for(self) -> list[int]:
        """This person, and the TL for whom this person acts."""
        return [self.pk, *([self.stands_in_for.pk] if self.stands_in_for else [])]

    @property
    def lines(self) -> list[str]:
        """The service lines that this person works for: those of the team, or the own skills among them."""
        of_team = self.team.lines if self.team else []
        return [line for line in of_team if line in self.skills] or of_team

    @property
    def is_leading(self) -> bool:
        """Whether this person leads people: by role, or for the time being."""
        return self.role in LEADERS or self.stands_in_for is not None

    @cached_property
    def team_scope(self) -> list[int]:
        """Ids of the teams whose work this person sees as their own (requirements.md, "What each role sees")."""
        if self.role == Role.TEAM_LEADER or self.stands_in_for:
            led = Team.objects.filter(leader__in=self.acts_for)
            own = [self.team_id] if self.team_id and self.role != Role.TEAM_LEADER else []
            return sorted({*own, *led.values_list("id", flat=True)})
        if self.role == Role.SUPERVISOR and self.team:
            return list(Team.objects.filter(site=self.team.site_id).values_list("id", flat=True))
        return [self.team_id] if self.team_id else []

    @property
    def team_leader(self) -> "Person | None":
        """Who leads this person's team."""
        return self.team.leader if self.team else None


class StandInQuerySet(models.QuerySet["StandIn"]):
    def running(self, moment: Any) -> Self:
        return self.filter(starts_at__lte=moment, ends_at__gt=moment, ended_at=None)

    def unended(self, moment: Any) -> Self:
        """Running, or still to come."""
        return self.filter(ends_at__gt=moment, ended_at=None)

    def visible_to(self, person: Person) -> Self:
        """Those that one is part of; of a supervisor all of the site, of an administrator all."""
        if person.role == Role.ADMINISTRATOR:
            return self
        which = models.Q(leader=person) | models.Q(person=person)
        if person.role == Role.SUPERVISOR and person.team:
            which |= models.Q(leader__team__site=person.team.site_id)
        return self.filter(which)

    def shown(self) -> Self:
        return self.select_related("leader__team", "person__team", "named_by")


class StandIn(models.Model):
    """A time for which somebody acts as TL of another's teams (OB-7)."""

    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stand_ins")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="standing_in")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # before its time

    objects = StandInQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["leader", "ends_at"], name="stand_in_of_leader")]
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="stand_in_has_length")]

    def __str__(self) -> str:
        return f"{self.person} for {self.leader}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.ends_at <= now()

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.starts_at <= now() < self.ends_at
