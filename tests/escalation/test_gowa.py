"""What we say to GOWA and understand of it beyond what every kind does (test_kinds.py); secrets that stay closed."""

import json

import pytest

from escalation.actions import sending
from escalation.channels import Junk, gowa
from escalation.models import Channel, Message
from escalation.secrets import Unreadable, close, opened
from tests.escalation.gateway import TIAL
from tests.fakes.gowa import ack_event, message_event

pytestmark = pytest.mark.req("HC-5")


def test_it_sends_as_gowa_wants_it(sent, gowa):
    assert gowa.messages == [{"id": sent.gateway_id, "phone": TIAL, "message": sent.text}]


def test_a_wrong_password_is_said_in_words(dispatched, gowa):
    Channel.objects.filter(slug="wa").update(secrets=close({"password": "salah"}))
    sending.send_due()
    assert "401" in Message.objects.get().problem


def test_it_understands_an_answer():
    body = message_event(TIAL, "sdh normal", replied_to_id="3EB0A1", quoted_body="#T-000001", timestamp="2026-10-15T10:35:00Z")
    [heard] = gowa.parse(body)
    assert (heard.address, heard.sender, heard.text, heard.quoted_id) == (TIAL, "Ujang S.", "sdh normal", "3EB0A1")
    assert heard.said_at is not None and heard.said_at.isoformat() == "2026-10-15T10:35:00+00:00"


def test_a_photo_keeps_its_caption():
    [heard] = gowa.parse(message_event(TIAL, "", image={"path": "a.jpg", "caption": "tiang roboh"}))
    assert heard.text == "[foto] tiang roboh"


def test_it_understands_receipts():
    [heard] = gowa.parse(ack_event(TIAL, "3EB0A1", "3EB0A2", receipt="read"))
    assert (heard.receipt, heard.message_ids) == ("read", ["3EB0A1", "3EB0A2"])


@pytest.mark.parametrize("event", ["message.reaction", "group.participants", "call.offer", "something.new"])
def test_other_events_do_not_concern_us(event):
    assert gowa.parse(json.dumps({"event": event, "payload": {"id": "1"}}).encode()) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b"3", b"{", b'{"event": 3}', b'{"event": "message"}', b'{"event": "message", "payload": []}']
    + [b'{"event": "message", "payload": {"id": 5}}', b'{"event": "message.ack", "payload": {"ids": []}}', b"[" * 200_000],
)
def test_what_makes_no_sense_is_junk(body):
    with pytest.raises(Junk):
        gowa.parse(body)


def test_secrets_are_closed_at_rest_and_open_with_an_older_key(settings):
    box = close({"password": "rahasia"})
    assert b"rahasia" not in box
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    assert opened(memoryview(box)) == {"password": "rahasia"}
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        opened(box)
