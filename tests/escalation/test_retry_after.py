"""A gateway that asks to be left alone for long: nothing goes to it before, and people are told in time (HC-5; F14)."""

from datetime import UTC, timedelta

import pytest

from common.clock import now
from escalation.actions import outbox, probes, sending
from escalation.actions.channels import change_channel
from escalation.models import Channel, Group, Message, Notification, Probe
from tests.escalation.gateway import C4, TIAL

pytestmark = pytest.mark.req("HC-5")


@pytest.fixture
def alone(dispatched, gowa):
    """It was asked once, and wants to be left alone for forty minutes."""
    gowa.retry_after = "2400"
    gowa.answers(429)
    sending.send_due()
    return dispatched


def pass_by(forward, minutes: int) -> None:
    for _ in range(minutes):
        forward(minutes=1)
        sending.send_due()


def asked(gowa) -> int:
    return gowa.calls.count("POST /send/message")


def the_state() -> str:
    return Message.objects.order_by("id")[0].state


def test_a_date_is_honoured_for_the_whole_channel(dispatched, gowa, forward):
    gowa.retry_after = (now() + timedelta(minutes=4)).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    gowa.answers(429)
    sending.send_due()
    pass_by(forward, 3)
    assert (asked(gowa), the_state()) == (1, "queued")
    gowa.expect(TIAL)
    pass_by(forward, 2)
    assert the_state() == "sent"


def test_after_five_minutes_people_send_and_the_gateway_is_not_asked(administrator, alone, gowa, forward, support_hc):
    pass_by(forward, 4)
    assert the_state() == "queued"
    pass_by(forward, 2)
    assert (asked(gowa), the_state()) == (1, "to_send_by_hand")
    assert Notification.objects.filter(person=support_hc, event="by_hand").count() == 1
    assert Notification.objects.filter(person=administrator, event="alarm", text__contains="429").count() == 1


def test_words_for_our_own_people_are_given_up_and_told_within_fifteen_minutes(alone, gowa, forward, support_hc):
    Message.objects.update(about="progress")
    pass_by(forward, 9)
    assert the_state() == "queued"
    pass_by(forward, 3)
    assert (asked(gowa), the_state()) == (1, "failed")
    assert Notification.objects.filter(person=support_hc, event="not_sent").exists()


def test_what_comes_meanwhile_goes_to_people_and_afterwards_by_the_gateway(alone, gowa, forward):
    def another(key: str) -> Message:
        group = Group.objects.get(address=C4)
        return outbox.queue_message(alone, group, f"Kabar {key}", key=key, by=None, about="rung")

    pass_by(forward, 10)
    meanwhile = another("meanwhile")
    pass_by(forward, 1)
    meanwhile.refresh_from_db()
    assert (asked(gowa), meanwhile.state) == (1, "to_send_by_hand")
    pass_by(forward, 30)
    gowa.expect(C4, containing="Kabar later")
    later = another("later")
    sending.send_due()
    later.refresh_from_db()
    assert (later.state, Channel.objects.get(slug="wa").open_since) == ("sent", None)


def test_no_canary_goes_before_either(alone, channel, gowa, forward):
    change_channel(channel, by=None, changes={"canary_group": Group.objects.get(address=C4), "canary_minutes": 15})
    forward(minutes=39)
    probes.watch()
    assert not Probe.objects.exists()
    forward(minutes=2)
    gowa.expect(C4, containing="Kenari")
    probes.watch()
    assert Probe.objects.get().state == "sent"
