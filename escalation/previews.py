"""What a group would read, before anybody has decided anything."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from accounts.models import Person
from escalation.forms import RAISED
from escalation.group_words import GroupWords, of_raising
from escalation.models import MessageUse
from tickets.models import Ticket


@dataclass(frozen=True)
class RaisingPreview:
    """What Support HC's group reads when the ticket is raised to this kind."""

    kind: str
    label: Any
    text: str


def raising_previews(ticket: Ticket, person: Person) -> list[RaisingPreview]:
    """One for each kind that the ticket may be raised to (SE-1, SE-2)."""
    found, words = [], GroupWords()
    for kind, label in RAISED:
        if kind == ticket.kind:
            continue
        raised = copy(ticket)
        raised.kind = kind
        text = words.of_ticket(MessageUse.SUPER_EMERGENCY, raised, None, **of_raising(person))
        found.append(RaisingPreview(kind, label, text))
    return found
