"""What a number of another system means here, for whoever was told such a number by a customer (EM-5)."""

from tickets.models import OutsideReference, Ticket
from tickets.models.ticket import TicketQuerySet

NOSSA = "nossa"
MOST = 20  # systems that may have given the same number


def ticket_with(number: str, among: TicketQuerySet) -> Ticket | None:
    """The ticket that has this number in NOSSA, else in another system; None where several have it and nobody knows which."""
    rows = OutsideReference.objects.filter(number__in=[number, number.upper()]).values_list("ticket_id", "system")[:MOST]
    tickets = {ticket for ticket, system in rows if system == NOSSA} or {ticket for ticket, _system in rows}
    return among.filter(pk=tickets.pop()).first() if len(tickets) == 1 else None
