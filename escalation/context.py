"""The bell on every page."""

from functools import cache
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest

from accounts.models import Counter, Person
from escalation.actions.notifying import bell_counter
from escalation.models import Notification


def bell(request: HttpRequest) -> dict[str, Any]:
    """``bell_unread`` and ``bell_version``, asked only by what draws the bell; nothing for somebody who is not signed in."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    counted = cache(lambda: _counted(person.pk))
    return {"bell_unread": lambda: counted()[0], "bell_version": lambda: counted()[1]}


def _counted(person: int) -> tuple[int, int]:
    """How many are unread, and the version of the list, in one statement."""
    unread = Notification.objects.filter(person=OuterRef("pk"), read_at=None).order_by().values("person")
    version = Counter.objects.filter(name=bell_counter(person)).values("value")
    count = Subquery(unread.annotate(count=Count("pk")).values("count"))
    found = Person.objects.filter(pk=person).values_list(count, Subquery(version)).first() or (0, 0)
    return found[0] or 0, found[1] or 0
