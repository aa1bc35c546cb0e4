"""What an e-mail agent does about an item of the worklist short of answering it: claim, classify, check the service, set aside
(EM-1 to EM-6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actions import require_on_duty
from accounts.history import record
from accounts.models import Counter, Person, Skill
from accounts.roles import Role, may, require
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible
from common.text import clean
from escalation.models.mail import MAIL_MOVES, ComplaintKind, MailItem, MailState, Outcome, Quarantine, ServiceState
from escalation.models.mail_desk import MailRule
from tickets.actions.base import required
from tickets.elsewhere import ticket_with
from tickets.models import Interaction, Segment, Ticket
from tickets.models.ticket import TicketQuerySet

ASKED_AFTER = timedelta(days=30)  # so long after its end a ticket is still the one that a customer asks about
Facts = dict[str, Any]


def handles_mail(person: Person) -> bool:
    """Whether this person works on mail: an agent with the skill, a TL, a supervisor. Of which mailboxes says ``visible_to``."""
    return may(person, "mail.list") and (person.role != Role.AGENT or Skill.EMAIL in person.skills)


def require_handles_mail(person: Person) -> None:
    """403 for the other roles, and for agents without the skill."""
    require(person, "mail.list")
    if not handles_mail(person):
        raise NotAllowed(_("Hanya agen e-mail, TL dan supervisornya yang mengerjakan surat."))


def lock_visible_item(item: MailItem, by: Person) -> MailItem:
    """The item as it is now, locked; refused as not there when this person may not see it."""
    require(by, "mail.handle")
    if not MailItem.objects.visible_to(by).filter(pk=item.pk).exists():
        raise NotVisible(_("Surat ini tidak ada atau bukan milik tim Anda."))
    rows = MailItem.objects.select_for_update(of=("self",)).select_related(
        "mailbox__channel", "holder", "ticket", "rule__handler"
    )
    return rows.get(pk=item.pk)


def held(item: MailItem, by: Person, move: str) -> MailItem:
    """The item locked, in this person's hands: an open, free one is taken by the act itself. 409 while another holds it."""
    item = lock_visible_item(item, by)
    MAIL_MOVES.require(move, item.state)
    if not item.is_open:
        return item
    if item.holder_id not in (None, by.pk):
        raise Conflict(_("%(number)s sedang dipegang %(who)s."), number=item.number, who=item.holder)
    if item.holder_id is None:
        item.holder, item.held_since = by, now()
    if item.state == MailState.NEW:
        item.state = MailState.IN_PROGRESS
    return item


def save(item: MailItem, act: str, *, by: Person | None, facts: Facts | None = None, personal: Any = None) -> MailItem:
    """Write an act on a locked item down."""
    item.version += 1
    item.save()
    record(item, act, by=by, facts=facts, personal=personal)
    Counter.grow("mail")
    return item


@transaction.atomic
def claim_mail(item: MailItem, *, by: Person) -> MailItem:
    """Take it: one person at a time. The same person again changes nothing."""
    before = (item.holder_id, item.state)
    item = held(item, by, "claim")
    if before == (by.pk, item.state):
        return item
    return save(item, "mail.claimed", by=by)


@transaction.atomic
def release_mail(item: MailItem, *, by: Person) -> MailItem:
    """Give it back to the worklist; a leader may free what an agent left."""
    item = lock_visible_item(item, by)
    MAIL_MOVES.require("release", item.state)
    if item.holder_id != by.pk and not _leads(by, item):
        raise Conflict(_("%(number)s sedang dipegang %(who)s."), number=item.number, who=item.holder)
    let_go(item)
    return save(item, "mail.released", by=by)


def let_go(item: MailItem) -> None:
    """Nobody holds this locked item any more; what waits for the customer waits on."""
    item.holder = item.held_since = None
    if item.state == MailState.IN_PROGRESS:
        item.state = MailState.NEW


def _leads(by: Person, item: MailItem) -> bool:
    return by.pk == item.mailbox.team.leader_id or by.role == Role.SUPERVISOR


@dataclass(frozen=True)
class Classed:
    """What an agent says of a mail; numbers where they are known."""

    segment: str
    interaction: str
    complaint: str = ""
    service_number: str = ""
    ticket: str = ""
    outside_number: str = ""


@transaction.atomic
def classify(item: MailItem, said: Classed, *, by: Person) -> MailItem:
    """Segment and kind of contact (W-05 1.2.2 to 1.2.6); the table of decisions says what follows. 400 where no row fits."""
    item = held(item, by, "classify")
    item.segment, item.interaction, item.complaint = _checked(said.segment, said.interaction, said.complaint)
    item.service_number = "".join(clean(said.service_number, longest=40).split())
    before, item.outside_number = item.outside_number, clean(said.outside_number, longest=80)
    item.outside_status = item.outside_status if item.outside_number == before else ""
    item.ticket = _found_ticket(item, said.ticket, by)
    item.rule = rule_for(item)
    if item.rule is None:
        raise Invalid(_("Tabel keputusan tidak punya baris untuk surat seperti ini. Minta administrator menambahnya."))
    facts = {name: getattr(item, name) for name in ("segment", "interaction", "complaint")}
    return save(item, "mail.classified", by=by, facts=facts | {"rule": item.rule.pk, "ticket": str(item.ticket or "")})


def _checked(segment: str, interaction: str, complaint: str) -> tuple[str, str, str]:
    errors: dict[str, list[Any]] = {}
    if segment not in Segment.values:
        errors["segment"] = [_("Pilih segmen: DES, DGS, DBS atau DCS.")]
    if interaction not in Interaction.values:
        errors["interaction"] = [_("Pilih keluhan, permintaan atau informasi.")]
    if interaction == Interaction.COMPLAINT and complaint not in ComplaintKind.values:
        errors["complaint"] = [_("Pilih gangguan baru atau tanya progres.")]
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)
    return segment, interaction, complaint if interaction == Interaction.COMPLAINT else ""


def _found_ticket(item: MailItem, number: str, by: Person) -> Ticket | None:
    """The named ticket; without a name, for a question about progress, the one with the outside number, else the newest of the
    service number (EM-5)."""
    findable = Ticket.objects.findable_by(by)
    if number := clean(number, longest=20).upper():
        found = findable.by_number(number).first()
        if found is None:
            raise Invalid(_("Tiket %(number)s tidak ada."), number=number, errors={"ticket": [_("Tiket ini tidak ada.")]})
        return found
    if item.complaint != ComplaintKind.PROGRESS:
        return None
    if item.outside_number and (known := ticket_with(item.outside_number, findable)):
        return known
    return _newest(findable, item.service_number) if item.service_number else None


def _newest(findable: TicketQuerySet, service_number: str) -> Ticket | None:
    """An open one first; else one that was solved or closed lately, which its customer may not know."""
    newest = findable.filter(service_number=service_number).order_by("-opened_at", "-id")
    since = now() - ASKED_AFTER
    return newest.open().first() or newest.filter(Q(solved_at__gte=since) | Q(closed_at__gte=since)).first()


def rule_for(item: MailItem) -> MailRule | None:
    """The first row of the table that fits."""
    rules = MailRule.objects.filter(active=True).select_related("handler__group__channel", "template").order_by("order", "id")
    return next((rule for rule in rules if _fits(rule, item)), None)


def _fits(rule: MailRule, item: MailItem) -> bool:
    return (
        (not rule.segments or item.segment in rule.segments)
        and rule.interaction in ("", item.interaction)
        and rule.complaint in ("", item.complaint)
    )


@transaction.atomic
def troubleshoot(item: MailItem, text: str, *, by: Person, result: str) -> MailItem:
    """What was checked in the supporting applications, and whether the service is normal (W-05 1.2.7)."""
    item = held(item, by, "troubleshoot")
    note_check(item, text, result)
    return save(item, "mail.troubleshot", by=by, facts={"result": result}, personal={"text": (None, item.troubleshooting)})


def note_check(item: MailItem, text: str, result: str) -> None:
    """Put the finding on a locked item."""
    if result not in ServiceState.values:
        raise Invalid(_("Pilih hasil cek: normal atau gangguan."), errors={"result": [_("Pilih salah satu dari daftar.")]})
    item.troubleshooting = required(text, "text", _("Tulis apa yang dicek dan dicoba."))
    item.service_state = result


@transaction.atomic
def quarantine(item: MailItem, *, by: Person) -> MailItem:
    """Not a customer's word after all: nobody is asked to answer it."""
    item = held(item, by, "quarantine")
    item.state, item.quarantine, item.holder, item.held_since = MailState.QUARANTINED, Quarantine.BY_HAND, None, None
    return save(item, "mail.quarantined", by=by)


@transaction.atomic
def accept(item: MailItem, *, by: Person) -> MailItem:
    """A person did write it: out of quarantine, into the worklist. 409 without an address to answer to."""
    item = lock_visible_item(item, by)
    MAIL_MOVES.require("accept", item.state)
    if not item.sender or item.quarantine == Quarantine.OWN:
        raise Conflict(_("Surat ini tidak punya pengirim yang dapat dijawab."))
    before = item.quarantine
    item.state, item.quarantine, item.last_in_at = MailState.NEW, "", now()
    return save(item, "mail.accepted", by=by, facts={"quarantine": before})


@transaction.atomic
def dismiss(item: MailItem, *, by: Person, reason: str = "") -> MailItem:
    """Done without an answer: thanks, advertising, sent twice. The bytes stay."""
    item = held(item, by, "dismiss")
    finish(item, Outcome.DISMISSED)
    return save(item, "mail.dismissed", by=by, personal={"reason": (None, clean(reason, longest=500))})


def finish(item: MailItem, outcome: Outcome) -> None:
    """A locked item is done; its holder stays named."""
    item.state, item.outcome, item.done_at = MailState.DONE, outcome, now()


@transaction.atomic
def claim_next(*, by: Person) -> MailItem | None:
    """Take the mail that waits longest; None where none does. Reaches only those on duty (OB-7)."""
    require(by, "mail.handle")
    require_on_duty(by)
    waiting = MailItem.objects.visible_to(by).filter(state=MailState.NEW, holder=None).order_by("last_in_at", "id")
    skip = connection.features.has_select_for_update_skip_locked
    rows = waiting.select_for_update(of=("self",), skip_locked=True) if skip else waiting.select_for_update(of=("self",))
    found = rows.first()
    return claim_mail(found, by=by) if found else None
