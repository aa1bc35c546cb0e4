"""Tickets logged twice: linked, never merged (HC-8). What each has heard stays its own, and the link can be undone."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Person
from tickets.models.ticket import Ticket


class TwinQuerySet(models.QuerySet["Twin"]):
    def standing(self) -> Self:
        return self.filter(unlinked_at=None)


class Twin(models.Model):
    """``ticket`` is the same trouble as ``of``, which was there first and is worked on; who linked and who undid it is kept."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="twin_links")
    of = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="linked_twins")
    linked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    unlinked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    unlinked_at = models.DateTimeField(null=True)

    objects = TwinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], name="twin_of_one", condition=Q(unlinked_at=None)),
            models.CheckConstraint(condition=~Q(ticket=F("of")), name="twin_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} = {self.of}"
