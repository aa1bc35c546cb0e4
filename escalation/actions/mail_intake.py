"""Mail comes in (EM-1): kept as bytes first, read afterwards, joined to its conversation, or put into quarantine.

Nothing here answers anybody: Kawal sends no automatic reply to mail, so there is no loop to break (I8, I9).
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.history import record
from accounts.models import Counter
from common.clock import now
from escalation.actions.mail_returns import came_back
from escalation.actions.mail_threads import conversation_of, own_addresses
from escalation.mail.folding import fold
from escalation.mail.gate import judged
from escalation.mail.guess import guessed
from escalation.mail.parse import Parsed, read_message
from escalation.models.mail import (
    MAIL_OPEN,
    MailAttachment,
    Mailbox,
    MailItem,
    MailMessage,
    MailState,
    Outcome,
    Quarantine,
    Reading,
)
from tickets.models import Customer

log = logging.getLogger(__name__)
BATCH = 50


@dataclass(frozen=True)
class Fetched:
    """Bytes as they came, and where they lie on the server, where they came from one. ``cut``: only the head of a large mail."""

    raw: bytes
    uid_validity: int | None = None
    uid: int | None = None
    cut: bool = False


def take_in(mailbox: Mailbox, fetched: Fetched) -> MailMessage | None:
    """Keep the bytes before anybody looks into them; None when this mailbox has them already."""
    digest = hashlib.sha256(fetched.raw).hexdigest()
    if MailMessage.objects.filter(mailbox=mailbox, sha256=digest).exists():
        return None
    name = f"mail/{digest[:2]}/{digest}.eml"
    if not default_storage.exists(name):  # the name is the content: an orphan of a crash is found again and used
        name = default_storage.save(name, ContentFile(fetched.raw))
    try:
        with transaction.atomic():
            return MailMessage.objects.create(
                mailbox=mailbox,
                uid_validity=fetched.uid_validity,
                uid=fetched.uid,
                sha256=digest,
                size=len(fetched.raw),
                raw=name,
                cut=fetched.cut,
                received_at=now(),
            )
    except IntegrityError:  # another worker was faster
        return None


def read_new() -> int:
    """Read what was kept and not read yet, oldest first; one that cannot be read goes into quarantine and stops nobody."""
    waiting = MailMessage.objects.filter(reading=Reading.RAW).order_by("id").values_list("pk", flat=True)[:BATCH]
    return sum(_read_once(pk) for pk in list(waiting))


def _read_once(pk: int) -> bool:
    try:
        with transaction.atomic():
            return _read(pk)
    except Exception:
        log.exception("mail %s cannot be read", pk)
        with transaction.atomic():
            return _set_aside_unreadable(pk)


def _locked(pk: int) -> MailMessage | None:
    rows = MailMessage.objects.select_for_update(of=("self",)).select_related("mailbox")
    return rows.filter(pk=pk, reading=Reading.RAW).first()


def _read(pk: int) -> bool:
    message = _locked(pk)
    if message is None:
        return False
    with message.raw.open("rb") as file:
        parsed = read_message(file.read())
    _fill(message, parsed)
    message.machine = Quarantine.TOO_LARGE if message.cut else judged(parsed, own_addresses()) or _flood(message)
    if message.machine == Quarantine.BOUNCE and came_back(message, parsed):
        message.save()
        return True
    item = conversation_of(message, parsed)
    _put_into(item or _new_item(message), message, is_new=item is None)
    MailAttachment.objects.bulk_create(
        MailAttachment(message=message, place=each.place, name=each.name, content_type=each.content_type, size=each.size)
        for each in parsed.files
    )
    return True


def _fill(message: MailMessage, parsed: Parsed) -> None:
    folded = fold(parsed.text)
    message.reading, message.message_id = Reading.READ, parsed.message_id
    message.sender, message.sender_name, message.people = parsed.sender, parsed.sender_name, parsed.people
    message.subject, message.said_at, message.html = parsed.subject, parsed.said_at, parsed.html
    message.text, message.signature, message.quoted = folded.own, folded.signature, folded.quoted


def _flood(message: MailMessage) -> str:
    """Too many in an hour: from one address, or from all that nobody knows together; who wrote before is let through (I9)."""
    hour = MailMessage.objects.filter(received_at__gt=message.received_at - timedelta(hours=1), pk__lt=message.pk)
    ours = hour.filter(sender=message.sender)
    if ours[: settings.MAIL_FLOOD_ONE].count() >= settings.MAIL_FLOOD_ONE:
        return Quarantine.FLOOD
    many = settings.MAIL_FLOOD_STRANGERS
    if hour.filter(mailbox=message.mailbox_id, machine="")[:many].count() < many or _is_known(message.sender):
        return ""
    return Quarantine.FLOOD


def _is_known(sender: str) -> bool:
    """Whether we have dealt with this address before, or a customer has it."""
    dealt_with = MailItem.objects.filter(sender=sender).exclude(outcome="").exclude(outcome=Outcome.DISMISSED)
    return dealt_with.exists() or Customer.objects.filter(contact_email=sender).exists()


def _new_item(message: MailMessage) -> MailItem:
    """A new one in the worklist; what is a machine's joins what its sender has in quarantine for the same reason already."""
    if message.machine:
        known = MailItem.objects.filter(mailbox=message.mailbox, sender=message.sender, state=MailState.QUARANTINED)
        same = known.filter(quarantine=message.machine).order_by("-id").first()
        if same is not None:
            return MailItem.objects.select_for_update().get(pk=same.pk)
    item = MailItem.objects.create(
        mailbox=message.mailbox,
        state=MailState.QUARANTINED if message.machine else MailState.NEW,
        quarantine=message.machine,
        subject=message.subject,
        sender=message.sender,
        sender_name=message.sender_name,
        received_at=message.received_at,
        last_in_at=message.received_at,
    )
    record(item, "mail.received", by=None, facts={"machine": message.machine}, first=True)
    return item


def _put_into(item: MailItem, message: MailMessage, *, is_new: bool) -> None:
    """The message is in its conversation. A person's word wakes what was done or waited; a machine's wakes nothing."""
    message.item = item
    message.is_other_sender = not is_new and message.sender.lower() != item.sender.lower()
    message.save()
    if not message.machine:
        if item.state in (*MAIL_OPEN, MailState.DONE):
            item.guess = item.guess or guessed(
                sender=message.sender, sender_name=message.sender_name, subject=message.subject, text=message.text
            )
        _wake(item)
        item.last_in_at = message.received_at
    item.version += 1
    item.save()
    Counter.grow("mail")


def _wake(item: MailItem) -> None:
    if item.state == MailState.DONE:
        item.state, item.done_at, item.holder, item.held_since = MailState.NEW, None, None, None
    elif item.state == MailState.WAITING_CUSTOMER:
        item.state = MailState.IN_PROGRESS if item.holder_id else MailState.NEW


def _set_aside_unreadable(pk: int) -> bool:
    message = _locked(pk)
    if message is None:
        return False
    message.reading, message.machine = Reading.BROKEN, Quarantine.UNREADABLE
    message.problem = "unreadable"
    _put_into(_new_item(message), message, is_new=True)
    return True
