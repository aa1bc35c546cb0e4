"""What may have arrived is never sent again blindly, and never lost: a person looks where no gateway can say (HC-5; F3, F14)."""

from contextlib import ExitStack

import pytest

from escalation.actions import sending
from escalation.actions.channels import change_group, create_channel
from escalation.models import Message, Notification
from tests.escalation.gateway import TIAL, dispatch, tial
from tests.escalation.test_kinds import FAKES

pytestmark = pytest.mark.req("HC-5")
SILENT = ["meta", "telegram"]  # they cannot be asked, and take the same message twice
DOUBT = ["cut", "junk"]


@pytest.fixture
def through(hard, support_hc):
    """``through("meta")`` is that gateway, with one dispatch waiting for it."""
    with ExitStack() as stack:

        def made(kind: str):
            fake = stack.enter_context(FAKES[kind]())
            channel = create_channel(by=None, secrets=fake.secrets, slug="ch", name="Saluran", **fake.values)
            change_group(tial(), by=None, changes={"channel": channel, "address": fake.CHAT})
            dispatch(hard, support_hc)
            return fake

        yield made


def tried(forward) -> Message:
    """After two tries."""
    sending.send_due()
    forward(seconds=20)
    sending.send_due()
    return Message.objects.get()


@pytest.mark.parametrize("kind", SILENT)
@pytest.mark.parametrize("trouble", DOUBT)
def test_where_nobody_can_say_it_goes_once_and_a_person_is_told(through, forward, support_hc, kind, trouble):
    fake = through(kind)
    fake.answers(trouble)
    message = tried(forward)
    assert len(fake.calls) == 1
    assert (message.state, "Tidak pasti terkirim" in message.problem) == ("failed", True)
    assert Notification.objects.get(event="not_sent").person == support_hc


@pytest.mark.parametrize("kind", SILENT)
def test_who_has_looked_lets_it_go_again_or_says_that_it_is_there(through, forward, support_hc, api, kind):
    fake = through(kind)
    fake.answers("cut")
    message = tried(forward)
    assert api(support_hc).post(f"/api/v1/messages/{message.pk}/retry/").status_code == 200
    sending.send_due()
    message.refresh_from_db()
    assert (message.state, len(fake.messages)) == ("sent", 2)


@pytest.mark.parametrize("kind", SILENT)
def test_who_finds_it_in_the_group_marks_it_sent(through, forward, support_hc, api, kind):
    fake = through(kind)
    fake.answers("cut")
    message = tried(forward)
    assert api(support_hc).post(f"/api/v1/messages/{message.pk}/mark-sent/").json()["state"] == "sent"
    assert len(fake.messages) == 1


@pytest.mark.parametrize("kind", SILENT)
@pytest.mark.parametrize("trouble", [401, 429, 500, 502, 503, 504])
def test_an_answer_that_it_failed_is_believed_and_it_is_tried_again(through, forward, kind, trouble):
    fake = through(kind)
    fake.answers(trouble)
    assert (tried(forward).state, len(fake.messages), len(fake.calls)) == ("sent", 1, 2)


@pytest.mark.parametrize("kind", ["webhook", "email"])
def test_where_the_same_key_is_the_same_message_it_goes_again_and_is_one(through, forward, kind):
    fake = through(kind)
    fake.answers("cut")
    assert (tried(forward).state, len(fake.messages)) == ("sent", 1)
    assert fake.calls.count("DATA" if kind == "email" else "POST /in") == 2


def test_an_old_gateway_that_does_not_remember_is_asked_again_better_twice_than_never(dispatched, gowa, forward, support_hc):
    gowa.forgetful = True
    gowa.answers("cut")
    for _each in range(2):
        gowa.expect(TIAL, containing=dispatched.number)
    assert tried(forward).state == "sent"
    assert gowa.calls.count("POST /send/message") == 2
