"""Where another system says something else of a ticket than Kawal: what the reconciliation of its export found."""

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from tickets.models.ticket import Ticket


class What(models.TextChoices):
    NOT_HERE = "not_here", _("ada di sana, tidak di Kawal")
    NOT_THERE = "not_there", _("ada di Kawal, tidak di sana")
    STATUS = "status", _("status berbeda")


class TicketDifferenceQuerySet(models.QuerySet["TicketDifference"]):
    def visible_to(self, person: Person) -> Self:
        """All for Support HC and administrators; leaders those of the tickets of their teams."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        if person.is_leading:
            return self.filter(ticket__team__in=person.team_scope)
        return self.none()

    def open(self) -> Self:
        return self.filter(settled_at=None)

    def told(self, system: str, numbers: Sequence[str]) -> "dict[str, TicketDifference]":
        """Of each number the newest that is open, or that a person has settled."""
        known = self.filter(system=system, number__in=numbers).filter(Q(settled_at=None) | Q(settled_by__isnull=False))
        return {each.number: each for each in known.order_by("id")}


class TicketDifference(models.Model):
    """A number of another system with what differs. Found again while it is open it changes in place, gone it settles itself;
    what a person settled comes back only when something else differs."""

    system = models.CharField(max_length=30)
    number = models.CharField(max_length=80)
    what = models.CharField(max_length=10, choices=What.choices)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="differences")
    ours = models.CharField(max_length=40, blank=True)
    theirs = models.CharField(max_length=40, blank=True)
    service_number = models.CharField(max_length=40, blank=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # None: it went away
    note = models.CharField(max_length=300, blank=True)

    objects = TicketDifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["system", "-id"], name="ticket_difference_open", condition=Q(settled_at=None)),
            models.Index(fields=["ticket"], name="ticket_difference_of", condition=Q(settled_at=None)),
            models.Index(fields=["system", "number"], name="ticket_difference_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["system", "number"], name="ticket_difference_once", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.number}: {self.get_what_display()}"

    @property
    def state(self) -> str:
        """In a word, for the API."""
        return "open" if self.settled_at is None else "settled"
