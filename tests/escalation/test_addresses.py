"""Where an administrator's address may lead: never into our own network but for the hosts that the server names (S9)."""

import socket
import threading
from collections.abc import Iterator

import pytest

from escalation.channels import Failure, PermanentFailure, TemporaryFailure, web
from escalation.channels.addresses import is_public, target_of

pytestmark = pytest.mark.req("HC-5")

SPELLINGS = [
    *("2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.1", "0x7f.0.0.1", "127.1", "127.0.1", "127.000.000.001"),
    *("127.0.0.1.", "127.0.0.2", "0", "0.0.0.0", "00000000", "localhost", "LOCALHOST", "localhost.", "LocalHost."),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::]", "[64:ff9b::7f00:1]"),
    *("[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "169.254.169.254", "2852039166", "[fd00:ec2::254]", "100.100.100.200"),
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "224.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①", "inside.example", "mixed.example"),
]
SHAPES = [
    *("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "//127.0.0.1/", "http:///", "", "http://[/", "https://"),
    *("https://user@127.0.0.1/", "https://127.0.0.1@evil.example/", "https://evil.example#@127.0.0.1/", "javascript:alert(1)"),
    *(
        "http://evil.example/",
        "https://evil.example:99999/",
        "https://\x00/",
        "https://evil.example/\r\nHost: inside",
        "x" * 5000,
    ),
]
NAMES = {
    "inside.example": ["127.0.0.1"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "evil.example": ["93.184.216.34"],  # a host of the world: what is refused there is refused for its shape
}


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.hits = self.socket.getsockname()[1], 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        while True:
            try:
                connection, _from = self.socket.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.socket.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """A resolver of our own: for each name the answers, one after the other. Other hosts are looked up as ever."""
    real, answers = socket.getaddrinfo, {name: [found] for name, found in NAMES.items()}

    def look_up(host: str, port: int, *args: object, **options: object) -> list[object]:
        given = answers.get(str(host).rstrip("."))
        if given is None:
            return list(real(host, port, *args, **options))  # type: ignore[arg-type]
        found = given.pop(0) if len(given) > 1 else given[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_leads_inside(host, names, listener, settings):
    settings.GATEWAY_HOSTS = []
    address = f"https://{host}:{listener.port}"
    with pytest.raises(Failure):
        target_of(address)  # refused by us, and not only out of reach from this machine
    with pytest.raises(Failure):
        web.ask("POST", address, "/send", body={})
    assert listener.hits == 0


@pytest.mark.parametrize("address", SHAPES)
def test_what_is_no_address_of_a_gateway_is_refused(address, names):
    with pytest.raises(PermanentFailure):
        target_of(address)


def test_a_name_that_nobody_knows_may_be_known_later():
    with pytest.raises(TemporaryFailure):
        target_of("https://nobody-knows-this.invalid/")


def test_an_address_of_the_world_is_reached_at_what_was_looked_up(names):
    assert target_of("https://evil.example/").reached_at == ("93.184.216.34",)


def test_the_hosts_of_the_server_are_trusted_in_exactly_that_spelling():
    assert target_of("http://127.0.0.1:3000").is_trusted and target_of("https://localhost/wa/").is_trusted
    with pytest.raises(PermanentFailure):
        target_of("https://127.1:3000")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "8.8.8.8"])
def test_the_world_is_public(address):
    assert is_public(address)


def test_a_name_that_changes_between_look_up_and_connection_changes_nothing(names, listener, settings):
    settings.GATEWAY_HOSTS = ["gerbang.example"]
    with socket.create_server(("127.0.0.2", listener.port)) as first:
        names["gerbang.example"] = [["127.0.0.2"], ["127.0.0.1"]]
        first.settimeout(5)
        threading.Thread(target=lambda: first.accept()[0].close(), daemon=True).start()
        with pytest.raises(Failure):
            web.ask("GET", f"http://gerbang.example:{listener.port}", "/")
    assert (listener.hits, names["gerbang.example"]) == (0, [["127.0.0.1"]])
