"""What the fake gateways share: an HTTP server that remembers what reached the groups and answers as scripted.

    fake.expect("120363000000000001@g.us", containing="T-000001")     a message that must come
    fake.answers(500, 429, "hang", "cut", "junk", 200)                 what the next sends get; afterwards 200

Each kind says in its own file how it knows us, how it answers, and what it posts to our hook.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

RETRY_AFTER = "17"
WEBHOOK_SECRET = "sebuah-rahasia-webhook-panjang"
PASSWORD = "gerbang-rahasia"


class Fake:
    """What the server knows and what the test says to it. The names in capitals are what the channel is set up with."""

    KIND = ""
    CHAT = ""
    USER = ""
    DEVICE = ""
    ACCEPTED = 200
    PATH = ""  # behind the host, in the channel's address

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []  # what reached the groups
        self.calls: list[str] = []  # every request, as "POST /send/message"
        self.expected: list[tuple[str, str]] = []
        self.script: list[Any] = []
        self.scripts: dict[str, list[Any]] = {}  # of one group
        self.forgetful = False  # an old gateway, that cannot say what it sent
        self.signed_in = True
        self.retry_after = RETRY_AFTER  # with a 429
        self.released = threading.Event()  # lets hanging answers go
        self.url = ""

    # What the test says and asks

    def expect(self, group: str, containing: str = "") -> None:
        """One message to this chat with these words in it."""
        self.expected.append((group, containing))

    def answers(self, *script: Any, to: str = "") -> None:
        """What the next sends are answered with: a status, ``hang``, ``cut`` or ``junk`` (the message arrives in these three).

        Several groups are sent to at once: ``to`` says whose sends are meant.
        """
        (self.scripts.setdefault(to, []) if to else self.script).extend(script)

    def next_answer(self, body: dict[str, Any]) -> Any:
        """What this send is answered with."""
        script = self.scripts.get(self.chat_of(body)) if self.scripts else self.script
        return script.pop(0) if script else 200

    def arrived(self, group: str = "") -> list[str]:
        """The texts that reached a group, or all."""
        return [self.text_of(each) for each in self.messages if group in ("", self.chat_of(each))]

    def check(self) -> None:
        """Every message was expected, and every expected one came."""
        left = list(self.messages)
        for group, words in self.expected:
            found = next((each for each in left if self.chat_of(each) == group and words in self.text_of(each)), None)
            assert found, f"no message to {group} with {words!r}; there came {self.arrived()}"
            left.remove(found)
        assert not left, f"not expected: {left}"

    def take(self, body: dict[str, Any]) -> str:
        """A message reaches its group."""
        number = self.number(len(self.messages) + 1)
        self.messages.append({"id": number, **body})
        return number

    # What each kind says

    def number(self, count: int) -> str:
        """The id of the message with this place."""
        return f"3EB0{count:028X}"

    def chat_of(self, message: dict[str, Any]) -> str:
        raise AssertionError

    def text_of(self, message: dict[str, Any]) -> str:
        raise AssertionError

    def reply_of(self, message: dict[str, Any]) -> str:
        """The id that a message answers, as the gateway was told."""
        raise AssertionError

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        """Whether whoever asks may."""
        raise AssertionError

    def sends(self, path: str) -> bool:
        """Whether a POST to this path sends."""
        raise AssertionError

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        """The answer to a message that was taken."""
        raise AssertionError

    def refused(self, status: int) -> Any:
        """The answer to one that was not."""
        return {"code": "INTERNAL_SERVER_ERROR", "message": "no"}

    def answered(self, method: str, path: str, asked: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        """The answer to everything else: look-ups, and how the session is."""
        return 404, {}

    # What it posts to us: ``words`` and ``receipt`` are bodies, ``sign`` the headers that go with one

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        raise AssertionError

    def receipt(self, *ids: str, receipt: str = "delivered") -> bytes:
        raise AssertionError

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        raise AssertionError

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the channel."""
        return {"kind": self.KIND, "base_url": self.url + self.PATH, "user": self.USER, "device": self.DEVICE}

    @property
    def secrets(self) -> dict[str, str]:
        """And its secrets."""
        return {"password": PASSWORD, "webhook_secret": WEBHOOK_SECRET}


class Handler(BaseHTTPRequestHandler):
    fake: Fake

    def log_message(self, *_args: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body, path = json.loads(raw), urlsplit(self.path).path
        self.fake.calls.append(f"POST {unquote(path)}")
        if not self.fake.known(dict(self.headers), path):
            return self._say(401, self.fake.refused(401))
        if not self.fake.sends(path):
            return self._say(*self.fake.answered("POST", unquote(path), {}, body))
        self._send(body, raw)

    def _send(self, body: dict[str, Any], raw: bytes) -> None:
        step = self.fake.next_answer(body)
        if isinstance(step, int) and step != 200:
            return self._say(step, self.fake.refused(step))
        number = self.fake.take(body | {"_raw": raw, "_headers": dict(self.headers)} if self.keeps_raw else body)
        if step == "hang":
            self.fake.released.wait(30)
        if step == "cut":
            return self._cut()
        if step == "junk":
            return self._raw(200, b"<html>nginx</html>")
        if step == "endless":
            return self._raw(200, b'{"a": "' + b"x" * 400_000 + b'"}')
        self._say(self.fake.ACCEPTED, self.fake.accepted(number, body))

    keeps_raw = False

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.fake.calls.append(f"GET {unquote(parts.path)}")
        if not self.fake.known(dict(self.headers), parts.path):
            return self._say(401, self.fake.refused(401))
        self._say(*self.fake.answered("GET", unquote(parts.path), parse_qs(parts.query), None))

    def _say(self, status: int, body: Any) -> None:
        self._raw(status, json.dumps(body).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", self.fake.retry_after)
        if status in (301, 302, 307, 308):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"code": "SUCC')
        self.wfile.flush()
        self.connection.close()


Any_ = TypeVar("Any_", bound=Fake)


@contextmanager
def served(fake: Any_) -> Iterator[Any_]:
    """The fake, listening on a free port of this machine."""
    handler = type("OwnHandler", (Handler,), {"fake": fake, "keeps_raw": fake.KIND == "webhook"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield fake
    finally:
        fake.released.set()
        server.shutdown()
        server.server_close()
