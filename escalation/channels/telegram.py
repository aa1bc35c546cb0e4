"""A Telegram bot that sits in the groups; with privacy mode on it sees only what answers its own messages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from escalation.channels.port import Abilities, Heard, Junk, Outgoing, PermanentFailure, Session, Setting, TemporaryFailure
from escalation.channels.reading import an_object, inner, moment, same, secret_of, the_id, word
from escalation.channels.web import ask, bounded
from escalation.models import Channel

ABILITIES = Abilities(
    sends=True,
    hears=True,
    tells_session=True,
    address=_("id obrolan, seperti -1001234567890"),
    base_url="https://api.telegram.org",
    settings=(
        Setting("base_url", _("Alamat Bot API"), "https://api.telegram.org"),
        Setting("password", _("Token bot"), _("dari @BotFather")),
        Setting("webhook_secret", _("Rahasia webhook"), _("secret_token pada setWebhook: huruf, angka, _ dan -")),
    ),
)


def send(channel: Channel, out: Outgoing) -> str:
    """``sendMessage``. Telegram counts messages by chat, so the chat is part of the id."""
    body: dict[str, Any] = {"chat_id": out.address, "text": out.text, "link_preview_options": {"is_disabled": True}}
    _chat, _colon, number = out.reply_to.rpartition(":")
    if number.isdigit():
        body["reply_parameters"] = {"message_id": int(number), "allow_sending_without_reply": True}
    sent = inner(_ask(channel, "sendMessage", body), "result")
    return f"{word(inner(sent, 'chat'), 'id') or out.address}:{the_id(sent.get('message_id'))}"


def session(channel: Channel) -> Session:
    """``getMe``: whether the token still is a bot's."""
    said = inner(_ask(channel, "getMe", {}), "result")
    return Session(bool(said), f"@{word(said, 'username')}" if said else "")


def _ask(channel: Channel, method: str, body: dict[str, Any]) -> Any:
    try:
        return ask("POST", channel.base_url, f"/bot{secret_of(channel)}/{method}", body=body)
    except TemporaryFailure as failure:
        wait = inner(failure.said, "parameters").get("retry_after")
        if isinstance(wait, int):
            failure.retry_after = bounded(wait)
        raise
    except PermanentFailure as failure:
        words, moved = word(failure.said, "description"), word(inner(failure.said, "parameters"), "migrate_to_chat_id")
        if moved:
            words = _("Grup ini pindah ke id %(id)s. Ganti alamat grup.") % {"id": moved}
        raise PermanentFailure(words or failure, code=failure.code, said=failure.said) from failure


def verify(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """X-Telegram-Bot-Api-Secret-Token: the secret itself; Telegram signs nothing."""
    return same(headers.get("X-Telegram-Bot-Api-Secret-Token", ""), secret)


def parse(body: bytes) -> list[Heard]:
    """One update a body; only messages concern us."""
    said = an_object(body)
    if not isinstance(said.get("update_id"), int):
        raise Junk("no update")
    for name in ("message", "edited_message", "channel_post", "edited_channel_post"):
        if name in said:
            return [_message(inner(said, name))]
    return []


def _message(said: dict[str, Any]) -> Heard:
    chat, writer, quoted = word(inner(said, "chat"), "id"), inner(said, "from"), inner(said, "reply_to_message")
    if not chat or not word(said, "message_id"):
        raise Junk("a message without id")
    edited = f":{word(said, 'edit_date')}" if word(said, "edit_date") else ""
    name = " ".join(filter(None, [word(writer, "first_name"), word(writer, "last_name")]))
    return Heard(
        provider_id=f"{chat}:{word(said, 'message_id')}{edited}",
        address=chat,
        sender=name or word(writer, "username") or word(inner(said, "sender_chat"), "title"),
        text=word(said, "text") or word(said, "caption") or str(_("[berkas]")),
        said_at=moment(said.get("date")),
        quoted_id=f"{chat}:{word(quoted, 'message_id')}" if quoted else "",
        quoted_text=word(quoted, "text"),
    )
