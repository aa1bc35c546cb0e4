"""What the unit says, however it arrives, and whom it must still be told to (HC-6, SE-4)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import NotVisible
from escalation.actions import clocks
from escalation.actions.debts import told_first
from escalation.actions.escorts import S, lock_escort, touch
from escalation.actions.measuring import measure_update
from escalation.actions.notifying import notify
from escalation.actions.outbox import queue_message
from escalation.group_words import GroupWords
from escalation.models import ESCORT_MOVES, Escort, Event, Group, MessageUse, MilestoneName, Progress, Source
from escalation.models.channels import Purpose
from tickets.actions import pass_ball
from tickets.actions.base import hand_of, required, say
from tickets.models import HolderKind, Kind, Ticket


@dataclass(frozen=True)
class Said:
    """One word of the unit: the text, who said it where and when, and what it means."""

    text: str
    publish: bool = False
    done: bool = False  # the unit says that it is repaired
    needs_data: bool = False  # the unit asks Support HC for something
    source: Source = Source.TYPED
    sender: str = ""
    group: Group | None = None
    said_at: datetime | None = None
    fingerprint: str | None = None  # of a pasted or received line, so that it enters once


@transaction.atomic
def record_progress(escort: Escort, said: Said, *, by: Person | None) -> Escort:
    """Record progress; ``by`` is None when a gateway brought it. A known fingerprint changes nothing."""
    if by is not None:
        require(by, "escort.record_progress")
        if not Escort.objects.visible_to(by).filter(pk=escort.pk).exists():
            raise NotVisible(_("Tiket kawal ini tidak ada."))
    text = required(said.text, "text", _("Tulis apa kata unit."))
    escort = lock_escort(escort)
    if said.fingerprint and Progress.objects.filter(fingerprint=said.fingerprint).exists():
        return escort
    ESCORT_MOVES.require("record_progress", escort.state)
    return _progressed(escort, said, text, by)


def spread_progress(escort: Escort, said: Said, *, by: Person) -> Escort:
    """The word of an outage on an escort whose ticket is locked, in whatever hands it is; one not dispatched stays so (HC-8)."""
    ESCORT_MOVES.require("hear_outage", escort.state)
    return _progressed(escort, said, said.text, by)


def _progressed(escort: Escort, said: Said, text: str, by: Person | None) -> Escort:
    progress = _written(escort, said, text, by)
    ticket = escort.ticket
    before = escort.state
    escort.state = S.SOLVED if said.done else (S.IN_PROGRESS if escort.state == S.DISPATCHED else escort.state)
    measure_update(escort, by=by, last=escort.last_update_at)
    escort.last_update_at = now()
    touch(escort, "state", "last_update_at")
    held, passed = hand_of(ticket), []
    if said.done or said.needs_data:
        passed = pass_ball(ticket, HolderKind.SUPPORT_HC, escort.owner)
    ticket.save(update_fields=[*say(ticket, text), *passed])
    facts: dict[str, object] = {"source": said.source, "group": said.group.name if said.group else ""}
    facts |= {"held": held} if passed else {}
    facts |= {"done": said.done, "published": said.publish, "state": [before, escort.state]}
    record(ticket, "escort.progressed", by=by, facts=facts, personal={"text": (None, text), "sender": (None, said.sender)})
    if escort.state not in (S.QUEUED, S.ANALYSING):
        clocks.renew(ticket, MilestoneName.UNIT_SILENCE, by_act="progress")
    if said.publish:
        _publish(progress, ticket, by)
    clocks.show(ticket)
    return escort


def _written(escort: Escort, said: Said, text: str, by: Person | None) -> Progress:
    return Progress.objects.create(
        escort=escort,
        text=text,
        source=said.source,
        sender=said.sender[:120],
        group=said.group,
        said_at=said.said_at or now(),
        by=by,
        recorded_at=now(),
        fingerprint=said.fingerprint,
    )


@transaction.atomic
def publish_progress(progress: Progress, *, by: Person) -> Progress:
    """Feed one word of the unit back to the TL, or to the agent of a plain hard complaint (W-24 5.2.7)."""
    require(by, "escort.record_progress")
    escort = lock_escort(progress.escort)
    progress = Progress.objects.select_for_update().get(pk=progress.pk)
    if progress.published_at is None:
        record(escort.ticket, "escort.progress_published", by=by, facts={"progress": progress.pk})
        _publish(progress, escort.ticket, by)
        touch(escort)
    return progress


def _publish(progress: Progress, ticket: Ticket, by: Person | None) -> None:
    leader = ticket.team.leader if ticket.team else None
    progress.published_at, progress.owed_to = now(), told_first(ticket)
    progress.save(update_fields=["published_at", "owed_to"])
    if progress.owed_to:
        people = ticket.team.leading_now() if ticket.team and progress.owed_to == leader else [progress.owed_to]
        notify(people, Event.PROGRESS, key=f"progress:{progress.pk}", ticket=ticket, text=progress.text)
    if ticket.kind == Kind.HARD_COMPLAINT:
        return
    words = GroupWords()
    for group in Group.objects.filter(purpose=Purpose.TEAM_LEADER, team=ticket.team, active=True).select_related("channel"):
        text = words.of_ticket(MessageUse.PROGRESS, ticket, group, progres=progress.text)
        queue_message(ticket, group, text, key=f"progress:{progress.pk}:{group.pk}", by=by, about="progress")


def customer_knows(ticket: Ticket) -> None:
    """Something was said to the customer: the first response is given, what was owed is paid, and that clock begins anew
    (SE-4, OB-4)."""
    Progress.objects.owed_to_customer().filter(escort__ticket=ticket).update(told_customer_at=now())
    clocks.meet(ticket, MilestoneName.FIRST_RESPONSE, by_act="told")
    clocks.renew(ticket, MilestoneName.CUSTOMER_UPDATE, by_act="told")
    clocks.show(ticket)
    Counter.grow("queue")
