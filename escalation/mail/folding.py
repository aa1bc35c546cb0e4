"""What of a mail is its sender's own word now, what is signature, and what is quoted from earlier mails.

Line by line, each looked at once, and never more of a line than its beginning: a line of a megabyte costs as much as another.
"""

import re
from dataclasses import dataclass

LOOKED_AT = 300  # characters of a line
MOST_LINES = 20_000
NEAR = 6  # lines after "From:" in which the others of a forwarded head stand
LONGEST_SIGNATURE = 20

_ORIGINAL = re.compile(r"\s*-{3,}\s*(original message|pesan asli|pesan terusan|forwarded message|diteruskan)", re.I)
_WROTE = re.compile(r"(on|pada|am|le|el|op)\b.*(wrote|menulis|schrieb|a écrit|escribió|schreef)\s*:\s*$", re.I)
_ENDS_WROTE = re.compile(r"(wrote|menulis|schrieb|a écrit|escribió|schreef|написал\(?а?\)?)\s*:?\s*$", re.I)
_STARTS_WROTE = re.compile(r"(on|pada|am|le|el)\s.{3,}", re.I)
_FROM = re.compile(r"\s*\*?(from|dari|von|de|da|от|van)\s?\*?:", re.I)
_OTHER_HEAD = re.compile(
    r"\s*\*?(sent|date|to|cc|subject|dikirim|tanggal|kepada|perihal|subjek|gesendet|an|betreff|отправлено|кому|тема)\s?\*?:", re.I
)
_SENT_FROM = re.compile(
    r"(sent from my \w+(\s\w+){0,4}|sent from \w+ for \w+|dikirim dari [\w ]{2,40}|get outlook for \w+)\.?\s*$", re.I
)
_DELIMITER = re.compile(r"(--|—|__)\s*$")
_RULE = re.compile(r"\s*[_-]{10,}\s*$")


@dataclass(frozen=True)
class Folded:
    """A mail's words, apart. Nothing is lost: a mail that is nothing but a quotation keeps it as its own words."""

    own: str
    signature: str = ""
    quoted: str = ""


def fold(text: str) -> Folded:
    """Take the words of a mail apart."""
    lines = text.split("\n")[:MOST_LINES]
    heads = [line[:LOOKED_AT] for line in lines]
    end = _beginning_of_earlier_mail(heads)
    own, quoted = _without_quotations(lines[:end], heads[:end])
    own, signature = _without_signature(own)
    quoted += lines[end:]
    words = "\n".join(own).strip()
    if not words:
        return Folded(own=text.strip())
    return Folded(words, "\n".join(signature).strip(), "\n".join(quoted).strip())


def _beginning_of_earlier_mail(heads: list[str]) -> int:
    """The line at which another mail begins that is not marked with ``>``."""
    for at, head in enumerate(heads):
        if _ORIGINAL.match(head) or _is_forwarded_head(heads, at):
            return _before_rules(heads, at)
        length = _attribution(heads, at)
        if length and not _is_marked(heads, at + length):
            return at
    return len(heads)


def _before_rules(heads: list[str], at: int) -> int:
    """Without the line that mail programs draw between the two mails."""
    while at and (not heads[at - 1].strip() or _RULE.match(heads[at - 1])):
        at -= 1
    return at


def _is_forwarded_head(heads: list[str], at: int) -> bool:
    if not (_FROM.match(heads[at]) or _OTHER_HEAD.match(heads[at])):
        return False
    near = heads[at : at + NEAR]
    return any(_FROM.match(head) for head in near) and sum(bool(_OTHER_HEAD.match(head)) for head in near) >= 2


def _attribution(heads: list[str], at: int) -> int:
    """How many lines from here say who wrote what follows; 0: none. Programs break that sentence into up to three lines."""
    first = heads[at].strip()
    if _WROTE.match(first):
        return 1
    if not _STARTS_WROTE.match(first):
        return 0
    for length in (2, 3):
        if at + length <= len(heads) and _ENDS_WROTE.search(heads[at + length - 1]) and heads[at + length - 1].strip():
            return length if all(head.strip() and not head.startswith(">") for head in heads[at : at + length]) else 0
    return 0


def _is_marked(heads: list[str], at: int) -> bool:
    following = next((head for head in heads[at : at + 3] if head.strip()), ">")
    return following.lstrip().startswith(">")


def _without_quotations(lines: list[str], heads: list[str]) -> tuple[list[str], list[str]]:
    own: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        length = _attribution(heads, at)
        named = length or (1 if heads[at].rstrip().endswith(":") and at + 1 < len(heads) and heads[at + 1].startswith(">") else 0)
        if named and _is_marked(heads, at + named):
            quoted += lines[at : at + named]
            at += named
        else:
            (quoted if heads[at].lstrip().startswith(">") else own).append(lines[at])
            at += 1
    return own, quoted


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    for at in range(max(0, len(lines) - LONGEST_SIGNATURE), len(lines)):
        head = lines[at][:LOOKED_AT].strip()
        if at and (_DELIMITER.match(head) or (_SENT_FROM.match(head) and at >= len(lines) - 3)):
            return lines[:at], lines[at:]
    return lines, []
