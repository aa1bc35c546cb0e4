"""The paste box (HC-6): pasted words of a group, shown with their tickets before anything is written, then recorded."""

import hashlib
import re
import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, Problem
from common.text import clean
from escalation.actions.chat_lines import LONGEST_PASTE, MOST_LINES, ChatLine, read_chat
from escalation.actions.inbox import PASTED
from escalation.actions.matching import LineKind, bare, is_published_unasked, numbers_in, proposed_kind
from escalation.actions.progress import Said, record_progress
from escalation.models import (
    Channel,
    ChannelKind,
    DispatchLine,
    Escort,
    EscortState,
    Group,
    InboundMessage,
    InboundState,
    Message,
    Progress,
    Source,
)
from tickets.models import Ticket

TAKES_PROGRESS = [EscortState.DISPATCHED, EscortState.IN_PROGRESS, EscortState.SOLVED]
CANDIDATES = 500  # open escorts that a line may mean
REMEMBERED = 2_000  # words from gateways that a pasted line is compared with


class Guess(models.TextChoices):
    """How a line's ticket was found."""

    NUMBER = "number", _("nomor tiket")
    SERVICE = "service", _("tebakan nomor layanan")
    NAME = "name", _("tebakan nama")
    SYMPTOM = "symptom", _("tebakan gejala")


@dataclass(frozen=True)
class PastedRow:
    """One line of the preview. The person may change ``ticket`` and ``kind`` before saving."""

    said_at: datetime | None
    sender: str
    text: str
    ticket: str = ""  # its number
    kind: str = LineKind.PROGRESS
    guess: str = ""  # a Guess
    known: bool = False  # recorded before, here or through a gateway, or written by ourselves


class Saved(models.TextChoices):
    """What became of a line."""

    RECORDED = "recorded", _("dicatat")
    KNOWN = "known", _("sudah tercatat")
    INBOX = "inbox", _("masuk kotak cocokkan")
    ARCHIVED = "archived", _("masuk arsip")
    REFUSED = "refused", _("ditolak")


@dataclass(frozen=True)
class SavedRow:
    """One line after saving; ``why`` says in words what refused it."""

    row: PastedRow
    result: str
    why: Any = ""


def preview(text: str, *, by: Person, group: Group | None = None) -> list[PastedRow]:
    """What the pasted text holds and what saving would do with it; writes nothing. ``Invalid`` when it is too long or empty."""
    require(by, "escort.record_progress")
    lines = read_chat(text, zone=zone_of(by), today=now())
    if not lines:
        raise Invalid(_("Tidak ada pesan yang terbaca. Tempel teks dari grup WhatsApp."), errors={"text": [_("Kosong.")]})
    known, tickets = _Known(lines), _Tickets(lines, group)
    return [_row(line, known, tickets) for line in lines]


def _row(line: ChatLine, known: "_Known", tickets: "_Tickets") -> PastedRow:
    ticket, guess = tickets.of(line.text)
    kind = proposed_kind(line.text) if ticket else LineKind.NOT_OURS
    if tickets.is_ours(line.text):
        return PastedRow(line.said_at, line.sender, line.text, ticket, LineKind.NOT_OURS, guess, known=True)
    return PastedRow(line.said_at, line.sender, line.text, ticket, kind, guess, line in known)


def zone_of(person: Person) -> zoneinfo.ZoneInfo:
    """The zone that the person's phone shows: that of their site."""
    return zoneinfo.ZoneInfo(person.team.site.time_zone if person.team else settings.TIME_ZONE)


def fingerprint(said_at: datetime | None, sender: str, text: str) -> str:
    """The same line has the same one, whichever phone it was copied from: minute, sender and text."""
    return hashlib.sha256("|".join([_minute(said_at), sender.casefold(), _squeezed(text)]).encode()).hexdigest()


def _minute(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _squeezed(text: str) -> str:
    return " ".join(text.split())


class _Known:
    """Which of some lines were recorded before."""

    def __init__(self, lines: Iterable[ChatLine]) -> None:
        marks = [fingerprint(line.said_at, line.sender, line.text) for line in lines]
        self.marks = set(Progress.objects.filter(fingerprint__in=marks).values_list("fingerprint", flat=True))
        pasted = _pasted().filter(provider_id__in=[PASTED + mark for mark in marks])
        self.marks |= {each.removeprefix(PASTED) for each in pasted.values_list("provider_id", flat=True)}
        heard = InboundMessage.objects.filter(is_receipt=False, said_at__isnull=False).exclude(provider_id__startswith=PASTED)
        self.heard = {
            (_minute(said_at), _squeezed(text))
            for said_at, text in heard.order_by("-id").values_list("said_at", "text")[:REMEMBERED]
        }

    def __contains__(self, line: ChatLine) -> bool:
        return fingerprint(line.said_at, line.sender, line.text) in self.marks or self.was_heard(line.said_at, line.text)

    def was_heard(self, said_at: datetime | None, text: str) -> bool:
        """Whether a gateway brought the same words; its clock and the phone's may fall on either side of a minute."""
        if said_at is None:
            return False
        around = (said_at + timedelta(minutes=offset) for offset in (-1, 0, 1))
        return any((_minute(moment), _squeezed(text)) in self.heard for moment in around)


class _Tickets:
    """Which ticket a line means, and whether the line is one of our own messages."""

    def __init__(self, lines: Sequence[ChatLine], group: Group | None) -> None:
        named = {number for line in lines for number in numbers_in(line.text)}
        self.named = {ticket.pk: ticket for ticket in Ticket.objects.filter(pk__in=named)}
        escorts = Escort.objects.filter(state__in=TAKES_PROGRESS).select_related("ticket")
        if group:
            escorts = escorts.filter(ticket__in=DispatchLine.objects.filter(message__group=group).values("ticket"))
        self.open = [escort.ticket for escort in escorts.order_by("-id")[:CANDIDATES]]
        ours = Message.objects.about_ticket(*named).values_list("text", flat=True)
        self.ours = {_squeezed(text) for text in ours}

    def of(self, text: str) -> tuple[str, str]:
        """The ticket's number and how it was found; empty where it is unclear."""
        numbers = numbers_in(text)
        if numbers:
            ticket = self.named.get(numbers.pop()) if len(numbers) == 1 else None
            return (ticket.number, Guess.NUMBER) if ticket else ("", "")
        for guess, fits in HINTS.items():
            fitting = [ticket for ticket in self.open if fits(ticket, text)]
            if len(fitting) == 1:
                return fitting[0].number, guess
        return "", ""

    def is_ours(self, text: str) -> bool:
        return _squeezed(text) in self.ours


def _digits(text: str | None) -> str:
    return re.sub(r"\D", "", text or "")


def _has_service(ticket: Ticket, text: str) -> bool:
    return len(_digits(ticket.service_number)) >= 6 and _digits(ticket.service_number) in _digits(text)


def _has_name(ticket: Ticket, text: str) -> bool:
    return _holds(text, bare(ticket.customer_name or ""), at_least=4)


def _has_symptom(ticket: Ticket, text: str) -> bool:
    return _holds(text, bare(ticket.symptom), at_least=8)


def _holds(text: str, words: str, *, at_least: int) -> bool:
    return len(words) >= at_least and f" {words} " in f" {bare(text)} "


HINTS: dict[str, Callable[[Ticket, str], bool]] = {
    Guess.SERVICE: _has_service,
    Guess.NAME: _has_name,
    Guess.SYMPTOM: _has_symptom,
}


# Saving


def save_pasted(rows: Sequence[PastedRow], *, by: Person, group: Group | None = None) -> list[SavedRow]:
    """Record the lines as the person left them, each by itself; the same line again changes nothing.

    Progress, done and data asked for go to their ticket; without a ticket a line waits in the inbox; what is not for us is kept
    in the archive.
    """
    require(by, "escort.record_progress")
    if len(rows) > MOST_LINES or sum(len(row.text) for row in rows) > LONGEST_PASTE:
        raise Invalid(
            _("Tempelan terlalu panjang: paling banyak 200 kB atau 500 pesan sekali tempel. Tempel bagian terakhir saja.")
        )
    known = _Known([ChatLine(row.said_at, row.sender, row.text) for row in rows])
    return [_save(row, known, group, by) for row in rows]


def _save(row: PastedRow, known: _Known, group: Group | None, by: Person) -> SavedRow:
    try:
        if row.kind not in LineKind.values:
            raise Invalid(_("Jenis baris ini tidak dikenal."))
        if known.was_heard(row.said_at, row.text):
            return SavedRow(row, Saved.KNOWN)
        with transaction.atomic():
            return SavedRow(row, _saved(row, group, by))
    except IntegrityError:  # the same line, saved by somebody else at this moment
        return SavedRow(row, Saved.KNOWN)
    except Problem as problem:
        return SavedRow(row, Saved.REFUSED, problem)


def _saved(row: PastedRow, group: Group | None, by: Person) -> Saved:
    mark = fingerprint(row.said_at, row.sender, row.text)
    if Progress.objects.filter(fingerprint=mark).exists():
        return Saved.KNOWN
    if row.kind == LineKind.NOT_OURS:
        return _kept(row, mark, group, by, InboundState.DISMISSED, Saved.ARCHIVED)
    if not row.ticket:
        return _kept(row, mark, group, by, InboundState.WAITING, Saved.INBOX)
    ticket = Ticket.objects.visible_to(by).by_number(row.ticket).first()
    escort = Escort.objects.filter(ticket=ticket).first() if ticket else None
    if ticket is None or escort is None:
        raise Conflict(_("Tiket %(number)s tidak ada atau tidak sedang dikawal."), number=row.ticket)
    said = Said(
        text=row.text,
        publish=is_published_unasked(ticket.kind),
        done=row.kind == LineKind.DONE,
        needs_data=row.kind == LineKind.NEEDS_DATA,
        source=Source.PASTED,
        sender=row.sender,
        group=group,
        said_at=row.said_at,
        fingerprint=mark,
    )
    record_progress(escort, said, by=by)
    waiting = _pasted().filter(provider_id=PASTED + mark).exclude(state=InboundState.MATCHED)
    waiting.update(state=InboundState.MATCHED, ticket=ticket, matched_by="hand", handled_by=by, problem="")
    return Saved.RECORDED


def _pasted() -> models.QuerySet[InboundMessage]:
    """Kept lines stand on the channel by hand, whichever group they were copied from."""
    return InboundMessage.objects.filter(channel=_by_hand())


def _by_hand() -> Channel | None:
    return Channel.objects.filter(kind=ChannelKind.BY_HAND).order_by("id").first()


def _kept(row: PastedRow, mark: str, group: Group | None, by: Person, state: InboundState, result: Saved) -> Saved:
    """Stored beside what the gateways bring, so that the inbox and the archive are one."""
    channel = _by_hand()
    if channel is None:
        raise Conflict(_("Belum ada saluran manual. Minta administrator menambahkannya."))
    text = clean(row.text)
    inbound, made = InboundMessage.objects.get_or_create(
        channel=channel,
        provider_id=PASTED + mark,
        defaults={
            "raw": text,
            "text": text,
            "sender": clean(row.sender)[:120],
            "group": group,
            "said_at": row.said_at,
            "received_at": now(),
            "state": state,
            "handled_by": by if state == InboundState.DISMISSED else None,
        },
    )
    if not made:
        return Saved.KNOWN
    record(inbound, "inbox.pasted", by=by, facts={"state": state})
    Counter.grow("queue")
    return result
