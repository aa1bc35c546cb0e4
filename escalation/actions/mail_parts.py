"""What goes out about a mail is laid as rows of an outbox, in the transaction that decided it (EM-3, EM-4, EM-6)."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Person
from common import masking
from common.clock import now
from common.problems import Conflict
from common.words import moment
from escalation.channels import sends_itself
from escalation.mail.guess import bare_subject
from escalation.mail.ids import id_of
from escalation.mail.wording import filled
from escalation.models import Channel, Group
from escalation.models.mail import MailItem, MailMessage, MailPart, PartKind, PartState
from escalation.models.mail_desk import MailHandler, MailTemplate
from escalation.saying import last_words
from tickets.actions.base import in_house_words
from tickets.elsewhere import status_in_nossa
from tickets.models import Status, Ticket

MOST_REFERENCES = 20


def lay_reply(item: MailItem, text: str, *, by: Person, key: str) -> MailPart:
    """The answer to the customer, in the same conversation."""
    ids = [each for each in _theirs(item).values_list("message_id", flat=True) if each]
    ours = list(item.parts.filter(kind=PartKind.REPLY).exclude(message_id="").values_list("message_id", flat=True))
    return _lay(
        item,
        kind=PartKind.REPLY,
        key=key,
        by=by,
        channel=item.mailbox.channel,
        address=item.sender,
        subject=_subject(item),
        text=text,
        in_reply_to=(ids or ours or [""])[-1],
        references=" ".join([*ids, *ours][-MOST_REFERENCES:]),
    )


def _theirs(item: MailItem) -> QuerySet[MailMessage]:
    return item.messages.filter(machine="").order_by("id")


def _subject(item: MailItem) -> str:
    """The customer's subject, with the ticket's number, by which later mails find their way without any header."""
    subject = bare_subject(item.subject) or in_house_words(_("Surat Anda"))
    mark = f"[{item.ticket.number}] " if item.ticket and item.ticket.number not in subject else ""
    return f"Re: {mark}{subject}"[:300]


def lay_forward(item: MailItem, handler: MailHandler, text: str, *, by: Person, key: str) -> MailPart:
    """The customer's mail to whoever takes it over, the original with all its files going along."""
    return _lay(
        item,
        kind=PartKind.FORWARD,
        key=key,
        by=by,
        channel=item.mailbox.channel,
        address=handler.address,
        subject=f"Fwd: [{item.number}] {bare_subject(item.subject)}"[:300],
        text=text,
        original=item.messages.order_by("id").first(),
    )


def lay_group(item: MailItem, group: Group, text: str, *, by: Person, key: str) -> MailPart:
    """The word to the coordination group."""
    return _lay(item, kind=PartKind.GROUP, key=key, by=by, channel=group.channel, group=group, address=group.address, text=text)


def _lay(item: MailItem, *, channel: Channel | None, key: str, **values: object) -> MailPart:
    goes = channel is not None and sends_itself(channel)
    state = {"state": PartState.QUEUED, "next_try_at": now()} if goes else {"state": PartState.BY_HAND}
    part, made = MailPart.objects.get_or_create(
        key=key, defaults={"item": item, "channel": channel, "created_at": now(), **values, **state}
    )
    if not made:
        raise Conflict(_("Jawaban yang sama sudah dikirim."))
    if part.kind != PartKind.GROUP:
        part.message_id = id_of(part.pk, item.mailbox.address.rpartition("@")[2])
        part.save(update_fields=["message_id"])
    return part


def words_of(template: MailTemplate, item: MailItem, by: Person, *, handler: MailHandler | None = None) -> str:
    """A template for this item: names and numbers filled in."""
    return filled(template.text, holes_of(item, by, handler=handler))


def holes_of(item: MailItem, by: Person, *, handler: MailHandler | None = None) -> dict[str, str]:
    """What fills the braces of a template."""
    return {
        "nama": item.sender_name or item.sender,
        "nomor": item.service_number or (item.ticket.service_number if item.ticket else "") or "",
        "tiket": item.ticket.number if item.ticket else item.outside_number,
        "progres": progress_of(item.ticket) if item.ticket else outside_status_of(item),
        "agen": by.online_name,
        "perihal": bare_subject(item.subject),
        "penanganan": handler.name if handler else "",
        "segmen": item.segment,
        "surat": item.number,
    }


def masked_holes(item: MailItem, by: Person, handler: MailHandler, group: Group) -> dict[str, str]:
    """The same for a group of many readers: no name, no address, and the number covered unless the group may see it."""
    values = holes_of(item, by, handler=handler)
    number = values["nomor"] if group.shows_customer else masking.number(values["nomor"])
    return values | {"nama": "", "perihal": "", "nomor": number or "-"}


def progress_of(ticket: Ticket) -> str:
    """The ticket's latest word that a customer may hear: its solution once it is solved, its unit's word, else how it stands."""
    if ticket.solution and not ticket.is_open:
        return ticket.solution
    stands = in_house_words(_("Tiket sekarang %(state)s."), state=in_house_words(Status(ticket.status).label))
    return last_words([ticket.pk]).get(ticket.pk) or stands


def outside_status_of(item: MailItem) -> str:
    """The status of a number that Kawal does not know: as the agent typed it, else as NOSSA's export told it, with the moment."""
    if item.outside_status or item.ticket_id or not item.outside_number:
        return item.outside_status
    told = status_in_nossa(item.outside_number)
    if told is None:
        return ""
    status, at = told
    with override(settings.LANGUAGE_CODE):
        return _("%(state)s (menurut NOSSA, %(when)s)") % {"state": status.label, "when": moment(at)}
