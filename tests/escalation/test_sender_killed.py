"""The sender dies on its way; many workers fire many rungs; a mail server that will not (trust.md F2, F3, F22, C3)."""

from datetime import timedelta
from typing import Any, cast

import pytest

from accounts.models import HistoryEntry
from common.clock import now
from escalation.actions import sending
from escalation.actions.channels import change_group, create_channel
from escalation.models import ClockRung, Group, Message
from escalation.tasks import fire_due_rungs, send_messages
from tests.escalation.gateway import TIAL, channel_values, dispatch
from tests.fakes.mail import serving as mail_server
from tests.faults_places import SENDING
from tests.workers import eventually, send, worker
from tools.bench.timers import seed

on_servers = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]


class TestKilled:
    pytestmark = [*on_servers, pytest.mark.slow, pytest.mark.req("HC-5")]

    @pytest.mark.parametrize("place", SENDING)
    def test_a_killed_sender_sends_it_once(self, channel, log, agent, support_hc, gowa, tmp_path, place):
        """F2: nothing was sent yet. F3: the gateway has it, and is asked before anything is sent again."""
        fault, clock = tmp_path / "fault", tmp_path / "clock"
        clock.write_text("0")
        with worker("-I", "tests.faults", FAULT_FILE=str(fault), CLOCK_OFFSET_FILE=str(clock)):
            for turn in range(5):
                ticket = log(agent, criteria=["threat"])
                dispatch(ticket, support_hc)
                gowa.expect(TIAL, containing=ticket.number)
                message = Message.objects.get(ticket=ticket)
                fault.write_text(place)
                eventually(lambda: not fault.exists(), meanwhile=lambda: send(send_messages))
                clock.write_text(str((turn + 1) * 180))  # in flight for longer than anybody alive would take
                eventually(lambda: self.arrived(message), meanwhile=lambda: send(send_messages))  # noqa: B023
                assert HistoryEntry.objects.filter(act="message.sent", facts__message=message.pk).count() == 1

    def arrived(self, message):
        message.refresh_from_db()
        return message.state == "sent"


class TestManyAtOnce:
    pytestmark = [*on_servers, pytest.mark.slow, pytest.mark.req("ESC-3")]

    def test_eight_workers_offered_a_thousand_rungs_three_times_write_a_thousand_messages(self, log, agent):
        """C3."""
        ticket = log(agent)
        ClockRung.objects.filter(clock__ticket=ticket).update(state="cancelled")
        seed(1000)
        ClockRung.objects.filter(state="waiting").update(due_at=now() - timedelta(seconds=1))
        with worker("-c", "8"):
            for _ in range(24):
                send(fire_due_rungs)
            eventually(lambda: not ClockRung.objects.filter(state="waiting").exists(), within=60)
        keys = Message.objects.filter(about="rung").values_list("key", flat=True)
        assert len(keys) == len(set(keys)) == 1000
        assert HistoryEntry.objects.filter(act="clock.rung_fired").count() == 1000


@pytest.mark.req("HC-5")
def test_a_mail_server_that_refuses_greylists_and_hangs_gets_it_once_after_it_recovers(hard, support_hc, forward):
    """F22: never lost, never twice, within five minutes of the recovery."""
    with mail_server() as mail:
        values = channel_values(cast(Any, mail), slug="mail", name="E-mail", kind="email", user=mail.USER, device=mail.DEVICE)
        made = create_channel(by=None, secrets=mail.secrets, **values)
        change_group(Group.objects.get(purpose="tial_reg", region=3), by=None, changes={"channel": made, "address": mail.CHAT})
        dispatch(hard, support_hc)
        mail.answers(451, 421, 451)
        for _ in range(3):
            sending.send_due()
            assert Message.objects.get().state == "queued"
            forward(seconds=60)
        recovered = now()
        while Message.objects.get().state != "sent":
            sending.send_due()
            forward(seconds=10)
            assert now() - recovered <= timedelta(minutes=5)
        assert len(mail.arrived()) == 1
        forward(minutes=10)
        sending.send_due()
        assert len(mail.arrived()) == 1
