"""The bell on every page."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Counter
from escalation.actions.notifying import bell_counter
from escalation.models import Notification


def bell(request: HttpRequest) -> dict[str, Any]:
    """``bell_unread`` and ``bell_version``; nothing for somebody who is not signed in."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    unread = Notification.objects.filter(person_id=person.pk, read_at=None).count()
    return {"bell_unread": unread, "bell_version": Counter.read(bell_counter(person.pk))}
