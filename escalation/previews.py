"""What a group would read, before anybody has decided anything."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from accounts.models import Person
from escalation.forms import RAISED
from tickets.models import Ticket


@dataclass(frozen=True)
class RaisingPreview:
    """What Support HC's group reads when the ticket is raised to this kind."""

    kind: str
    label: Any
    text: str


def raising_previews(ticket: Ticket, person: Person) -> list[RaisingPreview]:
    """One for each kind that the ticket may be raised to (SE-1, SE-2)."""
    found = []
    for kind, label in RAISED:
        if kind == ticket.kind:
            continue
        raised = copy(ticket)
        raised.kind = kind
        text = render_to_string("messages/super_emergency.txt", {"ticket": raised, "by": person}).strip()
        found.append(RaisingPreview(kind, label, text))
    return found
