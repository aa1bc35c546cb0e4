"""A system of somebody else that checks our signature, remembers our ids and signs what it posts to us."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from common.clock import now
from tests.fakes.gateway import WEBHOOK_SECRET, Fake


class Webhook(Fake):
    """It refuses what is not signed by us, and takes the same id once."""

    KIND, CHAT, PATH = "webhook", "treg-3", "/in"

    def chat_of(self, message: dict[str, Any]) -> str:
        return str(message["data"]["group"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["data"]["text"])

    def reply_of(self, message: dict[str, Any]) -> str:
        return str(message["data"]["reply_to"])

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        return bool(headers.get("webhook-id")) and abs(float(headers["webhook-timestamp"]) - now().timestamp()) < 300

    def sends(self, path: str) -> bool:
        return path == "/in"

    def take(self, body: dict[str, Any]) -> str:
        headers, raw = body.pop("_headers"), body.pop("_raw")
        assert headers["webhook-signature"] == f"v1,{mac(raw, headers['webhook-id'], headers['webhook-timestamp'])}"
        known = [each["id"] for each in self.messages if each["webhook-id"] == headers["webhook-id"]]
        return known[0] if known else super().take({"webhook-id": headers["webhook-id"], **body})

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        return {"id": number}

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        data = {"id": number, "group": self.CHAT, "sender": "Ujang S.", "text": text, "said_at": "2026-10-15T10:35:00Z"}
        data |= {"quoted_id": quoting, "quoted_text": quoted} if quoting else {}
        return json.dumps({"type": "message", "data": data}).encode()

    def receipt(self, *ids: str, receipt: str = "delivered") -> bytes:
        return json.dumps({"type": "receipt", "data": {"ids": list(ids), "receipt": receipt, "group": self.CHAT}}).encode()

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        moment = str(int(now().timestamp()))
        return {
            "webhook-id": "m1",
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{mac(body, 'm1', moment, secret)}",
        }

    @property
    def secrets(self) -> dict[str, str]:
        return {"webhook_secret": WEBHOOK_SECRET}


def mac(body: bytes, number: str, moment: str, secret: str = WEBHOOK_SECRET) -> str:
    """What Standard Webhooks signs with."""
    return base64.b64encode(hmac.new(secret.encode(), f"{number}.{moment}.".encode() + body, hashlib.sha256).digest()).decode()
