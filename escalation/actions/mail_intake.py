"""Mail comes in (EM-1): kept as bytes first, read afterwards, joined to its conversation, or put into quarantine.

Nothing here answers anybody: Kawal sends no automatic reply to mail, so there is no loop to break (I8, I9).
"""

import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists

from accounts.history import record
from accounts.models import Counter
from common.clock import now
from common.queries import CountOf
from escalation.actions.mail_returns import came_back
from escalation.actions.mail_threads import conversation_of, own_addresses
from escalation.mail.folding import fold
from escalation.mail.gate import judged, sender_at_sight
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
    Turn,
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
    digest, sender = hashlib.sha256(fetched.raw).hexdigest(), sender_at_sight(fetched.raw)
    is_kept, turn = _seen(mailbox, digest, sender)
    if is_kept:
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
                sender=sender,
                turn=turn,
            )
    except IntegrityError:  # another worker was faster
        return None


def _seen(mailbox: Mailbox, digest: str, sender: str) -> tuple[bool, Turn]:
    """Whether these bytes are kept already, and after whom they are read: customers before strangers before floods (I9)."""
    kept = MailMessage.objects.filter(mailbox=mailbox, sha256=digest)
    theirs = MailMessage.objects.filter(sender=sender, received_at__gt=now() - timedelta(hours=1))
    most = settings.MAIL_FLOOD_ONE
    asked = Exists(kept), CountOf(theirs[:most]), *_knows(sender)
    is_kept, many, *known = Mailbox.objects.filter(pk=mailbox.pk).values_list(*asked).get()
    return is_kept, Turn.FLOOD if many >= most else Turn.KNOWN if any(known) else Turn.STRANGER


def _knows(sender: str) -> tuple[Exists, Exists]:
    """Whether we have dealt with this address before, and whether a customer has it."""
    dealt_with = MailItem.objects.filter(sender=sender).exclude(outcome="").exclude(outcome=Outcome.DISMISSED)
    return Exists(dealt_with), Exists(Customer.objects.filter(contact_email=sender).exclude(contact_email=""))


def read_new() -> int:
    """Read what was kept and not read yet, customers first, else the oldest; what cannot be read goes into quarantine."""
    waiting = MailMessage.objects.filter(reading=Reading.RAW).order_by("turn", "id").values_list("pk", flat=True)[:BATCH]
    ours = own_addresses()
    return sum(_read_once(pk, ours) for pk in list(waiting))


def _read_once(pk: int, ours: Collection[str]) -> bool:
    try:
        with transaction.atomic():
            return _read(pk, ours)
    except Exception:
        log.exception("mail %s cannot be read", pk)
        with transaction.atomic():
            return _set_aside_unreadable(pk)


def _locked(pk: int) -> MailMessage | None:
    rows = MailMessage.objects.select_for_update(of=("self",)).select_related("mailbox")
    return rows.filter(pk=pk, reading=Reading.RAW).first()


def _read(pk: int, ours: Collection[str]) -> bool:
    message = _locked(pk)
    if message is None:
        return False
    with message.raw.open("rb") as file:
        parsed = read_message(file.read())
    _fill(message, parsed)
    message.machine = Quarantine.TOO_LARGE if message.cut else judged(parsed, ours) or _flood(message)
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
    from_one, from_all = settings.MAIL_FLOOD_ONE, settings.MAIL_FLOOD_STRANGERS
    theirs, let_in = hour.filter(sender=message.sender), hour.filter(mailbox=message.mailbox_id, machine="", reading=Reading.READ)
    # One statement: in a flood each one more is what a real customer waits for.
    asked = CountOf(theirs[:from_one]), CountOf(let_in[:from_all]), *_knows(message.sender)
    own, together, *known = MailMessage.objects.filter(pk=message.pk).values_list(*asked).get()
    return Quarantine.FLOOD if own >= from_one or together >= from_all and not any(known) else ""


def _new_item(message: MailMessage) -> MailItem:
    """A new one in the worklist; what is a machine's joins what its sender has in quarantine for the same reason already."""
    if message.machine:
        known = MailItem.objects.filter(mailbox=message.mailbox, sender=message.sender, state=MailState.QUARANTINED)
        same = known.filter(quarantine=message.machine).select_for_update().order_by("-id").first()
        if same is not None:
            return same
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
