"""A fake Graph API: the groups of WhatsApp's Cloud API."""

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.gateway import PASSWORD, WEBHOOK_SECRET, Fake
from tests.fakes.gowa import signed


class Meta(Fake):
    """It checks the token; the phone number is in the path."""

    KIND, CHAT, DEVICE, PATH = "meta", "Y2FwaV9ncm91cDox", "1055512345", "/v25.0"
    error_code = 131000

    def number(self, count: int) -> str:
        return f"wamid.HB{count:04d}"

    def chat_of(self, message: dict[str, Any]) -> str:
        assert (message["messaging_product"], message["recipient_type"], message["type"]) == ("whatsapp", "group", "text")
        return str(message["to"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["text"]["body"])

    def reply_of(self, message: dict[str, Any]) -> str:
        return str(message["context"]["message_id"])

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        return headers.get("Authorization") == f"Bearer {PASSWORD}"

    def sends(self, path: str) -> bool:
        return path == "/v25.0/1055512345/messages"

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        contacts = [{"input": body["to"], "wa_id": body["to"]}]
        return {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": number}]}

    def refused(self, status: int) -> Any:
        said = {"message": "(#131041) no", "type": "OAuthException", "code": self.error_code}
        return {"error": said | {"error_data": {"details": "no such group"}, "fbtrace_id": "A1"}}

    def answered(self, method: str, path: str, asked: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        assert path == "/v25.0/1055512345"
        return 200, {"status": "CONNECTED" if self.signed_in else "DISCONNECTED", "quality_rating": "GREEN", "id": self.DEVICE}

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        message: dict[str, Any] = {
            "from": "628122000111",
            "group_id": self.CHAT,
            "id": number,
            "timestamp": "1739321024",
            "type": "text",
            "text": {"body": text},
        }
        if quoting:
            message["context"] = {"from": "628110000001", "id": quoting}
        contacts = [{"profile": {"name": "Ujang S."}, "wa_id": "628122000111"}]
        return self._body({"contacts": contacts, "messages": [message]})

    def receipt(self, *ids: str, receipt: str = "delivered") -> bytes:
        errors = [{"code": 131026, "title": "undeliverable"}] if receipt == "failed" else []
        rows = [
            {"id": each, "recipient_id": self.CHAT, "recipient_type": "group", "status": receipt, "timestamp": "1739321025"}
            | {"errors": errors}
            for each in ids
        ]
        return self._body({"statuses": rows})

    def _body(self, value: dict[str, Any]) -> bytes:
        changes = [{"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": {}} | value}]
        return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "changes": changes}]}).encode()

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        return signed(body, secret)
