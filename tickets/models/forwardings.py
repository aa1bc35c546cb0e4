"""Regular tickets at their units: to whom, when, under which number, and how often they were chased (OB-4, P-06 5.4, 5.8)."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from tickets.models.ticket import WORKABLE, Ticket


class ForwardingEnd(models.TextChoices):
    DONE = "done", _("selesai menurut unit")
    ELSEWHERE = "elsewhere", _("diteruskan ke unit lain")
    FINISHED = "finished", _("tiket selesai")
    ESCORTED = "escorted", _("menjadi tiket kawal")


class ForwardingQuerySet(models.QuerySet["Forwarding"]):
    def visible_to(self, person: Person) -> Self:
        """Those of the tickets that this person sees whole."""
        return self.filter(ticket__in=Ticket.objects.visible_to(person))

    def open(self) -> Self:
        """The unit still has it."""
        return self.filter(ended_at=None)

    def due(self, moment: Any = None) -> Self:
        """To be chased now; one that waits for its customer is not."""
        return self.open().filter(next_chase_at__lte=moment or now(), ticket__status__in=WORKABLE)

    def by_urgency(self) -> Self:
        """Who has waited longest first; those without a clock last."""
        return self.order_by(F("next_chase_at").asc(nulls_last=True), "-id")

    def with_last_chase(self) -> Self:
        """Each with ``chased`` (how often), ``chased_at`` and ``chase_says``, what its unit said last."""
        last = Chase.objects.filter(forwarding=models.OuterRef("pk")).order_by("-id")
        return self.annotate(
            chased=models.Count("chases"),
            chased_at=models.Subquery(last.values("at")[:1]),
            chase_says=models.Subquery(last.values("text")[:1]),
        )

    def shown(self) -> Self:
        """With what a row and the API show."""
        return self.select_related("ticket", "by").prefetch_related(models.Prefetch("chases", Chase.objects.select_related("by")))


class Forwarding(models.Model):
    """One stretch of a ticket at one unit. ``next_chase_at``: when its clock of unit silence runs out, written by escalation."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="forwardings")
    unit = models.CharField(_("unit"), max_length=120)
    system = models.CharField(max_length=30, blank=True)
    reference = models.CharField(_("rujukan"), max_length=80, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    next_chase_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=10, choices=ForwardingEnd.choices, blank=True)

    objects = ForwardingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["ticket"], name="forwarding_one_open", condition=Q(ended_at=None))]
        indexes = [
            models.Index(
                fields=["next_chase_at"], name="forwarding_to_chase", condition=Q(ended_at=None)
            ),  # the list of those due
        ]

    def __str__(self) -> str:
        return f"{self.ticket} -> {self.unit}"

    @property
    def is_due(self) -> bool:
        """Whether it is to be chased now."""
        return self.ended_at is None and self.next_chase_at is not None and self.next_chase_at <= now()


class How(models.TextChoices):
    GROUP = "group", _("Grup WA")
    CALL = "call", _("Telepon")
    SYSTEM = "system", _("Aplikasi (NOSSA, MyCX)")
    EMAIL = "email", _("E-mail")


class Outcome(models.TextChoices):
    SILENT = "silent", _("Belum dijawab")
    ANSWERED = "answered", _("Ada kabar")
    DONE = "done", _("Selesai menurut unit")


class Chase(models.Model):
    """One time that the unit was asked; ``text`` is what it said, in words that the customer may hear."""

    forwarding = models.ForeignKey(Forwarding, on_delete=models.PROTECT, related_name="chases")
    how = models.CharField(_("lewat"), max_length=8, choices=How.choices)
    outcome = models.CharField(_("hasil"), max_length=8, choices=Outcome.choices)
    text = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.forwarding}: {self.outcome}"
