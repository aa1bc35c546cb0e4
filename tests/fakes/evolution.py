"""A fake Evolution API: the instance in the path, and hooks that carry its own key and a token instead of a signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from common.clock import now
from tests.fakes.gateway import PASSWORD, WEBHOOK_SECRET, Fake

ACKS = {"delivered": "DELIVERY_ACK", "read": "READ", "failed": "ERROR"}


class Evolution(Fake):
    """It checks the key."""

    KIND, CHAT, DEVICE, ACCEPTED = "evolution", "120363000000000003@g.us", "kawal", 201

    def chat_of(self, message: dict[str, Any]) -> str:
        return str(message["number"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["text"])

    def reply_of(self, message: dict[str, Any]) -> str:
        assert message["quoted"]["message"]["conversation"], "without the words Evolution quotes an empty bubble"
        return str(message["quoted"]["key"]["id"])

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        return headers.get("apikey") == PASSWORD and path.endswith("/kawal")

    def sends(self, path: str) -> bool:
        return path == "/message/sendText/kawal"

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        key = {"remoteJid": body["number"], "fromMe": True, "id": number}
        return {"key": key, "message": {"extendedTextMessage": {"text": body["text"]}}, "status": "PENDING"}

    def refused(self, status: int) -> Any:
        return {"status": status, "error": "no", "response": {"message": ["no"]}}

    def answered(self, method: str, path: str, asked: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if path == "/instance/connectionState/kawal":
            return 200, {"instance": {"instanceName": "kawal", "state": "open" if self.signed_in else "close"}}
        assert path == "/chat/findMessages/kawal" and body["where"]["messageTimestamp"]["gte"]
        chat = body["where"]["key"]["remoteJid"]
        found = [each for each in reversed(self.messages) if each["number"] == chat]
        rows = [
            {"key": {"id": each["id"], "fromMe": True, "remoteJid": chat}, "message": {"conversation": each["text"]}}
            for each in found
        ]
        return 200, {"messages": {"total": len(rows), "pages": 1, "currentPage": 1, "records": rows}}

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        data: dict[str, Any] = {
            "key": {"remoteJid": self.CHAT, "fromMe": own, "id": number, "participant": "62812@s.whatsapp.net"},
            "pushName": "Ujang S.",
            "message": {"conversation": text},
            "messageType": "conversation",
            "messageTimestamp": 1717689097,
        }
        if quoting:
            data["contextInfo"] = {"stanzaId": quoting, "quotedMessage": {"conversation": quoted}}
        return self._event("send.message" if own else "messages.upsert", data)

    def receipt(self, *ids: str, receipt: str = "delivered") -> bytes:
        data = {"keyId": ids[0], "remoteJid": self.CHAT, "fromMe": True, "status": ACKS.get(receipt, "SERVER_ACK")}
        return self._event("messages.update", data | {"participant": "62812@s.whatsapp.net"})

    def _event(self, event: str, data: Any) -> bytes:
        return json.dumps({"event": event, "instance": "kawal", "data": data, "sender": "62811", "apikey": PASSWORD}).encode()

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        issued = int(now().timestamp())
        claims = {"iat": issued, "exp": issued + 600, "app": "evolution", "action": "webhook"}
        signing = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
        mac = hmac.new(secret.encode(), signing.encode(), hashlib.sha256).digest()
        return {"Authorization": f"Bearer {signing}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"}


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
