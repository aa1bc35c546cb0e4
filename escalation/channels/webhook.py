"""A webhook of our own making, signed as Standard Webhooks are: for any system that has no kind of its own here.

Both ways: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature: v1,<base64 of HMAC-SHA256 over id.timestamp.body>``. What
is older or newer than five minutes is not believed, so that a copied request cannot be played again.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.clock import now
from escalation.channels.port import Abilities, Heard, Junk, Outgoing, Setting
from escalation.channels.reading import an_object, fingerprint, inner, moment, same, secret_of, word
from escalation.channels.web import ask
from escalation.models import Channel

ABILITIES = Abilities(
    sends=True,
    hears=True,
    acknowledges=True,
    takes_once=True,
    address=_("nama grup menurut sistem di sana"),
    settings=(
        Setting("base_url", _("Alamat penerima"), "https://…"),
        Setting("webhook_secret", _("Rahasia tanda tangan"), _("dipakai dua arah; whsec_… dibaca sebagai base64")),
    ),
)
WINDOW = timedelta(minutes=5)
RECEIPTS = {"delivered", "read", "failed"}


def send(channel: Channel, out: Outgoing) -> str:
    """POST to the address itself. The same message has the same id at every try; the receiver may give its own back."""
    said = {"id": out.key, "group": out.address, "text": out.text, "reply_to": out.reply_to, "tickets": out.tickets}
    body = json.dumps({"type": "message", "data": said}).encode()
    headers = signature(body, out.key, secret_of(channel, "webhook_secret"))
    answer = ask("POST", channel.base_url, "", headers=headers, body=body, answers=False)
    return (word(answer, "id") if isinstance(answer, dict) else "")[:120] or out.key


def signature(body: bytes, number: str, secret: str) -> dict[str, str]:
    """The three headers that go with these bytes now."""
    moment_ = f"{now().timestamp():.0f}"
    return {"webhook-id": number, "webhook-timestamp": moment_, "webhook-signature": f"v1,{_mac(body, number, moment_, secret)}"}


def _mac(body: bytes, number: str, moment_: str, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    return base64.b64encode(hmac.digest(key, f"{number}.{moment_}.".encode(errors="replace") + body, "sha256")).decode()


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """One of the signatures is ours, and it was made lately."""
    number, moment_ = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    at = moment(moment_)
    if not secret or not number or at is None or abs(now() - at) > WINDOW:
        return False
    expected = f"v1,{_mac(body, number, moment_, secret)}"
    return any([same(given, expected) for given in headers.get("webhook-signature", "").split(" ")])  # noqa: C419 constant time


def parse(body: bytes) -> list[Heard]:
    """``{type: message, data: {id, group, sender, text, said_at, quoted_id, quoted_text}}``; ``receipt``: ``{ids, receipt}``."""
    said, data = an_object(body), inner(an_object(body), "data")
    if said.get("type") == "message":
        return [_message(data)]
    if said.get("type") == "receipt":
        return [_receipt(data)]
    if not isinstance(said.get("type"), str):
        raise Junk("no type")
    return []


def _message(data: dict[str, Any]) -> Heard:
    if not word(data, "id") or not word(data, "text"):
        raise Junk("a message without id or text")
    return Heard(
        provider_id=word(data, "id"),
        address=word(data, "group"),
        sender=word(data, "sender"),
        text=word(data, "text"),
        said_at=moment(data.get("said_at")),
        quoted_id=word(data, "quoted_id"),
        quoted_text=word(data, "quoted_text"),
    )


def _receipt(data: dict[str, Any]) -> Heard:
    given = data.get("ids")
    ids = [each for each in given if isinstance(each, str) and each] if isinstance(given, list) else []
    if not ids:
        raise Junk("a receipt without ids")
    said = word(data, "receipt")
    return Heard(
        provider_id=f"ack:{fingerprint(said, word(data, 'at'), *ids)}",
        address=word(data, "group"),
        said_at=moment(data.get("at")),
        receipt=said if said in RECEIPTS else "other",
        message_ids=ids[:100],
        problem=word(data, "problem"),
    )
