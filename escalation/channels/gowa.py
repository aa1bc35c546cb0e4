"""Go-WhatsApp-Web-Multidevice (GOWA): a WhatsApp number of our own, linked as a device, that sits in the groups."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from escalation.channels.port import Abilities, Heard, Junk, Outgoing, Session, Setting
from escalation.channels.reading import an_object, fingerprint, inner, moment, rows, secret_of, signed, the_id, word
from escalation.channels.web import ask, basic
from escalation.models import Channel

ABILITIES = Abilities(
    sends=True,
    hears=True,
    acknowledges=True,
    echoes=True,
    looks=True,
    tells_session=True,
    address=_("id grup WhatsApp, seperti 120363…@g.us"),
    settings=(
        Setting("base_url", _("Alamat gerbang"), "http://127.0.0.1:3000"),
        Setting("user", _("Pengguna"), _("APP_BASIC_AUTH, sebelum titik dua")),
        Setting("password", _("Sandi"), _("APP_BASIC_AUTH, sesudah titik dua")),
        Setting("device", _("Perangkat"), _("X-Device-Id; kosong bila gerbang hanya punya satu"), needed=False),
        Setting("webhook_secret", _("Rahasia webhook"), "WHATSAPP_WEBHOOK_SECRET"),
    ),
)
RECEIPTS = {"delivered": "delivered", "read": "read", "played": "read"}
ATTACHMENTS = {
    "image": "foto",
    "video": "video",
    "audio": "suara",
    "document": "dokumen",
    "sticker": "stiker",
    "location": "lokasi",
}


def send(channel: Channel, out: Outgoing) -> str:
    """POST /send/message; the answer carries the id."""
    body = {"phone": out.address, "message": out.text} | ({"reply_message_id": out.reply_to} if out.reply_to else {})
    return the_id(inner(_ask(channel, "POST", "/send/message", body=body), "results").get("message_id"))


def look_for(channel: Channel, out: Outgoing, since: datetime) -> str | None:
    """GET /chat/<chat>/messages: what the gateway itself remembers of ours."""
    asked = {"is_from_me": "true", "start_time": since.astimezone(UTC).isoformat(timespec="seconds"), "limit": "100"}
    answer = _ask(channel, "GET", f"/chat/{quote(out.address, safe='@')}/messages", params=asked)
    ours = [each for each in rows(inner(answer, "results").get("data")) if each.get("is_from_me")]
    return next((word(each, "id")[:120] for each in ours if each.get("content") == out.text), "") or None


def session(channel: Channel) -> Session:
    """GET /app/status."""
    said = inner(_ask(channel, "GET", "/app/status"), "results")
    ok = said.get("is_connected") is True and said.get("is_logged_in") is True
    return Session(ok, word(said, "jid") if ok else f"connected {said.get('is_connected')}, logged in {said.get('is_logged_in')}")


def _ask(channel: Channel, method: str, path: str, **content: Any) -> Any:
    headers = {"X-Device-Id": channel.device} if channel.device else {}
    return ask(method, channel.base_url, path, headers=headers | basic(channel.user, secret_of(channel)), **content)


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """X-Hub-Signature-256: HMAC-SHA256 of the raw body."""
    return signed(body, secret, headers.get("X-Hub-Signature-256", "").removeprefix("sha256="))


def parse(body: bytes) -> list[Heard]:
    """One event a body. Other events than messages and receipts do not concern us."""
    said = an_object(body)
    if not isinstance(said.get("event"), str):
        raise Junk("no event")
    readers = {"message": _message, "message.edited": _message, "message.ack": _receipt}
    reader = readers.get(said["event"])
    if reader is None:
        return []
    payload = said.get("payload")
    if not isinstance(payload, dict):
        raise Junk("no payload")
    return [reader(said | payload)]  # a receipt has its timestamp outside the payload


def _message(payload: dict[str, Any]) -> Heard:
    if not isinstance(payload.get("id"), str) or not payload["id"]:
        raise Junk("a message without id")
    return Heard(
        provider_id=payload["id"],
        address=word(payload, "chat_id"),
        sender=word(payload, "sender_display_name") or word(payload, "from_name") or word(payload, "from"),
        text=word(payload, "body") or _attachment(payload),
        said_at=moment(payload.get("timestamp")),
        quoted_id=word(payload, "replied_to_id"),
        quoted_text=word(payload, "quoted_body"),
        is_own=payload.get("is_from_me") is True,
    )


def _attachment(payload: dict[str, Any]) -> str:
    """What stands for a photo or a file: its kind, and its caption if it has one."""
    kind = next((kind for kind in ATTACHMENTS if payload.get(kind)), None)
    return f"[{ATTACHMENTS[kind]}] {word(inner(payload, kind), 'caption')}".strip() if kind else ""


def _receipt(payload: dict[str, Any]) -> Heard:
    """Receipts have no id of their own: the same ids, said by the same person in the same words, are the same receipt."""
    given = payload.get("ids")
    ids = [each for each in given if isinstance(each, str) and each] if isinstance(given, list) else []
    if not ids:
        raise Junk("a receipt without ids")
    kind, who = word(payload, "receipt_type"), word(payload, "from")
    return Heard(
        provider_id=f"ack:{fingerprint(kind, who, word(payload, 'timestamp'), *ids)}",
        address=word(payload, "chat_id"),
        said_at=moment(payload.get("timestamp")),
        receipt=RECEIPTS.get(kind, "other"),
        message_ids=ids[:100],
    )
