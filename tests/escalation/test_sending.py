"""The outbox's sender against a gateway over HTTP (HC-5; F14)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.history import broken_places
from common.clock import now
from escalation.actions import escorts, flights, outbox, sending
from escalation.actions.channels import change_channel, change_group, create_channel
from escalation.actions.raising import raise_super_emergency
from escalation.actions.sending import wait_before
from escalation.channels import line
from escalation.models import Channel, Group, Message, MessageState, Notification
from tests.escalation.conftest import clock_of, escort_of
from tests.escalation.gateway import C4, SECRETS, TIAL, channel_values, dispatch
from tests.fakes import gowa as fake
from tests.workers import eventually
from tickets.actions import solve

pytestmark = pytest.mark.req("HC-5")


def the_message() -> Message:
    return Message.objects.order_by("id").get()


def again(forward, **length):
    forward(**length)
    sending.send_due()
    return the_message()


def test_a_dispatch_reaches_its_group_once_and_meets_the_clock(dispatched, gowa):
    assert clock_of(dispatched, "dispatch").uncertain
    gowa.expect(TIAL, containing=f"#{dispatched.number}")
    sending.send_due()
    sending.send_due()
    message = the_message()
    assert (message.state, message.gateway_id, message.attempts) == ("sent", gowa.messages[0]["id"], 1)
    assert clock_of(dispatched, "dispatch").state == "met"


@pytest.mark.req("SE-3")
def test_a_super_emergency_reaches_both_groups_each_with_its_own_state(channel, log, agent, team_leader, support_hc, gowa):
    ticket = log(agent)
    raise_super_emergency(ticket, "Pelanggan melapor ke media", by=team_leader)
    dispatch(ticket, support_hc)
    gowa.answers(500, to=C4)
    gowa.expect(TIAL, containing="SUPER EMERGENCY")
    sending.send_due()
    states = dict(Message.objects.filter(is_dispatch=True).values_list("group__address", "state"))
    assert states == {TIAL: "sent", C4: "queued"}
    assert clock_of(ticket, "dispatch").state == "running"


@pytest.mark.parametrize("trouble", [500, 503, 401, 429])
def test_a_failure_that_may_pass_is_tried_again(dispatched, gowa, forward, trouble):
    gowa.answers(trouble)
    sending.send_due()
    assert (the_message().state, the_message().attempts) == ("queued", 1)
    gowa.expect(TIAL)
    assert again(forward, seconds=20).state == "sent"


@pytest.mark.parametrize("trouble", ["cut", "junk"])
def test_what_may_have_arrived_is_asked_for_and_not_sent_twice(dispatched, gowa, forward, trouble):
    gowa.answers(trouble)
    gowa.expect(TIAL)
    sending.send_due()
    assert the_message().doubtful
    assert again(forward, seconds=20).state == "sent"
    assert the_message().gateway_id == gowa.messages[0]["id"]


def test_a_gateway_that_hangs_is_left_after_the_timeout(dispatched, gowa, monkeypatch, forward):
    monkeypatch.setattr(line, "TIMEOUT_SECONDS", 0.2)
    gowa.answers("hang")
    gowa.expect(TIAL)
    sending.send_due()
    assert (the_message().state, the_message().doubtful) == ("queued", True)
    eventually(lambda: gowa.messages)
    gowa.released.set()
    monkeypatch.undo()
    assert again(forward, seconds=20).state == "sent"


def test_a_gateway_that_is_not_there_is_tried_again(dispatched, channel, gowa, forward):
    Channel.objects.filter(pk=channel.pk).update(base_url="http://127.0.0.1:9")
    sending.send_due()
    assert (the_message().state, the_message().doubtful) == ("queued", False)


def test_the_waits_grow_are_jittered_and_end_at_five_minutes():
    waits = [wait_before(attempts).total_seconds() for attempts in range(1, 13)]
    assert all(4 <= wait / 2**place <= 6 for place, wait in enumerate(waits[:6]))
    assert max(waits) <= 300
    assert len({wait_before(3) for _ in range(20)}) > 1


def test_retry_after_is_honoured_for_the_whole_channel(dispatched, gowa, forward):
    gowa.answers(429)
    sending.send_due()
    assert again(forward, seconds=10).attempts == 1
    gowa.expect(TIAL)
    assert again(forward, seconds=8).state == "sent"


def test_after_ten_minutes_it_is_failed_and_support_hc_is_told(dispatched, gowa, forward, support_hc):
    gowa.answers(*[500] * 20)
    for _ in range(15):
        again(forward, minutes=1)
    assert the_message().state == "failed"
    told = Notification.objects.get(event="not_sent")
    assert (told.person, told.ticket) == (support_hc, dispatched)
    assert told.created_at - the_message().created_at <= timedelta(minutes=15)


def test_a_retry_that_fails_is_told_again(dispatched, gowa, support_hc, forward):
    gowa.answers(400, 400)
    sending.send_due()
    forward(minutes=1)
    outbox.retry_message(the_message(), by=support_hc)
    sending.send_due()
    assert Notification.objects.filter(event="not_sent").count() == 2


def test_a_refusal_is_final_at_once(dispatched, gowa):
    gowa.answers(400)
    sending.send_due()
    assert (the_message().state, the_message().attempts) == ("failed", 1)
    assert "400" in the_message().problem


def test_a_redirect_is_not_followed(dispatched, gowa):
    gowa.answers(307)
    sending.send_due()
    assert the_message().state == "failed"
    assert gowa.calls == ["POST /send/message"]


def test_the_host_must_be_allowed_when_it_is_sent_too(dispatched, gowa, settings):
    settings.GATEWAY_HOSTS = ["gerbang.example"]
    sending.send_due()
    assert (the_message().state, gowa.calls) == ("failed", [])


def test_five_failures_open_the_breaker_for_a_minute_and_tell_the_administrator(
    channel, log, agent, support_hc, administrator, gowa, forward
):
    for _ in range(2):
        dispatch(log(agent, criteria=["threat"]), support_hc)
    gowa.answers(*[500] * 5)
    for _ in range(5):
        forward(seconds=1)
        Message.objects.update(next_try_at=now())
        sending.send_due()
    channel.refresh_from_db()
    assert channel.failures == 5
    sending.send_due()
    assert gowa.calls.count("POST /send/message") == 5
    assert Notification.objects.get(event="alarm").person == administrator


def test_after_the_minute_one_success_closes_it(dispatched, channel, gowa, forward):
    Channel.objects.update(failures=5, open_until=now() + timedelta(seconds=60))
    assert again(forward, seconds=50).state == "queued"
    gowa.expect(TIAL)
    assert again(forward, seconds=15).state == "sent"
    channel.refresh_from_db()
    assert (channel.failures, channel.open_until) == (0, None)


def test_what_waits_behind_an_open_breaker_for_ten_minutes_is_told_too(dispatched, gowa, forward, support_hc):
    for _ in range(11):
        Channel.objects.update(failures=5, open_until=now() + timedelta(minutes=2))
        again(forward, minutes=1)
    assert the_message().state == "failed"
    assert Notification.objects.filter(event="not_sent", person=support_hc).exists()


def test_a_broken_channel_does_not_stop_another(dispatched, log, agent, support_hc, gowa):
    with fake.serving() as other:
        broken = create_channel(by=None, secrets=SECRETS, **channel_values(other, slug="a-first"))
        change_group(Group.objects.get(region=4), by=None, changes={"channel": broken, "address": C4})
        dispatch(log(agent, criteria=["threat"], region=4), support_hc)
        other.answers(503)
        gowa.expect(TIAL)
        sending.send_due()
    states = dict(Message.objects.values_list("group__address", "state"))
    assert states == {TIAL: "sent", C4: "queued"}


def test_our_own_mistake_in_one_channel_does_not_stop_another(dispatched, log, agent, support_hc, gowa, monkeypatch):
    with fake.serving() as other:
        broken = create_channel(by=None, secrets=SECRETS, **channel_values(other, slug="a-first"))
        change_group(Group.objects.get(region=4), by=None, changes={"channel": broken, "address": C4})
        dispatch(log(agent, criteria=["threat"], region=4), support_hc)

        def claim(channel, most, at_once):
            if channel == broken:
                raise LookupError
            return flights.claim(channel, most, at_once)

        monkeypatch.setattr(sending, "claim", claim)
        gowa.expect(TIAL)
        sending.send_due()
    states = dict(Message.objects.values_list("group__address", "state"))
    assert states == {TIAL: "sent", C4: "queued"}


def test_a_group_gets_no_more_than_its_pace(channel, log, agent, support_hc, gowa, forward):
    Channel.objects.filter(pk=channel.pk).update(pace=2)
    for _ in range(3):
        dispatch(log(agent, criteria=["threat"]), support_hc)
        gowa.expect(TIAL)
    sending.send_due()
    sending.send_due()
    assert len(gowa.messages) == 2
    forward(seconds=61)
    sending.send_due()


def test_a_group_that_has_had_enough_keeps_no_other_group_waiting(channel, log, agent, support_hc, gowa, monkeypatch):
    monkeypatch.setattr(sending, "FIRST", 3)
    monkeypatch.setattr(sending, "MOST", 3)
    change_channel(channel, by=None, changes={"pace": 1})
    tickets = [log(agent, criteria=["threat"]) for _ in range(5)]
    for ticket in tickets:
        dispatch(ticket, support_hc)
    gowa.expect(TIAL)
    sending.send_due()
    other = Group.objects.get(address=C4)
    outbox.queue_message(tickets[0], other, "Halo C4", key="other", by=None, about="progress")
    gowa.expect(C4, "Halo C4")
    sending.send_due()
    assert Message.objects.get(key="other").state == "sent"


def test_nothing_goes_out_for_a_ticket_that_was_solved_meanwhile(dispatched, support_hc, gowa):
    escorts.solve_escort(escort_of(dispatched), "Kabel disambung", by=support_hc)
    sending.send_due()
    assert (the_message().state, gowa.calls) == ("cancelled", [])


def test_what_a_rung_says_goes_to_no_group_after_the_ticket_was_solved(channel, log, agent, gowa):
    ticket = log(agent)
    outbox.queue_message(ticket, Group.objects.get(address=TIAL), "Jam lewat", key="rung", by=None, about="rung")
    solve(ticket, "Reset port", "Port", by=agent)
    sending.send_due()
    assert (the_message().state, gowa.calls) == ("cancelled", [])


def test_of_a_worker_that_died_before_sending_the_message_still_goes_out_once(dispatched, gowa, forward):
    Message.objects.update(state=MessageState.SENDING, claimed_at=now(), attempts=1)
    assert again(forward, seconds=100).state == "sending"
    gowa.expect(TIAL)
    assert again(forward, seconds=30).state == "sent"


def test_of_a_worker_that_died_after_sending_the_message_is_not_sent_again(dispatched, gowa, forward):
    Message.objects.update(state=MessageState.SENDING, claimed_at=now(), attempts=1)
    gowa.expect(TIAL)
    gowa.take({"phone": TIAL, "message": the_message().text})
    assert again(forward, minutes=3).state == "sent"
    assert gowa.calls == [f"GET /chat/{TIAL}/messages"]


def test_where_the_gateway_cannot_say_a_person_looks(dispatched, gowa, forward, support_hc):
    gowa.forgetful = True
    Message.objects.update(state=MessageState.SENDING, claimed_at=now(), attempts=1)
    message = again(forward, minutes=3)
    assert (message.state, "Tidak pasti terkirim" in message.problem) == ("failed", True)
    assert Notification.objects.filter(event="not_sent", person=support_hc).exists()


def test_a_channel_that_is_switched_off_hands_over_to_people(dispatched, channel, gowa):
    change_channel(channel, by=None, changes={"active": False})
    sending.send_due()
    assert the_message().state == "to_send_by_hand"


def test_later_messages_of_a_ticket_answer_the_earlier_one(sent, dispatched, support_hc, gowa):
    escorts.dispatch(escort_of(dispatched), by=support_hc, text="Ada kabar?")
    gowa.expect(TIAL, containing="Ada kabar?")
    sending.send_due()
    assert gowa.messages[1]["reply_message_id"] == sent.gateway_id


def test_what_was_sent_and_what_failed_stands_in_an_unbroken_history(sent, log, agent, support_hc, gowa):
    dispatch(log(agent, criteria=["threat"]), support_hc)
    gowa.answers(400)
    sending.send_due()
    assert list(broken_places()) == []


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_of_eight_senders_at_once_one_sends(dispatched, gowa):
    def run() -> None:
        start.wait()
        sending.send_due()
        connection.close()

    gowa.expect(TIAL)
    start = threading.Barrier(8)
    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert (the_message().state, the_message().attempts) == ("sent", 1)
