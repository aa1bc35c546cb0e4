"""Whose turn it was in a team, where new tickets are given out in turn; its lock lets one ticket be given at a time (OB-5)."""

from django.db import models

from accounts.models import Team


class Turn(models.Model):
    """The agent code that had the last ticket of a team."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="turn")
    last = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return f"{self.team}: {self.last}"
