"""The activities of P-06 chapter 7 as a checklist on the ticket: what each one is, in versions, and what was done (OB-2)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models.ticket import Ticket


class Step(models.IntegerChoices):
    """The rows of P-06 7 by their numbers; 3 and 4 are lost in the scan and have no name."""

    CHECK = 1, _("Melakukan pengecekan tiket")
    HANDLE = 2, _("Penanganan masalah pelanggan")
    ON_THE_SPOT = 5, _("Mensolusikan kebutuhan pelanggan")
    WITH_COLLEAGUES = 6, _("Mensolusikan keluhan pelanggan dengan rekan terkait")
    ESCALATE = 7, _("Melakukan eskalasi ke team leader")
    TELL_STATUS = 8, _("Menginformasikan status update keluhan")
    TELL_RESULT = 9, _("Memberikan informasi hasil penanganan gangguan")
    CONFIRM = 10, _("Melakukan konfirmasi")
    FURTHER_HELP = 11, _("Menawarkan bantuan lain")
    INFORM = 12, _("Memberikan informasi yang dibutuhkan pelanggan")
    CLOSE = 13, _("Closing")


# What has to be done again after a ticket was opened again: it was not solved after all.
AGAIN_AFTER_REOPENING = (
    Step.HANDLE,
    Step.ON_THE_SPOT,
    Step.TELL_RESULT,
    Step.CONFIRM,
    Step.FURTHER_HELP,
    Step.INFORM,
    Step.CLOSE,
)


class Activity(models.Model):
    """One version of one row of the table, in the document's words. A version is never edited: an old ticket shows its own day's.

    ``required_for``: the interactions whose tickets an agent cannot close without it.
    """

    number = models.PositiveSmallIntegerField(_("nomor"))
    version = models.PositiveIntegerField(_("versi"), default=1)
    title = models.CharField(_("aktivitas"), max_length=160, blank=True)
    actor = models.CharField(_("pelaksana"), max_length=120, blank=True)
    output = models.CharField(_("output"), max_length=160, blank=True)
    aim = models.CharField(_("tujuan"), max_length=200, blank=True)
    kpi = models.CharField(_("KPI"), max_length=200, blank=True)
    clause = models.CharField(_("klausul"), max_length=120)
    required_for = models.JSONField(_("wajib untuk"), default=list, blank=True)
    active = models.BooleanField(_("berlaku"), default=True)
    in_force_from = models.DateTimeField(_("berlaku sejak"))
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number", "-version"]
        verbose_name, verbose_name_plural = _("aktivitas"), _("aktivitas")
        constraints = [models.UniqueConstraint(fields=["number", "version"], name="activity_version_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


def in_force(versions: Iterable[Activity], at: datetime) -> list[Activity]:
    """Of each number the version that held at that moment, or for an older ticket the first one; active ones, in order."""
    found: dict[int, Activity] = {}
    for version in sorted(versions, key=lambda each: (each.number, each.version)):
        if version.number not in found or version.in_force_from <= at:
            found[version.number] = version
    return [activity for activity in found.values() if activity.active]


class DoneActivity(models.Model):
    """That an activity was done on a ticket: by an act that shows it (``act``), or ticked by a person (``act`` empty).

    ``round`` is how often the ticket had been reopened then.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, db_index=False, related_name="activities")  # activity_done_once
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=0)
    act = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "number", "round"], name="activity_done_once")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.number}"

    def counts_in(self, round_: int) -> bool:
        """Whether it still counts after so many reopenings."""
        return self.round == round_ or self.number not in AGAIN_AFTER_REOPENING
