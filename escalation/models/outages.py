"""One fault, many tickets (HC-8): an outage, the tickets under it, what was said to all of them, and how far that has come."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import Role
from common.states import moves
from tickets.models import Ticket


class OutageState(models.TextChoices):
    OPEN = "open", pgettext_lazy("outage", "berlangsung")
    SOLVED = "solved", _("selesai menurut unit")
    DISSOLVED = "dissolved", _("dibubarkan")


OUTAGE_MOVES = moves(
    OutageState.choices,
    join=[OutageState.OPEN],
    leave=[OutageState.OPEN],
    progress=[OutageState.OPEN],
    solve=[OutageState.OPEN],
    dissolve=[OutageState.OPEN],
)


class OutageQuerySet(models.QuerySet["Outage"]):
    def visible_to(self, person: Person) -> Self:
        """All for Support HC and administrators; leaders those that have a ticket of their teams."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            theirs = OutageTicket.objects.standing().filter(ticket__team__in=person.team_scope)
            return self.filter(pk__in=theirs.values("outage"))
        return self.none()

    def open(self) -> Self:
        return self.filter(state=OutageState.OPEN)


class Outage(models.Model):
    """A fault that many customers report. Tickets stand under it and stay themselves; leaving it takes nothing from them."""

    name = models.CharField(_("nama"), max_length=160)
    region = models.PositiveSmallIntegerField(_("TREG"), null=True, blank=True)
    area = models.CharField(_("area"), max_length=120, blank=True)
    symptom = models.CharField(_("gejala"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=OutageState.choices, default=OutageState.OPEN)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    last_word = models.TextField(blank=True)
    last_word_at = models.DateTimeField(null=True)
    solution = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = OutageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="outage_open", condition=Q(state="open")),
            models.Index(Lower("area"), Lower("symptom"), name="outage_alike", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def number(self) -> str:
        """What people call it: ``G-0042``."""
        return f"G-{self.pk:04d}"

    @property
    def url(self) -> str:
        return reverse("escalation:outage", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == OutageState.OPEN


class OutageTicketQuerySet(models.QuerySet["OutageTicket"]):
    def standing(self) -> Self:
        return self.filter(left_at=None)


class OutageTicket(models.Model):
    """A ticket under an outage, one at a time; who let it join and leave is kept."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="memberships")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="outages")
    joined_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField(null=True)

    objects = OutageTicketQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two who join one ticket at once to two outages: one of them does.
            models.UniqueConstraint(fields=["ticket"], name="outage_one_a_ticket", condition=Q(left_at=None)),
        ]
        indexes = [models.Index(fields=["outage", "id"], name="outage_tickets", condition=Q(left_at=None))]

    def __str__(self) -> str:
        return f"{self.outage}: {self.ticket}"


class WordKind(models.TextChoices):
    JOINED = "joined", _("Digabung")
    PROGRESS = "progress", _("Progres")
    SOLUTION = "solution", _("Solusi")


class OutageWord(models.Model):
    """What was said once to all tickets of an outage. Each ticket has it by a step of its own."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="words")
    kind = models.CharField(max_length=8, choices=WordKind.choices)
    text = models.TextField(blank=True)
    publish = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.outage}: {self.kind}"


class StepState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("step", "menunggu")
    DONE = "done", pgettext_lazy("step", "selesai")
    SKIPPED = "skipped", pgettext_lazy("step", "dilewati")
    PARKED = "parked", pgettext_lazy("step", "tersangkut")


class OutageStep(models.Model):
    """One word for one ticket: it ends exactly once, whoever is killed meanwhile. ``note``: why it was passed over."""

    word = models.ForeignKey(OutageWord, on_delete=models.PROTECT, related_name="steps")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.WAITING)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "ticket"], name="outage_step_once")]
        indexes = [models.Index(fields=["word", "id"], name="outage_step_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.word} {self.ticket_id}: {self.state}"
