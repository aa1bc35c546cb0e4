"""What the intake form shows while the agent types: whose number it is, its tickets, how often it was reported (HC-1, HC-2)."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings

from accounts.models import Person
from common.clock import now
from common.phones import national
from tickets.models import Customer, Report, ServiceLine, Ticket
from tickets.personal import NEEDED_BY, sees, shown

SHORTEST, SHORTEST_NAME = 2, 3
MOST_TICKETS = 30
MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Candidate:
    """A service number to choose, when the text led to one by another way than the number itself."""

    service_number: str
    name: str
    service_line: str


@dataclass
class Found:
    """``service_number`` is empty until the text leads to one. ``is_own``: the person sees a ticket of this customer whole."""

    text: str = ""
    service_number: str = ""
    customer: Customer | None = None
    is_own: bool = False
    tickets: list[Ticket] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    reports: int = 0

    @property
    def open_tickets(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets if ticket.is_open]

    @property
    def past_tickets(self) -> list[Ticket]:
        """The finished ones of the last 90 days."""
        since = now() - timedelta(days=settings.SEARCHABLE_CLOSED_DAYS)
        return [ticket for ticket in self.tickets if not ticket.is_open and ticket.opened_at >= since]

    @property
    def is_hard_by_count(self) -> bool:
        """Whether one more complaint turns hard by the count alone."""
        return bool(self.reports >= settings.REPEAT_REPORTS_FOR_HARD_COMPLAINT)

    @property
    def customer_name(self) -> str:
        """Only where the person sees a ticket of this customer whole: the short form has no personal values."""
        return self.customer.name if self.customer and self.is_own else ""

    @property
    def service_line(self) -> str:
        """The customer's service in words."""
        return str(dict(ServiceLine.choices).get(self.customer.service_line, "")) if self.customer else ""

    def known(self, person: Person) -> dict[str, str]:
        """What may be filled into empty fields; personal values only of the own customers, and only those that the role needs."""
        if self.customer is None:
            return {}
        values = self.customer.as_form()
        values["customer_name"] = values.pop("name", "")
        if phone := values.get("contact_phone"):
            values["contact_phone"] = national(phone)
        hidden = {name for name in NEEDED_BY if not self.is_own or not sees(person, name)}
        return {name: str(value) for name, value in values.items() if value and name not in hidden}


def look_up(text: str, person: Person) -> Found:
    """What this text leads this person to: it may be a service number, a phone, a ticket's number, or a name's beginning."""
    text = " ".join(text.replace("\x00", "").split())[:80]
    if len(text) < SHORTEST:
        return Found(text)
    shown = Ticket.objects.findable_by(person).select_related("holder_person")
    exact = list(shown.matching_exactly(text).order_by("-id")[:MOST_TICKETS])
    customer = Customer.objects.filter(service_number=text).first()
    if customer or any(ticket.service_number == text for ticket in exact):
        return _of_number(text, text, customer, [t for t in exact if t.service_number == text], person)
    numbers = {ticket.service_number for ticket in exact if ticket.service_number}
    if len(numbers) == 1:
        return _by_another_way(text, numbers.pop(), person)
    if exact:
        return Found(text, candidates=_candidates(exact, person))
    if any(c.isdigit() for c in text):
        return _of_number(text, text, None, [], person)
    return Found(text, candidates=_by_name(text, person) if len(text) >= SHORTEST_NAME else [])


def _of_number(text: str, number: str, customer: Customer | None, tickets: list[Ticket], person: Person) -> Found:
    is_own = any(ticket.is_whole_for(person) for ticket in tickets)
    if customer and not is_own:
        is_own = Customer.objects.visible_to(person).filter(pk=customer.pk).exists()
    since = now() - timedelta(days=settings.REPEAT_REPORT_WINDOW_DAYS)
    reports = Report.objects.counted(number, since).count()
    return Found(text, number, customer, is_own, tickets, reports=reports)


def _by_another_way(text: str, number: str, person: Person) -> Found:
    """A phone or a ticket's number that leads to one service number: that number's page, and the number to take over."""
    shown = Ticket.objects.findable_by(person).select_related("holder_person")
    tickets = list(shown.filter(service_number=number).order_by("-id")[:MOST_TICKETS])
    customer = Customer.objects.filter(service_number=number).first()
    found = _of_number(text, number, customer, tickets, person)
    found.candidates = [Candidate(number, found.customer_name, tickets[0].get_service_line_display())] if tickets else []
    return found


def _candidates(tickets: list[Ticket], person: Person) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for ticket in tickets:
        name = ticket.customer_name or ""
        told = str(shown("customer_name", name, person)) if ticket.is_whole_for(person) else ""
        if ticket.service_number:
            candidate = Candidate(ticket.service_number, told, ticket.get_service_line_display())
            found.setdefault(ticket.service_number, candidate)
    return list(found.values())[:MOST_CANDIDATES]


def _by_name(text: str, person: Person) -> list[Candidate]:
    """Names are searched only among what this person sees whole, so that nobody can leaf through all customers (QM-3)."""
    seen = Ticket.objects.visible_to(person).filter(customer_name__istartswith=text, service_number__isnull=False)
    return _candidates(list(seen.order_by("-id")[:MOST_TICKETS]), person)
