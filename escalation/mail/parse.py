"""Bytes into a message, whatever they are: everything has a limit, and what cannot be read is named, never guessed into order.

The plain parser of the standard library is used (``compat32``): the newer one reads headers so thoroughly that a hostile one
costs minutes.
"""

import email
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from common.clock import now
from escalation.mail.html import bare, cleaned, plain_of

MOST_PARTS, MOST_FILES = 300, 50
LONGEST_TEXT, LONGEST_HTML = 200_000, 300_000
LONGEST_HEADER, LONGEST_LIST = 2_000, 10_000
MOST_IDS, MOST_PEOPLE = 50, 100
SHOWN_NAME = 150


@dataclass(frozen=True)
class File:
    """A file inside a message: which part it is, counted as walked."""

    place: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Parsed:
    """What a message says of itself. Nothing in it is trusted: all of it was written by whoever sent it."""

    sender: str = ""
    sender_name: str = ""
    people: list[str] = field(default_factory=list)
    subject: str = ""
    message_id: str = ""
    answers: list[str] = field(default_factory=list)  # ids in In-Reply-To and References, newest first
    said_at: datetime | None = None
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)  # headers that tell machines from people, in lower case
    content_type: str = ""
    returned: dict[str, str] = field(default_factory=dict)  # of a bounce: id of the mail that came back, and why


MARKS = (
    *("auto-submitted", "precedence", "return-path", "x-autoreply", "x-autorespond", "x-auto-response-suppress"),
    *("list-id", "list-unsubscribe", "x-loop", "x-failed-recipients", "feedback-type"),
)


def read_message(raw: bytes) -> Parsed:
    """The message in these bytes. Whatever it raises, the bytes stay as they were kept."""
    message = email.message_from_bytes(raw)
    heads = _Heads(message)
    sender_name, sender = heads.sender()
    texts, pages, files = _bodies(message)
    html = cleaned("\n".join(pages)[:LONGEST_HTML]) if pages else ""
    text = "\n".join(texts).strip() or plain_of(html) or bare("\n".join(pages))
    return Parsed(
        sender=sender,
        sender_name=sender_name,
        people=heads.people(),
        subject=heads.text("subject", 300),
        message_id=next(iter(_ids(heads.raw("message-id"))), ""),
        answers=list(dict.fromkeys([*_ids(heads.raw("in-reply-to")), *reversed(_ids(heads.raw("references", LONGEST_LIST)))])),
        said_at=_moment(heads.raw("date")),
        text=text[:LONGEST_TEXT],
        html=html,
        files=files,
        marks={name: heads.raw(name).strip().lower()[:200] for name in MARKS if heads.has(name)},
        content_type=message.get_content_type(),
        returned=_returned(message),
    )


def file_of(raw: bytes, place: int) -> bytes | None:
    """The bytes of the file at this place, or None when there is none."""
    for at, part in _walk(email.message_from_bytes(raw)):
        if at == place:
            return _bytes_of(part)
    return None


def safe_text(value: str) -> str:
    """What a database keeps and a page shows: no NUL, no broken characters, one kind of line ends."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return plain.encode("utf-8", "replace").decode("utf-8")


def safe_name(value: str) -> str:
    """A file's name as it may be shown and offered, whatever path, marks and directions came with it."""
    bare = safe_text(value).replace("\\", "/").split("/")[-1]
    shown = " ".join("".join(letter for letter in bare if letter.isprintable() and letter not in '<>"|:*?').split())
    stem, dot, ending = shown.strip(". ").rpartition(".")
    if not dot or len(ending) > 10:
        return shown.strip(". ")[:SHOWN_NAME] or "lampiran"
    return f"{stem[: SHOWN_NAME - 11] or 'lampiran'}.{ending}"


class _Heads:
    """The headers, decoded with patience; of several with one name the first counts."""

    def __init__(self, message: "Message[str, str]") -> None:
        self.values: dict[str, str] = {}
        for name, value in message.raw_items():
            self.values.setdefault(name.lower(), str(value))

    def has(self, name: str) -> bool:
        return name in self.values

    def raw(self, name: str, longest: int = LONGEST_HEADER) -> str:
        """As it was written, bytes beyond ASCII read as UTF-8 or else as Latin-1."""
        octets = self.values.get(name, "")[:longest].encode("utf-8", "surrogateescape")
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            return octets.decode("latin-1")

    def text(self, name: str, longest: int) -> str:
        return " ".join(_decoded(self.raw(name)).split())[:longest]

    def sender(self) -> tuple[str, str]:
        """Name and address of the first author that has an address."""
        for name, usable in _mailboxes(self.raw("from")):
            if usable:
                return " ".join(_decoded(name).split())[:200], usable
        return "", ""

    def people(self) -> list[str]:
        both = [self.raw(name, LONGEST_LIST) for name in ("to", "cc")]
        found = (address for value in both for _name, address in _mailboxes(value))
        return list(dict.fromkeys(each for each in found if each))[:MOST_PEOPLE]


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError):
        return safe_text(value)
    words = [piece if isinstance(piece, str) else _in_charset(piece, charset or "ascii") for piece, charset in pieces]
    return safe_text("".join(words))


def _in_charset(octets: bytes, charset: str) -> str:
    for each in (charset, "utf-8"):
        try:
            return octets.decode(each)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return octets.decode("latin-1")


def _mailboxes(value: str) -> list[tuple[str, str]]:
    """Names and addresses of a header, in one pass; the standard library's readers differ between its own patch versions."""
    pieces: list[str] = []
    piece = closing = ""
    for letter in value:
        if closing:
            closing = "" if letter == closing else closing
        elif letter in _CLOSED_BY:
            closing = _CLOSED_BY[letter]
        elif letter in ",;":
            pieces, piece = [*pieces, piece] if len(pieces) < MOST_PEOPLE else pieces, ""
            continue
        piece += letter
    return [_mailbox(each) for each in [*pieces, piece]]


_CLOSED_BY = {'"': '"', "<": ">", "(": ")"}


def _mailbox(piece: str) -> tuple[str, str]:
    name, opened, rest = piece.rpartition("<")
    if opened:
        return name.strip().strip('"\\').replace('\\"', '"').strip(), _address(rest.partition(">")[0])
    bare, _open, comment = piece.partition("(")
    return comment.rpartition(")")[0].strip(), _address(bare.rpartition(":")[2])


def _address(value: str) -> str:
    """An address that mail can go to, its domain in lower case; nothing for what is none."""
    name, at, domain = safe_text(value).strip().rpartition("@")
    odd = any(letter.isspace() or not letter.isprintable() or letter in '<>",;:()' for letter in name + domain)
    return f"{name}@{domain.lower()}" if name and at and domain and not odd and len(value) <= 254 else ""


def _ids(value: str) -> list[str]:
    """The ids between angle brackets, without running over a long header twice."""
    pieces = (piece.partition(">") for piece in value.split("<")[1:])
    found = (safe_text(inside).strip() for inside, closed, _rest in pieces if closed)
    return [f"<{each}>" for each in found if each and len(each) < 190 and not any(c.isspace() for c in each)][:MOST_IDS]


def _moment(value: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(value)
        said = said if said.tzinfo else said.replace(tzinfo=UTC)
        return said if datetime(1990, 1, 1, tzinfo=UTC) < said < now() + timedelta(days=1) else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _walk(message: "Message[str, str]") -> Iterator[tuple[int, Any]]:
    """The parts in order, without those inside an attached message; no recursion, however deep they lie."""
    waiting: list[Any] = [message]
    for place in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield place, part
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting.extend(reversed(part.get_payload()))


def _bodies(message: "Message[str, str]") -> tuple[list[str], list[str], list[File]]:
    """Plain texts, pages and files, in order."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[File] = []
    for place, part in _walk(message):
        kind, name = part.get_content_type(), _file_name(part)
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            continue
        if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
            (texts if kind == "text/plain" else pages).append(_text_of(part))
        elif part.get_content_maintype() == "multipart":
            texts.append(_text_of(part))  # said to have parts, and has none that can be found
        elif len(files) < MOST_FILES:
            files.append(File(place, safe_name(name or _usual_name(kind)), kind[:80], len(_bytes_of(part))))
    return texts, pages, files


def _usual_name(kind: str) -> str:
    endings = {
        "message/rfc822": "surat.eml",
        "text/html": "halaman.html",
        "text/plain": "teks.txt",
        "application/pdf": "berkas.pdf",
    }
    return endings.get(kind, "lampiran")


def _file_name(part: Any) -> str:
    try:
        return _decoded(str(part.get_filename() or ""))[:400]
    except (ValueError, LookupError, TypeError, AttributeError):
        return "lampiran"


def _bytes_of(part: Any) -> bytes:
    if part.get_content_maintype() == "message" and isinstance(part.get_payload(), list):
        return b"\n".join(each.as_bytes() for each in part.get_payload()[:1])
    found = part.get_payload(decode=True)
    if isinstance(found, bytes):
        return found
    return str(part.get_payload()).encode("utf-8", "replace")


def _text_of(part: Any) -> str:
    octets = _bytes_of(part)[: 4 * LONGEST_HTML]
    try:
        charset = str(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, TypeError):
        charset = "utf-8"
    return safe_text(_in_charset(octets, charset))[:LONGEST_HTML]


def _returned(message: "Message[str, str]") -> dict[str, str]:
    """Of a delivery report (RFC 3464): the id of the mail that came back, what became of it, and why."""
    if message.get_content_type() != "multipart/report":
        return {}
    found: dict[str, str] = {}
    for _place, part in _walk(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status" and isinstance(part.get_payload(), list):
            for block in part.get_payload()[:20]:
                for name in ("action", "status", "diagnostic-code", "final-recipient"):
                    if block.get(name):
                        found.setdefault(name, safe_text(str(block.get(name)))[:200])
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            inside = (
                part.get_payload(0)
                if isinstance(part.get_payload(), list)
                else email.message_from_string(str(part.get_payload()))
            )
            found.setdefault("id", next(iter(_ids(_Heads(inside).raw("message-id"))), ""))
    return found
