"""Eight workers, each step offered three times over (trust.md C3)."""

from contextlib import ExitStack

import pytest

from accounts.history import broken_places
from accounts.models import HistoryEntry
from common.clock import now
from escalation.models import ClockRung, Message
from escalation.tasks import fire_due_rungs
from tests.workers import eventually, send, worker
from tools.bench.timers import seed

pytestmark = [
    *(pytest.mark.req("ESC-3"), pytest.mark.servers, pytest.mark.slow),
    *(pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")),
]
STEPS, WORKERS, OFFERED = 1_000, 4, 3


def test_a_thousand_due_steps_offered_three_times_to_eight_workers_become_a_thousand_messages(log, agent):
    """Four workers with two processes each. A first batch takes 100 steps, so each is locked in the face of the others."""
    log(agent)
    seed(STEPS)
    steps = ClockRung.objects.filter(whom="group", state="waiting", clock__seconds=60)
    numbers = list(steps.values_list("pk", flat=True))
    with ExitStack() as crowd:
        for _ in range(WORKERS):
            crowd.enter_context(worker())
        ClockRung.objects.filter(pk__in=numbers).update(due_at=now())
        for _each in range(OFFERED * 2 * WORKERS):
            send(fire_due_rungs)
        eventually(lambda: not steps.exists(), meanwhile=lambda: send(fire_due_rungs))
    assert len(numbers) == STEPS
    assert Message.objects.filter(about="rung").count() == STEPS
    assert HistoryEntry.objects.filter(act="clock.rung_fired").count() == STEPS
    assert list(broken_places()) == []
