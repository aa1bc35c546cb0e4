"""How a sheet is counted, for every form that could be made (QC-2)."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quality.scoring import WHOLE, Answer, Item, count, shared_out

pytestmark = pytest.mark.req("QC-2")
ITEMS = st.lists(st.tuples(st.integers(1, 100), st.booleans()), min_size=1, max_size=40).map(
    lambda rows: [Item(number, weight, critical) for number, (weight, critical) in enumerate(rows, 1)]
)
ANSWERS = st.dictionaries(st.integers(1, 40), st.sampled_from(Answer.values))


@given(ITEMS, ANSWERS)
def test_whatever_is_na_the_weights_total_100(items, answers):
    shares = shared_out(items, answers)
    assume(shares)
    assert sum(shares.values()) == WHOLE
    assert not any(answers.get(number) == Answer.NA for number in shares)


@given(ITEMS, ANSWERS)
def test_a_critical_failure_always_fails_the_sheet(items, answers):
    failed = any(item.critical and answers.get(item.number) == "no" for item in items)
    score = count(items, answers)
    assert score.failed is failed
    assert score.points == (0 if failed else score.raw)


@given(ITEMS, ANSWERS)
def test_a_score_is_of_100_and_never_over_what_was_judged(items, answers):
    score = count(items, answers)
    assert 0 <= score.points <= score.raw <= score.rated <= 100


@given(ITEMS)
def test_everything_met_is_100(items):
    assert count(items, {item.number: "yes" for item in items}).points == 100


def test_na_gives_its_weight_to_the_rest_in_proportion():
    items = [Item(1, 50, False), Item(2, 30, False), Item(3, 20, False)]
    assert shared_out(items, {3: "na"}) == {1: 6250, 2: 3750}
    assert count(items, {1: "yes", 2: "no", 3: "na"}).points == Decimal("62.50")
