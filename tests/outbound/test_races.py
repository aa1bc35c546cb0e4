"""Two people never get one row, and nobody waits in line for another's (PM-5). On PostgreSQL, where there are real locks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import HistoryEntry, Person
from accounts.roles import Role
from common.problems import Conflict
from outbound import actions
from outbound.models import Callback, CallbackAttempt
from tests.conftest import arrive

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("PM-5"),
    pytest.mark.xdist_group("crowd"),
]
CALLERS = 12


@pytest.fixture
def crowd(outbound_team) -> list[Person]:
    return [arrive(f"5001{number:02}", f"Penelepon {number}", Role.OUTBOUND_AGENT, outbound_team) for number in range(CALLERS)]


def at_once(act: Callable[[Person], Any], people: list[Person]) -> list[Any]:
    """Everybody does it at the same time, each on a connection of their own; a refusal is a result."""

    def one(person: Person) -> Any:
        try:
            return act(person)
        except Conflict as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def test_of_many_who_claim_one_row_one_gets_it(caring, crowd):
    callback = caring()
    results = at_once(lambda person: actions.claim_callback(callback, by=person), crowd)
    winners = [result for result in results if isinstance(result, Callback)]
    assert (len(winners), HistoryEntry.objects.filter(act="callback.claimed").count()) == (1, 1)
    assert Callback.objects.get().claimed_by == winners[0].claimed_by


def test_taking_the_next_one_at_once_gives_everybody_another_row(caring, crowd):
    made = {caring(service_number=f"1311599050{number:02}").pk for number in range(CALLERS)}
    taken = [result for result in at_once(lambda person: actions.claim_next(by=person), crowd) if result]
    assert len({callback.pk for callback in taken}) == len(taken)
    assert {callback.pk for callback in taken} <= made
    assert len(taken) >= 2


def test_the_same_result_sent_many_times_at_once_counts_once(caring, outbound_agent):
    callback = actions.claim_callback(caring(), by=outbound_agent)
    result = actions.CallResult("reached", "Sudah normal, terima kasih.", satisfied=True)
    answers = at_once(lambda person: actions.record_attempt(callback, result, by=person), [outbound_agent] * 8)
    assert (sum(isinstance(each, Callback) for each in answers), CallbackAttempt.objects.count()) == (1, 1)
