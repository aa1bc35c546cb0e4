"""The door for gateways: nothing unsigned is stored, a repeated delivery changes nothing, junk is never a 500 (F15, F16, I14)."""

import threading

import pytest
from django.db import connection
from django.test import Client

from escalation.actions.channels import change_channel
from escalation.actions.inbox import match_new
from escalation.models import Channel, InboundMessage, Progress
from escalation.secrets import close
from escalation.tasks import match_inbox
from tests.escalation.gateway import TIAL
from tests.fakes.gowa import ack_event, message_event, signed

pytestmark = pytest.mark.req("HC-6")


def answer_to(sent, text="Teknisi menuju lokasi"):
    return message_event(TIAL, text, replied_to_id=sent.gateway_id)


def test_a_signed_answer_is_stored_and_answered_with_200(hook, sent):
    assert hook(answer_to(sent)) == 200
    assert InboundMessage.objects.get().state == "matched"


def test_twenty_deliveries_of_one_answer_are_one_progress(hook, sent):
    assert {hook(answer_to(sent)) for _ in range(20)} == {200}
    assert (InboundMessage.objects.count(), Progress.objects.count()) == (1, 1)


@pytest.mark.parametrize("headers", [{}, {"X-Hub-Signature-256": "sha256=00"}, signed(b"other"), signed(b"x", "secret")])
def test_without_the_right_signature_nothing_is_stored(hook, sent, headers):
    assert hook(answer_to(sent), headers=headers) == 401
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("slug", ["nobody", "by-hand"])
def test_a_channel_that_does_not_hear_is_not_there(hook, slug):
    assert hook(message_event(TIAL, "halo"), slug=slug) == 404


def test_a_channel_that_is_switched_off_is_not_there(hook, channel):
    change_channel(channel, by=None, changes={"active": False})
    assert hook(message_event(TIAL, "halo")) == 404


def test_more_than_a_megabyte_is_refused(hook, channel):
    assert hook(message_event(TIAL, "x" * 5_000_000)) == 413
    assert not InboundMessage.objects.exists()


def test_only_post_is_taken(channel):
    assert Client().get("/hooks/wa/").status_code == 405


@pytest.mark.parametrize("body", [b"{", b"\xff\x00", b"[]", b'{"event": "message", "payload": {}}', b"[" * 100_000])
def test_signed_junk_is_refused_and_kept_for_a_person_once(hook, channel, body):
    assert [hook(body), hook(body)] == [400, 400]
    [kept] = InboundMessage.objects.all()
    assert (kept.state, bool(kept.problem)) == ("waiting", True)


def test_what_it_does_not_know_is_answered_with_200(hook, channel):
    assert hook(b'{"event": "call.offer", "payload": {"call_id": "1"}}') == 200


def test_nul_surrogates_and_long_ids_are_stored(hook, channel):
    assert hook(message_event(TIAL, "a\x00b\ud800c", number="9" * 500, sender_display_name="N\x00" * 200)) == 200
    kept = InboundMessage.objects.get()
    assert (kept.text, kept.state) == ("ab?c", "waiting")


def test_a_time_to_come_is_not_believed(hook, channel):
    hook(message_event(TIAL, "halo", timestamp="2099-01-01T00:00:00Z"))
    kept = InboundMessage.objects.get()
    assert kept.said_at == kept.received_at


def test_a_key_that_is_gone_asks_the_gateway_to_come_again(hook, channel, settings):
    settings.SECRET_KEY = "another"
    assert hook(message_event(TIAL, "halo")) == 503


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_harms_nothing(hook, sent, monkeypatch):
    def refuse(**_options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(match_inbox, "apply_async", refuse)
    assert hook(answer_to(sent)) == 200
    assert Progress.objects.count() == 1


def test_secrets_in_the_row_are_closed(channel):
    assert bytes(Channel.objects.get(slug="wa").secrets) != close({})
    assert b"rahasia" not in bytes(Channel.objects.get(slug="wa").secrets)


@pytest.mark.servers
@pytest.mark.xdist_group("crowd")
@pytest.mark.django_db(transaction=True)
def test_twenty_deliveries_at_once_matched_by_many_are_one_progress(sent):
    body = answer_to(sent)
    statuses: list[int] = []

    def deliver() -> None:
        start.wait()
        answer = Client().post("/hooks/wa/", body, content_type="application/json", headers=signed(body))
        statuses.append(answer.status_code)
        match_new()
        connection.close()

    start = threading.Barrier(20)
    threads = [threading.Thread(target=deliver) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert statuses == [200] * 20
    assert (InboundMessage.objects.count(), Progress.objects.count()) == (1, 1)


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_receipts_and_words_at_once_do_not_block_each_other(sent, hook):
    bodies = [ack_event(TIAL, sent.gateway_id, receipt=each) for each in ("read", "delivered")] + [answer_to(sent)]
    statuses: list[int] = []

    def deliver(body: bytes) -> None:
        statuses.append(hook(body))
        connection.close()

    threads = [threading.Thread(target=deliver, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    match_new()
    sent.refresh_from_db()
    assert (statuses, sent.state, Progress.objects.count()) == ([200] * 3, "read", 1)
