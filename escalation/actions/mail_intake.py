"""Mail comes in (EM-1): kept as bytes first, read afterwards, joined to its conversation, or put into quarantine.

Nothing here answers anybody: Kawal sends no automatic reply to mail, so there is no loop to break (I8, I9).
"""

import hashlib
import logging
from collections import Counter as Counts
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, QuerySet

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
    return next(iter(take_in_all(mailbox, [fetched])), None)


def take_in_all(mailbox: Mailbox, fetched: Sequence[Fetched]) -> list[MailMessage]:
    """The same for some mails at once: those that are new, kept, in their order."""
    try:
        with transaction.atomic():
            return MailMessage.objects.bulk_create(_kept(mailbox, fetched))
    except IntegrityError:  # another worker was faster with one of them
        return [] if len(fetched) == 1 else [new for each in fetched for new in take_in_all(mailbox, [each])]


def _kept(mailbox: Mailbox, fetched: Sequence[Fetched]) -> list[MailMessage]:
    """Those whose bytes are new, as files now and as rows that are not saved yet."""
    by_digest = dict[str, Fetched]()
    for each in fetched:
        by_digest.setdefault(hashlib.sha256(each.raw).hexdigest(), each)
    mails = MailMessage.objects.filter(mailbox=mailbox, sha256__in=by_digest)
    for digest in mails.values_list("sha256", flat=True):
        del by_digest[digest]
    senders = {digest: sender_at_sight(each.raw) for digest, each in by_digest.items()}
    moment = now()
    return [
        MailMessage(
            mailbox=mailbox,
            uid_validity=by_digest[digest].uid_validity,
            uid=by_digest[digest].uid,
            sha256=digest,
            size=len(by_digest[digest].raw),
            raw=_stored(digest, by_digest[digest].raw),
            cut=by_digest[digest].cut,
            received_at=moment,
            sender=sender,
            turn=turn,
        )
        for (digest, sender), turn in zip(senders.items(), _turns(list(senders.values())), strict=True)
    ]


def _stored(digest: str, raw: bytes) -> str:
    """The name of the file. It is made of the content: an orphan of a crash is found again and used."""
    name = f"mail/{digest[:2]}/{digest}.eml"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(raw))


def _turns(senders: Sequence[str]) -> Iterator[Turn]:
    """After whom the mail of each is read: customers before strangers before floods (I9)."""
    hour = MailMessage.objects.filter(sender__in=senders, received_at__gt=now() - timedelta(hours=1)).order_by()
    many = Counts(dict(hour.values_list("sender").annotate(count=Count("pk"))))
    known = {*_dealt_with().filter(sender__in=senders).values_list("sender", flat=True).distinct().order_by()}
    known |= {*_customers().filter(contact_email__in=senders).values_list("contact_email", flat=True)}
    for sender in senders:
        yield Turn.FLOOD if many[sender] >= settings.MAIL_FLOOD_ONE else Turn.KNOWN if sender in known else Turn.STRANGER
        many[sender] += 1


def _dealt_with() -> QuerySet[MailItem]:
    """What we have done something about: whoever wrote it is no stranger."""
    return MailItem.objects.exclude(outcome="").exclude(outcome=Outcome.DISMISSED)


def _customers() -> QuerySet[Customer]:
    return Customer.objects.exclude(contact_email="")


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
    dealt_with = _dealt_with().filter(sender=message.sender)
    customers = _customers().filter(contact_email=message.sender)
    # One statement: in a flood each one more is what a real customer waits for.
    asked = CountOf(theirs[:from_one]), CountOf(let_in[:from_all]), Exists(dealt_with), Exists(customers)
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
