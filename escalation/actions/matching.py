"""What a text says about itself: which ticket it names, and whether the unit reports, has finished or asks (HC-6)."""

import re

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import Kind, Ticket

NUMBER = re.compile(r"(?<!\w)#?T-?(\d{6,12})(?!\w)", re.IGNORECASE)

REPAIRED = re.compile(r"\b(sdh|sudah|udah|telah) (up|normal|selesai|ok)\b")


class LineKind(models.TextChoices):
    """What a line of a group is for us; the page's keys 1 to 4."""

    PROGRESS = "progress", _("progres")
    DONE = "done", _("selesai")
    NEEDS_DATA = "needs_data", _("butuh data")
    NOT_OURS = "not_ours", _("bukan untuk kita")


OURS = [(kind.value, kind.label) for kind in LineKind if kind != LineKind.NOT_OURS]


def numbers_in(text: str) -> set[int]:
    """The keys of the tickets that a text names."""
    return {int(found) for found in NUMBER.findall(text)}


def named_ticket(*texts: str) -> Ticket | None:
    """The one ticket that the first of the texts with any number names; None for none, for several, and for an unknown one."""
    for text in texts:
        if numbers := numbers_in(text):
            return Ticket.objects.filter(pk=numbers.pop()).first() if len(numbers) == 1 else None
    return None


def bare(text: str) -> str:
    """A text for comparing: without ticket numbers, signs and case."""
    return " ".join(re.findall(r"\w+", NUMBER.sub(" ", text).casefold()))


def says_done(text: str) -> bool:
    """Whether the text is nothing but one of the words for "repaired"."""
    return bare(text) in settings.UNIT_DONE_WORDS


def proposed_kind(text: str) -> LineKind:
    """What a line of a unit most likely is; a person decides."""
    words = f"{bare(text)} "
    if any(words.startswith(f"{word} ") for word in settings.UNIT_DONE_WORDS) or re.search(
        r"\b(sdh|sudah|udah) (up|normal)\b", words
    ):
        return LineKind.DONE
    if any(words.startswith(f"{word} ") for word in settings.UNIT_ASKS_WORDS) or "?" in text:
        return LineKind.NEEDS_DATA
    return LineKind.PROGRESS


def heard_kind(text: str) -> LineKind:
    """What a line is taken for while nobody has decided: done only where it says nothing else."""
    if says_done(text):
        return LineKind.DONE
    return LineKind.NEEDS_DATA if proposed_kind(text) == LineKind.NEEDS_DATA else LineKind.PROGRESS


def is_published_unasked(kind: str) -> bool:
    """Whether the words of the unit reach the TL by themselves for this kind of ticket, without Support HC's click (SE-4)."""
    return Kind(kind) in settings.PUBLISHED_UNASKED
