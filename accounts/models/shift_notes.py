"""What one shift leaves to the next in words, beside what it hands over (OB-7)."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person, Team
from common.clock import now


class ShiftNoteQuerySet(models.QuerySet["ShiftNote"]):
    def visible_to(self, person: Person) -> Self:
        """Those of the own team, and of the teams that one leads."""
        return self.filter(team__in={*person.team_scope, *([person.team_id] if person.team_id else [])})

    def of_last_shift(self) -> Self:
        """Those that whoever comes now should read, the newest first."""
        return self.filter(written_at__gte=now() - timedelta(hours=settings.SHIFT_NOTE_HOURS)).order_by("-id")


class ShiftNote(models.Model):
    """A note for whoever comes next in this team."""

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("catatan"))
    written_at = models.DateTimeField()

    objects = ShiftNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-written_at"], name="shift_note_of_team")]

    def __str__(self) -> str:
        return f"{self.team}: {self.author}"
