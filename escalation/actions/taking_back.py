"""Taking one's own act back a moment after it, where that is safe: a proof, a match, a dismissal. Both acts stay told."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, HistoryEntry, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict
from escalation.actions import clocks
from escalation.actions.escorts import lock_escort, touch
from escalation.actions.inbox import fingerprint_of, lock_visible_inbound
from escalation.actions.lines import is_finished, tell_each, tickets_of
from escalation.actions.measuring import unmeasure
from escalation.actions.outbox import dispatch_may_be_proved, lock_visible_message
from escalation.models import EscortState, InboundMessage, InboundState, Measure, Message, MessageState, MilestoneName, Progress
from tickets.actions.base import give_back, say
from tickets.models import HolderKind


@transaction.atomic
def mark_not_sent(message: Message, *, by: Person) -> Message:
    """It was not sent after all: one's own proof is taken back, and the dispatch clocks that it had met run again (HC-5)."""
    require(by, "message.mark_sent")
    message = lock_visible_message(message, by)
    if message.state == MessageState.TO_SEND_BY_HAND:
        return message
    proof = _own_act(message.ticket, "message.sent_by_hand", by, message=message.pk)
    if message.state != MessageState.SENT or message.gateway_id or proof is None:
        raise Conflict(_("Hanya bukti kirim Anda sendiri yang baru saja dicatat dapat ditarik."))
    tickets = tickets_of(message)
    if any(is_finished(ticket) for ticket in tickets):
        raise Conflict(_("Tiketnya sudah selesai; bukti kirim tetap tercatat."))
    message.state, message.sent_at = MessageState.TO_SEND_BY_HAND, None
    message.save(update_fields=["state", "sent_at"])
    for ticket in tell_each(message, "message.not_sent", by=by, facts={"group": message.group.name, "message": message.pk}):
        clocks.take_back(ticket, MilestoneName.DISPATCH, since=proof.at)
        dispatch_may_be_proved(ticket)
        clocks.show(ticket)
    Counter.grow("queue")
    return message


@transaction.atomic
def unmatch_inbound(inbound: InboundMessage, *, by: Person) -> InboundMessage:
    """It was another ticket's after all: one's own match is taken back, and the words wait again (HC-6).

    Refused when they were fed back already or changed more than the unit's silence: then others act on them.
    """
    require(by, "inbox.match")
    inbound = lock_visible_inbound(inbound, by)
    if inbound.state == InboundState.WAITING:
        return inbound
    matched = _own_act(inbound, "inbox.matched", by)
    if inbound.state != InboundState.MATCHED or inbound.handled_by_id != by.pk or matched is None:
        raise Conflict(_("Hanya pencocokan Anda sendiri yang baru saja dicatat dapat ditarik."))
    _forget(Progress.objects.get(fingerprint=fingerprint_of(inbound)), by)
    _wait_again(inbound)
    record(inbound, "inbox.unmatched", by=by)
    return inbound


@transaction.atomic
def restore_inbound(inbound: InboundMessage, *, by: Person) -> InboundMessage:
    """What was put aside as not for us waits again."""
    require(by, "inbox.dismiss")
    inbound = lock_visible_inbound(inbound, by)
    if inbound.state == InboundState.MATCHED:
        raise Conflict(_("Pesan ini sudah dicatat pada tiketnya."))
    if inbound.state == InboundState.DISMISSED:
        _wait_again(inbound)
        record(inbound, "inbox.restored", by=by)
    return inbound


def _wait_again(inbound: InboundMessage) -> None:
    inbound.state, inbound.matched_by, inbound.handled_by = InboundState.WAITING, "", None
    inbound.save(update_fields=["state", "matched_by", "handled_by"])
    Counter.grow("queue")


def _forget(progress: Progress, by: Person) -> None:
    """The words leave the ticket, as far as nobody else knows them from there; its history keeps that they were there."""
    escort = lock_escort(progress.escort)
    said = _own_act(escort.ticket, "escort.progressed", by)
    if progress.published_at or said is None or said.facts["state"][1] != escort.state:
        raise Conflict(_("Kata unit ini sudah diteruskan atau tiketnya sudah bergerak lagi. Catat koreksi sebagai progres baru."))
    before = Progress.objects.filter(escort=escort).exclude(pk=progress.pk).order_by("-id").first()
    progress.delete()
    unmeasure(escort, Measure.FIRST_UPDATE, Measure.FOLLOW_UP, since=progress.recorded_at)
    escort.state, escort.last_update_at = EscortState(said.facts["state"][0]), before.recorded_at if before else None
    touch(escort, "state", "last_update_at")
    changed = say(escort.ticket, _("Kata unit ditarik, bukan untuk tiket ini"))
    if escort.ticket.holder_kind == HolderKind.SUPPORT_HC and (held := said.facts.get("held")):
        changed += give_back(escort.ticket, held)
    escort.ticket.save(update_fields=changed)
    record(escort.ticket, "escort.progress_taken_back", by=by)
    clocks.take_back(escort.ticket, MilestoneName.UNIT_SILENCE, since=said.at)
    clocks.show(escort.ticket)


def _own_act(subject: models.Model, act: str, by: Person, **facts: object) -> HistoryEntry | None:
    """The newest act of this name on the subject, where it was this person's and a moment ago."""
    rows = HistoryEntry.objects.filter(subject_kind=subject._meta.model_name, subject_id=subject.pk, act=act)
    last = rows.filter(**{f"facts__{name}": value for name, value in facts.items()}).order_by("-sequence").first()
    return last if last and last.by_id == by.pk and last.at >= _moment_ago() else None


def _moment_ago() -> datetime:
    return now() - timedelta(seconds=settings.UNDO_SECONDS)


def may_unmatch(inbound: InboundMessage) -> bool:
    """Whether the page offers to take a match back: not when the words went on to others, or say that it is repaired."""
    said = Progress.objects.filter(fingerprint=fingerprint_of(inbound)).select_related("escort").first()
    return said is not None and said.published_at is None and said.escort.state != EscortState.SOLVED
