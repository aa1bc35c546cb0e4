"""Figures of arrears calls (CT-8): calls, contact rate, agree rate, approved rate, kept promises. Read only."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Person
from common.clock import now
from outbound.models import Campaign, CaringResult, PromiseState, ResultState

COUNTS = {
    "calls": Count("id"),
    "contacted": Count("id", filter=Q(contacted=True)),
    "agreed": Count("id", filter=Q(agreed=True)),
    "approved": Count("id", filter=Q(state=ResultState.APPROVED)),
    "returned": Count("id", filter=Q(state=ResultState.RETURNED)),
    "kept": Count("id", filter=Q(promise_state=PromiseState.KEPT)),
    "broken": Count("id", filter=Q(promise_state=PromiseState.BROKEN)),
}
# each rate: what of what
RATES = {
    "contact_rate": ("contacted", ("calls",)),
    "agree_rate": ("agreed", ("contacted",)),
    "approved_rate": ("approved", ("approved", "returned")),
    "kept_rate": ("kept", ("kept", "broken")),
}


def midnight() -> datetime:
    """The beginning of the day by the house's clock."""
    return timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)


def month_start() -> datetime:
    """The beginning of the month by the house's clock."""
    return midnight().replace(day=1)


def of_open_campaigns(person: Person) -> QuerySet[CaringResult]:
    """The results of this person's campaigns that are worked now."""
    return CaringResult.objects.visible_to(person).filter(campaign__in=Campaign.objects.visible_to(person).active())


def figures_of(results: QuerySet[CaringResult], *, since: datetime | None = None) -> dict[str, Any]:
    """The counts and rates (percent, None where nothing can be said) of these results; what was undone never happened."""
    rows = results.standing()  # type: ignore[attr-defined]
    return with_rates((rows.filter(at__gte=since) if since else rows).order_by().aggregate(**COUNTS))


def figures_by(results: QuerySet[CaringResult], *names: str, since: datetime | None = None) -> list[dict[str, Any]]:
    """The same, row by row for each value of these columns."""
    rows = results.standing()  # type: ignore[attr-defined]
    rows = (rows.filter(at__gte=since) if since else rows).order_by(*names).values(*names).annotate(**COUNTS)
    return [with_rates(row) for row in rows[:200]]


def with_rates(counts: dict[str, Any]) -> dict[str, Any]:
    """The counts with their rates in percent."""
    rates = {}
    for name, (part, wholes) in RATES.items():
        whole = sum(counts[each] for each in wholes)
        rates[name] = round(100 * counts[part] / whole) if whole else None
    return {**counts, **rates}
