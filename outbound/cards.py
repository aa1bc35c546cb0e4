"""What the calls in arrears bring before a TL: results that a rule found, to be looked at before the export (CT-5)."""

from accounts.models import Person
from escalation.board import Card, add_cards
from outbound.models.results import CHECKABLE, CaringResult

MOST = 100


def flagged(person: Person) -> list[Card]:
    """One card for all of them: how many, and since when the oldest waits."""
    rows = CaringResult.objects.visible_to(person).filter(flag_count__gt=0, state__in=CHECKABLE).order_by("id")
    found = list(rows.values_list("at", flat=True)[:MOST])
    if not found:
        return []
    about = {"count": len(found), "more": len(found) == MOST, "since": found[0]}
    return [Card("results", "results", None, about, "outbound/flagged_card.html")]


def register() -> None:
    """Bring it, once, when the apps are ready."""
    add_cards(flagged)
