"""Many messages at once: together claimed and written down, each group in its order, none twice (HC-5)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.history import broken_places
from accounts.models import HistoryEntry
from common.clock import now
from escalation import tasks
from escalation.actions import flights, outbox, sending
from escalation.actions.channels import change_channel
from escalation.models import Channel, Group, Message, MessageState
from tests.escalation.gateway import C4, TIAL
from tests.workers import eventually

pytestmark = [pytest.mark.req("HC-5"), pytest.mark.django_db]


@pytest.fixture
def words(channel, log, agent):
    """``words(5)`` puts so many messages about as many tickets into the outbox of a group, numbered as they were written."""
    change_channel(channel, by=None, changes={"pace": 1000})

    def queued(number: int, address: str = TIAL, ticket=None) -> list[Message]:
        group, made = Group.objects.get(address=address), []
        for _ in range(number):
            text = f"kabar {Message.objects.count():03}"
            about = ticket or log(agent)
            made.append(outbox.queue_message(about, group, text, key=f"uji:{text}", by=None, about="progress"))
        return made

    return queued


def expected(gowa, messages: list[Message], address: str = TIAL) -> None:
    for message in messages:
        gowa.expect(address, message.text)


def states() -> list[tuple[str, int]]:
    return list(Message.objects.order_by("id").values_list("state", "attempts"))


def test_a_group_gets_its_messages_in_their_order_each_with_its_history(words, gowa):
    made = words(30)
    expected(gowa, made)
    assert sending.send_due() == 30
    assert gowa.arrived() == [message.text for message in made]
    assert states() == [("sent", 1)] * 30
    assert {each.gateway_id for each in Message.objects.all()} == {each["id"] for each in gowa.messages}
    assert HistoryEntry.objects.filter(act="message.sent").count() == 30
    assert list(broken_places()) == []


def test_after_a_failure_that_may_pass_the_others_wait_untried(words, gowa):
    made = words(6)
    expected(gowa, made[:2])
    gowa.answers(200, 200, 503)
    sending.send_due()
    assert states() == [("sent", 1)] * 2 + [("queued", 1)] + [("queued", 0)] * 3


def test_the_second_message_of_a_ticket_waits_for_the_first_and_answers_it(words, log, agent, gowa):
    made = words(3, ticket=log(agent))
    expected(gowa, made)
    sending.send_due()
    ids = [each["id"] for each in gowa.messages]
    assert [each.get("reply_message_id", "") for each in gowa.messages] == ["", *ids[:2]]


def test_while_one_sender_has_a_group_nobody_else_sends_to_it(words, gowa, forward):
    first, *others = words(3)
    elsewhere = words(1, C4)
    Message.objects.filter(pk=first.pk).update(state=MessageState.SENDING, claimed_at=now(), attempts=1)
    expected(gowa, elsewhere, C4)
    sending.send_due()
    assert len(gowa.messages) == 1
    forward(seconds=31)  # whoever has it is dead, or hangs
    expected(gowa, others)
    assert sending.send_due() == 2


def test_several_groups_are_sent_to_at_once(words, gowa):
    """The gateway answers the first message of the one group only when the other group has all of its own."""
    made, elsewhere = words(2), words(2, C4)
    gowa.answers("hang", to=TIAL)
    expected(gowa, made)
    expected(gowa, elsewhere, C4)

    def answer_at_last() -> None:
        eventually(lambda: len(gowa.arrived(C4)) == 2)
        gowa.released.set()

    with ThreadPoolExecutor(1) as pool:
        answered = pool.submit(answer_at_last)
        assert sending.send_due() == 4
        answered.result()


def test_who_sends_beside_another_gets_the_groups_that_one_left(words):
    words(2), words(2, C4)
    wa = Channel.objects.get(slug="wa")
    taken = [{flight.message.group.address for flight in flights.claim(wa, 100, 1) or ()} for _sender in range(3)]
    assert taken == [{TIAL}, {C4}, set()]


def test_a_group_that_is_busy_or_has_had_enough_leaves_room_for_the_next(words):
    words(2), words(2, C4)
    wa = Channel.objects.get(slug="wa")
    change_channel(wa, by=None, changes={"pace": 2})
    taken = flights.claim(wa, 100, 1) or []
    flights.arrived(wa, [(flight.message, f"id-{flight.message.pk}") for flight in taken])
    words(1)
    assert {flight.message.group.address for flight in flights.claim(wa, 100, 1) or ()} == {C4}


def test_two_threads_of_a_process_send_for_a_channel_and_the_others_have_timers_to_fire(words, gowa):
    expected(gowa, words(1))
    wa = Channel.objects.get(slug="wa")
    with sending.turn(wa), sending.turn(wa):
        assert sending.send_due() == 0
    with sending.turn(wa):
        assert sending.send_due() == 1


def test_a_long_queue_calls_somebody_to_send_beside(words, gowa, monkeypatch):
    called = []
    monkeypatch.setattr(tasks.send_messages, "delay", lambda: called.append(1))
    expected(gowa, words(3))
    tasks.send_messages()
    assert called == []
    monkeypatch.setattr(sending, "MOST", 3)
    expected(gowa, words(3))
    tasks.send_messages()
    assert called == [1]


def claims(words, number: int) -> int:
    words(number)
    with CaptureQueriesContext(connection) as captured:
        tasks.send_messages()
    return sum("'sending'" in each["sql"] and each["sql"].lower().startswith("update") for each in captured.captured_queries)


def test_a_worker_goes_on_with_what_it_has_learned_of_a_gateway(words, gowa, monkeypatch):
    monkeypatch.setattr(sending, "FIRST", 1)
    monkeypatch.setattr(gowa, "check", lambda: None)
    assert [claims(words, 6), claims(words, 6)] == [3, 1]


def statements(words, number: int) -> int:
    words(number)
    with CaptureQueriesContext(connection) as captured:
        sending.send_due()
    return len([each for each in captured.captured_queries if not each["sql"].lower().startswith('update "escalation_message"')])


def test_what_is_sent_together_costs_the_same_statements_whatever_its_number(words, gowa, monkeypatch):
    """But for the row of each, where the database has no UPDATE from arrays."""
    monkeypatch.setattr(sending, "FIRST", 100)
    monkeypatch.setattr(gowa, "check", lambda: None)
    assert statements(words, 2) == statements(words, 20)


def test_a_gateway_that_is_slow_is_given_fewer_at_a_time(words, gowa, monkeypatch):
    """What nobody has tried when the pass ends is as it was before."""
    monkeypatch.setattr(sending, "PASS_SECONDS", 0.0001)
    monkeypatch.setattr(sending, "PATIENCE", 0)
    monkeypatch.setattr(sending, "monotonic", iter([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]).__next__)
    made = words(3)
    expected(gowa, made[:1])
    assert sending.send_due() == 1
    assert states() == [("sent", 1), ("queued", 0), ("queued", 0)]
    assert Channel.objects.get(slug="wa").failures == 0
