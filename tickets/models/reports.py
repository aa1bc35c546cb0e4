"""What came in and went out on a ticket: reports, updates, verifications, numbers in outside systems."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models.ticket import Channel, Ticket


class ReportKind(models.TextChoices):
    COMPLAINT = "complaint", _("Keluhan")
    PROGRESS_QUESTION = "progress_question", _("Tanya progres")


class ReportQuerySet(models.QuerySet["Report"]):
    def counted(self, service_number: str, since: datetime) -> Self:
        """The reports that HC-1 counts: complaints about this service number in the window."""
        return self.filter(service_number=service_number, kind=ReportKind.COMPLAINT, reported_at__gte=since)


class Report(models.Model):
    """One time that the customer reported: the ticket's own first complaint, or a repeat report that joined it (HC-1, HC-2)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="reports")
    service_number = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=ReportKind.choices, default=ReportKind.COMPLAINT)
    description = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        # Counting the window at every complaint, while the agent types.
        indexes = [
            models.Index(
                fields=["service_number", "reported_at"], name="report_counted", condition=models.Q(kind=ReportKind.COMPLAINT)
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.kind}"


class UpdateTo(models.TextChoices):
    CUSTOMER = "customer", _("Pelanggan")
    INTERNAL = "internal", _("Internal")


class TicketUpdate(models.Model):
    """Something said: to the customer (OB-4 counts these) or among ourselves."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="updates")
    to = models.CharField(max_length=10, choices=UpdateTo.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.CALL)
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.ticket}: {self.to}"


class Verification(models.Model):
    """What a caller was asked to prove who they are, and by whom (OB-1)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="verifications")
    name_matches = models.BooleanField()
    customer_id_matches = models.BooleanField()
    contact_matches = models.BooleanField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.ticket)


class OutsideReference(models.Model):
    """The ticket's number in another system (NOSSA, MyCX, Sephia). For imports it is the key for loading again.

    ``typed`` by a person it can be taken back; what a load brought cannot.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="references")
    system = models.CharField(max_length=30)
    number = models.CharField(max_length=80)
    typed = models.BooleanField(default=False, db_default=False)
    # What the other system said of it when it was last reconciled, in our words.
    status_there = models.CharField(max_length=20, blank=True, default="", db_default="")
    status_there_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["number"], name="reference_by_number")]  # the search, which knows no system
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="reference_names_one_ticket")]

    def __str__(self) -> str:
        return f"{self.system} {self.number}"
