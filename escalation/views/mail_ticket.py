"""A reply by e-mail from the ticket's page, in the conversation that the ticket came from (EM-6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from escalation.actions.mail_answers import answer
from escalation.actions.mail_items import require_handles_mail
from escalation.mail_forms import MailReplyForm
from escalation.models import MailItem
from escalation.views.base import person_of, whole
from tickets.views.page import refused

NAME = "mail-reply"


def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the newest conversation about this ticket."""
    person = person_of(request)
    require_handles_mail(person)
    ticket = whole(number, person)
    if request.method != "POST":
        return redirect(f"{ticket.url}?{urlencode({'act': NAME})}")
    item = MailItem.objects.visible_to(person).filter(ticket=ticket).order_by("-id").first()
    if item is None:
        raise NotVisible(_("Tiket ini tidak punya percakapan e-mail."))
    form = MailReplyForm(request.POST, auto_id=f"{NAME}-%s")
    if not form.is_valid():
        return refused(request, ticket, NAME, form=form)
    try:
        answer(item, form.cleaned_data["text"], by=person)
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return refused(request, ticket, NAME, form=form, problem=problem)
    htmx.toast(request, _("Balasan dikirim di %(number)s.") % {"number": item.number})
    return redirect(ticket.url)
