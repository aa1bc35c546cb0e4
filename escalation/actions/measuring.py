"""Writing down how long a step took, in the transaction that reached it (HC-9)."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Person
from common.clock import now
from escalation.models import Escort
from escalation.models.figures import Measure, Span


def measure(escort: Escort, what: Measure, *, by: Person | None, since: datetime | None) -> None:
    """A step was reached, begun ``since``; the first time in a round counts, but for what comes again and again."""
    if since is not None:
        measure_each([(escort, since)], what, by=by)


def measure_each(reached: Iterable[tuple[Escort, datetime]], what: Measure, *, by: Person | None) -> None:
    """The same of many escorts, each with the moment when the step began."""
    moment = now()
    spans = [
        Span(
            escort=escort,
            round=escort.returns,
            measure=what,
            person_id=by.pk if by else escort.owner_id,
            team_id=escort.ticket.team_id,
            region=escort.ticket.region,
            kind=escort.ticket.kind,
            ended_at=moment,
            seconds=max(0, int((moment - since).total_seconds())),
        )
        for escort, since in reached
    ]
    Span.objects.bulk_create(spans, ignore_conflicts=True)  # a step that was reached before in this round keeps its first time


def measure_update(escort: Escort, *, by: Person | None, last: datetime | None) -> None:
    """The unit said something: its first word since the dispatch, and how long after the word before."""
    dispatched = Span.objects.filter(escort=escort, round=escort.returns, measure=Measure.DISPATCH).first()
    if dispatched is None:
        return
    measure(escort, Measure.FIRST_UPDATE, by=by, since=dispatched.ended_at)
    if last and last > dispatched.ended_at:
        measure(escort, Measure.FOLLOW_UP, by=by, since=last)


def unmeasure(escort: Escort, *what: Measure, since: datetime | None = None) -> None:
    """The step was taken back."""
    gone = Span.objects.filter(escort=escort, round=escort.returns, measure__in=what)
    (gone.filter(ended_at__gte=since) if since else gone).delete()
