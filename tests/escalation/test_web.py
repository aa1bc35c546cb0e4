"""How a gateway is spoken to: over one connection while there is more to say, and under TLS to nobody but who is meant."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from escalation.channels import PermanentFailure, TemporaryFailure, line, web

pytestmark = pytest.mark.req("HC-5")

DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Gateway:
    """Answers each request on a connection with the next of ``answers``, the last one for ever; None hangs up instead."""

    def __init__(self, *answers: bytes | None, tls: ssl.SSLContext | None = None, hangs_up: bool = False) -> None:
        self.answers, self.tls, self.hangs_up, self.connections = list(answers), tls, hangs_up, 0
        self.asked: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        while True:
            try:
                connection, _from = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, plain: socket.socket) -> None:
        try:
            connection = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
        except OSError:
            return
        with connection, connection.makefile("rb") as said:
            while head := b"".join(iter(said.readline, b"\r\n")):
                self.asked.append(head)
                lengths = [int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length:")]
                said.read(sum(lengths))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    return
                connection.sendall(answer)
                if self.hangs_up:
                    return


@pytest.fixture
def gateway() -> Iterator[Callable[..., Gateway]]:
    with ExitStack() as stack:

        def made(*answers: bytes | None, **given: Any) -> Gateway:
            there = Gateway(*answers, **given)
            stack.callback(there.socket.close)
            return there

        yield made


def ask(gateway: Gateway, path: str = "/send", scheme: str = "http", host: str = "127.0.0.1", **given: Any) -> object:
    return web.ask("POST", f"{scheme}://{host}:{gateway.port}", path, body={"text": "ODP penuh"}, **given)


def test_several_messages_go_over_one_connection_and_a_single_one_closes_it(gateway):
    there = gateway(DONE)
    with web.kept_open():
        assert [ask(there) for _ in range(5)] == [{}] * 5
    assert there.connections == 1
    ask(there)
    ask(there)
    assert there.connections == 3


def test_a_gateway_that_hung_up_in_between_is_called_anew(gateway):
    there = gateway(DONE.replace(b"200 OK\r\n", b"200 OK\r\nConnection: close\r\n"), DONE)
    with web.kept_open():
        assert [ask(there), ask(there), ask(there)] == [{}] * 3
    assert there.connections == 2


def test_what_was_sent_and_not_answered_is_in_doubt_and_the_next_one_begins_anew(gateway):
    there = gateway(None, DONE)
    with web.kept_open():
        with pytest.raises(TemporaryFailure) as failed:
            ask(there)
        assert failed.value.doubtful
        assert ask(there) == {}


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Le", b"220 smtp\r\n"]
)
def test_an_answer_that_breaks_off_is_in_doubt(gateway, answer):
    there = gateway(answer, hangs_up=True)
    with pytest.raises(TemporaryFailure) as failed:
        ask(there)
    assert failed.value.doubtful


def test_an_answer_in_pieces_is_read_whole(gateway):
    pieces = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{"id": \r\n5\r\n"m1"}\r\n0\r\n\r\n'
    there = gateway(pieces)
    with web.kept_open():
        assert [ask(there), ask(there)] == [{"id": "m1"}] * 2
    assert there.connections == 1


def test_an_answer_without_a_length_goes_on_until_the_gateway_hangs_up(gateway):
    there = gateway(b'HTTP/1.0 200 OK\r\nServer: old\r\n\r\n{"id": "m1"}', hangs_up=True)
    with web.kept_open():
        assert [ask(there), ask(there)] == [{"id": "m1"}] * 2
    assert there.connections == 2


def test_a_gateway_may_offer_another_protocol(gateway):
    offer = b"HTTP/1.1 200 OK\r\nConnection: Upgrade, Keep-Alive\r\nUpgrade: h2,h2c\r\nContent-Length: 2\r\n\r\n{}"
    there = gateway(offer)
    with web.kept_open():
        assert [ask(there), ask(there)] == [{}] * 2
    assert there.connections == 1


def test_what_says_only_that_the_answer_will_come_is_no_answer(gateway):
    there = gateway(b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n" + DONE)
    with web.kept_open():
        assert [ask(there), ask(there)] == [{}] * 2
    assert there.connections == 1


OTHER = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"id": "m2"}'


@pytest.mark.parametrize("more", [OTHER, OTHER[:30], b"HTTP/1.1 100 Continue\r\n\r\n", b"rubbish", b"\r\n\0"])
def test_what_a_gateway_says_unasked_is_never_taken_for_the_next_answer(gateway, more):
    there = gateway(DONE + more, DONE.replace(b"{}", b"[]"))
    with web.kept_open():
        assert [ask(there), ask(there)] == [{}, []]
    assert there.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 300_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 300002\r\n\r\n{}" + b" " * 300_000,
    ],
    ids=["another protocol", "two ways to end", "two lengths", "endless head", "endless body"],
)
def test_an_answer_that_cannot_be_believed_is_in_doubt(gateway, answer):
    there = gateway(answer, hangs_up=True)
    with pytest.raises(TemporaryFailure) as failed:
        ask(there)
    assert failed.value.doubtful


def test_where_to_go_is_as_the_administrator_wrote_it(gateway):
    there = gateway(DONE)
    base = f"http://127.0.0.1:{there.port}"
    web.ask("POST", f"{base}/masuk/?kunci=a%20b", "", body=b"{}")
    web.ask("GET", f"{base}/wa/", "/chat/6281@g.us/pesan baru", params={"limit": "100", "since": "2026-11-27T08:00:00+00:00"})
    lines = [head.splitlines()[0] for head in there.asked]
    assert lines == [
        b"POST /masuk/?kunci=a%20b HTTP/1.1",
        b"GET /wa/chat/6281@g.us/pesan%20baru?limit=100&since=2026-11-27T08%3A00%3A00%2B00%3A00 HTTP/1.1",
    ]
    assert all(f"Host: 127.0.0.1:{there.port}".encode() in head for head in there.asked)


def test_letters_that_no_header_may_have_are_refused_before_anything_is_said(gateway):
    there = gateway(DONE)
    for value in ("sandi\r\nX-Other: 1", "kunci-\u2603"):
        with pytest.raises(PermanentFailure):
            ask(there, headers={"X-Api-Key": value})
    assert there.asked == []


class Authority:
    """A certificate authority of our own, and servers with certificates of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Kawal test")])
        whole = self.signed(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))
        self.file = folder / "ca.pem"
        self.file.write_bytes(whole.public_bytes(serialization.Encoding.PEM))

    def signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType) -> x509.Certificate:
        today = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).add_extension(extension, critical=True)
        made = made.not_valid_before(today - datetime.timedelta(1)).not_valid_after(today + datetime.timedelta(1))
        return made.sign(self.key, hashes.SHA256())

    def server(self, *names: x509.GeneralName) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.signed(x509.Name([]), key, x509.SubjectAlternativeName(names))
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        whole = key.private_bytes(serialization.Encoding.PEM, *form) + certificate.public_bytes(serialization.Encoding.PEM)
        file = self.folder / f"{certificate.serial_number}.pem"
        file.write_bytes(whole)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """This machine trusts it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    line.trust.cache_clear()
    yield authority
    line.trust.cache_clear()


def test_under_tls_the_certificate_is_compared_with_the_name(gateway, trusted, settings):
    settings.GATEWAY_HOSTS = ["localhost", "127.0.0.1"]
    there = gateway(DONE, tls=trusted.server(x509.DNSName("localhost")))
    assert ask(there, scheme="https", host="localhost") == {}
    with pytest.raises(TemporaryFailure) as failed:  # the same machine, under a name that its certificate does not have
        ask(there, scheme="https")
    assert not failed.value.doubtful and len(there.asked) == 1
    assert ask(gateway(DONE, tls=trusted.server(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))), scheme="https") == {}


def test_a_certificate_of_nobody_we_trust_gets_nothing(gateway, authority):
    there = gateway(DONE, tls=authority.server(x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))
    with pytest.raises(TemporaryFailure) as failed:
        ask(there, scheme="https")
    assert not failed.value.doubtful and there.asked == []
