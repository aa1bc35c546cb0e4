"""Customers, one per service number."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models.ticket import Ticket


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, person: Person) -> Self:
        """The customers of the tickets that this person sees whole."""
        return self.filter(Exists(Ticket.objects.visible_to(person).filter(customer=OuterRef("pk"))))


class Customer(models.Model):
    """Whose service it is. The row is also the lock that repeat reports of one service number are counted under (HC-1)."""

    service_number = models.CharField(_("nomor layanan"), max_length=40, unique=True)
    service_line = models.CharField(_("layanan"), max_length=20, blank=True)
    name = models.CharField(_("nama"), max_length=200, blank=True)
    contact_phone = models.CharField(_("nomor kontak"), max_length=20, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    segment = models.CharField(_("segmen"), max_length=3, blank=True)
    region = models.PositiveSmallIntegerField(_("TREG"), null=True, blank=True)
    area = models.CharField(_("area"), max_length=120, blank=True)
    updated_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["contact_phone"], name="customer_phone"),  # search by phone at intake
            models.Index(fields=["contact_email"], name="customer_email", condition=~models.Q(contact_email="")),  # who writes
        ]

    def __str__(self) -> str:
        return self.service_number

    def as_form(self) -> dict[str, Any]:
        """What the intake form may fill in for a known service number."""
        names = ["service_line", "name", "contact_phone", "contact_email", "segment", "region", "area"]
        return {name: getattr(self, name) for name in names if getattr(self, name)}
