"""What a number of another system means here, for whoever was told such a number by a customer (EM-5)."""

from datetime import datetime
from operator import itemgetter

from tickets.models import OutsideReference, Status, Ticket, TicketDifference
from tickets.models.ticket import TicketQuerySet

NOSSA = "nossa"
MOST = 20  # systems that may have given the same number


def ticket_with(number: str, among: TicketQuerySet) -> Ticket | None:
    """The ticket that has this number in NOSSA, else in another system; None where several have it and nobody knows which."""
    rows = OutsideReference.objects.filter(number__in=[number, number.upper()]).values_list("ticket_id", "system")[:MOST]
    tickets = {ticket for ticket, system in rows if system == NOSSA} or {ticket for ticket, _system in rows}
    return among.filter(pk=tickets.pop()).first() if len(tickets) == 1 else None


def status_in_nossa(number: str) -> tuple[Status, datetime] | None:
    """The last status that an export of NOSSA told of this number, and when; None where none did."""
    there = {"system": NOSSA, "number__in": [number, number.upper()]}
    references = OutsideReference.objects.filter(**there, status_there_at__isnull=False)
    told = [*references.values_list("status_there", "status_there_at")]
    told += TicketDifference.objects.filter(**there).values_list("theirs", "found_at")
    known = [(Status(status), at) for status, at in told if at and status in Status.values]
    return max(known, key=itemgetter(1), default=None)
