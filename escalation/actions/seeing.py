"""Having seen: opening a ticket ends what one was told about it (SE-4)."""

from django.db import transaction

from accounts.models import Counter, Person
from common.clock import now
from escalation.actions.notifying import bell_counter, know_progress
from escalation.models import Event, Notification
from tickets.models import Ticket


@transaction.atomic
def see_ticket(ticket: Ticket, *, by: Person) -> int:
    """This person has the ticket before them: their notices of it are read, and its progress has reached them.

    A request to take over stays until it is answered. Returns how many notices that were.
    """
    told = Notification.objects.filter(person=by, ticket=ticket, read_at=None).exclude(event=Event.TAKE_OVER)
    read = told.update(read_at=now())
    if read:
        Counter.grow(bell_counter(by.pk))
    if know_progress(ticket.pk, by=by):
        Counter.grow(f"ticket:{ticket.pk}")  # the ticket page shows who knows
    return read
