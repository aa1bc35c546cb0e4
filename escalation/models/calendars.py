"""Business calendars in versions that are never edited, and the holidays that they close on (ESC-4)."""

from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from escalation.hours import ALWAYS, Hours, office


class HolidayCategory(models.TextChoices):
    PUBLIC = "public", _("libur nasional")
    JOINT_LEAVE = "joint_leave", _("cuti bersama")
    OWN = "own", _("libur perusahaan")


class Holiday(models.Model):
    """A day of Indonesia's holidays, from the library or written by an administrator. One that was struck out stays, so that
    the library does not bring it back."""

    date = models.DateField(_("tanggal"), unique=True)
    name = models.CharField(_("nama"), max_length=120)
    category = models.CharField(_("golongan"), max_length=12, choices=HolidayCategory.choices)
    active = models.BooleanField(_("berlaku"), default=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # None: from the library
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Calendar(models.Model):
    """Office hours under a name that policies cite. What they are stands in its versions."""

    slug = models.SlugField(_("kode"), max_length=40, unique=True)
    name = models.CharField(_("nama"), max_length=80)
    # The version that clocks take which start from now on; empty only while the first one is being made.
    current = models.OneToOneField("CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """The hours as they were from one edit to the next. A running clock keeps the version that it started with (ESC-2).

    ``weekly``: "0" (Monday) to "6" -> list of ["08:00", "12:00"]. ``exceptions``: "2026-12-24" -> the same list, empty: closed.
    ``holidays``: "2026-12-25" -> its name, frozen when the version was made; an exception of the same date wins.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("versi"))
    weekly = models.JSONField()
    exceptions = models.JSONField(default=dict)
    closed_on = models.JSONField(default=list)  # categories of holidays
    holidays = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["calendar", "-version"]
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.version}"

    def hours(self, zone: str) -> Hours:
        """Its hours by the clocks of ``zone``."""
        return office(self.weekly, {**dict.fromkeys(self.holidays, []), **self.exceptions}, zone)


@lru_cache(maxsize=256)
def hours_of(version_id: int | None, zone: str) -> Hours:
    """The hours of a calendar's version; without one every hour counts. A version never changes, so one reading is enough."""
    return CalendarVersion.objects.get(pk=version_id).hours(zone) if version_id else ALWAYS
