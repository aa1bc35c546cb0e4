"""The due moments of validations: laid as rows, cancelled when what was awaited has happened, told once each (QC-4).

Who is told: an agreed result that waits too long, QC on duty, then the supervisors of the site; a return that is not cared again
in time, its agent and TL, then the supervisors too.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import Role
from common import words
from common.clock import now
from escalation.actions.notifying import notify, on_duty, on_duty_or_all
from escalation.models import Event
from escalation.wording import Words
from outbound.models import CaringResult
from quality.models import Validation, Watch, WatchKind, WatchState

log = logging.getLogger(__name__)
BATCH = 100


def watch(validation: Validation, kind: WatchKind, due_at: datetime) -> None:
    """Lay the rungs of one due moment."""
    rungs = settings.VALIDATION_RUNGS_MINUTES[kind.value]
    Watch.objects.bulk_create(
        Watch(validation=validation, kind=kind, rung=number, due_at=due_at + timedelta(minutes=after))
        for number, after in enumerate(rungs, 1)
    )


def unwatch(validation: Validation, kind: WatchKind) -> None:
    """What was awaited has happened."""
    Watch.objects.filter(validation=validation, kind=kind, state=WatchState.WAITING).update(state=WatchState.CANCELLED)


def settle_redone(*, batch: int = BATCH) -> int:
    """Returns that were cared again without an agreement: nothing comes to QC, so nothing is awaited any more (QC-4)."""
    newer = CaringResult.objects.standing().filter(prospect=OuterRef("result__prospect"), pk__gt=OuterRef("result_id"))
    settled = 0
    for returned in Validation.objects.to_be_redone().filter(Exists(newer), next__isnull=True).order_by("redo_by")[:batch]:
        with transaction.atomic():
            if Validation.objects.to_be_redone().filter(pk=returned.pk).update(redone=True) == 1:
                unwatch(returned, WatchKind.REDO)
                record(returned, "validation.redone_without_agreement", by=None)
                settled += 1
    return settled


def fire_due_watches(*, batch: int = BATCH) -> int:
    """Tell of what is due, the oldest first; returns how many. A row that cannot be told is parked and stops no other."""
    settle_redone()
    due = Watch.objects.filter(state=WatchState.WAITING, due_at__lte=now()).order_by("due_at", "id")[:batch]
    fired = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            fired += _fire(pk)
        except Exception:  # whatever is wrong with one row, the others are told
            log.exception("watch %s is parked", pk)
            Watch.objects.filter(pk=pk, state=WatchState.WAITING).update(state=WatchState.PARKED)
            text = Words(_("Pengingat QC %(number)s tersangkut."), number=pk)
            notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=f"watch-{pk}-parked", text=text)
    return fired


@transaction.atomic
def _fire(pk: int) -> bool:
    """Once: the conditional UPDATE must change the row, whoever else looks at it at the same moment."""
    if Watch.objects.filter(pk=pk, state=WatchState.WAITING).update(state=WatchState.FIRED, fired_at=now()) != 1:
        return False
    due = Watch.objects.select_related("validation__person", "validation__team__leader", "validation__result__prospect").get(
        pk=pk
    )
    validation, event = due.validation, Event.REDO_OVERDUE if due.kind == WatchKind.REDO else Event.VALIDATION_AGED
    people = _people(due)
    notify(people, event, key=f"watch-{pk}", text=_sentence(due), url=validation.url)
    facts = {"watch": due.kind, "rung": due.rung, "told": sorted(each.agent_code for each in people)}
    record(validation, "validation.overdue", by=None, facts=facts)
    return True


def _people(due: Watch) -> list[Person]:
    validation = due.validation
    leader = validation.team.leader if validation.team else None
    if due.kind == WatchKind.AGE:
        return on_duty(Role.QUALITY_CONTROL) if due.rung == 1 else [*_supervisors(validation), *([leader] if leader else [])]
    near = [validation.person, *([leader] if leader else [])]
    return near if due.rung == 1 else [*near[1:], *_supervisors(validation)]


def _supervisors(validation: Validation) -> list[Person]:
    site = validation.team.site_id if validation.team else None
    return [each for each in on_duty(Role.SUPERVISOR) if each.team and each.team.site_id == site] if site else []


def _sentence(due: Watch) -> Words:
    validation = due.validation
    number = validation.result.prospect.service_number
    if due.kind == WatchKind.REDO and validation.redo_by:
        said = _("%(number)s, agen %(agent)s, seharusnya sebelum %(when)s")
        return Words(said, number=number, agent=validation.person.online_name, when=words.nearby(validation.redo_by))
    return Words(_("%(number)s, sejak %(when)s"), number=number, when=words.nearby(validation.created_at))
