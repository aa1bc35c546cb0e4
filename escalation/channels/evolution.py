"""Evolution API 2: a linked device on Baileys. Its hooks are not signed; a token signed with our key goes with each of them."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from common.clock import now
from escalation.channels.port import Abilities, Heard, Junk, Outgoing, Session, Setting
from escalation.channels.reading import an_object, fingerprint, inner, moment, rows, same, secret_of, the_id, word
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
    secret_fields=frozenset({"apikey"}),
    settings=(
        Setting("base_url", _("Alamat gerbang"), "http://127.0.0.1:8080"),
        Setting("device", _("Instance")),
        Setting("password", _("Kunci API"), "apikey"),
        Setting(
            "webhook_secret",
            _("Kunci JWT webhook"),
            _("header jwt_key pada webhook; acara MESSAGES_UPSERT, MESSAGES_UPDATE, SEND_MESSAGE; tanpa webhook by events"),
        ),
    ),
)
RECEIPTS = {"DELIVERY_ACK": "delivered", "READ": "read", "PLAYED": "read", "ERROR": "failed"}
TOLERATED = timedelta(minutes=15)  # its tokens live ten minutes, and it tries again for longer with the same one


def send(channel: Channel, out: Outgoing) -> str:
    """POST /message/sendText/<instance>."""
    body: dict[str, Any] = {"number": out.address, "text": out.text, "linkPreview": False}
    if out.reply_to:
        key = {"id": out.reply_to, "remoteJid": out.address, "fromMe": True}
        body["quoted"] = {"key": key, "message": {"conversation": out.reply_text}}
    return the_id(inner(_ask(channel, "POST", "/message/sendText/", body=body), "key").get("id"))


def look_for(channel: Channel, out: Outgoing, since: datetime) -> str | None:
    """POST /chat/findMessages/<instance>."""
    between = {"gte": since.astimezone(UTC).isoformat(), "lte": (now() + timedelta(minutes=5)).astimezone(UTC).isoformat()}
    where = {"key": {"remoteJid": out.address, "fromMe": True}, "messageTimestamp": between}
    answer = _ask(channel, "POST", "/chat/findMessages/", body={"where": where, "offset": 100, "page": 1})
    ours = [each for each in rows(inner(answer, "messages").get("records")) if inner(each, "key").get("fromMe") is True]
    return next((word(inner(each, "key"), "id") for each in ours if _text(inner(each, "message")) == out.text), "") or None


def session(channel: Channel) -> Session:
    """GET /instance/connectionState/<instance>."""
    state = word(inner(_ask(channel, "GET", "/instance/connectionState/"), "instance"), "state")
    return Session(state == "open", state)


def _ask(channel: Channel, method: str, path: str, **content: Any) -> Any:
    headers = {"apikey": secret_of(channel)}
    return ask(method, channel.base_url, path + quote(channel.device), headers=headers, **content)


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Authorization: Bearer, a JWT (HS256) of our key that has not run out for long."""
    token = headers.get("Authorization", "").removeprefix("Bearer ")
    signing, _dot, signature = token.rpartition(".")
    head, _dot, claims = signing.partition(".")
    mac = hmac.digest(secret.encode(), signing.encode(errors="replace"), "sha256")
    expected = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    if not secret or not same(signature, expected) or _decoded(head).get("alg") != "HS256":
        return False
    until = moment(_decoded(claims).get("exp"))
    return until is not None and until + TOLERATED > now()


def _decoded(part: str) -> dict[str, Any]:
    try:
        said = json.loads(base64.urlsafe_b64decode(part.encode() + b"=="))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def parse(body: bytes) -> list[Heard]:
    """``messages.upsert`` what others wrote, ``send.message`` what we sent, ``messages.update`` receipts."""
    said = an_object(body)
    if not isinstance(said.get("event"), str):
        raise Junk("no event")
    readers = {"messages.upsert": _message, "send.message": _message, "messages.update": _receipt}
    reader = readers.get(said["event"])
    if reader is None:
        return []
    data = said.get("data")
    given = rows(data) if isinstance(data, list) else [data]
    if not given or not all(isinstance(each, dict) for each in given):
        raise Junk("no data")
    return [reader(each) for each in given if isinstance(each, dict)]


def _message(data: dict[str, Any]) -> Heard:
    key, quoting = inner(data, "key"), inner(data, "contextInfo")
    if not word(key, "id"):
        raise Junk("a message without id")
    return Heard(
        provider_id=word(key, "id"),
        address=word(key, "remoteJid"),
        sender=word(data, "pushName") or word(key, "participant"),
        text=_text(inner(data, "message")) or f"[{word(data, 'messageType') or 'pesan'}]",
        said_at=moment(data.get("messageTimestamp")),
        quoted_id=word(quoting, "stanzaId"),
        quoted_text=_text(inner(quoting, "quotedMessage")),
        is_own=key.get("fromMe") is True,
    )


def _receipt(data: dict[str, Any]) -> Heard:
    number, status = word(data, "keyId"), word(data, "status")
    if not number:
        raise Junk("a receipt without id")
    return Heard(
        provider_id=f"ack:{fingerprint(number, status, word(data, 'participant'))}",
        address=word(data, "remoteJid"),
        receipt=RECEIPTS.get(status, "other"),
        message_ids=[number],
    )


def _text(message: dict[str, Any]) -> str:
    """The words of a message, or the caption of what it carries."""
    plain = word(message, "conversation") or word(inner(message, "extendedTextMessage"), "text")
    return plain or next((word(inner(message, name), "caption") for name in message if inner(message, name)), "")
