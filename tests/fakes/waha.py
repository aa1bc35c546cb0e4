"""A fake WAHA: ids with the chat around them, lists instead of objects, HMAC-SHA512."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.gateway import PASSWORD, WEBHOOK_SECRET, Fake

ACKS = {"delivered": 2, "read": 3, "failed": -1}


class Waha(Fake):
    """It checks the key; the session is in the body or in the path."""

    KIND, CHAT, DEVICE, ACCEPTED = "waha", "120363000000000003@g.us", "default", 201

    def chat_of(self, message: dict[str, Any]) -> str:
        assert message["session"] == self.DEVICE
        return str(message["chatId"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["text"])

    def reply_of(self, message: dict[str, Any]) -> str:
        return str(message["reply_to"]).split("_")[2]

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        return headers.get("X-Api-Key") == PASSWORD

    def sends(self, path: str) -> bool:
        return path == "/api/sendText"

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        return {"id": self._full(number, body["chatId"]), "body": body["text"], "fromMe": True, "_data": {}}

    def _full(self, number: str, chat: str) -> str:
        return f"true_{chat}_{number}_628110000001@c.us"

    def refused(self, status: int) -> Any:
        return {"statusCode": status, "message": "no", "error": "no"}

    def answered(self, method: str, path: str, asked: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if path == "/api/sessions/default":
            me = {"id": "628110000001@c.us", "pushName": "Kawal"} if self.signed_in else None
            return 200, {"name": "default", "status": "WORKING" if self.signed_in else "SCAN_QR_CODE", "config": {}, "me": me}
        chat = path.removeprefix("/api/default/chats/").removesuffix("/messages")
        assert asked["filter.fromMe"] == ["true"] and asked["filter.timestamp.gte"]
        found = [each for each in self.messages if each["chatId"] == chat]
        return 200, [{"id": self._full(each["id"], chat), "fromMe": True, "body": each["text"]} for each in reversed(found)]

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        said: dict[str, Any] = {
            "id": f"{str(own).lower()}_{self.CHAT}_{number}_9999@lid",
            "timestamp": 1667561485,
            "from": self.CHAT,
            "participant": "9999@lid",
            "fromMe": own,
            "body": text,
            "hasMedia": False,
            "_data": {"notifyName": "Ujang S."},
        }
        if quoting:
            said["replyTo"] = {"id": f"true_{self.CHAT}_{quoting}", "participant": "628110000001@c.us", "body": quoted}
        return json.dumps({"event": "message.any", "session": "default", "engine": "GOWS", "payload": said}).encode()

    def receipt(self, *ids: str, receipt: str = "delivered") -> bytes:
        said = {
            "id": f"true_{self.CHAT}_{ids[0]}_9999@lid",
            "from": self.CHAT,
            "participant": "9999@lid",
            "fromMe": True,
            "ack": ACKS.get(receipt, 0),
        }
        return json.dumps({"event": "message.ack", "session": "default", "engine": "GOWS", "payload": said}).encode()

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        mac = hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()
        return {"X-Webhook-Request-Id": "r1", "X-Webhook-Hmac": mac, "X-Webhook-Hmac-Algorithm": "sha512"}
