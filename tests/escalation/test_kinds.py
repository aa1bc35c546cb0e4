"""Every kind of channel behind the one port: what it says, what it understands, what it does when its gateway is in trouble."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, timedelta
from functools import partial
from typing import Any

import pytest

from common.clock import now
from escalation.actions.channels import create_channel
from escalation.channels import Junk, Outgoing, PermanentFailure, TemporaryFailure, abilities_of, gateway_of, line, mail
from escalation.models import Channel, ChannelKind
from tests.fakes import mail as fake_mail
from tests.fakes.evolution import Evolution
from tests.fakes.gateway import Fake, served
from tests.fakes.gowa import Gowa
from tests.fakes.meta import Meta
from tests.fakes.telegram import Telegram
from tests.fakes.waha import Waha
from tests.fakes.webhook import Webhook

pytestmark = [pytest.mark.req("HC-5", "HC-6"), pytest.mark.django_db]


def _served(fake: type[Fake]) -> AbstractContextManager[Fake]:
    return served(fake())


OVER_HTTP = [Gowa, Waha, Evolution, Meta, Telegram, Webhook]
HEARING = [each for each in OVER_HTTP if abilities_of(each.KIND).hears]
FAKES: dict[str, Callable[[], AbstractContextManager[Any]]] = {each.KIND: partial(_served, each) for each in OVER_HTTP}
FAKES["email"] = fake_mail.serving


class Set:
    """A channel of one kind, and the gateway that it speaks to."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        self.channel = create_channel(by=None, secrets=fake.secrets, slug="ch", name="Saluran", **fake.values)
        self.gateway, self.abilities = gateway_of(fake.KIND), abilities_of(fake.KIND)

    def send(self, text: str = "Halo grup\nT-000001", **more: Any) -> str:
        return self.gateway.send(self.channel, Outgoing(self.fake.CHAT, text, key="dispatch:1", **more))


@pytest.fixture(params=FAKES)
def kind(request: pytest.FixtureRequest) -> Iterator[Set]:
    with FAKES[request.param]() as fake:
        yield Set(fake)


@pytest.fixture(params=[each.KIND for each in OVER_HTTP])
def http(request: pytest.FixtureRequest) -> Iterator[Set]:
    with FAKES[request.param]() as fake:
        yield Set(fake)


@pytest.fixture(params=[each.KIND for each in HEARING])
def hearing(request: pytest.FixtureRequest) -> Iterator[Set]:
    with FAKES[request.param]() as fake:
        yield Set(fake)


def test_every_kind_is_here_or_needs_no_gateway():
    assert {kind for kind in ChannelKind.values if kind not in FAKES} == {"by_hand", "page"}


# Out


def test_what_is_sent_arrives_as_it_was_written_and_its_id_comes_back(kind):
    number = kind.send()
    assert [(each["id"], kind.fake.chat_of(each), kind.fake.text_of(each)) for each in kind.fake.messages] == [
        (number, kind.fake.CHAT, "Halo grup\nT-000001")
    ]


def test_a_later_message_answers_the_earlier_one(kind):
    first = kind.send()
    kind.gateway.send(kind.channel, Outgoing(kind.fake.CHAT, "Ada kabar?", "dispatch:2", first, "Halo grup"))
    assert kind.fake.reply_of(kind.fake.messages[1]) == first


@pytest.mark.parametrize(("status", "doubtful"), [(500, True), (502, True), (503, False), (401, False), (504, True)])
def test_what_may_pass_is_temporary_and_says_whether_it_may_have_arrived(http, status, doubtful):
    http.fake.answers(status)
    with pytest.raises(TemporaryFailure) as caught:
        http.send()
    assert (caught.value.doubtful, http.fake.messages) == (doubtful, [])


def test_how_long_to_wait_is_understood(http):
    http.fake.answers(429)
    with pytest.raises(TemporaryFailure) as caught:
        http.send()
    assert caught.value.retry_after == timedelta(seconds=17)


@pytest.mark.parametrize(("asked", "minutes"), [("1500", 25), ("3601", 60), ("9" * 39, 60), ("0", 0)])
def test_an_hour_is_waited_for_at_the_most(http, asked, minutes):
    http.fake.retry_after = asked
    http.fake.answers(429)
    with pytest.raises(TemporaryFailure) as caught:
        http.send()
    assert caught.value.retry_after == timedelta(minutes=minutes)


@pytest.mark.parametrize("http", ["gowa", "meta"], indirect=True)
@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"])
@pytest.mark.parametrize(("minutes", "wait"), [(20, 20), (-5, 0), (600, 60)])
def test_how_long_to_wait_may_be_said_as_a_date(http, form, minutes, wait):
    http.fake.retry_after = (now() + timedelta(minutes=minutes)).astimezone(UTC).strftime(form)
    http.fake.answers(429)
    with pytest.raises(TemporaryFailure) as caught:
        http.send()
    assert caught.value.retry_after is not None
    assert timedelta(0) <= timedelta(minutes=wait) - caught.value.retry_after < timedelta(seconds=10)


@pytest.mark.parametrize("http", ["gowa"], indirect=True)
@pytest.mark.parametrize("asked", ["soon", "", "-5", "1.5", "Mon, 99 Foo 2026 99:99:99 GMT", "1 Jan 2026 00:00 +9999999"])
def test_a_wait_that_makes_no_sense_is_none(http, asked):
    http.fake.retry_after = asked
    http.fake.answers(429)
    with pytest.raises(TemporaryFailure) as caught:
        http.send()
    assert caught.value.retry_after is None


@pytest.mark.parametrize("status", [400, 404, 302, 307])
def test_a_refusal_and_a_redirect_are_final_and_nobody_goes_elsewhere(http, status):
    http.fake.answers(status)
    with pytest.raises(PermanentFailure):
        http.send()
    assert len(http.fake.calls) == 1


@pytest.mark.parametrize("trouble", ["cut", "hang"])
def test_an_answer_that_breaks_off_leaves_doubt(kind, trouble, monkeypatch):
    monkeypatch.setattr(line, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.3)
    kind.fake.answers(trouble)
    with pytest.raises(TemporaryFailure) as caught:
        kind.send()
    assert caught.value.doubtful and len(kind.fake.messages) == 1


def test_an_answer_without_end_is_not_read(http):
    http.fake.answers("endless")
    with pytest.raises(TemporaryFailure):
        http.send()


def test_an_unreadable_answer_leaves_doubt_where_the_id_is_needed(http):
    http.fake.answers("junk")
    if http.fake.KIND == "webhook":
        assert http.send() == "dispatch:1"
        return
    with pytest.raises(TemporaryFailure) as caught:
        http.send()
    assert caught.value.doubtful


def test_a_gateway_that_is_not_there_is_temporary_and_certain(kind):
    Channel.objects.update(base_url=kind.channel.base_url.split("://")[0] + "://127.0.0.1:9")
    kind.channel.refresh_from_db()
    with pytest.raises(TemporaryFailure) as caught:
        kind.send()
    assert not caught.value.doubtful


def test_who_can_look_finds_what_arrived_and_not_what_did_not(kind):
    if not kind.abilities.looks:
        return
    number, since = kind.send(), now() - timedelta(minutes=1)
    assert kind.gateway.look_for(kind.channel, Outgoing(kind.fake.CHAT, "Halo grup\nT-000001"), since) == number
    assert kind.gateway.look_for(kind.channel, Outgoing(kind.fake.CHAT, "yang lain"), since) is None


def test_who_can_say_says_whether_it_is_signed_in(http):
    if not http.abilities.tells_session:
        return
    assert http.gateway.session(http.channel).ok
    http.fake.signed_in = False
    try:
        assert not http.gateway.session(http.channel).ok
    except TemporaryFailure as failure:
        assert failure.code == 401


def test_who_takes_the_same_key_for_the_same_message_has_it_once(kind):
    kind.send(), kind.send()
    assert len(kind.fake.messages) == (1 if kind.abilities.takes_once else 2)


# In


def test_a_signature_counts_for_this_secret_only(hearing):
    body, secret = hearing.fake.words("halo"), hearing.fake.secrets["webhook_secret"]
    verify = hearing.gateway.verify
    assert verify(body, hearing.fake.sign(body), secret)
    assert not verify(body, hearing.fake.sign(body, "yang lain"), secret)
    assert not verify(body, {}, secret)
    assert not verify(body, hearing.fake.sign(body, ""), "")
    assert not verify(body, {name: "é" + value for name, value in hearing.fake.sign(body).items()}, secret)


@pytest.mark.parametrize("hearing", ["gowa", "waha", "meta", "webhook"], indirect=True)
def test_a_signature_counts_for_these_bytes_only(hearing):
    body = hearing.fake.words("halo")
    assert not hearing.gateway.verify(body + b" ", hearing.fake.sign(body), hearing.fake.secrets["webhook_secret"])


@pytest.mark.parametrize(("hearing", "minutes"), [("webhook", 6), ("evolution", 26)], indirect=["hearing"])
def test_a_signature_that_carries_its_time_grows_old(hearing, minutes, forward):
    body = hearing.fake.words("halo")
    headers, secret = hearing.fake.sign(body), hearing.fake.secrets["webhook_secret"]
    forward(minutes=minutes)
    assert not hearing.gateway.verify(body, headers, secret)


def test_a_word_of_tomorrow_is_not_believed(forward):
    fake = Webhook()
    forward(minutes=10)
    headers = fake.sign(b"{}")
    forward(minutes=-10)
    assert not gateway_of("webhook").verify(b"{}", headers, fake.secrets["webhook_secret"])


def test_an_answer_is_understood(hearing):
    quoting = hearing.fake.number(1)
    [heard] = hearing.gateway.parse(hearing.fake.words("sudah normal", quoting=quoting, quoted="#T-000001"))
    assert (heard.address, heard.text, heard.quoted_id) == (hearing.fake.CHAT, "sudah normal", quoting)
    assert heard.sender.startswith("Ujang") and heard.provider_id and not heard.is_own and not heard.is_receipt


def test_the_same_words_are_the_same_and_others_are_others(hearing):
    def number(body: bytes) -> str:
        return hearing.gateway.parse(body)[0].provider_id

    assert number(hearing.fake.words("a")) == number(hearing.fake.words("a"))
    assert number(hearing.fake.words("a", number="IN2")) != number(hearing.fake.words("a"))


@pytest.mark.parametrize("receipt", ["delivered", "read", "failed"])
def test_receipts_are_understood(hearing, receipt):
    if not hearing.abilities.acknowledges or (hearing.fake.KIND, receipt) == ("gowa", "failed"):
        return
    [heard] = hearing.gateway.parse(hearing.fake.receipt(hearing.fake.number(1), receipt=receipt))
    assert (heard.receipt, heard.message_ids) == (receipt, [hearing.fake.number(1)])


def test_a_receipt_is_the_same_however_its_bytes_are_written(hearing):
    if hearing.abilities.acknowledges:
        body = hearing.fake.receipt("A1")
        [first], [second] = hearing.gateway.parse(body), hearing.gateway.parse(body.replace(b'": ', b'":'))
        assert first.provider_id == second.provider_id


def test_our_own_echo_is_known(hearing):
    if hearing.abilities.echoes:
        [heard] = hearing.gateway.parse(hearing.fake.words("halo", own=True))
        assert heard.is_own


JUNK = [b"", b"\xff\xfe", b"[]", b"3", b"{", b"{}", b'{"event": 3, "type": 3, "update_id": "x", "entry": 1}', b"[" * 200_000]
EMPTY = b"""{"event": "%s", "type": "message", "update_id": 1, "payload": {}, "data": {}, "message": {},
    "entry": [{"changes": [{"value": {"messages": [{}]}}]}]}"""


@pytest.mark.parametrize("body", [*JUNK, EMPTY.replace(b"%s", b"message"), EMPTY.replace(b"%s", b"messages.upsert")])
def test_what_makes_no_sense_is_junk_or_nothing_and_never_an_error(hearing, body):
    with suppress(Junk):
        assert hearing.gateway.parse(body) == []


@pytest.mark.parametrize(
    "strange", [None, 5, [], {}, "", "x" * 5000, [[]], {"a": None}, True, 1e400, -1, "\x00", "99999999999999999999"]
)
def test_a_gateway_that_changes_its_shape_is_junk_or_words_and_never_an_error(hearing, strange):
    def drifted(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield value | {name: strange}
                yield from ({**value, name: each} for each in drifted(inner))
        if isinstance(value, list):
            yield from ([each] for inner in value for each in drifted(inner))

    bodies = [hearing.fake.words("halo", quoting=hearing.fake.number(1), quoted="x")]
    bodies += [hearing.fake.receipt("A1")] if hearing.abilities.acknowledges else []
    for said in [each for body in bodies for each in drifted(json.loads(body))]:
        try:
            for heard in hearing.gateway.parse(json.dumps(said).encode()):
                assert isinstance(heard.text, str) and isinstance(heard.provider_id, str) and heard.provider_id
        except Junk:
            continue


# What only one of them does


def test_meta_is_greeted_with_its_challenge_by_who_knows_the_token():
    greet = gateway_of("meta").greet
    asked = {"hub.mode": "subscribe", "hub.verify_token": "kita", "hub.challenge": "1158201444"}
    assert greet(asked, "kita") == "1158201444"
    assert greet(asked, "mereka") is None and greet(asked | {"hub.verify_token": ""}, "") is None


def test_a_limit_of_meta_is_no_fault_of_the_message():
    with served(Meta()) as fake:
        busy = Set(fake)
        fake.error_code = 131208
        fake.answers(400)
        with pytest.raises(TemporaryFailure):
            busy.send()


def test_a_telegram_group_that_moved_says_where():
    with served(Telegram()) as fake:
        fake.answers(400)
        with pytest.raises(PermanentFailure, match="-1009"):
            Set(fake).send()


@pytest.mark.parametrize(("code", "error"), [(451, TemporaryFailure), (554, PermanentFailure)])
def test_a_mail_server_says_later_or_never(code, error):
    with fake_mail.serving() as fake:
        fake.answers(code)
        with pytest.raises(error, match=str(code)):
            Set(fake).send()
    assert fake.messages == []
