"""Recordings of calls (QC-1): a file of ours, or a link to where the recorder keeps it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from outbound.models.prospects import Prospect
from outbound.models.results import CaringResult


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, person: Person) -> Self:
        """Who sees its result hears it; before there is one, who attached it and its TL."""
        if person.role in (Role.SUPPORT_HC, Role.AGENT, Role.CLIENT):
            return self.none()
        seen = Q(result__in=CaringResult.objects.visible_to(person).values("pk")) | Q(by=person)
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            seen |= Q(prospect__team__in=person.team_scope)
        return self if person.role == Role.ADMINISTRATOR else self.filter(seen)

    def shown(self) -> Self:
        return self.select_related("by", "prospect", "result")


class Recording(models.Model):
    """One recording. On disk it has a name of ours; ``name`` is what it was called. ``peaks``: loudness along it, where known."""

    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="recordings")
    result = models.ForeignKey(CaringResult, on_delete=models.PROTECT, null=True, related_name="recordings")
    file = models.FileField(upload_to="recordings/%Y/%m/", blank=True)
    link = models.URLField(max_length=500, blank=True)
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    seconds = models.PositiveIntegerField(null=True)
    peaks = models.JSONField(default=list)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["prospect", "-id"], name="recording_of_prospect"),
            models.Index(fields=["at", "id"], name="recording_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(file="") ^ ~Q(link=""), name="recording_file_or_link"),
        ]

    def __str__(self) -> str:
        return self.name or self.link

    @property
    def audio_url(self) -> str:
        """Where the sound comes from: our file, or the way to the link, which notes it."""
        return reverse("outbound:recording", args=[self.pk])

    @property
    def bars(self) -> list[tuple[int, float, int]]:
        """The wave as the page draws it: left edge, top and height of each bar, 4 by 56 a bar."""
        return [
            (4 * number, 28 - max(2, peak * 26 // 100), 2 * max(2, peak * 26 // 100)) for number, peak in enumerate(self.peaks)
        ]
