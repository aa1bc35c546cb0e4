"""A worker killed between what it decided, what it sent, and what it wrote down (trust.md F2, F3)."""

from pathlib import Path

import pytest

from accounts.history import broken_places
from accounts.models import HistoryEntry
from common.clock import now
from escalation.actions.channels import change_group, create_channel
from escalation.models import ClockRung, Group, Message
from escalation.tasks import fire_due_rungs, send_messages
from tests.fakes.gateway import served
from tests.fakes.webhook import Webhook
from tests.faults_places import ANSWERED, CLAIMED, FIRED
from tests.workers import eventually, send, worker

pytestmark = [
    *(pytest.mark.req("ESC-3", "HC-5"), pytest.mark.servers, pytest.mark.slow),
    *(pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")),
]
ROUNDS = 8
TELKOM = "120363000000000006@g.us"


class Mortal:
    """A real worker that can be told where to die next, and that is ahead of time as far as one says."""

    def __init__(self, folder: Path) -> None:
        self.fault, self.clock, self.ahead = folder / "fault", folder / "clock", 0
        self.forward(0)

    def forward(self, seconds: int) -> None:
        self.ahead += seconds
        self.clock.write_text(str(self.ahead))

    def dies_at(self, place: str, task) -> None:
        """It gets this task, and dies of it."""
        self.fault.write_text(place)
        send(task)
        eventually(lambda: not self.fault.exists())


@pytest.fixture
def mortal(tmp_path):
    made = Mortal(tmp_path)
    with worker("-I", "tests.faults", FAULT_FILE=str(made.fault), CLOCK_OFFSET_FILE=str(made.clock)):
        yield made


def telkom_through(server, **values) -> None:
    made = create_channel(by=None, secrets=server.secrets, **{"slug": "wa", "name": "WA", **server.values, **values})
    change_group(Group.objects.get(purpose="telkom"), by=None, changes={"channel": made, "address": TELKOM})


def due_rung(ticket) -> ClockRung:
    """The first rung of the solution clock is due, and speaks to Telkom's group."""
    rung = ClockRung.objects.get(clock__ticket=ticket, clock__milestone="solution", order=1)
    ClockRung.objects.filter(pk=rung.pk).update(due_at=now(), whom="group")
    return rung


def message_of(rung: ClockRung) -> Message:
    return Message.objects.get(key__startswith=f"rung:{rung.pk}:")


def state_of(rung: ClockRung) -> str:
    return message_of(rung).state


def test_a_worker_killed_after_the_commit_leaves_a_row_that_the_next_one_sends_once(log, agent, gowa, mortal):
    """F2. Nobody was asked to send it, and nobody has to be: the row waits, and the regular beat finds it."""
    telkom_through(gowa)
    for _ in range(ROUNDS):
        gowa.expect(TELKOM, containing=(ticket := log(agent)).number)
        mortal.fault.write_text(FIRED)  # before the rung is due: whichever task fires it dies of it
        rung = due_rung(ticket)
        send(fire_due_rungs)
        eventually(lambda: not mortal.fault.exists())
        assert state_of(rung) == "queued"
        send(send_messages)  # as the beat does
        eventually(lambda: state_of(rung) == "sent", within=60)  # noqa: B023
        assert HistoryEntry.objects.filter(subject_id=ticket.pk, act="clock.rung_fired").count() == 1
    assert gowa.calls.count("POST /send/message") == ROUNDS
    assert list(broken_places()) == []


@pytest.mark.parametrize("place", [ANSWERED, CLAIMED])
def test_a_worker_killed_around_the_gateway_s_answer_lets_one_message_be_seen(log, agent, gowa, mortal, place):
    """F3. After two minutes the gateway is asked, once; what it has is not sent again."""
    telkom_through(gowa)
    for turn in range(1, ROUNDS + 1):
        rung = due_rung(ticket := log(agent))
        gowa.expect(TELKOM, containing=ticket.number)
        send(fire_due_rungs)
        mortal.dies_at(place, send_messages)
        assert state_of(rung) == "sending"
        mortal.forward(125)
        send(send_messages)
        eventually(lambda: state_of(rung) == "sent", within=60)  # noqa: B023
        assert len(gowa.messages) == turn
        assert message_of(rung).gateway_id == gowa.messages[-1]["id"]
    assert gowa.calls.count("POST /send/message") == ROUNDS
    assert gowa.calls.count(f"GET /chat/{TELKOM}/messages") >= ROUNDS  # by each worker that passes at that moment


def test_where_nobody_can_be_asked_the_same_key_goes_again_and_is_one_message(log, agent, mortal):
    """F3, for a receiver that cannot say what it has, and knows what it has by its id."""
    with served(Webhook()) as server:
        telkom_through(server)
        rung = due_rung(log(agent))
        send(fire_due_rungs)
        mortal.dies_at(ANSWERED, send_messages)
        mortal.forward(125)
        send(send_messages)
        eventually(lambda: state_of(rung) == "sent", within=60)
        assert (len(server.messages), len(server.calls)) == (1, 2)
