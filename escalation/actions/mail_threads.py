"""To which conversation a mail belongs (EM-1, S13).

By an id that only we can have made, by ids of mails of the conversation's own people, or by the number of the ticket in the
subject, written by whoever wrote about it before. Nothing else joins, and joining never gives anybody access: answers go to the
address that began the conversation.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from escalation.mail.guess import ticket_numbers
from escalation.mail.ids import key_in
from escalation.mail.parse import Parsed
from escalation.models import Channel, ChannelKind
from escalation.models.mail import Mailbox, MailItem, MailMessage, MailPart


def own_addresses() -> set[str]:
    """The addresses that are ours: mail from them is a loop, or forged."""
    ours: set[str] = set(Mailbox.objects.annotate(plain=Lower("address")).values_list("plain", flat=True))
    outgoing = Channel.objects.filter(kind=ChannelKind.EMAIL).values_list("device", flat=True)
    return ours | {each.rpartition("<")[2].strip("> ").lower() for each in outgoing if each}


def conversation_of(message: MailMessage, parsed: Parsed) -> MailItem | None:
    """The conversation, locked; None where this mail begins one."""
    found = _answered(message, parsed.answers) or _among_their_own(message, parsed.answers) or _about_ticket(message)
    return MailItem.objects.select_for_update(of=("self",)).get(pk=found) if found else None


def _answered(message: MailMessage, ids: Iterable[str]) -> int | None:
    """By an id of ours: the customer answers our reply, or a handler what was forwarded."""
    keys = [key for each in ids if (key := key_in(each)) is not None]
    rows = MailPart.objects.filter(pk__in=keys, item__mailbox=message.mailbox_id)
    return rows.order_by("-id").values_list("item_id", flat=True).first()


def _among_their_own(message: MailMessage, ids: list[str]) -> int | None:
    """By the ids of earlier mails of people who were in that conversation; anybody else may have guessed them."""
    if not ids or not message.sender:
        return None
    earlier = MailMessage.objects.filter(mailbox=message.mailbox_id, message_id__in=ids, item__isnull=False).order_by("-id")
    for item, sender, people in earlier.values_list("item_id", "sender", "people")[:20]:
        if message.sender.lower() in {sender.lower(), *(each.lower() for each in people)}:
            return item
    return None


def _about_ticket(message: MailMessage) -> int | None:
    numbers = [int(number[2:]) for number in ticket_numbers(message.subject)]
    if not numbers or not message.sender:
        return None
    theirs = MailItem.objects.filter(Q(sender__iexact=message.sender), mailbox=message.mailbox_id, ticket__in=numbers)
    return theirs.order_by("-id").values_list("pk", flat=True).first()
