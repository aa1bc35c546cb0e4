"""What the gateways bring (HC-6): stored raw first, then matched to a ticket, or kept in the inbox for a person."""

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible, Problem
from escalation.actions import probes
from escalation.actions.matching import OURS, LineKind, heard_kind, is_published_unasked, named_ticket
from escalation.actions.outcomes import locked, mark_failed
from escalation.actions.progress import Said, record_progress
from escalation.channels import Heard, abilities_of, gateway_of
from escalation.models import Channel, DispatchLine, Escort, Group, InboundMessage, InboundState, Message, MessageState, Source
from escalation.models.channels import Purpose
from tickets.models import Ticket

log = logging.getLogger(__name__)
BATCH = 200
UNIT_GROUPS = [Purpose.TIAL_REG, Purpose.C4, Purpose.TELKOM, Purpose.COORDINATION]
RECEIPT_PATIENCE = timedelta(minutes=2)  # a receipt may overtake the answer that tells us the message's id
PASTED = "paste:"  # provider ids of lines that came through the paste box


# Taking in


def without_secrets(channel: Channel, body: bytes) -> bytes:
    """The body without what a gateway puts in that must not be stored: Evolution sends its own key along."""
    hidden = abilities_of(channel.kind).secret_fields
    try:
        said = json.loads(body) if hidden else None
    except (ValueError, RecursionError):
        return body
    if not isinstance(said, dict) or not hidden & said.keys():
        return body
    return json.dumps({name: value for name, value in said.items() if name not in hidden}).encode()


@transaction.atomic
def take_in(channel: Channel, body: bytes, heard: Sequence[Heard]) -> None:
    """Store what a gateway brought. What is stored already stays as it is: a repeated delivery changes nothing."""
    moment, raw = now(), storable(body.decode(errors="replace"))
    rows = [
        InboundMessage(
            channel=channel, provider_id=_id(each.provider_id), raw=raw, received_at=moment, is_receipt=each.is_receipt
        )
        for each in heard
    ]
    InboundMessage.objects.bulk_create(rows, ignore_conflicts=True)
    Channel.objects.filter(pk=channel.pk).update(last_inbound_at=moment)


def take_in_junk(channel: Channel, body: bytes) -> None:
    """Keep what was rightly signed and makes no sense, for a person to look at."""
    InboundMessage.objects.get_or_create(
        channel=channel,
        provider_id=f"junk:{hashlib.sha256(body).hexdigest()}",
        defaults={
            "raw": storable(body.decode(errors="replace")),
            "received_at": now(),
            "state": InboundState.WAITING,
            "problem": str(_("Isi kiriman gerbang tidak terbaca.")),
        },
    )
    Counter.grow("queue")


def storable(text: str) -> str:
    """What both databases keep: without NUL, lone surrogates replaced."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _id(provider_id: str) -> str:
    provider_id = storable(provider_id)
    return provider_id if len(provider_id) <= 200 else f"long:{hashlib.sha256(provider_id.encode()).hexdigest()}"


# Matching


def match_new() -> int:
    """Match what is new, words before receipts; returns how many rows came to an end."""
    new = InboundMessage.objects.filter(state=InboundState.NEW).order_by("is_receipt", "id")
    return sum(_match_safely(pk) for pk in list(new.values_list("pk", flat=True)[:BATCH]))


def _match_safely(pk: int) -> bool:
    """One row; a poisonous one is parked in the inbox and never stops the rest."""
    try:
        return _match_one(pk)
    except Exception:
        log.exception("inbound message %s parked", pk)
        parked = InboundMessage.objects.filter(pk=pk, state=InboundState.NEW)
        return bool(
            parked.update(state=InboundState.WAITING, problem=str(_("Tidak dapat diolah sendiri; cocokkan dengan tangan.")))
        )


@transaction.atomic
def _match_one(pk: int) -> bool:
    """The row is locked, so that of two workers one matches it. Rows of the inbox are locked before tickets, everywhere."""
    locked = InboundMessage.objects.select_for_update(skip_locked=True, of=("self",)).select_related("channel")
    inbound = locked.filter(pk=pk, state=InboundState.NEW).first()
    if inbound is None:
        return False
    parsed = gateway_of(inbound.channel.kind).parse(inbound.raw.encode())
    heard = next(each for each in parsed if _id(each.provider_id) == inbound.provider_id)
    if heard.is_receipt:
        return _receive(inbound, heard)
    _read(inbound, heard)
    if heard.is_own:
        probes.hear(inbound.channel, heard)
        _end(inbound, InboundState.DISMISSED)
    else:
        _match(inbound)
    Counter.grow("queue")
    return True


def _read(inbound: InboundMessage, heard: Heard) -> None:
    inbound.group = Group.objects.filter(channel=inbound.channel, address=heard.address, active=True).exclude(address="").first()
    inbound.sender, inbound.text = storable(heard.sender)[:120], storable(heard.text)
    inbound.quoted_id, inbound.quoted_text = storable(heard.quoted_id)[:120], storable(heard.quoted_text)
    inbound.said_at = _plausible(heard.said_at, inbound.received_at)
    inbound.save(update_fields=["group", "sender", "text", "quoted_id", "quoted_text", "said_at"])


def _plausible(said_at: datetime | None, received_at: datetime) -> datetime:
    """The time that was claimed, unless it is missing, to come, or a month old."""
    if said_at is None or not received_at - timedelta(days=31) < said_at < received_at + timedelta(minutes=5):
        return received_at
    return min(said_at, received_at)


def _match(inbound: InboundMessage) -> None:
    """1. the quoted message, 2. the ticket's number in the text or in what is quoted, 3. a person."""
    if inbound.group is None:
        return _wait(inbound, _("Bukan dari grup yang dikenal."))
    if inbound.group.purpose not in UNIT_GROUPS:
        return _wait(inbound, _("Grup ini bukan grup unit."))
    several = candidates_of(inbound)
    ticket, how = (several[0] if len(several) == 1 else _quoted_ticket(inbound)), "quote"
    if ticket is None:
        # What is quoted may be cut off after the first of several numbers, so there only the answer's own number counts.
        ticket, how = named_ticket(inbound.text, "" if several else inbound.quoted_text), "number"
    if ticket is None and several:
        return _wait(inbound, _("Mengutip pesan tentang beberapa tiket, tanpa nomor tiket. Pilih tiketnya."))
    if ticket is None:
        return _wait(inbound, _("Tidak ada kutipan atau nomor tiket yang dikenal."))
    try:
        with transaction.atomic():
            _say(inbound, ticket, by=None)
    except Problem as problem:
        inbound.ticket = ticket
        return _wait(inbound, problem)
    inbound.ticket, inbound.matched_by = ticket, how
    _end(inbound, InboundState.MATCHED)


def candidates_of(inbound: InboundMessage) -> list[Ticket]:
    """The tickets of the quoted message where it was one about several (HC-5)."""
    return candidates([inbound]).get(inbound.pk, [])


def candidates(rows: Sequence[InboundMessage]) -> dict[int, list[Ticket]]:
    """The same for a page of words, by their keys."""
    quoted = {row.quoted_id for row in rows if row.quoted_id}
    if not quoted:
        return {}
    lines = DispatchLine.objects.filter(message__gateway_id__in=quoted, message__together=True, dropped_at=None)
    found: dict[tuple[int, str], list[Ticket]] = {}
    for line in lines.select_related("ticket", "message__group").order_by("id"):
        found.setdefault((line.message.group.channel_id, line.message.gateway_id), []).append(line.ticket)
    return {row.pk: found[row.channel_id, row.quoted_id] for row in rows if (row.channel_id, row.quoted_id) in found}


def _quoted(inbound: InboundMessage) -> QuerySet[Message]:
    return Message.objects.filter(gateway_id=inbound.quoted_id, group__channel=inbound.channel_id)


def _quoted_ticket(inbound: InboundMessage) -> Ticket | None:
    """The ticket of the quoted message: one of ours, or one of the unit's own that was matched before."""
    if not inbound.quoted_id:
        return None
    ours = _quoted(inbound).filter(together=False).select_related("ticket")
    theirs = InboundMessage.objects.filter(
        channel=inbound.channel_id, provider_id=inbound.quoted_id, state=InboundState.MATCHED, ticket__isnull=False
    ).select_related("ticket")
    found = ours.first() or theirs.first()
    return found.ticket if found else None


def _say(inbound: InboundMessage, ticket: Ticket, *, by: Person | None, publish: bool | None = None, kind: str = "") -> None:
    """Record the words as progress of the ticket's escort; a Problem where its state does not take any."""
    escort = Escort.objects.filter(ticket=ticket).first()
    if escort is None:
        raise Conflict(_("Tiket %(number)s tidak sedang dikawal."), number=ticket.number)
    pasted = inbound.provider_id.startswith(PASTED)
    meant = kind or heard_kind(inbound.text)
    said = Said(
        text=inbound.text,
        publish=is_published_unasked(ticket.kind) if publish is None else publish,
        done=meant == LineKind.DONE,
        needs_data=meant == LineKind.NEEDS_DATA,
        source=Source.PASTED if pasted else Source.GATEWAY,
        sender=inbound.sender,
        group=inbound.group,
        said_at=inbound.said_at,
        fingerprint=fingerprint_of(inbound),
    )
    record_progress(escort, said, by=by)


def fingerprint_of(inbound: InboundMessage) -> str:
    """What marks the progress that these words became."""
    pasted = inbound.provider_id.startswith(PASTED)
    return inbound.provider_id.removeprefix(PASTED) if pasted else f"in:{inbound.pk}"


def _wait(inbound: InboundMessage, why: Any) -> None:
    inbound.problem = str(why)[:200]
    _end(inbound, InboundState.WAITING)


def _end(inbound: InboundMessage, state: InboundState) -> None:
    inbound.state = state
    inbound.save(update_fields=["state", "ticket", "matched_by", "handled_by", "problem"])


# Receipts


def _receive(inbound: InboundMessage, heard: Heard) -> bool:
    """Our messages were delivered or read. Never backwards; an unknown id is waited for, then kept without effect."""
    ours = Message.objects.filter(gateway_id__in=heard.message_ids, group__channel=inbound.channel_id)
    found = list(ours.order_by("ticket_id", "id"))
    if not found and not probes.hear(inbound.channel, heard) and now() - inbound.received_at < RECEIPT_PATIENCE:
        return False
    moment = _plausible(heard.said_at, inbound.received_at)
    for message in found:
        fresh = locked(message)
        if heard.receipt == "failed" and fresh.state == MessageState.SENT:  # taken first, and given up afterwards
            mark_failed(fresh, heard.problem or str(_("Gerbang melaporkan pesan ini gagal.")))
        _progress_state(Message.objects.filter(pk=message.pk), heard.receipt, moment)
    inbound.matched_by, inbound.ticket = ("receipt", found[0].ticket) if found else ("", None)
    inbound.problem = "" if found else "none of our messages"
    _end(inbound, InboundState.MATCHED if found else InboundState.DISMISSED)
    if found:
        Counter.grow("queue")
    return True


def _progress_state(row: QuerySet[Message], receipt: str, moment: datetime) -> None:
    """Whoever reports delivery last is right even of what was reported failed before: it did arrive."""
    if receipt == "delivered":
        row.filter(state__in=[MessageState.SENT, MessageState.FAILED]).update(state=MessageState.DELIVERED, delivered_at=moment)
    elif receipt == "read":
        unread = row.filter(state__in=[MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED])
        unread.update(state=MessageState.READ, read_at=moment, delivered_at=Coalesce("delivered_at", Value(moment)))


# By hand


@transaction.atomic
def match_inbound(
    inbound: InboundMessage, ticket: str, *, by: Person, publish: bool | None = None, kind: str = ""
) -> InboundMessage:
    """A person says which ticket the words belong to, and what they mean where the text alone does not tell (HC-6).

    409 when they stand at another ticket already.
    """
    require(by, "inbox.match")
    if kind and kind not in dict(OURS):
        raise Invalid(_("Jenis baris ini tidak dikenal."), errors={"kind": [_("Pilih salah satu dari daftar.")]})
    inbound = lock_visible_inbound(inbound, by)
    chosen = Ticket.objects.visible_to(by).by_number(ticket).first()
    if chosen is None:
        raise Invalid(_("Tiket %(number)s tidak ada."), number=ticket, errors={"ticket": [_("Tiket ini tidak ada.")]})
    if inbound.state == InboundState.MATCHED:
        if inbound.ticket_id == chosen.pk:
            return inbound
        raise Conflict(_("Pesan ini sudah dicatat pada tiket lain."))
    _say(inbound, chosen, by=by, publish=publish, kind=kind)
    inbound.ticket, inbound.matched_by, inbound.handled_by, inbound.problem = chosen, "hand", by, ""
    _end(inbound, InboundState.MATCHED)
    record(inbound, "inbox.matched", by=by, facts={"ticket": chosen.number})
    Counter.grow("queue")
    return inbound


@transaction.atomic
def dismiss_inbound(inbound: InboundMessage, *, by: Person) -> InboundMessage:
    """Not for us: it leaves the inbox and stays stored. 409 once it is recorded on a ticket."""
    require(by, "inbox.dismiss")
    inbound = lock_visible_inbound(inbound, by)
    if inbound.state == InboundState.DISMISSED:
        return inbound
    if inbound.state == InboundState.MATCHED:
        raise Conflict(_("Pesan ini sudah dicatat pada tiketnya."))
    inbound.handled_by = by
    _end(inbound, InboundState.DISMISSED)
    record(inbound, "inbox.dismissed", by=by)
    Counter.grow("queue")
    return inbound


def lock_visible_inbound(inbound: InboundMessage, by: Person) -> InboundMessage:
    """The row as it is now, locked; refused as not there when this person may not see it."""
    if not InboundMessage.objects.visible_to(by).filter(pk=inbound.pk, is_receipt=False).exists():
        raise NotVisible(_("Pesan ini tidak ada."))
    rows = InboundMessage.objects.select_for_update(of=("self",)).select_related("group", "channel", "ticket")
    return rows.get(pk=inbound.pk)
