"""Of which tickets a message to a group speaks, a dispatch with a line for each of them, and whether it still goes (HC-5).

Whoever writes here holds the tickets' locks, taken in the order of their keys, and then the message's.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from common.clock import now
from common.queries import Prepared, any_of
from escalation.models import DispatchLine, Escort, EscortState, Message, MessageState
from tickets.actions.base import in_house_words, lock_all
from tickets.models import Status, Ticket

UNSENT = [MessageState.QUEUED, MessageState.TO_SEND_BY_HAND, MessageState.FAILED]
DONE = (Status.SOLVED, Status.CLOSED)
TOO_LATE = _("Tiket sudah selesai sebelum pesan ini terkirim.")
STILL_WANTED = ["progress"]  # words for our own people; whatever asks somebody to act is pointless once the ticket is solved


def standing(message: Message) -> QuerySet[DispatchLine]:
    """The lines that are still in the message, in their order."""
    return DispatchLine.objects.filter(message=message, dropped_at=None).order_by("id")


def lock_tickets(message: Message) -> list[Ticket]:
    """The tickets that the message speaks of, locked; the first one is that under which it is filed."""
    keys = {message.ticket_id}
    if message.together:
        keys |= set(standing(message).values_list("ticket_id", flat=True))
    return sorted(lock_all(keys), key=lambda ticket: ticket.pk != message.ticket_id)


class SpeaksOfTickets(Protocol):
    """A message, or what somebody has read of it."""

    @property
    def pk(self) -> int: ...
    @property
    def ticket_id(self) -> int: ...
    @property
    def together(self) -> bool: ...


def lock_all_tickets(messages: Sequence[SpeaksOfTickets]) -> dict[int, str]:
    """The status of each ticket that these messages speak of; locked in the order of their keys, as everybody does."""
    together = [each.pk for each in messages if each.together]
    keys = {each.ticket_id for each in messages}
    if together:
        lines = DispatchLine.objects.filter(message__in=together, dropped_at=None)
        keys |= set(lines.values_list("ticket_id", flat=True))
    return dict(_locked_status(list(keys)))


@Prepared
def _locked_status(keys: Any) -> QuerySet[Ticket, Any]:
    rows = Ticket.objects.select_for_update(of=("self",)).filter(any_of("pk", keys)).order_by("pk")
    return rows.values_list("pk", "status")


def keys_of(message: Message) -> list[int]:
    """Of which tickets a message really tells, where their keys are enough."""
    return list(standing(message).values_list("ticket_id", flat=True)) if message.together else [message.ticket_id]


def tickets_of(message: Message) -> list[Ticket]:
    """The tickets that a message really tells of, for their histories and clocks; the caller has them locked."""
    if not message.together:
        return [message.ticket]
    return [line.ticket for line in standing(message).select_related("ticket")]


def tell_each(message: Message, act: str, *, by: Person | None, facts: dict[str, object]) -> list[Ticket]:
    """Write what happened to the message into the history of each of its tickets."""
    tickets = tickets_of(message)
    for ticket in tickets:
        record(ticket, act, by=by, facts=facts)
    return tickets


def made_of(opening: str, words: Iterable[str]) -> str:
    """The text of a message about several tickets: a person's opening words, then a line each."""
    return "\n\n".join(part for part in (opening, "\n".join(words)) if part)


def texts_of(message: Message) -> list[str]:
    """The text, and before it what it was before lines went out of it: an earlier try may have arrived so."""
    words = list(DispatchLine.objects.filter(message=message).order_by("id").values_list("text", flat=True))
    return list(dict.fromkeys([*([made_of(message.opening, words)] if message.together else []), message.text]))


def is_finished(ticket: Ticket) -> bool:
    """Whether nobody is to be asked to act on the ticket any more."""
    withdrawn = Escort.objects.filter(ticket=ticket, state=EscortState.WITHDRAWN)
    return ticket.status in DONE or withdrawn.exists()


def is_wanted(message: Message) -> bool:
    """Whether any of its tickets, read anew, still waits for somebody."""
    tickets = Ticket.objects.filter(pk__in=keys_of(message))
    return message.about in STILL_WANTED or not all(is_finished(ticket) for ticket in tickets)


def drop_finished(message: Message, tickets: Iterable[Ticket]) -> bool:
    """Finished tickets go out of an unsent message; one that is left without any is cancelled. Whether it is still to go."""
    finished = [ticket for ticket in tickets if is_finished(ticket)]
    if finished and message.about not in STILL_WANTED:
        dropped = _drop_lines(message, finished)
        for ticket in finished:
            if ticket.pk in dropped:
                record(ticket, "message.cancelled", by=None, facts={"group": message.group.name, "message": message.pk})
        Counter.grow("queue")
    return message.state != MessageState.CANCELLED


def _drop_lines(message: Message, finished: Sequence[Ticket]) -> list[int]:
    """Of which tickets it does not tell any more; what is no dispatch has no lines, and one ticket."""
    if not message.is_dispatch:
        _cancel(message)
        return [message.ticket_id]
    gone = standing(message).filter(ticket__in=finished)
    dropped = list(gone.values_list("ticket_id", flat=True))
    gone.update(dropped_at=now())
    words = list(standing(message).values_list("text", flat=True))
    if not words:
        _cancel(message)
    elif message.together:
        message.text = made_of(message.opening, words)
        message.save(update_fields=["text"])
    return dropped


def _cancel(message: Message) -> None:
    message.problem = in_house_words(TOO_LATE)
    message.state, message.next_try_at = MessageState.CANCELLED, None
    message.save(update_fields=["state", "problem", "next_try_at"])


def drop_tickets(tickets: Sequence[Ticket]) -> None:
    """Locked tickets are finished: what asks a person to send it does not go, what is about several tickets goes without them.

    What somebody has copied may be in the group by now and still asks for its proof; what waits for a gateway is judged when it
    is taken.
    """
    by_hand = Q(together=False, state=MessageState.TO_SEND_BY_HAND, copied_at=None)
    waiting = Message.objects.about_ticket(*tickets).filter(Q(together=True, state__in=UNSENT) | by_hand)
    theirs = {each.pk: each for each in tickets}
    for message in waiting.select_for_update(of=("self",)).select_related("group").order_by("pk"):
        drop_finished(message, tickets if message.together else [theirs[message.ticket_id]])
