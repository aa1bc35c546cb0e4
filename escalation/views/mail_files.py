"""The bytes of mail: files inside it, and the whole message as it came. Never shown on our own pages, only saved, and each time
noted in the person's history (QM-3)."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.actions.exporting import note_export
from accounts.models import Person
from common.problems import NotVisible
from escalation.actions.mail_items import require_handles_mail
from escalation.mail.parse import file_of
from escalation.models import MailItem
from escalation.models.mail import MailAttachment, MailMessage
from escalation.views.base import person_of

HARMLESS = {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def _saved(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, headers=HARMLESS)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _seen(pk: int, person: Person) -> MailMessage:
    require_handles_mail(person)
    found = MailMessage.objects.filter(pk=pk, item__in=MailItem.objects.visible_to(person)).first()
    if found is None:
        raise NotVisible(_("Surat ini tidak ada atau bukan milik tim Anda."))
    return found


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file inside a message."""
    person = person_of(request)
    require_handles_mail(person)
    attachment = MailAttachment.objects.filter(pk=pk).first()
    message = _seen(attachment.message_id if attachment else 0, person)
    with message.raw.open("rb") as raw:
        content = file_of(raw.read(), attachment.place) if attachment else None
    if content is None or attachment is None:
        raise NotVisible(_("Lampiran ini tidak ada."))
    note_export("mail_file", by=person, filters={"mail": message.item_id, "file": attachment.pk}, rows=1, act="mail.list")
    return _saved(content, attachment.name)


@require_GET
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The message as it came, byte for byte."""
    person = person_of(request)
    message = _seen(pk, person)
    with message.raw.open("rb") as opened:
        content = opened.read()
    note_export("mail", by=person, filters={"mail": message.item_id, "message": message.pk}, rows=1, act="mail.list")
    return _saved(content, f"surat-{message.pk}.eml")
