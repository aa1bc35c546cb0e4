"""A fake Bot API: the token in the path, how long to wait in the body."""

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.gateway import WEBHOOK_SECRET, Fake

TOKEN = "123456:AAH-rahasia"


class Telegram(Fake):
    """It counts messages by chat."""

    KIND, CHAT = "telegram", "-1001234567890"

    def number(self, count: int) -> str:
        return f"{self.CHAT}:{count}"

    def chat_of(self, message: dict[str, Any]) -> str:
        return str(message["chat_id"])

    def text_of(self, message: dict[str, Any]) -> str:
        return str(message["text"])

    def reply_of(self, message: dict[str, Any]) -> str:
        return f"{message['chat_id']}:{message['reply_parameters']['message_id']}"

    def known(self, headers: Mapping[str, str], path: str) -> bool:
        return path.startswith(f"/bot{TOKEN}/")

    def sends(self, path: str) -> bool:
        return path.endswith("/sendMessage")

    def accepted(self, number: str, body: dict[str, Any]) -> Any:
        chat = {"id": int(body["chat_id"]), "type": "supergroup"}
        return {"ok": True, "result": {"message_id": int(number.split(":")[1]), "chat": chat, "text": body["text"]}}

    def refused(self, status: int) -> Any:
        said: dict[str, Any] = {"ok": False, "error_code": status, "description": "no"}
        return said | {"parameters": {"retry_after": int(self.retry_after)} if status == 429 else {"migrate_to_chat_id": -1009}}

    def answered(self, method: str, path: str, asked: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        assert path.endswith("/getMe")
        if not self.signed_in:
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        return 200, {"ok": True, "result": {"id": 123456, "is_bot": True, "username": "kawal_bot"}}

    def words(self, text: str, *, number: str = "IN1", quoting: str = "", quoted: str = "", own: bool = False) -> bytes:
        said: dict[str, Any] = {
            "message_id": int.from_bytes(number.encode()) % 10**9,
            "from": {"id": 7, "first_name": "Ujang", "last_name": "S."},
            "chat": {"id": int(self.CHAT), "type": "supergroup"},
            "date": 1739321024,
            "text": text,
        }
        if quoting:
            said["reply_to_message"] = {"message_id": int(quoting.split(":")[1]), "text": quoted}
        return json.dumps({"update_id": said["message_id"], "message": said}).encode()

    def sign(self, body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": secret}

    @property
    def secrets(self) -> dict[str, str]:
        return {"password": TOKEN, "webhook_secret": WEBHOOK_SECRET}
