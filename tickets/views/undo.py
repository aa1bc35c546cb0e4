"""*Urungkan* in the toast: the address that takes an act back, and the transaction in which that happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from tickets import timeline
from tickets.actions.base import lock
from tickets.actions.undoing import require_untouched
from tickets.models import Ticket
from tickets.views.base import person_of

MARK = "undo"


def undo_url(url: str, ticket: Ticket, **values: str) -> str:
    """Posting here takes back what was just done to the ticket; ``values`` are what the act asks for."""
    return f"{url}?{urlencode({MARK: str(timeline.last_of(ticket)), **values})}"


def is_undo(request: HttpRequest) -> bool:
    """Whether the request takes an act back. What refuses it is then said beside the toast and in no form."""
    return request.GET.get(MARK, "").isdecimal() and len(request.GET[MARK]) < 10


def sent_values(request: HttpRequest) -> QueryDict:
    """What was typed; where an act is taken back, what the address of the undo brought along."""
    return request.GET if is_undo(request) else request.POST


@contextmanager
def taking_back(request: HttpRequest, ticket: Ticket) -> Iterator[None]:
    """The transaction of an act; where it takes another one back, refused when somebody else has acted since."""
    with transaction.atomic():
        if is_undo(request):
            require_untouched(lock(ticket), int(request.GET[MARK]), by=person_of(request))
        yield
