"""Briefings with read receipts, and sessions with attendance (QM-4, PM-08 8.2.1 a, 8.5.4)."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Site, Team
from accounts.roles import Role
from common.clock import now
from tickets.models import ServiceLine

SEE_ALL = (Role.SUPERVISOR, Role.QUALITY_CONTROL, Role.ADMINISTRATOR)


class BriefingKind(models.TextChoices):
    PRODUCT_NEWS = "product_news", _("Info produk")
    SOP_REFRESHER = "sop_refresher", _("Penyegaran SOP")
    TRAINING = "training", _("Pelatihan")


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def addressed_to(self, person: Person) -> Self:
        """Those that are meant for this person and hold today."""
        lines = person.team.service_lines if person.team else []
        meant = Q(for_roles="") | Q(for_roles__contains=f",{person.role},")
        meant &= Q(team=None) | Q(team=person.team_id)
        meant &= Q(site=None) | Q(site=person.team.site_id if person.team else None)
        if lines:
            meant &= Q(service_line="") | Q(service_line__in=lines)
        held = Q(until=None) | Q(until__gte=localdate(now()))
        return self.filter(meant, held, withdrawn_at=None)

    def waiting_for(self, person: Person) -> Self:
        """Those of them that this person has not read, or whose question is not answered rightly."""
        read = Reading.objects.filter(briefing=OuterRef("pk"), person=person)
        return self.addressed_to(person).exclude(Exists(read.filter(Q(briefing__question="") | Q(right=True))))

    def visible_to(self, person: Person) -> Self:
        """What is addressed to oneself and what one wrote; supervisors, QC and administrators see all."""
        if person.role in SEE_ALL:
            return self
        mine = Briefing.objects.addressed_to(person).values("pk")
        read = Reading.objects.filter(person=person).values("briefing")
        return self.filter(Q(pk__in=mine) | Q(published_by=person) | Q(pk__in=read))


class Briefing(models.Model):
    """Something that people must know. Published at once and never edited; a wrong one is withdrawn.

    ``for_roles`` is kept as ``,agent,team_leader,``; an empty role, team, site or line means all of them.
    """

    kind = models.CharField(_("jenis"), max_length=16, choices=BriefingKind.choices)
    title = models.CharField(_("judul"), max_length=160)
    text = models.TextField(_("isi"))
    clause = models.CharField(_("klausul"), max_length=120, blank=True)
    for_roles = models.CharField(_("untuk peran"), max_length=160, blank=True)
    service_line = models.CharField(_("layanan"), max_length=20, choices=ServiceLine.choices, blank=True)
    team = models.ForeignKey(Team, verbose_name=_("tim"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, verbose_name=_("situs"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    question = models.CharField(_("pertanyaan"), max_length=300, blank=True)
    choices = models.JSONField(_("pilihan jawaban"), default=list, blank=True)
    right_choice = models.PositiveSmallIntegerField(null=True)  # its place among the choices, from 1
    until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = BriefingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], name="briefing_held", condition=Q(withdrawn_at=None))]

    def __str__(self) -> str:
        return self.title

    @property
    def roles(self) -> list[str]:
        return [role for role in self.for_roles.split(",") if role]


class Reading(models.Model):
    """That one person read one briefing, and how the question was answered; the last answer counts."""

    briefing = models.ForeignKey(Briefing, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    answer = models.PositiveSmallIntegerField(null=True)
    right = models.BooleanField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["briefing", "person"], name="briefing_read_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.briefing}"


class TrainingQuerySet(models.QuerySet["Training"]):
    def visible_to(self, person: Person) -> Self:
        """Those who lead see theirs and their teams', others those that they are invited to."""
        if person.role in SEE_ALL:
            return self
        invited = Attendance.objects.filter(person=person).values("training")
        return self.filter(Q(pk__in=invited) | Q(held_by=person))


class Training(models.Model):
    """A session: training, briefing before the shift, refresher. Who was invited stands in its attendance."""

    title = models.CharField(_("judul"), max_length=160)
    briefing = models.ForeignKey(Briefing, on_delete=models.PROTECT, null=True, blank=True, related_name="trainings")
    at = models.DateTimeField(_("waktu"))
    place = models.CharField(_("tempat"), max_length=120, blank=True)
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = TrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether an invited person was there; None until somebody noted it."""

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="attendance")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    present = models.BooleanField(null=True)
    marked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "person"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.training}"
