"""What mail shows on the page of a ticket that came by e-mail: its conversations, and a reply in the same one (EM-6)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.procedures import Citation, cites
from escalation.actions.mail_items import handles_mail
from escalation.mail_forms import MailReplyForm
from escalation.models import MailItem
from escalation.models.mail_desk import MailRule, MailTemplate
from tickets.models import Channel, Ticket
from tickets.panels import PageAct, Panel, add_act, add_panel

MOST = 5
MOST_CITED = 100


def conversations(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """Where the mail about this ticket is; other tickets than those by e-mail are not asked about."""
    if not _by_mail(ticket, person):
        return {}
    items = list(MailItem.objects.visible_to(person).filter(ticket=ticket).order_by("-id")[:MOST])
    return {"items": items} if items else {}


def _by_mail(ticket: Ticket, person: Person) -> bool:
    return ticket.channel == Channel.EMAIL and handles_mail(person)


def _open(ticket: Ticket, person: Person) -> str:
    return ""


def _form(ticket: Ticket, person: Person) -> MailReplyForm:
    return MailReplyForm(auto_id="mail-reply-%s")


def _citations() -> Iterable[Citation]:
    for rule in MailRule.objects.filter(active=True).exclude(clause="")[:MOST_CITED]:
        yield Citation(rule.name, rule.clause)
    for words in MailTemplate.objects.filter(active=True).exclude(clause="")[:MOST_CITED]:
        yield Citation(words.title, words.clause)


def register() -> None:
    """Lay panel and button, and what of mail cites a clause (QM-7), once, when the apps are ready."""
    cites("mail", gettext_lazy("E-mail"), _citations)
    add_panel(Panel("mail", 45, template="escalation/panels/mail.html", context=conversations))
    reply = gettext_lazy("Balas e-mail")
    note = gettext_lazy("Masuk ke percakapan yang sama, dan tercatat di tiket.")
    add_act(
        PageAct("mail-reply", 25, reply, "escalation:ticket-mail-reply", _by_mail, _open, icon="reply", form=_form, note=note)
    )
