"""What we say to GOWA and understand of it beyond what every kind does (test_kinds.py); secrets that stay closed."""

import json

import pytest

from accounts.models import HistoryEntry
from escalation.actions import sending
from escalation.channels import Junk, gowa
from escalation.models import Channel, Group, Message
from escalation.secrets import Unreadable, close, opened
from tests.escalation.gateway import SECRETS, TIAL, channel_values
from tests.fakes.gowa import DEVICE, PASSWORD, WEBHOOK_SECRET, ack_event, message_event

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


# The administrator's pages


def filled(server, **changes):
    return {**channel_values(server), **SECRETS, "active": "on", "pace": "20", **changes}


def test_an_administrator_makes_a_channel_and_never_reads_its_secrets_back(administrator, sign_in, gowa):
    page = sign_in(administrator)
    assert page.post("/admin/escalation/channel/add/", filled(gowa)).status_code == 302
    made = Channel.objects.get(slug="wa")
    assert opened(made.secrets) == {"password": PASSWORD, "webhook_secret": WEBHOOK_SECRET}
    shown = page.get(f"/admin/escalation/channel/{made.pk}/change/").content.decode()
    assert DEVICE in shown and PASSWORD not in shown and WEBHOOK_SECRET not in shown


def test_a_change_without_secrets_keeps_them_and_stands_in_the_history(channel, administrator, sign_in, gowa):
    address = f"/admin/escalation/channel/{channel.pk}/change/"
    answer = sign_in(administrator).post(address, filled(gowa, name="WA baru", password="", webhook_secret=""))
    assert answer.status_code == 302, answer.content.decode()
    changed = Channel.objects.get(pk=channel.pk)
    assert (changed.name, opened(changed.secrets)["password"]) == ("WA baru", PASSWORD)
    entry = HistoryEntry.objects.filter(subject_kind="channel", subject_id=channel.pk).latest("sequence")
    assert (entry.by, entry.facts) == (administrator, {"name": ["WhatsApp", "WA baru"]})


@pytest.mark.parametrize(
    "changes", [{"webhook_secret": "secret"}, {"webhook_secret": ""}, {"base_url": "http://evil.example/"}, {"base_url": ""}]
)
def test_the_default_secret_none_and_a_foreign_host_are_refused(administrator, sign_in, gowa, changes):
    answer = sign_in(administrator).post("/admin/escalation/channel/add/", filled(gowa, **changes))
    assert answer.status_code == 200
    assert not Channel.objects.filter(slug="wa").exists()


def test_a_group_on_a_gateway_needs_its_address(channel, administrator, sign_in):
    group = Group.objects.get(region=1)
    values = {"name": group.name, "purpose": group.purpose, "region": "1", "channel": channel.pk, "active": "on"}
    page, address = sign_in(administrator), f"/admin/escalation/group/{group.pk}/change/"
    assert page.post(address, values).status_code == 200
    assert page.post(address, {**values, "address": "1203@g.us"}).status_code == 302
    group.refresh_from_db()
    assert group.address == "1203@g.us"


def test_nobody_else_comes_near_channels(support_hc, sign_in):
    assert sign_in(support_hc).get("/admin/escalation/channel/", follow=True).status_code == 403
