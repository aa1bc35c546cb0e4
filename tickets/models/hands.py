"""Who held the ball, and for how long: one row each time it was passed on, so that figures never read the history (HC-7)."""

from typing import Self

from django.db import models

from accounts.models import Person, Team
from accounts.roles import Role
from tickets.models.ticket import HolderKind, Kind, Ticket


class HandQuerySet(models.QuerySet["Hand"]):
    def visible_to(self, person: Person) -> Self:
        """All for Support HC and administrators; those of their teams' tickets for leaders."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        return self.filter(team__in=person.team_scope) if person.is_leading else self.none()


class Hand(models.Model):
    """One stretch in one hand, and what the ticket was when it ended. ``name`` is a unit's, where no person held it.

    A row is written under its ticket's lock, from what the ticket says. So the database does not look for each key again, as it
    does not for the history's subjects: it took a twelfth of what firing many rungs costs. Django still protects them.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, db_constraint=False, related_name="hands")
    kind = models.CharField(max_length=12, choices=HolderKind.choices)
    # Nobody looks for all that one person held; the figures go by time.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey(  # found by hand_by_team
        Team, on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    ticket_kind = models.CharField(max_length=20, choices=Kind.choices)
    region = models.PositiveSmallIntegerField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()

    objects = HandQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ended_at"], name="hand_by_time"),
            models.Index(fields=["team", "ended_at"], name="hand_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.kind} {self.seconds} s"
