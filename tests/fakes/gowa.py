"""A fake go-whatsapp-web-multidevice over HTTP: ``tests/fakes/gateway.py`` says what a fake can do."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.fakes.gateway import PASSWORD, RETRY_AFTER, WEBHOOK_SECRET, Fake, served

__all__ = ["DEVICE", "PASSWORD", "RETRY_AFTER", "USER", "WEBHOOK_SECRET", "Gowa"]
USER, DEVICE = "kawal", "628110000001"


class Gowa(Fake):
    """It checks user, password and device."""

    KIND, CHAT, USER, DEVICE = "gowa", "120363000000000003@g.us", USER, DEVICE

    def chat_of(self, message: dict[str, Any]) -> str:
        return str(message["phone"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["message"])

    def reply_of(self, message: dict[str, Any]) -> str:
        return str(message["reply_message_id"])

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return headers.get("Authorization") == f"Basic {token}" and headers.get("X-Device-Id") == DEVICE

    def sends(self, path: str) -> bool:
        return path == "/send/message"

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        results = {"message_id": number, "status": f"Message sent to {body['phone']} (server timestamp: now)"}
        return {"code": "SUCCESS", "message": "Success", "results": results}

    def answered(self, method: str, path: str, asked: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if path == "/app/status":
            results = {"is_connected": True, "is_logged_in": self.signed_in, "jid": f"{DEVICE}@s.whatsapp.net"}
            return 200, {"status": 200, "code": "SUCCESS", "message": "Connection status retrieved", "results": results}
        if self.forgetful or not path.startswith("/chat/"):
            return 404, self.refused(404)
        chat = path.split("/")[2]
        assert asked["is_from_me"] == ["true"] and asked["start_time"]
        rows = [
            {"id": each["id"], "chat_jid": chat, "content": each["message"], "is_from_me": True}
            for each in reversed(self.messages)
            if each["phone"] == chat
        ]
        return 200, {"code": "SUCCESS", "message": "Success", "results": {"data": rows or None, "pagination": {}}}

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        answers = {"replied_to_id": quoting, "quoted_body": quoted} if quoting else {}
        return message_event(self.CHAT, text, number=number, is_from_me=own, **answers)

    def receipt(self, *ids: str, receipt: str = "delivered") -> bytes:
        return ack_event(self.CHAT, *ids, receipt=receipt)

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        return signed(body, secret)


def serving() -> AbstractContextManager[Gowa]:
    """The fake, listening on a free port of this machine."""
    return served(Gowa())


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
