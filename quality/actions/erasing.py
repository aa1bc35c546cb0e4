"""Emptying what names people in rows that must stay, because figures, papers and chains count them (QM-5).

What is emptied stands in the tables below, path by path; what has a class of its own (messages, mail, differences, sheets,
recordings) goes by its own term.
"""

from typing import Any

from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from accounts.models import HistoryDetail
from common.clock import now
from escalation.models import ClockInterval, Escort, Progress, Promise
from outbound.models import Callback, CallbackAttempt, CaringResult, Payment, Prospect
from quality.models import RetentionRun
from tickets.models import Chase, Customer, DoneActivity, Finding, Report, Ticket, TicketUpdate

Words = tuple[type[models.Model], str, tuple[str, ...]]

OF_TICKETS: tuple[Words, ...] = (
    (Report, "ticket", ("service_number", "description")),
    (TicketUpdate, "ticket", ("text",)),
    (DoneActivity, "ticket", ("note",)),
    (Finding, "ticket", ("note",)),
    (Chase, "forwarding__ticket", ("text",)),
    (Escort, "ticket", ("note", "raise_reason")),
    (Progress, "escort__ticket", ("text", "sender")),
    (ClockInterval, "clock__ticket", ("reason",)),
    (Promise, "ticket", ("promised_to", "what")),
    (Callback, "ticket", ("information",)),
    (CallbackAttempt, "callback__ticket", ("response",)),
    (
        Ticket,
        "pk",
        ("service_number", "customer_name", "reporter_name", "contact_phone", "contact_email")
        + ("description", "solution", "last_word"),
    ),
)
OF_PROSPECTS: tuple[Words, ...] = (
    (CaringResult, "prospect", ("note", "sent_back_reason", "recommendation")),
    (Prospect, "pk", ("customer_name", "contact_phone")),
)
# What else has a history of its own, by the path to the ticket or prospect.
CHAINS_OF_TICKETS: tuple[tuple[type[models.Model], str], ...] = (
    (Ticket, "pk"),
    (Promise, "ticket"),
    (Callback, "ticket"),
)
CHAINS_OF_PROSPECTS: tuple[tuple[type[models.Model], str], ...] = ((Prospect, "pk"), (CaringResult, "prospect"))


def erase_tickets(run: RetentionRun, tickets: list[int]) -> None:
    """Who called, with which number, and every free word; number, kind, moments, people of ours and figures stay."""
    customers = list(Ticket.objects.filter(pk__in=tickets, customer__isnull=False).values_list("customer", flat=True))
    _empty(OF_TICKETS, tickets)
    Ticket.objects.filter(pk__in=tickets).update(customer=None, erased_at=now(), version=F("version") + 1)
    gone = list(Customer.objects.filter(pk__in=customers, tickets=None).values_list("pk", flat=True))
    Customer.objects.filter(pk__in=gone).delete()
    erase_details("customer", gone)
    _erase_chains(CHAINS_OF_TICKETS, tickets)


def erase_prospects(run: RetentionRun, prospects: list[int]) -> None:
    """Who was called about a bill and what was noted; amounts, results, moments stay, and which number is not to be called."""
    _empty(OF_PROSPECTS, prospects)
    # Both stand in a rule that no two rows are the same.
    of_its_own = Concat(Value("-"), Cast("pk", CharField()))
    Payment.objects.filter(prospect__in=prospects).update(reference=of_its_own)
    rows = Prospect.objects.filter(pk__in=prospects)
    rows.update(service_number=of_its_own, erased_at=now(), version=F("version") + 1)
    _erase_chains(CHAINS_OF_PROSPECTS, prospects)


def erase_history(run: RetentionRun, details: list[int]) -> None:
    """The values of these entries; the chain still verifies."""
    _erase(HistoryDetail.objects.filter(pk__in=details))


def erase_details(kind: str, subjects: list[int]) -> None:
    """The values in the history of these subjects."""
    _erase(HistoryDetail.objects.filter(entry__subject_kind=kind, entry__subject_id__in=subjects))


def _erase(details: models.QuerySet[HistoryDetail]) -> None:
    details.filter(erased_at=None).update(before=None, after=None, salt="", erased_at=now())


def _empty(words: tuple[Words, ...], keys: list[int]) -> None:
    for model, path, names in words:
        nothing: dict[str, Any] = {name: None if model._meta.get_field(name).null else "" for name in names}
        model._default_manager.filter(**{f"{path}__in": keys}).update(**nothing)


def _erase_chains(chains: tuple[tuple[type[models.Model], str], ...], keys: list[int]) -> None:
    for model, path in chains:
        subjects = model._default_manager.filter(**{f"{path}__in": keys}).values_list("pk", flat=True)
        erase_details(model._meta.model_name or "", list(subjects))
