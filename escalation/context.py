"""The bell on every page, and whether what it rings for has stopped."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest

from accounts.models import Counter, Person
from accounts.roles import Role
from escalation.actions.heartbeats import TIMERS
from escalation.actions.notifying import bell_counter
from escalation.models import Notification
from escalation.stopped import stopped_since


def bell(request: HttpRequest) -> dict[str, Any]:
    """``bell_unread``, ``bell_version`` and ``timers_stopped``, asked only by what draws them; nothing for somebody unknown."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    counted = cache(lambda: _counted(person))
    return {
        "bell_unread": lambda: counted()[0],
        "bell_version": lambda: counted()[1],
        "timers_stopped": lambda: counted()[2],
    }


def _counted(person: Person) -> tuple[int, str, datetime | None]:
    """How many are unread, the version of the list, and the mark of the timers, in one statement."""
    unread = Notification.objects.filter(person=OuterRef("pk"), read_at=None).order_by().values("person")
    version = Counter.objects.filter(name=bell_counter(person.pk)).values("value")
    mark = Counter.objects.filter(name=TIMERS.counter).values("value")
    count = Subquery(unread.annotate(count=Count("pk")).values("count"))
    asked = Person.objects.filter(pk=person.pk).values_list(count, Subquery(version), Subquery(mark))
    found = asked.first() or (0, 0, 0)
    stopped = stopped_for(person, found[2] or 0)
    return found[0] or 0, bell_version(found[1] or 0, stopped), stopped


def stopped_for(person: Person, mark: int) -> datetime | None:
    """Since when the timers have stopped, for somebody who depends on them."""
    return None if person.role == Role.CLIENT else stopped_since(mark)


def bell_version(version: int, stopped: datetime | None) -> str:
    """What the bell compares: it changes with the list, and when the timers stop or go on."""
    return f"{version}-stopped" if stopped else str(version)
