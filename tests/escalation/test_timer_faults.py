"""What may go wrong while rungs fire: bad rows, many workers, races with people, clocks that jump (trust.md, F, T and C)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.history import broken_places
from accounts.models import HistoryEntry
from common.clock import now
from escalation.actions import firing, timers
from escalation.models import ClockRung, Notification
from tests.escalation.conftest import clock_of
from tests.escalation.test_races import at_once
from tickets.actions import pause, resume

pytestmark = pytest.mark.req("ESC-3")
on_servers = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


def make_due(tickets, milestone="solution"):
    rungs = ClockRung.objects.filter(clock__ticket__in=tickets, clock__milestone=milestone, order=1)
    rungs.update(due_at=now() - timedelta(seconds=1))
    return rungs


def told():
    return Notification.objects.filter(event="rung").count()


@pytest.mark.parametrize("number", [25, pytest.param(1_000, marks=pytest.mark.slow)])
def test_one_poisoned_rung_among_many_is_parked_and_the_rest_fire(log, agent, administrator, number):
    """F19. The poison lies in the data, and shows when the batch is half written: it is halved until the row stands alone."""
    rungs = make_due([log(agent) for _ in range(number)])
    rungs.update(due_at=now())  # however long that took
    poison = rungs[number // 2]
    spent = f"rung:{poison.pk}:{poison.repeats_left}:{agent.pk}"  # as if this rung had spoken already
    Notification.objects.create(person=agent, event="message", key=spent, created_at=now())
    assert timers.tick() == number
    poison.refresh_from_db()
    assert (poison.state, told(), timers.tick()) == ("parked", number - 1, 0)
    assert sorted(rungs.values_list("state", flat=True)) == ["fired"] * (number - 1) + ["parked"]
    assert Notification.objects.filter(person=administrator, event="alarm").count() == 1
    assert list(broken_places()) == []


def statements(log, agent, number):
    """What firing so many rungs at once asks of the database, the claim apart: without PostgreSQL that is one a row."""
    rungs = make_due([log(agent) for _ in range(number)])
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        firing.fire(list(rungs.filter(state="waiting").values_list("clock_id", flat=True)), now())
    asked = [query["sql"].lower() for query in captured.captured_queries]
    return len([sql for sql in asked if not sql.startswith('update "escalation_clockrung"')])


def test_a_batch_takes_the_same_number_of_statements_whatever_its_size(log, agent):
    assert statements(log, agent, 1) == statements(log, agent, 20)


def test_after_batches_the_history_still_verifies(log, agent, forward):
    tickets = [log(agent) for _ in range(5)]
    make_due(tickets)
    timers.tick()
    make_due(tickets, "customer_update")
    timers.tick()
    assert HistoryEntry.objects.filter(act="clock.rung_fired").count() == 10
    assert list(broken_places()) == []


def test_a_clock_that_jumps_back_fires_nothing_early_and_nothing_twice(log, agent):
    """T4: an hour back, a day back, and to where it was; then it is time for the second rung."""
    rungs = make_due([log(agent)])
    timers.tick()
    second = ClockRung.objects.filter(clock__milestone="solution", order=2)
    second.update(due_at=now() + timedelta(minutes=30))
    for step in (-60, -24 * 60, 0):
        with time_machine.travel(timezone.now() + timedelta(minutes=step), tick=True):
            timers.tick()
    assert (told(), rungs.get().state, second.get().state) == (1, "fired", "waiting")
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=True):
        assert timers.fire_due() == 1
    assert (told(), rungs.get().state, second.get().state) == (2, "fired", "late")


def at(minutes):
    """The clock of this process is so many minutes ahead of the true time."""
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


def times_told(rungs):
    """How often each rung, by its order, has told somebody."""
    return [Notification.objects.filter(key__startswith=f"rung:{rung.pk}:").count() for rung in rungs.order_by("order")]


@pytest.mark.parametrize("jumps", [[60, 0], [24 * 60, 0], [60, -60, 24 * 60, 0]], ids=["an hour", "a day", "to and fro"])
def test_a_clock_that_jumps_ahead_and_back_tells_of_each_rung_once_and_goes_on(log, agent, jumps):
    """T4. One rung has fired, one is due within the jump, one beyond it; once the clock is right the last comes in its minute."""
    beyond = max(jumps) + 30
    rungs = ClockRung.objects.filter(clock__ticket=log(agent), clock__milestone="solution")
    rungs.filter(order__gt=3).delete()
    for order, minutes in ((1, 0), (2, 30), (3, beyond)):
        rungs.filter(order=order).update(due_at=now() + timedelta(minutes=minutes), whom="team_leader")
    timers.tick()
    assert times_told(rungs) == [1, 0, 0]
    for ahead in jumps:
        with at(ahead):
            timers.tick(), timers.tick()
        assert times_told(rungs)[::2] == [1, 0]
    for minutes, expected in ((31, [1, 1, 0]), (beyond - 1, [1, 1, 0]), (beyond + 0.1, [1, 1, 1])):
        with at(minutes):
            timers.tick()
        assert times_told(rungs) == expected
    assert rungs.get(order=3).state == "fired"


def test_everything_restarted_inside_a_pause_changes_no_due_moment(log, agent, forward):
    """T5: nothing of a pause lives in a process."""
    ticket = log(agent)

    def moments():
        clock = clock_of(ticket, "solution")
        return [clock.due_at, *clock.rungs.order_by("order").values_list("due_at", flat=True)]

    before = moments()
    pause(ticket, "Menunggu", by=agent)
    forward(hours=30)
    assert timers.tick() == 0
    resume(ticket, by=agent)
    moved = [after - due - timedelta(hours=30) for after, due in zip(moments(), before, strict=True)]
    assert max(map(abs, moved)) < timedelta(seconds=5)
    assert timers.tick() == 0


class TestManyAtOnce:
    pytestmark = on_servers

    def test_eight_workers_offered_every_rung_three_times_fire_each_once(self, log, agent):
        """C3."""
        make_due([log(agent) for _ in range(40)])
        at_once(lambda _n: [timers.tick() for _ in range(3)], 8)
        assert (told(), HistoryEntry.objects.filter(act="clock.rung_fired").count()) == (40, 40)
        assert list(broken_places()) == []

    def test_a_second_worker_takes_what_the_first_has_not_locked(self, log, agent):
        """While one batch is open, another goes on with the next rows, and does not stop at the locked ones."""
        make_due([log(agent) for _ in range(6)])
        with transaction.atomic():
            assert len(timers._lock_due(now(), 3)) == 3
            assert at_once(lambda _n: timers.fire_due(batch=3), 1) == [3]
