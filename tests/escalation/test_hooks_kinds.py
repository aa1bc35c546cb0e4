"""The door for gateways with each kind that comes through it: words, receipts, wrong signatures, Meta's greeting (HC-5, HC-6)."""

from collections.abc import Iterator

import pytest
from django.test import Client

from escalation.actions import sending
from escalation.actions.channels import change_channel, change_group, create_channel
from escalation.actions.inbox import match_new
from escalation.models import InboundMessage, Message, Progress
from tests.escalation.gateway import dispatch, tial
from tests.escalation.test_kinds import HEARING
from tests.fakes.evolution import Evolution
from tests.fakes.gateway import PASSWORD, Fake, served

pytestmark = pytest.mark.req("HC-5", "HC-6")
ACKNOWLEDGING = [each for each in HEARING if each.KIND != "telegram"]
TOKEN = "token-verifikasi-kita"


class Set:
    """A gateway of one kind, and its channel, by which a dispatch has gone out."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        secrets = fake.secrets | ({"verify_token": TOKEN} if fake.KIND == "meta" else {})
        self.channel = create_channel(by=None, secrets=secrets, slug="ch", name="Saluran", **fake.values)
        change_group(tial(), by=None, changes={"channel": self.channel, "address": fake.CHAT})

    def posts(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        given = self.fake.sign(body) if headers is None else headers
        answer = Client().post("/hooks/ch/", body, content_type="application/json", headers=given)
        match_new()
        return answer.status_code

    @property
    def message(self) -> Message:
        return Message.objects.get()


@pytest.fixture(params=HEARING, ids=lambda each: each.KIND)
def hearing(request, hard, support_hc) -> Iterator[Set]:
    with served(request.param()) as fake:
        made = Set(fake)
        dispatch(hard, support_hc)
        sending.send_due()
        assert made.message.state == "sent"
        yield made


def test_an_answer_in_the_group_becomes_progress_of_its_ticket(hearing, hard):
    body = hearing.fake.words("Teknisi menuju ODP", quoting=hearing.message.gateway_id, quoted=hearing.message.text)
    assert [hearing.posts(body), hearing.posts(body)] == [200, 200]
    assert InboundMessage.objects.get().state == "matched"
    progress = Progress.objects.get()
    assert (progress.escort.ticket, progress.text) == (hard, "Teknisi menuju ODP")
    assert progress.sender.startswith("Ujang")
    hearing.channel.refresh_from_db()
    assert hearing.channel.last_inbound_at is not None


@pytest.mark.parametrize("hearing", ACKNOWLEDGING, indirect=True, ids=lambda each: each.KIND)
@pytest.mark.parametrize("receipt", ["delivered", "read"])
def test_a_receipt_moves_its_message(hearing, receipt):
    assert hearing.posts(hearing.fake.receipt(hearing.message.gateway_id, receipt=receipt)) == 200
    assert hearing.message.state == receipt


@pytest.mark.parametrize("what", ["words", "receipt"])
def test_who_does_not_know_the_secret_changes_nothing(hearing, what):
    number = hearing.message.gateway_id
    words = hearing.fake.words("Teknisi menuju ODP", quoting=number)
    body = words if what == "words" or hearing.fake.KIND == "telegram" else hearing.fake.receipt(number, receipt="read")
    assert hearing.posts(body, hearing.fake.sign(body, "bukan-rahasia-yang-benar")) == 401
    assert hearing.posts(body, {}) == 401
    assert (InboundMessage.objects.exists(), hearing.message.state) == (False, "sent")


def test_a_channel_that_is_switched_off_hears_nothing(hearing):
    change_channel(hearing.channel, by=None, changes={"active": False})
    assert hearing.posts(hearing.fake.words("halo")) == 404
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("hearing", [Evolution], indirect=True)
def test_the_key_that_evolution_sends_along_is_never_stored(hearing):
    bodies = [hearing.fake.words("halo"), hearing.fake.receipt(hearing.message.gateway_id)]
    bodies.append(b'{"apikey": "%s"}' % PASSWORD.encode())  # that makes no sense, and is kept for a person
    assert all(PASSWORD.encode() in body for body in bodies)
    assert [hearing.posts(body) for body in bodies] == [200, 200, 400]
    kept = [each.raw for each in InboundMessage.objects.all()]
    assert len(kept) == 3 and not [raw for raw in kept if PASSWORD in raw or "apikey" in raw]
    assert any("halo" in raw for raw in kept)


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({}, 200, "1158201444"),
        ({"hub.verify_token": "token-lain"}, 401, "signature"),
        ({"hub.verify_token": ""}, 401, "signature"),
        ({"hub.mode": "unsubscribe"}, 401, "signature"),
    ],
)
@pytest.mark.parametrize("hearing", [each for each in HEARING if each.KIND == "meta"], indirect=True)
def test_meta_is_greeted_where_it_knows_our_token(hearing, changes, status, said):
    asked = {"hub.mode": "subscribe", "hub.verify_token": TOKEN, "hub.challenge": "1158201444"} | changes
    answer = Client().get("/hooks/ch/", asked)
    assert (answer.status_code, answer.content.decode()) == (status, said)
    assert answer["Content-Type"].startswith("text/plain") or status == 401


@pytest.mark.parametrize("hearing", [each for each in HEARING if each.KIND != "meta"], indirect=True, ids=lambda each: each.KIND)
def test_nobody_else_is_greeted(hearing):
    asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}
    assert Client().get("/hooks/ch/", asked).status_code == 405
