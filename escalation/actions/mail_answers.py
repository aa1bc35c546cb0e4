"""Answering, forwarding, opening a ticket: the eight paths of W-05 1.2.3 to 1.2.10.

What may be done with an item stands in its row of the table of decisions (``MailRule``); here stands how.
"""

import hashlib
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from common.clock import now
from common.problems import Conflict, Invalid, NotVisible
from common.text import clean
from escalation.actions.mail_items import finish, held, lock_visible_item, note_check, save
from escalation.actions.mail_parts import (
    holes_of,
    lay_forward,
    lay_group,
    lay_reply,
    masked_holes,
    outside_status_of,
    words_of,
)
from escalation.actions.mail_threads import own_addresses
from escalation.channels import sends_itself
from escalation.mail.wording import filled, unfilled
from escalation.models import Group, Purpose
from escalation.models.mail import ComplaintKind, MailItem, MailPart, MailState, Outcome, PartState, ServiceState
from escalation.models.mail_desk import MailHandler, MailTemplate, Needs, RuleAct, TemplateUse
from tickets import actions as tickets
from tickets.actions import Intake
from tickets.models import TICKET_MOVES, Channel, ReportKind, Ticket, UpdateTo

ONCE = UUID("2f0c6a54-6c1e-4a43-9a5b-6a3f6f0c8e11")  # makes the intake key of an item: one ticket a mail
LONGEST_ANSWER = 10_000


@transaction.atomic
def answer(
    item: MailItem, text: str = "", *, by: Person, template: str = "", wait: bool = False, outside_status: str = ""
) -> MailItem:
    """Answer the customer in the same conversation (W-05 1.2.5, 1.2.7, 1.2.9, 1.2.10). ``wait``: it asks, and the item waits.

    With a ticket the answer stands there too, as told to the customer; a question about progress is recorded there with what is
    new in the mail (EM-5).
    """
    item = held(item, by, "answer")
    _require_answerable(item)
    item.outside_status = clean(outside_status, longest=500) or outside_status_of(item)
    if item.is_open and not (wait and item.rule is None):
        _require_act(item, RuleAct.ANSWER)
    if item.is_open and not wait:
        _require_known(item)
    words = _words(text, template, item, by)
    part = lay_reply(item, words, by=by, key=_key("reply", item, words))
    if item.ticket and not wait:
        _tell_ticket(item, item.ticket, words, by=by)
    if wait:
        item.state, item.done_at = MailState.WAITING_CUSTOMER, None
    elif item.state != MailState.DONE:
        finish(item, Outcome.REPLY)
    facts = {"part": part.pk, "wait": wait, "template": template}
    return save(item, "mail.answered", by=by, facts=facts, personal={"text": (None, words)})


def _require_answerable(item: MailItem) -> None:
    """No mail to nobody, and none to ourselves: that would be a loop (I8)."""
    if not item.sender or item.sender.lower() in own_addresses():
        raise Conflict(_("Surat ini tidak punya pengirim yang dapat dijawab."))


def _require_act(item: MailItem, act: RuleAct) -> None:
    if item.rule is None:
        raise Conflict(_("Tentukan dulu segmen dan jenis kontaknya."))
    if act not in item.rule.acts:
        allowed = ", ".join(str(RuleAct(each).label) for each in item.rule.acts)
        raise Conflict(_("%(rule)s (%(clause)s): %(acts)s."), rule=item.rule.name, clause=item.rule.clause, acts=allowed)


def _require_known(item: MailItem) -> None:
    needs = item.rule.needs if item.rule else Needs.NOTHING
    if needs == Needs.REFERENCE and item.ticket is None and not (item.outside_number and item.outside_status):
        if item.outside_number:
            sentence = _("Tiket %(number)s tidak ada di Kawal: ketik statusnya dari NOSSA.")
            raise Invalid(sentence, number=item.outside_number, errors={"outside_status": [_("Isian ini masih kosong.")]})
        raise Conflict(_("Nomor tiket atau ID produk belum diketahui: tanyakan dulu, surat menunggu pelanggan."))
    if needs == Needs.TROUBLESHOOTING and item.service_state != ServiceState.NORMAL:
        raise Conflict(_("Catat dulu hasil cek: layanan normal dijawab, gangguan dibuatkan tiket."))


def _words(text: str, template: str, item: MailItem, by: Person) -> str:
    """What is sent: the agent's text, else the template's, all its holes filled."""
    words = clean(text, longest=LONGEST_ANSWER)
    if "{" in words:
        words = filled(words, holes_of(item, by))
    if not words and template:
        words = words_of(template_named(template), item, by)
    if not words:
        raise Invalid(_("Tulis jawabannya."), errors={"text": [_("Isian ini masih kosong.")]})
    if holes := unfilled(words):
        sentence = _("Masih ada bagian yang belum terisi: %(holes)s.")
        shown = ", ".join(f"{{{name}}}" for name in holes)
        raise Invalid(sentence, holes=shown, errors={"text": [sentence % {"holes": shown}]})
    return words


def template_named(slug: str) -> MailTemplate:
    """The active template of this name; 400 where there is none."""
    found = MailTemplate.objects.filter(slug=slug, active=True).first()
    if found is None:
        raise Invalid(_("Templat ini tidak ada."), errors={"template": [_("Pilih salah satu dari daftar.")]})
    return found


def _key(kind: str, item: MailItem, words: str) -> str:
    """The same words to the same last mail are the same answer: pressed twice, sent once."""
    last = item.messages.order_by("-id").values_list("pk", flat=True).first() or 0
    return f"{kind}:{item.pk}:{last}:{hashlib.sha256(words.encode()).hexdigest()[:24]}"


def _tell_ticket(item: MailItem, ticket: Ticket, words: str, *, by: Person) -> None:
    """What was asked and what was said go to the ticket; one that is closed for good keeps what it has."""
    newest = item.messages.filter(machine="").order_by("-id").first()
    if item.complaint == ComplaintKind.PROGRESS and item.is_open and newest and newest.text:
        _pass_on(ticket, newest.text[:LONGEST_ANSWER], by)
        ticket.refresh_from_db(fields=["status"])
    if TICKET_MOVES.allows("update", ticket.status):
        tickets.post_update(ticket, words, by=by, to=UpdateTo.CUSTOMER, channel=Channel.EMAIL)


def _pass_on(ticket: Ticket, said: str, by: Person) -> None:
    """The customer's words to the ticket: as a report, or as a note where it takes none (solved, or of no known customer)."""
    if ticket.customer_id and TICKET_MOVES.allows("repeat_report", ticket.status):
        tickets.add_repeat_report(ticket, said, by=by, kind=ReportKind.PROGRESS_QUESTION)
    elif TICKET_MOVES.allows("update", ticket.status):
        tickets.post_update(ticket, said, by=by, to=UpdateTo.INTERNAL, channel=Channel.EMAIL)


@transaction.atomic
def forward(item: MailItem, *, by: Person, text: str = "") -> MailItem:
    """One act of three parts (W-05 1.2.3, 1.2.4): education for the customer, the mail to its handler, word to the coordination
    group. All of them are decided together, or none."""
    item = held(item, by, "forward")
    _require_answerable(item)
    _require_act(item, RuleAct.FORWARD)
    rule, handler, group = item.rule, *_handler(item)
    words = _words(text, rule.template.slug if rule and rule.template else "", item, by)
    opening = words_of(_of_use(TemplateUse.FORWARD), item, by, handler=handler)
    notice = filled(_of_use(TemplateUse.COORDINATION).text, masked_holes(item, by, handler, group))
    parts = [
        lay_reply(item, words, by=by, key=_key("reply", item, words)),
        lay_forward(item, handler, opening, by=by, key=_key("forward", item, opening)),
        lay_group(item, group, notice, by=by, key=_key("group", item, notice)),
    ]
    finish(item, Outcome.FORWARDED)
    facts = {"handler": handler.name, "group": group.name, "parts": [part.pk for part in parts]}
    return save(item, "mail.forwarded", by=by, facts=facts, personal={"text": (None, words)})


def _handler(item: MailItem) -> tuple[MailHandler, Group]:
    handler = item.rule.handler if item.rule else None
    if handler is None:
        raise Conflict(_("Aturan ini belum punya penanganan. Minta administrator mengisinya."))
    group = handler.group or Group.objects.filter(purpose=Purpose.COORDINATION, active=True).select_related("channel").first()
    if group is None:
        raise Conflict(_("Belum ada grup lintas koordinasi. Minta administrator membuatnya di Saluran."))
    return handler, group


def _of_use(use: TemplateUse) -> MailTemplate:
    found = MailTemplate.objects.filter(use=use, active=True).order_by("id").first()
    if found is None:
        raise Conflict(_("Belum ada templat untuk %(use)s. Minta administrator membuatnya."), use=use.label)
    return found


def ticket_fields(item: MailItem) -> dict[str, Any]:
    """What the mail says of the fields of a ticket, for the agent to check (EM-6)."""
    found = item.guess or {}
    newest = item.messages.filter(machine="").order_by("id").first()
    usual = {
        "service_number": item.service_number or found.get("service_number", ""),
        "service_line": found.get("service_line", ""),
        "segment": item.segment,
        "region": found.get("region"),
        "contact_email": _usual_address(item.sender),
        "description": newest.text[:LONGEST_ANSWER] if newest else "",
    }
    return {**found.get("fields", {}), **{name: value for name, value in usual.items() if value}}


def _usual_address(address: str) -> str:
    """Nothing for an address that mail goes to and forms refuse (letters beyond ASCII, a host without a dot)."""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


@transaction.atomic
def open_ticket(item: MailItem, *, by: Person, troubleshooting: str = "", reply: str = "", **given: Any) -> MailItem:
    """A ticket from the mail, and its number mailed back (W-05 1.2.7, 1.2.8). What is not given is taken from the text."""
    item = held(item, by, "open_ticket")
    _require_act(item, RuleAct.OPEN_TICKET)
    if item.ticket:
        raise Conflict(_("Surat ini sudah punya tiket %(number)s."), number=item.ticket.number)
    if troubleshooting:
        note_check(item, troubleshooting, ServiceState.FAULT)
    if item.rule and item.rule.needs == Needs.TROUBLESHOOTING and item.service_state != ServiceState.FAULT:
        raise Conflict(_("Catat dulu hasil cek: layanan normal dijawab, gangguan dibuatkan tiket."))
    item.ticket = _logged(item, given, by)
    item.service_number = item.ticket.service_number or ""
    if item.troubleshooting:
        tickets.post_update(item.ticket, item.troubleshooting, by=by, to=UpdateTo.INTERNAL, channel=Channel.EMAIL)
    words = _words(reply, _of_use(TemplateUse.TICKET).slug, item, by)
    lay_reply(item, words, by=by, key=_key("reply", item, words))
    finish(item, Outcome.TICKET)
    return save(item, "mail.ticket_opened", by=by, facts={"ticket": item.ticket.number})


def _logged(item: MailItem, given: dict[str, Any], by: Person) -> Ticket:
    names = Intake.__dataclass_fields__
    wanted = {name: value for name, value in given.items() if name in names and value not in (None, "")}
    values = {**{name: value for name, value in ticket_fields(item).items() if name in names}, **wanted}
    needed = ("service_number", "service_line", "customer_name", "reporter_name", "contact_phone", "symptom", "description")
    full = {**dict.fromkeys(needed, ""), **values}
    fixed = {"interaction": item.interaction, "channel": Channel.EMAIL, "intake_key": uuid5(ONCE, str(item.pk))}
    return tickets.log_ticket(Intake(**{**full, **fixed}), by=by)


# Proofs


@transaction.atomic
def mark_part_sent(item: MailItem, part: int, *, by: Person) -> MailItem:
    """A person sent this part by hand; who and when is its proof."""
    item = lock_visible_item(item, by)
    row = _part(item, part)
    if row.state == PartState.SENT:
        return item
    if row.state not in (PartState.BY_HAND, PartState.FAILED, PartState.BOUNCED):
        raise Conflict(_("Bagian ini sedang dikirim."))
    row.state, row.sent_at, row.proved_by, row.problem = PartState.SENT, now(), by, ""
    row.save(update_fields=["state", "sent_at", "proved_by", "problem"])
    return save(item, "mail.part_sent_by_hand", by=by, facts={"part": row.pk, "kind": row.kind})


@transaction.atomic
def retry_part(item: MailItem, part: int, *, by: Person) -> MailItem:
    """Send a part again that failed or came back; by hand where nothing sends by itself."""
    item = lock_visible_item(item, by)
    row = _part(item, part)
    if row.state not in (PartState.FAILED, PartState.BOUNCED):
        raise Conflict(_("Hanya bagian yang gagal yang dapat dikirim ulang."))
    goes = row.channel is not None and sends_itself(row.channel)
    row.state, row.next_try_at = (PartState.QUEUED, now()) if goes else (PartState.BY_HAND, None)
    row.attempts, row.problem = 0, ""
    row.save(update_fields=["state", "next_try_at", "attempts", "problem"])
    return save(item, "mail.part_retried", by=by, facts={"part": row.pk})


def _part(item: MailItem, key: int) -> MailPart:
    found = MailPart.objects.select_for_update(of=("self",)).select_related("channel").filter(item=item, pk=key).first()
    if found is None:
        raise NotVisible(_("Bagian ini tidak ada."))
    return found


def part_failed(part: MailPart) -> None:
    """A locked part was given up: its item stands in the worklist again, with whoever held it."""
    item = MailItem.objects.select_for_update(of=("self",)).get(pk=part.item_id)
    if item.state in (MailState.DONE, MailState.WAITING_CUSTOMER):
        item.state, item.done_at = (MailState.IN_PROGRESS if item.holder_id else MailState.NEW), None
    item.version += 1
    item.save(update_fields=["state", "done_at", "version"])
    record(item, "mail.part_failed", by=None, facts={"part": part.pk})
    Counter.grow("mail")
