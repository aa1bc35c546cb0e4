"""A mail server that refuses, greylists, hangs, and comes back or does not (trust.md F22)."""

from datetime import timedelta
from typing import Any, cast

import pytest

from common.clock import now
from escalation import tasks
from escalation.actions import outbox
from escalation.actions.channels import change_group, create_channel
from escalation.channels import mail as smtp
from escalation.models import Channel, Group, MailPart, Message, Notification
from tests.escalation.gateway import channel_values, dispatch
from tests.escalation.mails import letter, mailbox_of, receive, smtp_channel
from tests.fakes.mail import serving as mail_server

pytestmark = pytest.mark.req("HC-5")


@pytest.fixture
def mail(hard, support_hc):
    """The server, and a message for it that waits in the outbox."""
    with mail_server() as server:
        values = channel_values(cast(Any, server), slug="mail", name="E-mail", kind="email", user="", device=server.DEVICE)
        made = create_channel(by=None, secrets=server.secrets, **values)
        group = Group.objects.get(purpose="tial_reg", region=3)
        change_group(group, by=None, changes={"channel": made, "address": server.CHAT})
        dispatch(hard, support_hc)
        yield server


@pytest.fixture
def impatient(monkeypatch):
    """Who waits for a server that hangs gives up soon."""
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)


def the_message():
    return Message.objects.get()


def passes(forward, minutes):
    """The sender for so long, every half minute."""
    for _ in range(2 * minutes):
        tasks.send_messages()
        forward(seconds=30)


def goes_after_recovery(mail, forward):
    """Within five minutes it is sent, and once for whoever reads it."""
    recovered = now()
    while the_message().state != "sent":
        tasks.send_messages()
        forward(seconds=10)
        assert now() - recovered <= timedelta(minutes=5)
    passes(forward, 10)
    assert len(mail.arrived()) == 1


def texts(mail):
    """How often a text was handed to it."""
    return mail.calls.count("DATA")


def test_a_mail_server_that_refuses_and_greylists_gets_it_once_after_it_recovers(mail, forward):
    mail.answers(451, 421, 451)
    for _ in range(3):
        tasks.send_messages()
        assert the_message().state == "queued"
        forward(seconds=60)
    goes_after_recovery(mail, forward)


def test_one_that_hangs_after_it_took_the_text_has_it_once_after_it_recovers(mail, impatient, monkeypatch, forward):
    """Nobody can say whether it has it, so it goes again: as the same mail, by its Message-ID."""
    mail.answers("hang", "hang")
    for tried in (1, 2):
        tasks.send_messages()
        assert (the_message().state, the_message().doubtful, texts(mail)) == ("queued", True, tried)
        forward(seconds=60)
    mail.released.set()
    monkeypatch.undo()
    goes_after_recovery(mail, forward)
    assert texts(mail) == 3


def test_one_that_hangs_for_good_is_told_to_a_person_as_unsure_and_goes_no_more(mail, impatient, support_hc, forward):
    mail.answers(*["hang"] * 30)
    passes(forward, 15)
    assert (the_message().state, "Tidak pasti terkirim" in the_message().problem) == ("failed", True)
    told = Notification.objects.get(event="not_sent")
    assert (told.person, told.created_at - the_message().created_at <= timedelta(minutes=15)) == (support_hc, True)
    before = texts(mail)
    passes(forward, 10)
    assert texts(mail) == before


def test_one_that_refuses_for_good_gets_it_once_and_a_person_is_told_at_once(mail, support_hc, forward):
    mail.answers(554)
    tasks.send_messages()
    assert (the_message().state, the_message().attempts) == ("failed", 1)
    told = Notification.objects.get(event="not_sent")
    assert (told.person, told.ticket, "554" in told.text) == (support_hc, the_message().ticket, True)
    passes(forward, 15)
    assert (the_message().state, texts(mail), mail.messages) == ("failed", 1, [])
    assert Notification.objects.filter(event="not_sent").count() == 1
    assert Channel.objects.get(slug="mail").failures == 0  # the server is well: it only will not take this one


def test_what_was_refused_for_good_goes_when_a_person_says_so(mail, support_hc, forward):
    mail.answers(554)
    tasks.send_messages()
    outbox.retry_message(the_message(), by=support_hc)
    tasks.send_messages()
    assert (the_message().state, len(mail.arrived())) == ("sent", 1)


@pytest.mark.req("EM-4")
class TestALetterToACustomer:
    """It goes by a sender of its own."""

    @pytest.fixture
    def answered(self, agent, api, settings, tmp_path):
        """The server, and an answer that waits for it; its conversation is done."""
        settings.MEDIA_ROOT = tmp_path
        with mail_server() as server:
            item = receive(mailbox_of(agent, smtp_channel(server)), letter())[0]
            address = f"/api/v1/mail/{item.pk}"
            api(agent).post(f"{address}/classify/", {"segment": "DGS", "interaction": "information"})
            assert api(agent).post(f"{address}/answer/", {"template": "info-jam-layanan"}).json()["state"] == "done"
            yield server

    def goes_on(self, forward, minutes):
        for _ in range(2 * minutes):
            tasks.send_mail()
            forward(seconds=30)

    def test_goes_once_to_a_server_that_greylisted_and_hung(self, answered, impatient, monkeypatch, forward):
        answered.answers(451, "hang")
        self.goes_on(forward, 2)
        answered.released.set()
        monkeypatch.undo()
        self.goes_on(forward, 5)
        assert (MailPart.objects.get().state, len(answered.arrived()), texts(answered)) == ("sent", 1, 3)

    def test_that_is_refused_for_good_is_back_in_the_worklist_at_once_and_goes_no_more(self, answered, agent, api, forward):
        answered.answers(554)
        self.goes_on(forward, 15)
        part = MailPart.objects.get()
        assert (part.state, part.attempts, "554" in part.problem, texts(answered)) == ("failed", 1, True, 1)
        [item] = api(agent).get("/api/v1/mail/").json()["results"]
        assert (item["state"], item["holder"]) == ("in_progress", agent.agent_code)
