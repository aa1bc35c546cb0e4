"""How a sheet is counted (QC-2). Plain numbers, no database: weights in hundredths of a point, 10,000 in all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

WHOLE = 10_000


class Answer(models.TextChoices):
    YES = "yes", _("Sesuai")
    NO = "no", _("Tidak")
    NA = "na", _("N/A")


@dataclass(frozen=True)
class Item:
    """What counting needs of a parameter."""

    number: int
    weight: int
    critical: bool


@dataclass(frozen=True)
class Score:
    """What a sheet comes to: ``points`` of 100, 0 when a critical item failed; ``raw`` without that rule.

    ``rated`` is how much of 100 has been judged so far, N/A shared out; ``unrated`` the numbers still without an answer.
    """

    points: Decimal
    raw: Decimal
    rated: Decimal
    failed: bool
    unrated: tuple[int, ...]


def shared_out(items: Sequence[Item], answers: Mapping[int, str]) -> dict[int, int]:
    """What each item counts when the N/A ones give their weight to the rest in proportion. Always 10,000, to the last one.

    The remainders of the division go to the largest fractions, the earlier item first. Empty when everything is N/A.
    """
    counted = [item for item in items if answers.get(item.number) != Answer.NA]
    total = sum(item.weight for item in counted)
    if not total:
        return {}
    shares = {item.number: item.weight * WHOLE // total for item in counted}
    by_fraction = sorted(counted, key=lambda item: (-(item.weight * WHOLE % total), item.number))
    for item in by_fraction[: WHOLE - sum(shares.values())]:
        shares[item.number] += 1
    return shares


def count(items: Sequence[Item], answers: Mapping[int, str]) -> Score:
    """The score of these answers; what is missing counts as not judged yet."""
    shares = shared_out(items, answers)
    raw = sum(share for number, share in shares.items() if answers.get(number) == Answer.YES)
    rated = sum(share for number, share in shares.items() if number in answers)
    failed = any(item.critical and answers.get(item.number) == Answer.NO for item in items)
    unrated = tuple(item.number for item in items if item.number not in answers)
    return Score(_points(0 if failed else raw), _points(raw), _points(rated), failed, unrated)


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
