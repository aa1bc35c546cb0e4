"""Handing over at the end of a shift: what one person holds goes to a named person who accepts it (OB-7)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person
from common.states import moves


class HandoverState(models.TextChoices):
    OFFERED = "offered", _("menunggu jawaban")
    ACCEPTED = "accepted", _("diterima")
    DECLINED = "declined", _("tidak diterima")
    WITHDRAWN = "withdrawn", _("ditarik kembali")
    FALLEN = "fallen", _("jatuh ke atasan")


HANDOVER_MOVES = moves(
    HandoverState.choices,
    accept=[HandoverState.OFFERED],
    decline=[HandoverState.OFFERED],
    withdraw=[HandoverState.OFFERED],
    fall=[HandoverState.OFFERED],
)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, person: Person) -> Self:
        """One's own, given or received; leaders also those that their people give."""
        own = Q(giver=person) | Q(receiver=person)
        if person.is_leading:
            own |= Q(giver__team__in=person.team_scope)
        return self.filter(own)

    def waiting(self) -> Self:
        """Nobody has answered yet."""
        return self.filter(state=HandoverState.OFFERED)

    def fallen_due(self, moment: object) -> Self:
        """Unanswered for too long."""
        return self.waiting().filter(falls_at__lte=moment)

    def shown(self) -> Self:
        """With all that a row and the API show."""
        return self.select_related("giver__team", "receiver__team", "fell_to").prefetch_related("items")


class Handover(models.Model):
    """One offer of some held things to one person. Until that person accepts, everything stays with the giver."""

    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers_given")
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers_received")
    note = models.TextField(blank=True)
    by_itself = models.BooleanField(default=False)  # made because somebody went off duty and named nobody
    state = models.CharField(max_length=10, choices=HandoverState.choices, default=HandoverState.OFFERED)
    offered_at = models.DateTimeField()
    falls_at = models.DateTimeField(null=True)  # unanswered until then it goes to who leads the giver
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # why it was declined
    fell_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["giver", "-id"], name="handover_given"),
            models.Index(fields=["receiver", "-id"], name="handover_received"),
            models.Index(fields=["falls_at"], name="handover_falls", condition=Q(state="offered")),  # the task that looks
        ]

    def __str__(self) -> str:
        return f"{self.giver} -> {self.receiver}: {self.state}"

    @property
    def url(self) -> str:
        return reverse("handovers")

    @property
    def is_waiting(self) -> bool:
        return self.state == HandoverState.OFFERED


class HandoverItem(models.Model):
    """One held thing in it, named as its app registers it; ``outcome`` says what became of it, or why it stayed."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=12)
    thing = models.BigIntegerField()
    title = models.CharField(max_length=160)
    url = models.CharField(max_length=120, blank=True)
    waiting = models.BooleanField(default=True)
    handed = models.BooleanField(default=False)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # A thing is offered to one person at a time, however many offers race.
            models.UniqueConstraint(fields=["kind", "thing"], name="handover_offered_once", condition=Q(waiting=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}"
