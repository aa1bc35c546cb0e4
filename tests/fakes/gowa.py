"""A fake go-whatsapp-web-multidevice over HTTP: sends, remembers what it sent, answers as scripted, and posts signed webhooks.

    gowa.expect("120363000000000001@g.us", containing="T-000001")     a message that must come
    gowa.answers(500, 429, "hang", "cut", "junk", 200)                 what the next sends get; afterwards 200

At the end the fixture fails the test on any message that was not expected, and on any expected one that did not come.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

USER, PASSWORD, DEVICE, WEBHOOK_SECRET = "kawal", "gerbang-rahasia", "628110000001", "sebuah-rahasia-webhook-panjang"
RETRY_AFTER = "17"


class Gowa:
    """What the server knows and what the test says to it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []  # what reached the groups
        self.calls: list[str] = []  # every request, as "POST /send/message"
        self.expected: list[tuple[str, str]] = []
        self.script: list[Any] = []
        self.forgetful = False  # an old gateway, that cannot say what it sent
        self.released = threading.Event()  # lets hanging answers go
        self.url = ""

    def expect(self, group: str, containing: str = "") -> None:
        """One message to this chat with these words in it."""
        self.expected.append((group, containing))

    def answers(self, *script: Any) -> None:
        """What the next sends are answered with: a status, ``hang``, ``cut`` or ``junk`` (the message arrives in these three)."""
        self.script += script

    def arrived(self, group: str = "") -> list[str]:
        """The texts that reached a group, or all."""
        return [each["message"] for each in self.messages if group in ("", each["phone"])]

    def check(self) -> None:
        """Every message was expected, and every expected one came."""
        left = list(self.messages)
        for group, words in self.expected:
            found = next((each for each in left if each["phone"] == group and words in each["message"]), None)
            assert found, f"no message to {group} with {words!r}; there came {self.arrived()}"
            left.remove(found)
        assert not left, f"not expected: {left}"

    def take(self, body: dict[str, Any]) -> str:
        """A message reaches its group."""
        number = f"3EB0{len(self.messages) + 1:028X}"
        self.messages.append({"id": number, **body})
        return number


class Handler(BaseHTTPRequestHandler):
    gowa: Gowa

    def log_message(self, *_args: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.gowa.calls.append(f"POST {self.path}")
        if not self._known() or self.path != "/send/message":
            return self._say(401 if not self._known() else 404, {"code": "NO", "message": "no"})
        step = self.gowa.script.pop(0) if self.gowa.script else 200
        if isinstance(step, int) and step != 200:
            return self._say(step, {"code": "INTERNAL_SERVER_ERROR", "message": "no"})
        number = self.gowa.take(body)
        if step == "hang":
            self.gowa.released.wait(30)
        if step == "cut":
            return self._cut()
        if step == "junk":
            return self._raw(200, b"<html>nginx</html>")
        results = {"message_id": number, "status": f"Message sent to {body['phone']} (server timestamp: now)"}
        self._say(200, {"code": "SUCCESS", "message": "Success", "results": results})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.gowa.calls.append(f"GET {unquote(parts.path)}")
        if not self._known() or self.gowa.forgetful:
            return self._say(401 if not self._known() else 404, {"code": "NO", "message": "no"})
        chat, asked = unquote(parts.path).split("/")[2], parse_qs(parts.query)
        assert asked["is_from_me"] == ["true"] and asked["start_time"]
        rows = [
            {"id": each["id"], "chat_jid": chat, "content": each["message"], "is_from_me": True}
            for each in reversed(self.gowa.messages)
            if each["phone"] == chat
        ]
        self._say(200, {"code": "SUCCESS", "message": "Success", "results": {"data": rows or None, "pagination": {}}})

    def _known(self) -> bool:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {token}" and self.headers.get("X-Device-Id") == DEVICE

    def _say(self, status: int, body: dict[str, Any]) -> None:
        self._raw(status, json.dumps(body).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", RETRY_AFTER)
        if status in (301, 302, 307):
            self.send_header("Location", "/send/message")
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


@contextmanager
def serving() -> Iterator[Gowa]:
    """The fake, listening on a free port of this machine."""
    gowa = Gowa()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"gowa": gowa}))
    gowa.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield gowa
    finally:
        gowa.released.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def gowa() -> Iterator[Gowa]:
    """The fake server; the test fails on any message that was not expected."""
    with serving() as server:
        yield server
        server.check()


# What the gateway posts to us


def signed(body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    """The header that GOWA sends with these bytes."""
    return {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


def message_event(chat: str, text: str, *, number: str = "3EB0IN0001", **payload: Any) -> bytes:
    """Somebody wrote in a chat; ``replied_to_id`` and ``quoted_body`` where it is an answer."""
    said = {
        "id": number,
        "chat_id": chat,
        "from": "628122000111@s.whatsapp.net",
        "from_lid": "251556368777322@lid",
        "sender_display_name": "Ujang S.",
        "from_name": "Ujang S.",
        "is_from_me": False,
        "body": text,
    }
    return json.dumps({"event": "message", "device_id": f"{DEVICE}@s.whatsapp.net", "payload": said | payload}).encode()


def ack_event(chat: str, *ids: str, receipt: str = "delivered") -> bytes:
    """A member's phone has the messages, or the member has read them."""
    said = {"ids": list(ids), "chat_id": chat, "from": "628122000111@s.whatsapp.net", "receipt_type": receipt}
    return json.dumps({"event": "message.ack", "device_id": f"{DEVICE}@s.whatsapp.net", "payload": said}).encode()
