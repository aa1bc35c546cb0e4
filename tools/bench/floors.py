"""The floors: the least that a page, an API list and an API create can cost in this framework, on the same tables."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import generics, serializers

from accounts.history import record
from common.clock import now
from tickets.models import Customer, Ticket


def page(request: HttpRequest) -> HttpResponse:
    """A signed-in page of 50 rows in the frame of every page."""
    return render(request, "bench/floor.html", {"tickets": Ticket.objects.order_by("-id")[:50]})


class Row(serializers.ModelSerializer[Ticket]):
    class Meta:
        model = Ticket
        fields = ["id", "status", "kind", "service_number", "service_line", "symptom", "opened_at", "last_word"]


class ListFloor(generics.ListAPIView[Ticket]):
    """A page of 50 rows by the API."""

    queryset = Ticket.objects.all()
    serializer_class = Row
    acts = {"get": None}
    ordering = ("-id",)


class One(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["service_number", "name"]


class CreateFloor(generics.CreateAPIView[Customer]):
    """One row made by the API, with one row of history."""

    queryset = Customer.objects.all()
    serializer_class = One
    acts = {"post": None}

    @transaction.atomic
    def perform_create(self, serializer: Any) -> None:
        customer = serializer.save(updated_at=now())
        record(customer, "customer.made", by=self.request.user, personal={"name": (None, customer.name)})  # type: ignore[arg-type]
