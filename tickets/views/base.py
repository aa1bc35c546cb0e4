"""What every page about a ticket starts with: who asks, and the ticket that this person may see."""

from typing import cast

from django.db.models import Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter, Person
from common.problems import NotVisible
from common.queries import columns_of
from tickets import panels
from tickets.models import Ticket

NAMES = tuple(f"{who}__online_name" for who in ("holder_person", "team__leader", "assignee", "logged_by")) + ("team__name",)
SHOWN = ("holder_person", "team__leader", "team__site", "assignee", "customer", "logged_by")


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; every page but the door has somebody."""
    return cast(Person, request.user)


def whole(number: str, person: Person) -> Ticket:
    """The ticket that this person sees whole; 404 otherwise."""
    ticket = Ticket.objects.visible_to(person).by_number(number).select_related(*SHOWN).first()
    if ticket is None:
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    return ticket


def for_page(number: str, person: Person) -> Ticket:
    """The same with only what its page shows: of people the names, and what floors above keep beside it (``add_columns``)."""
    columns = [*NAMES, *panels.columns()]
    counter = Counter.objects.filter(name=f"ticket:{number.removeprefix('T-').lstrip('0')}").values("value")
    tickets = Ticket.objects.visible_to(person).by_number(number).annotate(counted=Subquery(counter))  # type: ignore[no-redef]
    joined = tickets.select_related(*{name.rpartition("__")[0] for name in columns})
    ticket = joined.only(*columns_of(Ticket), *columns).first()
    if ticket is None:
        raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
    return ticket


def findable(number: str, person: Person) -> Ticket:
    """The ticket that a caller may reach this person with, whole or in short form; 404 otherwise."""
    ticket = Ticket.objects.findable_by(person).by_number(number).select_related(*SHOWN).first()
    if ticket is None:
        raise NotVisible(_("Tiket ini tidak ada atau sudah lama ditutup."))
    return ticket
