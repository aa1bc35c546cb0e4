"""Go-WhatsApp-Web-Multidevice (GOWA): a WhatsApp number of our own, linked as a device, that sits in the groups."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from escalation.channels.port import Heard, Junk, PermanentFailure, TemporaryFailure
from escalation.channels.web import ask
from escalation.models import Channel
from escalation.secrets import Unreadable, opened

RECEIPTS = {"delivered": "delivered", "read": "read", "played": "read"}
ATTACHMENTS = {
    "image": "foto",
    "video": "video",
    "audio": "suara",
    "document": "dokumen",
    "sticker": "stiker",
    "location": "lokasi",
}


def send(channel: Channel, address: str, text: str, reply_to: str) -> str:
    """POST /send/message; the answer carries the id."""
    body = {"phone": address, "message": text} | ({"reply_message_id": reply_to} if reply_to else {})
    results = _ask(channel, "POST", "/send/message", json=body).get("results")
    message_id = results.get("message_id") if isinstance(results, dict) else None
    if not isinstance(message_id, str) or not message_id:
        raise TemporaryFailure(_("Gerbang tidak memberi nomor pesan."), doubtful=True)
    return message_id[:120]


def look_for(channel: Channel, address: str, text: str, since: datetime) -> str | None:
    """GET /chat/<chat>/messages: what the gateway itself remembers of ours."""
    asked = {"is_from_me": "true", "start_time": since.astimezone(UTC).isoformat(timespec="seconds"), "limit": "100"}
    results = _ask(channel, "GET", f"/chat/{quote(address, safe='@')}/messages", params=asked).get("results")
    rows = (results.get("data") or []) if isinstance(results, dict) else []
    ours = [row for row in rows if isinstance(row, dict) and row.get("is_from_me") and row.get("content") == text]
    return str(ours[0].get("id", ""))[:120] or None if ours else None


def _ask(channel: Channel, method: str, path: str, **content: Any) -> dict[str, Any]:
    try:
        password = opened(channel.secrets).get("password", "")
    except Unreadable as error:
        raise PermanentFailure(_("Sandi gerbang tidak terbaca lagi; isi ulang di administrasi.")) from error
    headers = {"X-Device-Id": channel.device} if channel.device else {}
    return ask(method, channel.base_url, path, auth=(channel.user, password), headers=headers, **content)


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """X-Hub-Signature-256: HMAC-SHA256 of the raw body."""
    given = headers.get("X-Hub-Signature-256", "").removeprefix("sha256=").lower()
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(given.encode(), expected.encode())


def parse(body: bytes) -> list[Heard]:
    """One event a body. Other events than messages and receipts do not concern us."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Junk("no JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("event"), str):
        raise Junk("no event")
    readers = {"message": _message, "message.edited": _message, "message.ack": _receipt}
    reader = readers.get(said["event"])
    if reader is None:
        return []
    payload = said.get("payload")
    if not isinstance(payload, dict):
        raise Junk("no payload")
    return [reader(said | payload, body)]  # a receipt has its timestamp outside the payload


def _message(payload: dict[str, Any], _body: bytes) -> Heard:
    if not _word(payload, "id"):
        raise Junk("a message without id")
    return Heard(
        provider_id=_word(payload, "id"),
        address=_word(payload, "chat_id"),
        sender=_word(payload, "sender_display_name") or _word(payload, "from_name") or _word(payload, "from"),
        text=_word(payload, "body") or _attachment(payload),
        said_at=_moment(_word(payload, "timestamp")),
        quoted_id=_word(payload, "replied_to_id"),
        quoted_text=_word(payload, "quoted_body"),
        is_own=payload.get("is_from_me") is True,
    )


def _attachment(payload: dict[str, Any]) -> str:
    """What stands for a photo or a file: its kind, and its caption if it has one."""
    kind = next((kind for kind in ATTACHMENTS if payload.get(kind)), None)
    if kind is None:
        return ""
    inner = payload[kind]
    caption = _word(inner, "caption") if isinstance(inner, dict) else ""
    return f"[{ATTACHMENTS[kind]}] {caption}".strip()


def _receipt(payload: dict[str, Any], body: bytes) -> Heard:
    """Receipts have no id of their own; the same bytes again are the same receipt."""
    given = payload.get("ids")
    ids = [each for each in given if isinstance(each, str) and each] if isinstance(given, list) else []
    if not ids:
        raise Junk("a receipt without ids")
    return Heard(
        provider_id=f"ack:{hashlib.sha256(body).hexdigest()}",
        address=_word(payload, "chat_id"),
        said_at=_moment(_word(payload, "timestamp")),
        receipt=RECEIPTS.get(_word(payload, "receipt_type"), "other"),
        message_ids=ids[:100],
    )


def _word(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
