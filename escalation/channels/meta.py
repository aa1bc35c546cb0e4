"""Meta's Cloud API, groups: WhatsApp's official way. Only groups that this number made itself, with eight members at most."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from escalation.channels.port import (
    Abilities,
    Heard,
    Junk,
    Outgoing,
    PermanentFailure,
    Session,
    Setting,
    TemporaryFailure,
)
from escalation.channels.reading import an_object, fingerprint, inner, moment, rows, same, secret_of, signed, the_id, word
from escalation.channels.web import ask
from escalation.models import Channel

ABILITIES = Abilities(
    sends=True,
    hears=True,
    acknowledges=True,
    tells_session=True,
    greets=True,
    address=_("id grup dari Meta, seperti Y2FwaV9ncm91cDo…"),
    base_url="https://graph.facebook.com/v25.0",
    settings=(
        Setting("base_url", _("Alamat Graph API"), "https://graph.facebook.com/v25.0"),
        Setting("device", _("ID nomor telepon"), "PHONE_NUMBER_ID"),
        Setting("password", _("Token akses")),
        Setting("webhook_secret", _("App secret"), _("untuk memeriksa X-Hub-Signature-256")),
        Setting("verify_token", _("Verify token"), _("Anda karang sendiri, lalu isi sama di dasbor Meta"), needed=False),
    ),
)
BUSY = {4, 80007, 130429, 131016, 131048, 131056, 131057, 131208}  # limits and maintenance: the message is not at fault
RECEIPTS = {"delivered": "delivered", "read": "read", "failed": "failed"}


def send(channel: Channel, out: Outgoing) -> str:
    """POST /<phone number>/messages."""
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "group",
        "to": out.address,
        "type": "text",
        "text": {"preview_url": False, "body": out.text},
    }
    body |= {"context": {"message_id": out.reply_to}} if out.reply_to else {}
    sent = rows(inner({"": _ask(channel, "POST", "/messages", body=body)}, "").get("messages"))
    return the_id(sent[0].get("id") if sent else None)


def session(channel: Channel) -> Session:
    """GET /<phone number>."""
    said = inner({"": _ask(channel, "GET", "", params={"fields": "status,quality_rating,display_phone_number"})}, "")
    return Session(word(said, "status") == "CONNECTED", " ".join(word(said, name) for name in ("status", "quality_rating")))


def _ask(channel: Channel, method: str, path: str, **content: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret_of(channel)}"}
    try:
        return ask(method, channel.base_url, f"/{quote(channel.device)}{path}", headers=headers, **content)
    except PermanentFailure as failure:
        error = inner(failure.said, "error")
        details = word(inner(error, "error_data"), "details") or word(error, "message")
        words = " ".join(filter(None, [word(error, "code"), details]))
        if error.get("code") in BUSY:
            raise TemporaryFailure(words, code=failure.code, said=failure.said) from failure
        raise PermanentFailure(words or failure, code=failure.code, said=failure.said) from failure


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """X-Hub-Signature-256: HMAC-SHA256 of the raw body with the app's secret."""
    return signed(body, secret, headers.get("X-Hub-Signature-256", "").removeprefix("sha256="))


def greet(asked: Mapping[str, str], token: str) -> str | None:
    """GET with ``hub.mode=subscribe``: the challenge comes back to who knows our token."""
    known = asked.get("hub.mode") == "subscribe" and same(asked.get("hub.verify_token", ""), token)
    return asked.get("hub.challenge", "")[:200] if known else None


def parse(body: bytes) -> list[Heard]:
    """Meta batches: several entries, changes, messages and statuses in one body."""
    said = an_object(body)
    if not isinstance(said.get("entry"), list):
        raise Junk("no entry")
    changes = [change for entry in rows(said["entry"]) for change in rows(entry.get("changes"))]
    values = [inner(change, "value") for change in changes if change.get("field", "messages") == "messages"]
    words = [_message(each, value) for value in values for each in rows(value.get("messages"))]
    return words + [_receipt(each) for value in values for each in rows(value.get("statuses"))]


def _message(said: dict[str, Any], value: dict[str, Any]) -> Heard:
    if not word(said, "id"):
        raise Junk("a message without id")
    sender, kind = word(said, "from"), word(said, "type")
    names = [word(inner(each, "profile"), "name") for each in rows(value.get("contacts")) if word(each, "wa_id") == sender]
    return Heard(
        provider_id=word(said, "id"),
        address=word(said, "group_id") or sender,
        sender=(names[0] if names else "") or sender,
        text=word(inner(said, "text"), "body") or f"[{kind}] {word(inner(said, kind), 'caption')}".strip(),
        said_at=moment(said.get("timestamp")),
        quoted_id=word(inner(said, "context"), "id"),
    )


def _receipt(said: dict[str, Any]) -> Heard:
    number, status, who = word(said, "id"), word(said, "status"), word(said, "recipient_participant_id")
    if not number:
        raise Junk("a status without id")
    errors = rows(said.get("errors"))
    return Heard(
        provider_id=f"ack:{fingerprint(number, status, who)}",
        address=word(said, "recipient_id"),
        said_at=moment(said.get("timestamp")),
        receipt=RECEIPTS.get(status, "other"),
        message_ids=[number],
        problem=" ".join(filter(None, [word(errors[0], "code"), word(errors[0], "title")])) if errors else "",
    )
