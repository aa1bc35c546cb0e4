"""WAHA (WhatsApp HTTP API): as GOWA a linked device, with several engines inside, whose ids differ in what stands around them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from escalation.channels.port import Abilities, Heard, Junk, Outgoing, Session, Setting
from escalation.channels.reading import an_object, fingerprint, inner, moment, rows, secret_of, signed, the_id, word
from escalation.channels.web import ask
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
        Setting("device", _("Sesi"), "default"),
        Setting("password", _("Kunci API"), "X-Api-Key"),
        Setting("webhook_secret", _("Kunci HMAC webhook"), _("hmac.key; kirim acara message.any dan message.ack")),
    ),
)
RECEIPTS = {-1: "failed", 2: "delivered", 3: "read", 4: "read"}


def send(channel: Channel, out: Outgoing) -> str:
    """POST /api/sendText."""
    body = {"session": channel.device, "chatId": out.address, "text": out.text, "linkPreview": False}
    body |= {"reply_to": f"true_{out.address}_{out.reply_to}"} if out.reply_to else {}
    said = _ask(channel, "POST", "/api/sendText", body=body)
    return the_id(_bare(said.get("id") or inner(said, "key").get("id")) if isinstance(said, dict) else None)


def look_for(channel: Channel, out: Outgoing, since: datetime) -> str | None:
    """GET /api/<session>/chats/<chat>/messages."""
    asked = {"limit": "100", "downloadMedia": "false", "filter.fromMe": "true"}
    asked["filter.timestamp.gte"] = f"{since.timestamp():.0f}"
    path = f"/api/{quote(channel.device)}/chats/{quote(out.address, safe='@')}/messages"
    ours = [each for each in rows(_ask(channel, "GET", path, params=asked)) if each.get("fromMe") is True]
    return next((_bare(each.get("id")) for each in ours if each.get("body") == out.text), "") or None


def session(channel: Channel) -> Session:
    """GET /api/sessions/<session>."""
    said = _ask(channel, "GET", f"/api/sessions/{quote(channel.device)}")
    status = word(said, "status") if isinstance(said, dict) else ""
    return Session(status == "WORKING", word(inner(said, "me"), "id") if status == "WORKING" else status)


def _ask(channel: Channel, method: str, path: str, **content: Any) -> Any:
    return ask(method, channel.base_url, path, headers={"X-Api-Key": secret_of(channel)}, **content)


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """X-Webhook-Hmac: HMAC-SHA512 of the raw body."""
    return signed(body, secret, headers.get("X-Webhook-Hmac", ""), "sha512")


def parse(body: bytes) -> list[Heard]:
    """``message.any`` has our own messages too, ``message`` those of others; together they are the same message once."""
    said = an_object(body)
    if not isinstance(said.get("event"), str):
        raise Junk("no event")
    readers = {"message": _message, "message.any": _message, "message.ack": _receipt, "message.ack.group": _receipt}
    reader = readers.get(said["event"])
    if reader is None:
        return []
    payload = said.get("payload")
    if not isinstance(payload, dict) or not _bare(payload.get("id")):
        raise Junk("no payload with an id")
    return [reader(payload)]


def _message(payload: dict[str, Any]) -> Heard:
    own, quoted = payload.get("fromMe") is True, inner(payload, "replyTo")
    text = word(payload, "body") or (_("[berkas]") if payload.get("hasMedia") is True else "")
    return Heard(
        provider_id=_bare(payload["id"]),
        address=word(payload, "to") if own and word(payload, "to").endswith("@g.us") else word(payload, "from"),
        sender=word(inner(payload, "_data"), "notifyName") or word(payload, "participant"),
        text=str(text),
        said_at=moment(payload.get("timestamp")),
        quoted_id=_bare(quoted.get("id")),
        quoted_text=word(quoted, "body"),
        is_own=own,
    )


def _receipt(payload: dict[str, Any]) -> Heard:
    ack = payload.get("ack")
    number = _bare(payload["id"])
    return Heard(
        provider_id=f"ack:{fingerprint(number, str(ack), word(payload, 'participant'))}",
        address=word(payload, "from"),
        receipt=RECEIPTS.get(ack, "other") if isinstance(ack, int) else "other",
        message_ids=[number],
    )


def _bare(value: Any) -> str:
    """WhatsApp's own id, out of ``true_<chat>_<id>_<participant>`` or of an engine's object."""
    if isinstance(value, dict):
        value = value.get("_serialized") or value.get("id")
    if not isinstance(value, str):
        return ""
    parts = value.split("_")
    return (parts[2] if parts[0] in ("true", "false") and len(parts) > 2 else value)[:120]
