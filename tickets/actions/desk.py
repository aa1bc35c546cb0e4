"""What keeps work from being lost or done twice: drafts and presence. Neither is history."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from common.problems import Invalid
from common.text import clean
from tickets.models import Draft, Presence, Ticket
from tickets.models.work import PresenceMode

MOST_VALUES = 60


@transaction.atomic
def save_draft(form: str, values: Mapping[str, Any], *, by: Person) -> Draft:
    """Keep what was typed into ``form`` so far; the newest wins."""
    if len(values) > MOST_VALUES or not all(isinstance(value, (str, list, bool)) for value in values.values()):
        raise Invalid(_("Draf ini bukan isian formulir."))
    kept = {clean(name, longest=60): clean(value) if isinstance(value, str) else value for name, value in values.items()}
    draft, _made = Draft.objects.update_or_create(
        person=by, form=clean(form, longest=60), defaults={"values": kept, "saved_at": now()}
    )
    return draft


def discard_draft(form: str, *, by: Person) -> None:
    """Throw away what was typed: it was sent, or is not wanted."""
    Draft.objects.filter(person=by, form=form).delete()


def mark_presence(ticket: Ticket, mode: str, *, by: Person) -> None:
    """Say that this person has the ticket on the screen (HC-4)."""
    if mode not in PresenceMode.values:
        raise Invalid(_("Tanda kehadiran tidak dikenal."))
    Presence.objects.update_or_create(ticket=ticket, person=by, defaults={"mode": mode, "seen_at": now()})
