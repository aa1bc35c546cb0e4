"""Purging what is older than its term (QM-5): tried first, capped, held, in small steps that go on after a kill.

A term counts whole days of the house's calendar: of 730 days, what is 730 days old is kept and what is 731 days old goes, so
nothing goes before two full years, leap years too. It counts from the decision, the finished sheet, the report, the call, the
end of a load, the moment that a difference was settled or a nonconformity verified, the last result of a prospect, the closing of
a ticket, also for what was said about it, and an entry of the history from its own moment.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import Event
from escalation.wording import Words
from quality.actions.erasing import erase_details
from quality.actions.retained import IN_TURN, Kept, forget, kept_classes
from quality.models import LegalHold, PurgedFile, RetentionRun, RetentionTerm, RunState

STEP = 200
STEPS_A_TICK = 100
LATE_HOUR = 2  # the daily run begins after two at night


@transaction.atomic
def set_term(term: RetentionTerm, days: int | None, *, by: Person, clause: str = "") -> RetentionTerm:
    """Another term for a class; empty keeps it for ever."""
    require(by, "retention.edit")
    if days is not None and not 30 <= days <= 36_500:
        raise Invalid(_("Isi 30 sampai 36.500 hari."), errors={"days": [_("Isi 30 sampai 36.500 hari.")]})
    term = RetentionTerm.objects.select_for_update().get(pk=term.pk)
    before, term.days, term.clause = term.days, days, clean(clause, longest=120) or term.clause
    term.save()
    record(term, "retention.term_set", by=by, facts={"class": term.record_class, "before": before, "days": days})
    return term


@transaction.atomic
def lay_hold(reason: str, *, by: Person, record_class: str = "", service_number: str = "") -> LegalHold:
    """Keep what it covers, whatever its term."""
    require(by, "retention.hold")
    reason = clean(reason, longest=300)
    if not reason:
        raise Invalid(_("Tulis alasannya."), errors={"reason": [_("Isian ini masih kosong.")]})
    hold = LegalHold.objects.create(
        record_class=record_class, service_number=clean(service_number, longest=40), reason=reason, laid_by=by, laid_at=now()
    )
    facts = {"class": record_class, "whole_class": not hold.service_number}
    record(hold, "retention.hold_laid", by=by, facts=facts, personal={"reason": (None, reason)}, first=True)
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, *, by: Person) -> LegalHold:
    """What it covered is purged again when its term has passed."""
    require(by, "retention.hold")
    hold = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at:
        raise Conflict(_("Penahanan ini sudah dicabut."))
    hold.lifted_by, hold.lifted_at = by, now()
    hold.save(update_fields=["lifted_by", "lifted_at"])
    record(hold, "retention.hold_lifted", by=by)
    return hold


def due_rows(record_class: str, day: date) -> list[tuple[Kept, models.QuerySet[Any]]]:
    """What of each table of this class is too old on ``day`` and not held; nothing without a term."""
    term = RetentionTerm.objects.filter(record_class=record_class, days__isnull=False).first()
    if term is None or term.days is None:
        return []
    midnight = datetime.combine(day - timedelta(days=term.days), time.min, timezone.get_default_timezone())
    return [
        (kept, _not_held(kept, record_class).filter(**{f"{kept.since}__lt": midnight})) for kept in kept_classes()[record_class]
    ]


def _holds(kept: Kept, record_class: str) -> Iterable[LegalHold]:
    """Those of the class. By the number of a ticket or prospect other classes are found: it stays while any hold names it."""
    which = Q(record_class__in=["", record_class])
    if kept.emptied and kept.customer:
        which |= ~Q(service_number="")
    return LegalHold.objects.standing().filter(which)


def _not_held(kept: Kept, record_class: str) -> models.QuerySet[Any]:
    """A hold of one customer keeps what names that customer, and all of a table that names none."""
    rows, holds = kept.rows, _holds(kept, record_class)
    for hold in holds:
        if not (hold.service_number and kept.customer):
            return rows.none()
        for path in kept.customer:
            rows = rows.exclude(**{path: hold.service_number})
    return rows


@transaction.atomic
def begin_run(*, by: Person | None, is_try: bool = False) -> RetentionRun:
    """Count what is due. A try ends there; a purge over the cap stops until an administrator confirms it."""
    if by is not None:
        require(by, "retention.run")
    if not is_try and RetentionRun.objects.filter(is_try=False).exclude(state=RunState.DONE).exists():
        raise Conflict(_("Penghapusan sebelumnya belum selesai."))
    run = RetentionRun(is_try=is_try, day=timezone.localdate(now()), by=by, started_at=now())
    for name in IN_TURN:
        due = due_rows(name, run.day)
        if not due:
            continue
        found = sum(rows.count() for _kept, rows in due)
        all_rows = sum(kept.model._default_manager.count() for kept, _rows in due)
        run.found[name] = found
        if found > max(settings.RETENTION_CAP_LEAST, all_rows * settings.RETENTION_CAP_PERCENT // 100):
            run.over_cap.append(str(name))
    run.state = RunState.DONE if is_try else RunState.STOPPED if run.over_cap else RunState.RUNNING
    run.ended_at = now() if is_try else None
    run.save()
    record(
        run,
        "retention.tried" if is_try else "retention.begun",
        by=by,
        facts={"found": run.found, "over": run.over_cap},
        first=True,
    )
    if run.state == RunState.STOPPED:
        text = Words(_("Penghapusan berhenti: lebih dari %(percent)s %% sekaligus."), percent=settings.RETENTION_CAP_PERCENT)
        notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=f"retention-{run.pk}", text=text, url="/retention/")
    return run


@transaction.atomic
def confirm_run(run: RetentionRun, *, by: Person) -> RetentionRun:
    """The administrator has looked at the numbers: go on over the cap."""
    require(by, "retention.run")
    run = RetentionRun.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.STOPPED:
        raise Conflict(_("Penghapusan ini tidak menunggu persetujuan."))
    run.state, run.confirmed_by = RunState.RUNNING, by
    run.save(update_fields=["state", "confirmed_by"])
    record(run, "retention.confirmed", by=by, facts={"found": run.found})
    return run


@transaction.atomic
def give_up_run(run: RetentionRun, *, by: Person) -> RetentionRun:
    """The numbers are wrong: nothing more is purged by this run."""
    require(by, "retention.run")
    run = RetentionRun.objects.select_for_update().get(pk=run.pk)
    if run.state == RunState.DONE:
        raise Conflict(_("Penghapusan ini sudah selesai."))
    run.state, run.ended_at = RunState.DONE, now()
    run.save(update_fields=["state", "ended_at"])
    record(run, "retention.given_up", by=by)
    return run


def tick() -> int:
    """Begin the run of the day, go on with the one that runs, remove the files that are left. Returns how many rows went."""
    _remove_files()
    local = timezone.localtime(now())
    open_run = RetentionRun.objects.filter(is_try=False).exclude(state=RunState.DONE).first()
    if open_run is None and local.hour >= LATE_HOUR and not RetentionRun.objects.filter(is_try=False, day=local.date()).exists():
        open_run = begin_run(by=None)
    gone = 0
    for _step in range(STEPS_A_TICK):
        if open_run is None or open_run.state != RunState.RUNNING:
            break
        open_run, count = _step_of(open_run)
        gone += count
    _remove_files()
    return gone


@transaction.atomic
def _step_of(run: RetentionRun) -> tuple[RetentionRun, int]:
    """One small transaction: some rows of one class with what hangs on them, or the end of the run."""
    run = RetentionRun.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.RUNNING:
        return run, 0
    for name in IN_TURN:
        for kept, rows in due_rows(name, run.day) if run.found.get(name) else ():
            # What is emptied stays in the table: a step goes on where the last one ended, and does not pass over it again.
            rest = rows.filter(pk__gt=run.reached.get(name, 0)) if kept.emptied else rows
            ids = list(rest.order_by("pk").values_list("pk", flat=True)[:STEP])
            if ids:
                _purge(run, name, kept, ids)
                run.purged[name] = run.purged.get(name, 0) + len(ids)
                run.reached[name] = ids[-1]
                run.save(update_fields=["purged", "reached"])
                return run, len(ids)
    run.state, run.ended_at = RunState.DONE, now()
    run.save(update_fields=["state", "ended_at"])
    record(run, "retention.ended", by=None, facts={"purged": run.purged})
    return run, 0


def _purge(run: RetentionRun, name: str, kept: Kept, ids: list[int]) -> None:
    these = kept.model._default_manager.filter(pk__in=ids)
    for field in kept.files:
        forget(run, these.values_list(field, flat=True))
    kept.along(run, ids)
    kind = kept.model._meta.model_name or ""
    if not kept.emptied:
        these.delete()
        erase_details(kind, ids)
    facts = {"class": str(name), "kind": kind, "count": len(ids), "first": ids[0], "last": ids[-1]}
    record(run, "retention.purged", by=None, facts=facts)


def _remove_files() -> None:
    """Files whose rows are gone; a kill in between leaves the note, and the next tick removes the rest."""
    for note in PurgedFile.objects.order_by("id")[: STEP * STEPS_A_TICK]:
        default_storage.delete(note.path)
        note.delete()
