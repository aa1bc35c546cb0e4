"""A gateway that is down hands its messages to people, never both ways; a canary finds out; an administrator decides (HC-5)."""

from datetime import timedelta

import pytest

from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed
from escalation.actions import breaker, probes, sending
from escalation.actions.channels import change_channel
from escalation.actions.inbox import match_new, take_in
from escalation.channels import gateway_of
from escalation.models import Channel, Group, Message, MessageState, Notification, Probe
from tests.escalation.gateway import C4, TIAL, dispatch
from tests.fakes.gowa import ack_event, message_event
from tests.fakes.meta import Meta

pytestmark = pytest.mark.req("HC-5")


def the_message() -> Message:
    return Message.objects.get()


def down(minutes: int) -> None:
    """The breaker has been open for so long, and is."""
    opened = now() - timedelta(minutes=minutes)
    Channel.objects.filter(slug="wa").update(failures=9, open_since=opened, open_until=now() + timedelta(seconds=50))


@pytest.mark.parametrize(("minutes", "state"), [(4, "queued"), (6, "to_send_by_hand")])
def test_after_five_minutes_what_asks_somebody_to_act_goes_to_people(dispatched, support_hc, minutes, state):
    down(minutes)
    sending.send_due()
    sending.send_due()
    assert the_message().state == state
    told = Notification.objects.filter(person=support_hc, event="by_hand", url="/inbox/")
    assert told.count() == (1 if state == "to_send_by_hand" else 0)


def test_words_for_our_own_people_wait_for_the_gateway(dispatched):
    Message.objects.update(about="progress")
    down(6)
    sending.send_due()
    assert the_message().state == "queued"


def test_what_may_have_arrived_is_asked_for_before_it_is_handed_over(dispatched, gowa):
    gowa.expect(TIAL)
    gowa.take({"phone": TIAL, "message": the_message().text})
    Message.objects.update(doubtful=True)
    down(6)
    sending.send_due()
    assert (the_message().state, the_message().gateway_id) == ("sent", gowa.messages[0]["id"])


def test_what_nobody_can_say_of_is_shown_as_unsure_and_not_handed_over(dispatched, gowa, support_hc):
    gowa.forgetful = True
    Message.objects.update(doubtful=True)
    down(6)
    sending.send_due()
    assert (the_message().state, "Tidak pasti terkirim" in the_message().problem) == ("failed", True)
    assert Notification.objects.filter(person=support_hc, event="not_sent").exists()


def test_one_click_lets_people_send_and_another_the_gateway(dispatched, channel, administrator, gowa):
    breaker.send_by_hand(channel, by=administrator)
    sending.send_due()
    assert (the_message().state, gowa.calls) == ("to_send_by_hand", [])
    breaker.send_by_itself(channel, by=administrator)
    sending.send_due()
    assert (the_message().state, gowa.calls) == ("to_send_by_hand", [])


def test_a_whole_outage_ends_by_hand_within_fifteen_minutes_and_new_messages_by_the_gateway(
    dispatched, channel, gowa, forward, support_hc
):
    gowa.answers(*[503] * 100)
    for _ in range(14):
        forward(minutes=1)
        sending.send_due()
    assert the_message().state in ("to_send_by_hand", "failed")
    assert Notification.objects.filter(person=support_hc, event__in=["by_hand", "not_sent"]).exists()


def test_closing_the_breaker_tries_again_now(dispatched, channel, administrator, gowa):
    down(2)
    breaker.close_breaker(channel, by=administrator)
    gowa.expect(TIAL)
    sending.send_due()
    assert the_message().state == "sent"


@pytest.mark.parametrize("act", [breaker.close_breaker, breaker.send_by_hand, breaker.send_by_itself])
def test_only_an_administrator_decides(channel, support_hc, act):
    with pytest.raises(NotAllowed):
        act(channel, by=support_hc)


# Tests and canaries


@pytest.fixture
def tested(channel, administrator, gowa):
    probe = probes.send_test(channel, Group.objects.get(address=C4), by=administrator)
    gowa.expect(C4, containing=f"nomor {probe.pk}")
    probes.watch()
    return probe


def again(probe: Probe) -> Probe:
    probe.refresh_from_db()
    return probe


def test_a_test_message_goes_to_its_group_once(tested, gowa):
    probes.watch()
    assert (again(tested).state, tested.gateway_id, len(gowa.messages)) == ("sent", gowa.messages[0]["id"], 1)


@pytest.mark.parametrize("proof", ["echo", "receipt"])
def test_its_echo_or_receipt_proves_that_it_arrived(tested, hook, proof):
    own = message_event(C4, again(tested).text, number="other", is_from_me=True)
    assert hook(own if proof == "echo" else ack_event(C4, tested.gateway_id)) == 200
    assert again(tested).state == "heard"


def test_a_test_that_the_gateway_refuses_says_why(channel, administrator, gowa):
    probe = probes.send_test(channel, Group.objects.get(address=C4), by=administrator)
    gowa.answers(400)
    probes.watch()
    assert (again(probe).state, "400" in probe.problem) == ("failed", True)


def test_a_group_elsewhere_and_a_channel_by_hand_cannot_be_tested(channel, administrator):
    with pytest.raises(Invalid):
        probes.send_test(channel, Group.objects.get(region=5), by=administrator)
    with pytest.raises(Conflict):
        probes.send_test(Channel.objects.get(slug="by-hand"), Group.objects.get(region=5), by=administrator)


@pytest.fixture
def canary(channel, gowa):
    change_channel(channel, by=None, changes={"canary_group": Group.objects.get(address=C4), "canary_minutes": 15})
    gowa.expect(C4, containing="Kenari")
    probes.watch()
    return Probe.objects.get()


def test_a_canary_is_sent_on_its_schedule(canary, gowa, forward, hook):
    hook(ack_event(C4, again(canary).gateway_id))
    forward(minutes=14)
    probes.watch()
    assert Probe.objects.count() == 1
    gowa.expect(C4, containing="Kenari")
    forward(minutes=2)
    probes.watch()
    assert Probe.objects.count() == 2


def test_a_canary_that_does_not_come_back_stops_the_channel_until_one_does(
    canary, dispatched, forward, hook, administrator, gowa
):
    forward(minutes=4)
    probes.watch()
    sending.send_due()
    assert (again(canary).state, the_message().state, the_message().attempts) == ("failed", "queued", 0)
    assert Notification.objects.filter(person=administrator, event="alarm", text__contains="Kenari").count() == 1
    hook(ack_event(C4, canary.gateway_id))
    gowa.expect(TIAL)
    sending.send_due()
    assert (again(canary).state, the_message().state) == ("heard", "sent")


def test_a_lost_canary_ends_by_hand(canary, hard, support_hc, forward):
    forward(minutes=4)
    probes.watch()
    dispatch(hard, support_hc)
    for _ in range(6):
        forward(minutes=1)
        probes.watch()
        sending.send_due()
    assert the_message().state == "to_send_by_hand"


def test_a_session_that_ends_is_seen_and_told_once(channel, administrator, gowa, forward):
    probes.watch()
    assert Channel.objects.get(slug="wa").session_ok is True
    gowa.signed_in = False
    for _ in range(3):
        forward(minutes=2)
        probes.watch()
    assert Channel.objects.get(slug="wa").session_ok is False
    assert Notification.objects.filter(person=administrator, event="alarm", text__contains="Sesi").count() == 1


# Receipts that say more


def test_what_the_gateway_took_and_gave_up_later_is_failed_and_told(sent, support_hc, channel):
    Channel.objects.filter(pk=channel.pk).update(kind="meta")
    body = Meta().receipt(sent.gateway_id, receipt="failed")
    take_in(channel, body, gateway_of("meta").parse(body))
    match_new()
    sent.refresh_from_db()
    assert (sent.state, Notification.objects.filter(person=support_hc, event="not_sent").count()) == ("failed", 1)


def test_a_receipt_that_came_long_before_its_message_was_found_counts_all_the_same(dispatched, hook, gowa, forward):
    Message.objects.update(state=MessageState.SENDING, claimed_at=now(), attempts=1)
    gowa.expect(TIAL)
    number = gowa.take({"phone": TIAL, "message": the_message().text})
    hook(ack_event(TIAL, number))
    forward(minutes=3)
    match_new()
    sending.send_due()
    match_new()
    assert (the_message().gateway_id, the_message().state) == (number, "delivered")
