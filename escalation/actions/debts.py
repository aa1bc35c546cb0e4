"""To whom a published word of the unit is owed, and what becomes of that when its ticket changes hands (SE-4)."""

from collections.abc import Sequence

from accounts.models import Counter, Person
from escalation.models import Progress
from tickets.models import Kind, Ticket


def told_first(ticket: Ticket) -> Person | None:
    """To whom a published word of the unit is owed first: the TL, or of a plain hard complaint its agent (SE-4)."""
    leader = ticket.team.leader if ticket.team else None
    return (ticket.assignee if ticket.kind == Kind.HARD_COMPLAINT else leader) or leader


def hand_debts(tickets: Sequence[Ticket]) -> None:
    """These tickets have come into other hands: what is still to be told, inside or to the customer, is owed by those now."""
    given = {each.pk: each for each in tickets if each.is_escorted}
    owed = Progress.objects.owed_to_leader() | Progress.objects.owed_to_customer()
    keys = set(owed.filter(escort__ticket__in=given).values_list("escort__ticket", flat=True)) if given else set()
    for key in keys:
        if person := told_first(given[key]):
            Progress.objects.filter(escort__ticket=key, published_at__isnull=False).update(owed_to=person)
    if keys:
        Counter.grow("queue")
