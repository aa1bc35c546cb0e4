"""Reading text that was copied or exported from a WhatsApp group (HC-6), in the forms that phones write it.

    24/11/26 13.41 - Ujang S.: teks            Android, Indonesian
    11/24/26, 1:41 PM - Ujang S.: text         Android, English
    [24/11/26 13.41.05] Ujang S.: teks         iOS, Indonesian
    [11/24/26, 1:41:05 PM] Ujang S.: text      iOS, English

A message may have many lines. What WhatsApp itself says (somebody joined, a photo left out) is passed over.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from django.utils.translation import gettext_lazy as _

from common.problems import Invalid
from common.text import clean

LONGEST_PASTE, MOST_LINES = 200_000, 500
INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
SPACES = dict.fromkeys([0xA0, 0x2007, 0x2009, 0x202F], " ")
HEAD = re.compile(
    r"(?P<open>\[)?(?P<a>\d{1,4})[/.-](?P<b>\d{1,2})[/.-](?P<c>\d{2,4}),? +(?:pukul +|at +)?"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))? *(?P<half>[ap]\.? ?m\.?)?"
    r"(?(open)\] *| +[-–] +)(?P<rest>.*)",
    re.IGNORECASE,
)
SAID = re.compile(r"(?P<sender>[^:\n]{1,80}):(?:[ \n](?P<text>.*))?", re.DOTALL)
EDITED = re.compile(r" *<(?:Pesan ini diedit|This message was edited)>$", re.IGNORECASE)
NOT_WORDS = re.compile(
    r"<?(media|gambar|video|audio|stiker|dokumen|image|sticker|document|GIF)\b.{0,40}\b(tidak disertakan|omitted)>?"
    r"|(pesan ini (telah )?dihapus|anda (telah )?menghapus pesan ini|this message was deleted|you deleted this message)\.?"
    r"|(pesan dan panggilan|messages and calls).*end-to-end.*",
    re.IGNORECASE | re.DOTALL,
)
TOO_LONG = _("Tempelan terlalu panjang: paling banyak 200 kB atau 500 pesan sekali tempel. Tempel yang terakhir saja.")


@dataclass(frozen=True)
class ChatLine:
    """One message of a chat; the time is None where the text came without one."""

    said_at: datetime | None
    sender: str
    text: str


@dataclass
class _Raw:
    head: re.Match[str] | None
    lines: list[str]


def read_chat(pasted: str, *, zone: tzinfo, today: datetime) -> list[ChatLine]:
    """The messages in the text, in order. ``Invalid`` when it is too long.

    The order of day and month is decided for the whole text: day first, unless that is impossible or lies in the future.
    """
    if len(pasted) > LONGEST_PASTE:
        raise Invalid(
            _("Tempelan terlalu panjang: paling banyak 200 kB atau 500 pesan sekali tempel. Tempel bagian terakhir saja.")
        )
    raws = _split(clean(pasted, longest=LONGEST_PASTE).translate(INVISIBLE).translate(SPACES))
    if len(raws) > MOST_LINES:
        raise Invalid(TOO_LONG, errors={"text": [TOO_LONG]})
    heads = [raw.head for raw in raws if raw.head]
    day_first = _is_day_first(heads, zone, today + timedelta(days=1))
    lines = [_line(raw, day_first, zone, today + timedelta(days=1)) for raw in raws]
    return [line for line in lines if line is not None]


def _split(text: str) -> list[_Raw]:
    raws: list[_Raw] = []
    for line in text.splitlines():
        head = HEAD.match(line.strip())
        if head and (_moment(head, True, UTC) or _moment(head, False, UTC)):
            raws.append(_Raw(head, [head["rest"]]))
        elif raws:
            raws[-1].lines.append(line.rstrip())
        elif line.strip():
            raws.append(_Raw(None, [line.rstrip()]))
    return raws


def _is_day_first(heads: list[re.Match[str]], zone: tzinfo, latest: datetime) -> bool:
    def fits(day_first: bool) -> bool:
        moments = [_moment(head, day_first, zone) for head in heads]
        return all(moment is not None and moment <= latest for moment in moments)

    return fits(True) or not fits(False)


def _moment(head: re.Match[str], day_first: bool, zone: tzinfo) -> datetime | None:
    """The time of a head; None where there is no such day or hour."""
    a, b, c = int(head["a"]), int(head["b"]), int(head["c"])
    year, month, day = (a, b, c) if len(head["a"]) == 4 else (c, b, a) if day_first else (c, a, b)
    hour, half = int(head["hour"]), (head["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        local = datetime(year + (2000 if year < 100 else 0), month, day, hour, int(head["minute"]), int(head["second"] or 0))
    except ValueError:
        return None
    return local.replace(tzinfo=zone).astimezone(UTC) if local.year > 2000 else None


def _line(raw: _Raw, day_first: bool, zone: tzinfo, latest: datetime) -> ChatLine | None:
    """One message; None for what nobody said."""
    text = "\n".join(raw.lines).strip()
    if raw.head is None:
        return ChatLine(None, "", text)
    said = SAID.fullmatch(text)
    if said is None:
        return None
    words = EDITED.sub("", said["text"] or "").strip()
    if not words or NOT_WORDS.fullmatch(words):
        return None
    moment = _moment(raw.head, day_first, zone) or _moment(raw.head, not day_first, zone)
    sender = said["sender"].strip().removeprefix("~").strip()
    return ChatLine(moment if moment and moment <= latest else None, sender[:120], words)
