"""The clock was a day ahead and is right again: the outbox goes on within a minute (T4, HC-5)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from escalation import tasks
from escalation.actions import sending
from escalation.models import Channel, Message
from tests.escalation.gateway import TIAL, dispatch

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
