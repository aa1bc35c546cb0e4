"""The bell on every page, whether what it rings for has stopped, the banners and the places; all counted in one statement."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import notices, places
from accounts.models import Counter, Person
from accounts.roles import Role, may
from escalation.actions.heartbeats import TIMERS, Pulse, moment_of
from escalation.actions.notifying import bell_counter
from escalation.models import Notification
from escalation.stopped import stopped_since


def bell(request: HttpRequest) -> dict[str, Any]:
    """``bell_unread``, ``bell_version``, ``timers_stopped``, ``notices`` and ``places``, asked only by what draws them; nothing
    for somebody unknown."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    counted = cache(lambda: _counted(person))
    return {
        "bell_unread": lambda: counted()[0],
        "bell_version": lambda: counted()[1],
        "timers_stopped": lambda: counted()[2],
        "may_report_problem": may(person, "problem.report"),
        "notices": lambda: list(notices.shown(person, counted()[3])),
        "places": SimpleLazyObject(lambda: places.shown_to(person, request.path, counted()[4])),
    }


def _counted(person: Person) -> tuple[int, str, datetime | None, Sequence[int], Sequence[int]]:
    """How many are unread, the list's version, since when the timers stand, each banner's and each place's count."""
    unread = Notification.objects.filter(person=OuterRef("pk"), read_at=None).order_by().values("person")
    version = Counter.objects.filter(name=bell_counter(person.pk)).values("value")
    mark = Counter.objects.filter(name=TIMERS.counter).values("value")
    count = Subquery(unread.annotate(count=Count("pk")).values("count"))
    asked = [Coalesce(each, 0) for each in (count, Subquery(version), Subquery(mark))]
    banners, beside = notices.counts(person), places.counts(person)
    asked += [*banners, *beside]
    found = Person.objects.filter(pk=person.pk).values_list(*asked).first() or [0] * len(asked)
    stopped = stopped_for(person, found[2])
    split = 3 + len(banners)
    return found[0], bell_version(found[1], stopped), stopped, found[3:split], found[split:]


def stopped_for(person: Person, mark: int) -> datetime | None:
    """Since when the timers have stopped, for somebody who depends on them."""
    return None if person.role == Role.CLIENT else stopped_since(Pulse(TIMERS, moment_of(mark)))


def bell_version(version: int, stopped: datetime | None) -> str:
    """What the bell compares: it changes with the list, and when the timers stop or go on."""
    return f"{version}-stopped" if stopped else str(version)
