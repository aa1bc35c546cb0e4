"""Nonconformities (QC-6): identify, improve, verify by somebody else, or again; and telling of what is overdue."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Invalid, NotAllowed, NotVisible
from common.text import clean
from escalation.actions.notifying import notify, on_duty
from escalation.models import Event
from escalation.wording import Words
from quality.models import NONCONFORMITY_MOVES, Evaluation, Improvement, Nonconformity, NonconformityState
from tickets.models import Ticket

COUNTER = "nonconformities"
LONGEST = 5_000
BATCH = 100


@transaction.atomic
def identify(
    title: str,
    description: str,
    *,
    by: Person,
    clause: str = "",
    ticket: Ticket | None = None,
    evaluation: Evaluation | None = None,
    person: Person | None = None,
) -> Nonconformity:
    """Write down what does not conform: from a sheet, with its person and evidence, from a ticket, or by hand."""
    require(by, "nonconformity.create")
    title, description = clean(title, longest=160), clean(description, longest=LONGEST)
    clause = clean(clause, longest=120)
    _refuse_empty(title=title, description=description)
    if ticket is None and evaluation is not None:
        ticket = evaluation.ticket
    person = evaluation.person if evaluation else person
    team = (evaluation.team if evaluation else None) or (ticket.team if ticket else None) or (person.team if person else None)
    own = {each for each in (team.pk if team else None, person.team_id if person else None) if each}
    if by.team_id in own or person == by:
        raise NotAllowed(_("Pekerjaan tim sendiri dinilai petugas QC lain."), code="own-work")
    found = Nonconformity.objects.create(
        title=title, description=description, clause=clause, ticket=ticket, evaluation=evaluation, person=person, team=team,
        raised_by=by, raised_at=now(),
    )  # fmt: skip
    facts = {"clause": clause, "ticket": ticket.number if ticket else None, "evaluation": evaluation.pk if evaluation else None}
    personal = {"title": (None, title), "description": (None, description)}
    record(found, "nonconformity.identified", by=by, facts=facts, personal=personal, first=True)
    Counter.grow(COUNTER)
    if team and team.leader:
        notify([team.leader], Event.NONCONFORMITY, key=f"nonconformity-{found.pk}", text=f"{found}: {title}", url=found.url)
    return found


def _refuse_empty(**texts: str) -> None:
    empty: dict[str, list[Any]] = {name: [_("Isian ini masih kosong.")] for name, text in texts.items() if not text}
    if empty:
        raise Invalid(_("Ketidaksesuaian belum lengkap."), errors=empty)


@transaction.atomic
def improve(
    nonconformity: Nonconformity, cause: str, action: str, owner: Person, due_at: datetime, *, by: Person
) -> Nonconformity:
    """Plan the improvement: its cause, what is done, by whom, until when. The owner is told."""
    require(by, "nonconformity.improve")
    found = _locked(nonconformity)
    cause, action = clean(cause, longest=LONGEST), clean(action, longest=LONGEST)
    _refuse_empty(cause=cause, action=action)
    if not owner.is_active:
        raise Invalid(_("Ketidaksesuaian belum lengkap."), errors={"owner": [_("Pilih orang yang aktif.")]})
    if due_at <= now():
        raise Invalid(_("Ketidaksesuaian belum lengkap."), errors={"due_at": [_("Pilih waktu yang akan datang.")]})
    NONCONFORMITY_MOVES.require("improve", found.state)
    found.round += 1
    Improvement.objects.create(
        nonconformity=found, round=found.round, cause=cause, action=action, owner=owner, due_at=due_at, by=by, at=now()
    )
    found.state, found.owner, found.due_at, found.reminded_at = NonconformityState.IMPROVING, owner, due_at, None
    _touch(found, "state", "round", "owner", "due_at", "reminded_at")
    facts = {"round": found.round, "owner": owner.agent_code, "due_at": due_at.isoformat()}
    record(found, "nonconformity.improved", by=by, facts=facts, personal={"cause": (None, cause), "action": (None, action)})
    key = f"nonconformity-{found.pk}-{found.round}"
    notify([owner], Event.NONCONFORMITY, key=key, text=f"{found}: {found.title}", url=found.url)
    return found


def require_may_verify(nonconformity: Nonconformity, *, by: Person) -> None:
    """Somebody else than who does it and who planned it."""
    planned_by = nonconformity.improvements.order_by("-round").values_list("by_id", flat=True).first()
    if by.pk in (nonconformity.owner_id, planned_by):
        raise NotAllowed(_("Yang memverifikasi adalah orang lain, bukan penanggung jawab atau perencana perbaikan."))


@transaction.atomic
def verify(nonconformity: Nonconformity, effective: bool, verification: str, *, by: Person) -> Nonconformity:
    """Effective ends it; not effective asks for another improvement."""
    require(by, "nonconformity.verify")
    found = _locked(nonconformity)
    require_may_verify(found, by=by)
    verification = clean(verification, longest=LONGEST)
    _refuse_empty(verification=verification)
    NONCONFORMITY_MOVES.require("verify", found.state)
    done = found.improvements.get(round=found.round)
    done.effective, done.verification, done.verified_by, done.verified_at = effective, verification, by, now()
    done.save(update_fields=["effective", "verification", "verified_by", "verified_at"])
    found.state = NonconformityState.VERIFIED if effective else NonconformityState.IDENTIFIED
    found.owner, found.due_at, found.ended_at = None, None, now() if effective else None
    _touch(found, "state", "owner", "due_at", "ended_at")
    facts = {"round": found.round, "effective": effective}
    record(found, "nonconformity.verified", by=by, facts=facts, personal={"verification": (None, verification)})
    return found


def tell_overdue(*, batch: int = BATCH) -> int:
    """Improvements whose day has passed, each told once a round to owner, TL and supervisors on duty; returns how many."""
    due = Nonconformity.objects.overdue().filter(reminded_at__isnull=True).order_by("due_at")[:batch]
    return sum(_told(each) for each in due.select_related("owner", "team__leader"))


@transaction.atomic
def _told(found: Nonconformity) -> bool:
    waiting = Nonconformity.objects.overdue().filter(pk=found.pk, reminded_at__isnull=True, round=found.round)
    if waiting.update(reminded_at=now()) != 1:
        return False
    people = [found.owner, found.team.leader if found.team else None, found.raised_by, *on_duty_supervisors(found)]
    key = f"nonconformity-{found.pk}-{found.round}-overdue"
    text = Words(_("%(number)s lewat batas: %(title)s"), number=found, title=found.title)
    notify([each for each in people if each], Event.NONCONFORMITY, key=key, text=text, url=found.url)
    record(found, "nonconformity.overdue", by=None, facts={"round": found.round})
    return True


def on_duty_supervisors(found: Nonconformity) -> list[Person]:
    """The supervisors of the site who are on duty."""
    site = found.team.site_id if found.team else None
    return [each for each in on_duty(Role.SUPERVISOR) if each.team and each.team.site_id == site] if site else []


def _locked(nonconformity: Nonconformity) -> Nonconformity:
    found = Nonconformity.objects.select_for_update(of=("self",)).filter(pk=nonconformity.pk).first()
    if found is None:
        raise NotVisible(_("Ketidaksesuaian ini tidak ada."))
    return found


def _touch(found: Nonconformity, *fields: str) -> None:
    found.version += 1
    found.save(update_fields=[*fields, "version"])
    Counter.grow(COUNTER)
