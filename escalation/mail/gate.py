"""Which mail nobody is asked to answer: machines, lists, bounces, ourselves (I8). Kawal answers no mail by itself; this keeps
people from answering machines."""

import re
from collections.abc import Collection

from escalation.mail.parse import Parsed
from escalation.models.mail import Quarantine

BULK = ("bulk", "junk", "list")
HEAD = 16 * 1024
_FROM = re.compile(rb"^from:([^\n]{0,998})", re.I | re.M)
_ADDRESS = re.compile(rb"[\w.+'-]{1,64}@[\w.-]{1,180}")
_DAEMON = re.compile(r"(mailer-daemon|postmaster|mail-daemon|bounce[s]?([+-].*)?|double-bounce)@", re.I)
_NO_REPLY = re.compile(r"(no-?reply|do-?not-?reply|noreply)([+-].*)?@", re.I)
_AWAY = re.compile(
    r"\s*(automatic reply|auto(matic)?[- ]?(reply|response)|out of (the )?office|balasan otomatis|di luar kantor|sedang cuti)\b",
    re.I,
)


def sender_at_sight(raw: bytes) -> str:
    """The address in the first From line, before anything is parsed; none where it is not plain. For an order, not for trust."""
    found = _FROM.search(raw, 0, HEAD)
    addresses = _ADDRESS.findall(found[1]) if found else []
    return addresses[-1].decode("ascii", "replace") if addresses else ""


def judged(parsed: Parsed, own: Collection[str]) -> str:
    """Why this is nobody's word to us, or nothing when a person may have written it."""
    marks = parsed.marks
    if _came_back(parsed):
        return Quarantine.BOUNCE
    if not parsed.sender:
        return Quarantine.NO_SENDER
    if parsed.sender.lower() in own:
        return Quarantine.OWN
    if _says_machine(marks) or _AWAY.match(parsed.subject) or _NO_REPLY.match(parsed.sender):
        return Quarantine.MACHINE
    if marks.get("precedence") in BULK or "list-id" in marks or "list-unsubscribe" in marks:
        return Quarantine.BULK
    return ""


def _came_back(parsed: Parsed) -> bool:
    report = parsed.content_type == "multipart/report" or "x-failed-recipients" in parsed.marks
    return report or bool(_DAEMON.match(parsed.sender)) or "feedback-type" in parsed.marks


def _says_machine(marks: dict[str, str]) -> bool:
    submitted = marks.get("auto-submitted", "no").split(";")[0].strip()
    named = "x-autoreply" in marks or "x-autorespond" in marks or "x-loop" in marks
    empty_path = marks.get("return-path", "").replace(" ", "") == "<>"
    return submitted not in ("", "no") or named or empty_path or marks.get("precedence") == "auto_reply"
