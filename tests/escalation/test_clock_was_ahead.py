"""The clock was a day ahead and is right again: outbox and ladders go on within a minute (T4, HC-5, ESC-3)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from escalation import tasks
from escalation.actions import clock_was_ahead, clocks, sending, timers
from escalation.models import Channel, Clock, ClockRung, Message, Notification
from tests.escalation.conftest import clock_of
from tests.escalation.gateway import TIAL, dispatch
from tickets.actions import pause, resume

pytestmark = pytest.mark.req("HC-5", "ESC-3")
DAY = 24 * 60


def at(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


@pytest.mark.parametrize("trouble", [503, 429])
def test_what_was_put_off_by_it_goes_within_a_minute_and_once(channel, hard, support_hc, gowa, trouble):
    gowa.answers(trouble)
    with at(DAY):
        dispatch(hard, support_hc)
        sending.send_due()
    assert Message.objects.filter(next_try_at__gt=timezone.now() + timedelta(hours=23)).exists()
    gowa.expect(TIAL, containing=hard.number)
    with at(1):
        tasks.watch_channels()
        sending.send_due()
    assert Message.objects.get().state == "sent"
    assert Channel.objects.get(pk=channel.pk).open_until is None


def test_what_was_sent_meanwhile_takes_no_share_of_the_pace(channel, log, agent, support_hc, gowa):
    Channel.objects.filter(pk=channel.pk).update(pace=1)
    for _each in range(2):
        gowa.expect(TIAL)
    with at(DAY):
        dispatch(log(agent, criteria=["threat"]), support_hc)
        sending.send_due()
    dispatch(log(agent, criteria=["threat"]), support_hc)
    sending.send_due()
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_what_a_dead_worker_had_in_flight_is_settled_after_two_minutes(channel, hard, support_hc, gowa):
    dispatch(hard, support_hc)
    Message.objects.update(state="sending", claimed_at=timezone.now() + timedelta(days=1), attempts=1)
    gowa.expect(TIAL, containing=hard.number)
    tasks.watch_channels()
    for minutes in (3, 4):
        with at(minutes):
            sending.send_due()
    assert Message.objects.get().state == "sent"


def test_a_gateway_that_asks_for_an_hour_is_left_alone_for_it(channel, hard, support_hc, gowa):
    gowa.retry_after = "3600"
    gowa.answers(429)
    dispatch(hard, support_hc)
    sending.send_due()
    put_off = Channel.objects.get(pk=channel.pk).open_until
    tasks.watch_channels()
    assert put_off and put_off > timezone.now() + timedelta(minutes=59)
    assert Channel.objects.get(pk=channel.pk).open_until == put_off
    assert Message.objects.get().state == "queued"


# The ladders: each looks once while the clock is ahead, and once when it is right again.

SOON = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def a_worker_that_has_just_begun(db):
    """It has seen the clock right."""
    clock_was_ahead.SEEN = clock_was_ahead.Steps()
    timers.tick()


def looks_ahead_and_back():
    """Somebody looked a day ahead; now the clock is right."""
    with at(DAY):
        timers.tick()
    timers.tick()


def near(moment, minutes, of=timezone.now):
    """Whether it is so many minutes from now, or from ``of``."""
    return abs(moment - of() - timedelta(minutes=minutes)) < SOON


@pytest.mark.parametrize("milestone", ["claim", "dispatch"])
def test_a_clock_that_began_in_a_moment_to_come_begins_now(log, agent, milestone):
    with at(DAY):
        ticket = log(agent, criteria=["threat"])
    looks_ahead_and_back()
    clock = clock_of(ticket, milestone)
    minutes = clock.seconds // 60
    assert near(clock.started_at, 0) and near(clock.due_at, minutes)
    assert [round((rung.due_at - clock.due_at).total_seconds() / 60) for rung in clock.rungs.order_by("order")][1:] == [
        10,
        20,
        60,
    ]
    ticket.refresh_from_db()
    assert near(ticket.clock_due_at, 15)


def test_a_rung_that_repeats_goes_on_repeating(hard, agent):
    clock = clock_of(hard, "claim")
    clock.rungs.filter(order=4).update(whom=agent.agent_code, repeat_seconds=300, repeats_left=3)
    looks_ahead_and_back()
    told = Notification.objects.filter(event="rung", person=agent)
    assert told.count() == 1
    assert near(clock.rungs.get(order=4).due_at, 5)
    with at(6):
        timers.tick()
        assert told.count() == 2


@pytest.mark.parametrize(("back_after", "rings_after"), [(0, 50), (55, 70)])
def test_who_acknowledged_in_a_moment_to_come_has_it_for_a_quarter_of_an_hour(hard, support_hc, back_after, rings_after):
    clock = clock_of(hard, "dispatch")
    third, ahead = clock.rungs.filter(order=3), timezone.now() + timedelta(minutes=DAY)
    clock.rungs.filter(order=4).update(due_at=ahead + timedelta(hours=9))
    third.update(due_at=ahead + timedelta(minutes=5))
    with at(back_after):  # what is right then, for a worker that begins then
        clock_was_ahead.SEEN = clock_was_ahead.Steps()
        clock_was_ahead.set_right()
    with at(DAY):
        timers.tick()
        clocks.acknowledge(clock, by=support_hc, minutes=120)
    assert third.get().due_at > ahead + timedelta(minutes=119)
    with at(back_after):
        timers.tick()
        clock.refresh_from_db()
        assert near(clock.acknowledged_until, 15)
    assert near(third.get().due_at, rings_after) and third.get().state == "waiting"


def test_a_pause_that_began_in_a_moment_to_come_lasts_from_now(hard, agent):
    clock = clock_of(hard, "customer_update")
    with at(DAY):
        pause(hard, "Menunggu pelanggan", by=agent)
    looks_ahead_and_back()
    with at(30):
        resume(hard, by=agent)
    assert near(clock_of(hard, "customer_update").due_at, 30, of=lambda: clock.due_at)


def test_a_pause_that_ended_in_a_moment_to_come_has_ended_now(hard, agent):
    clock = clock_of(hard, "customer_update")
    with at(-20):
        pause(hard, "Menunggu pelanggan", by=agent)
    with at(DAY):
        resume(hard, by=agent)
    looks_ahead_and_back()
    again = clock_of(hard, "customer_update")
    assert near(again.due_at, 20, of=lambda: clock.due_at)
    assert [row.running for row in again.intervals.order_by("id")][-1] and near(again.intervals.get(running=False).ended_at, 0)


@pytest.mark.parametrize("jumps", [[-60], [-DAY], [60, -60]], ids=["an hour", "a day", "after it was ahead"])
def test_a_clock_that_is_behind_moves_nothing(hard, agent, support_hc, jumps):
    """Else all that began in the last hour would ring an hour early when it is right again."""
    ClockRung.objects.update(due_at=timezone.now() + timedelta(days=3))
    clock = clock_of(hard, "dispatch")
    clocks.acknowledge(clock, by=support_hc, minutes=30)
    pause(hard, "Menunggu pelanggan", by=agent)

    def moments():
        rows = Clock.objects.filter(ticket=hard).order_by("pk")
        held = rows.values_list("started_at", "due_at", "acknowledged_until", "intervals__started_at", "intervals__ended_at")
        return [*held, *ClockRung.objects.filter(clock__in=rows).order_by("pk").values_list("due_at", flat=True)]

    before = moments()
    for minutes in (*jumps, 0):
        with at(minutes):
            timers.tick()
            assert moments() == before


def test_a_worker_that_began_while_the_clock_was_ahead_does_not_know_and_moves_nothing(hard):
    with at(DAY):
        clock_was_ahead.SEEN = clock_was_ahead.Steps()
        timers.tick()
    assert timers.tick() == clock_was_ahead.set_right() == 0


def test_nothing_moves_where_the_clock_was_right(hard, agent, support_hc):
    timers.tick()
    clock = clock_of(hard, "dispatch")
    clocks.acknowledge(clock, by=support_hc, minutes=120)
    before = list(clock.rungs.order_by("order").values_list("due_at", flat=True))
    timers.tick()
    assert list(clock.rungs.order_by("order").values_list("due_at", flat=True)) == before
