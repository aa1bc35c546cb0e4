"""The page of one mail: the conversation in order, what may be done by the table of decisions, the words ready to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Person
from escalation.actions.mail_answers import ticket_fields
from escalation.actions.mail_parts import holes_of, outside_status_of
from escalation.mail.wording import filled
from escalation.mail_forms import AnswerForm, CheckForm, ClassifyForm, ForwardForm, MailTicketForm, classified
from escalation.models.mail import MailItem, MailMessage, MailPart, MailState, PartKind, PartState, ServiceState
from escalation.models.mail_desk import MailTemplate, Needs, RuleAct, TemplateUse
from tickets.models import Ticket

MOST = 60
WORDS_FOR = (TemplateUse.INFORMATION, TemplateUse.ASK, TemplateUse.PROGRESS, TemplateUse.NORMAL)


@dataclass(frozen=True)
class Said:
    """One thing in the conversation: a message in, or a reply out."""

    at: Any
    message: MailMessage | None = None
    part: MailPart | None = None


@dataclass
class Pane:
    """What the page shows of one item."""

    item: MailItem
    person: Person
    said: list[Said]
    parts: list[MailPart]
    templates: list[tuple[MailTemplate, str]]
    similar: list[Ticket]
    forms: dict[str, Any] = field(default_factory=dict)

    @property
    def mine(self) -> bool:
        return self.item.holder_id == self.person.pk

    @property
    def may_act(self) -> bool:
        """Whether acts are offered: nobody else holds it."""
        return self.item.is_open and self.item.holder_id in (None, self.person.pk)

    def offers(self, act: str) -> bool:
        return bool(self.item.rule and act in self.item.rule.acts)

    @property
    def forwards(self) -> bool:
        return self.may_act and self.offers(RuleAct.FORWARD)

    @property
    def checks(self) -> bool:
        """Whether the service has to be checked before anything else."""
        return self.may_act and self.item.rule is not None and self.item.rule.needs == Needs.TROUBLESHOOTING

    @property
    def opens(self) -> bool:
        """Whether a ticket may be opened now."""
        known = not self.checks or self.item.service_state == ServiceState.FAULT
        return self.may_act and self.offers(RuleAct.OPEN_TICKET) and self.item.ticket is None and known

    @property
    def answers(self) -> bool:
        """Whether an answer may go now."""
        if self.item.state == MailState.DONE:
            return bool(self.item.sender)
        known = not self.checks or self.item.service_state == ServiceState.NORMAL
        return self.may_act and self.offers(RuleAct.ANSWER) and known and not self.asks

    @property
    def asks(self) -> bool:
        """Whether the number must be asked for first."""
        needs = self.item.rule.needs if self.item.rule else ""
        return self.may_act and needs == Needs.REFERENCE and self.item.ticket is None and not self.item.outside_number

    @property
    def asks_status(self) -> bool:
        return bool(self.item.outside_number) and self.item.ticket is None

    @property
    def version(self) -> str:
        """Grows with what the live part shows."""
        return f"{self.item.version}-" + "".join(f"{part.pk}{part.state[0]}{part.attempts}" for part in self.parts)


def read(item: MailItem, person: Person, **forms: Any) -> Pane:
    """The page of an item; ``forms`` are those that came back refused, with what was typed."""
    messages = list(item.messages.prefetch_related("attachments").order_by("-id")[:MOST])
    parts = list(item.parts.select_related("group__channel", "channel", "by", "proved_by").order_by("-id")[:MOST])[::-1]
    said = [Said(message.received_at, message=message) for message in messages]
    said += [Said(part.created_at, part=part) for part in parts if part.kind == PartKind.REPLY]
    holes = holes_of(item, person, handler=item.rule.handler if item.rule else None)
    templates = [(each, filled(each.text, holes)) for each in MailTemplate.objects.filter(active=True, use__in=WORDS_FOR)]
    pane = Pane(item, person, sorted(said, key=lambda each: each.at), parts, templates, _similar(item, person))
    pane.forms = _forms(item, _first_words(pane, holes)) | forms
    return pane


def _first_words(pane: Pane, holes: Mapping[str, str]) -> str:
    """What stands in the box before anybody types: the question, where the number is missing, else the words of the rule."""
    if pane.item.state == MailState.DONE:
        return ""
    if pane.asks:
        return next((words for template, words in pane.templates if template.use == TemplateUse.ASK), "")
    template = pane.item.rule.template if pane.item.rule else None
    return filled(template.text, holes) if template else ""


def _forms(item: MailItem, words: str) -> dict[str, Any]:
    check = {"text": item.troubleshooting, "result": item.service_state}
    return {
        "classify": ClassifyForm(initial=classified(item), auto_id="classify-%s"),
        "check": CheckForm(initial=check, auto_id="check-%s"),
        "answer": AnswerForm(initial={"text": words, "outside_status": outside_status_of(item)}, auto_id="answer-%s"),
        "forward": ForwardForm(initial={"text": words}, auto_id="forward-%s"),
        "ticket": MailTicketForm(initial=ticket_fields(item), auto_id="ticket-%s"),
    }


def _similar(item: MailItem, person: Person) -> list[Ticket]:
    """Open tickets of the same service, so that no twin is opened (HC-2)."""
    number = item.service_number or (item.guess or {}).get("service_number", "")
    if not number or item.ticket:
        return []
    return list(Ticket.objects.findable_by(person).filter(service_number=number).open().order_by("-id")[:3])


def to_hand(parts: list[MailPart]) -> list[MailPart]:
    """What people send."""
    return [part for part in parts if part.state == PartState.BY_HAND]
