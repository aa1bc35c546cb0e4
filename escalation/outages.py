"""What pages and programs read of outages: what belongs together, how far a word has come (HC-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min

from accounts.models import Person
from escalation.actions.outages import loose
from escalation.models import Outage, OutageStep, OutageTicket, OutageWord, StepState, WordKind
from tickets.models import Ticket

MOST_SUGGESTED = 10
MOST_OPEN = 200


@dataclass(frozen=True)
class Suggestion:
    """Tickets with the same area and symptom within an hour that are under no outage; and the open one that they fit, if any."""

    area: str
    symptom: str
    region: int | None
    count: int
    first_at: datetime
    last_at: datetime
    outage: Outage | None


@dataclass(frozen=True)
class Way:
    """How far a word has come through the tickets."""

    word: OutageWord
    total: int
    done: int
    skipped: int
    parked: int

    @property
    def ended(self) -> int:
        return self.done + self.skipped + self.parked

    @property
    def is_over(self) -> bool:
        return self.ended >= self.total


def suggestions(person: Person) -> list[Suggestion]:
    """What looks like one fault, the largest first: so many tickets (setting), or fewer where such an outage is open already."""
    rows = loose().filter(pk__in=Ticket.objects.visible_to(person).values("pk")).order_by()
    grouped = rows.values("said_area", "said_symptom").annotate(
        count=Count("pk"), first=Min("opened_at"), last=Max("opened_at"), an_area=Min("area"), a_symptom=Min("symptom"),
        a_region=Min("region"),
    )  # fmt: skip
    found = list(grouped.order_by("-count", F("first").asc())[: MOST_SUGGESTED * 10])
    going_on = Outage.objects.open().exclude(area="").order_by("-id")[:MOST_OPEN]
    open_ones = {(each.area.lower(), each.symptom.lower()): each for each in going_on}
    made = []
    for row in found:
        outage = open_ones.get((row["said_area"], row["said_symptom"]))
        if outage or row["count"] >= settings.OUTAGE_SUGGESTED_FROM:
            made.append(
                Suggestion(row["an_area"], row["a_symptom"], row["a_region"], row["count"], row["first"], row["last"], outage)
            )
    return made[:MOST_SUGGESTED]


def ways(outage: Outage) -> list[Way]:
    """The words of an outage with how far each is, newest first; joining counts only while it is under way."""
    words = list(outage.words.select_related("by").order_by("-id")[:50])
    counted = OutageStep.objects.filter(word__in=words).values_list("word", "state").annotate(Count("pk"))
    numbers: dict[int, dict[str, int]] = {}
    for word, state, count in counted.order_by():
        numbers.setdefault(word, {})[state] = count
    made = [_way(word, numbers.get(word.pk, {})) for word in words]
    return [way for way in made if way.word.kind != WordKind.JOINED or not way.is_over]


def _way(word: OutageWord, found: dict[str, int]) -> Way:
    named = (found.get(state, 0) for state in (StepState.DONE, StepState.SKIPPED, StepState.PARKED))
    return Way(word, sum(found.values()), *named)


def counts(outages: Sequence[Outage]) -> dict[int, int]:
    """How many tickets stand under each."""
    rows: Any = OutageTicket.objects.standing().filter(outage__in=outages).values_list("outage").annotate(Count("pk"))
    return dict(rows.order_by())


def passed_over(outage: Outage) -> list[OutageStep]:
    """The newest steps that were skipped or parked, with the reason."""
    rows = OutageStep.objects.filter(word__outage=outage, state__in=[StepState.SKIPPED, StepState.PARKED])
    return list(rows.select_related("ticket", "word").order_by("-id")[:50])
