"""Purging what is older than its term (QM-5): tried first, capped, held, in small steps that go on after a kill.

A term counts whole days of the house's calendar: of 730 days, what is 730 days old is kept and what is 731 days old goes, so
nothing goes before two full years, leap years too. It counts from the decision, the finished sheet, the report, the call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Greatest, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import HistoryDetail, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from escalation.actions.notifying import notify, on_duty
from escalation.models import Event, MailItem, MailMessage, MailPart
from escalation.models.mail import MAIL_OPEN, MailAttachment
from escalation.wording import Words
from outbound.models import Recording
from quality.models import (
    Draw,
    Evaluation,
    Evidence,
    LegalHold,
    PurgedFile,
    RecordClass,
    Report,
    RetentionRun,
    RetentionTerm,
    RunState,
    Validation,
)

STEP = 200
STEPS_A_TICK = 100
LATE_HOUR = 2  # the daily run begins after two at night


@dataclass(frozen=True)
class Kept:
    """How one class is found: its rows, the moment that its term counts from, how a customer is named in it, its files."""

    rows: Any
    since: str
    customer: str = ""
    files: tuple[str, ...] = ()


def _kept() -> dict[str, Kept]:
    decided = Validation.objects.exclude(state__in=["waiting", "claimed"]).annotate(since=Coalesce("decided_at", "created_at"))
    # A sheet that an open nonconformity stands on is evidence still.
    open_matter = Q(nonconformities__state__in=["identified", "improving"])
    sheets = Evaluation.objects.exclude(open_matter).exclude(validation__state="claimed")
    return {
        RecordClass.VALIDATIONS: Kept(decided, "since", "result__prospect__service_number"),
        RecordClass.SHEETS: Kept(sheets, "finished_at", "validation__result__prospect__service_number"),
        RecordClass.REPORTS: Kept(Report.objects.exclude(state__in=["waiting", "running"]), "created_at"),
        RecordClass.RECORDINGS: Kept(Recording.objects.all(), "at", "prospect__service_number", ("file",)),
        RecordClass.MAILS: Kept(_mails(), "since", "about"),
    }


def _mails() -> models.QuerySet[MailItem]:
    """Conversations that nobody works on, about no open ticket; each with the number by which a hold may name its customer."""
    rows = MailItem.objects.exclude(state__in=MAIL_OPEN).exclude(ticket__isnull=False, ticket__closed_at=None)
    number = Coalesce(NullIf("service_number", Value("")), "ticket__service_number", Value(""))
    return rows.annotate(since=Greatest("last_in_at", Coalesce("done_at", "last_in_at")), about=number)


TWO_YEARS = (RecordClass.SHEETS, RecordClass.VALIDATIONS, RecordClass.REPORTS, RecordClass.RECORDINGS)  # P-01 10
PURGEABLE = (*TWO_YEARS, RecordClass.MAILS)


@transaction.atomic
def set_term(term: RetentionTerm, days: int | None, *, by: Person, clause: str = "") -> RetentionTerm:
    """Another term for a class; empty keeps it for ever. Only classes that can be purged may have one."""
    require(by, "retention.edit")
    if days is not None and term.record_class not in PURGEABLE:
        raise Invalid(
            _("Kelas ini belum dapat dihapus otomatis."), errors={"days": [_("Kelas ini belum dapat dihapus otomatis.")]}
        )
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


def due_rows(record_class: str, day: date) -> models.QuerySet[Any] | None:
    """What of this class is too old on ``day`` and not held; None without a term."""
    term = RetentionTerm.objects.filter(record_class=record_class, days__isnull=False).first()
    if term is None or term.days is None or record_class not in PURGEABLE:
        return None
    kept = _kept()[record_class]
    zone = timezone.get_default_timezone()
    oldest_kept = datetime.combine(day - timedelta(days=term.days), time.min, zone)
    rows = kept.rows.filter(**{f"{kept.since}__lt": oldest_kept})
    for hold in LegalHold.objects.standing().filter(record_class__in=["", record_class]):
        if not hold.service_number:
            return rows.none()  # type: ignore[no-any-return]
        rows = rows.exclude(**{kept.customer: hold.service_number}) if kept.customer else rows.none()
    return rows  # type: ignore[no-any-return]


@transaction.atomic
def begin_run(*, by: Person | None, is_try: bool = False) -> RetentionRun:
    """Count what is due. A try ends there; a purge over the cap stops until an administrator confirms it."""
    if by is not None:
        require(by, "retention.run")
    if not is_try and RetentionRun.objects.filter(is_try=False).exclude(state=RunState.DONE).exists():
        raise Conflict(_("Penghapusan sebelumnya belum selesai."))
    run = RetentionRun(is_try=is_try, day=timezone.localdate(now()), by=by, started_at=now())
    for name in PURGEABLE:
        rows = due_rows(name, run.day)
        if rows is None:
            continue
        found, all_rows = rows.count(), _kept()[name].rows.model._default_manager.count()
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
        notify(on_duty(Role.ADMINISTRATOR), Event.ALARM, key=f"retention-{run.pk}", text=text, url="/retention/")
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
    for name in PURGEABLE:
        rows = due_rows(name, run.day)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:STEP]) if rows is not None else []
        if ids:
            _purge(run, name, ids)
            run.purged[name] = run.purged.get(name, 0) + len(ids)
            run.save(update_fields=["purged"])
            return run, len(ids)
    run.state, run.ended_at = RunState.DONE, now()
    run.save(update_fields=["state", "ended_at"])
    record(run, "retention.ended", by=None, facts={"purged": run.purged})
    return run, 0


def _purge(run: RetentionRun, name: str, ids: list[int]) -> None:
    model = _kept()[name].rows.model
    if name == RecordClass.SHEETS:
        _drop_papers(run, Evidence.objects.filter(evaluation__in=ids))
        Draw.objects.filter(evaluation__in=ids).delete()  # without its sheet it would wait to be tapped again
    if name == RecordClass.REPORTS:
        papers = list(Evidence.objects.filter(report__in=ids).values_list("pk", flat=True))
        Report.objects.filter(pk__in=ids).delete()
        _drop_papers(run, Evidence.objects.filter(pk__in=papers))
    if name == RecordClass.MAILS:
        _drop_messages(run, ids)
    for field in _kept()[name].files:
        _forget(run, model._default_manager.filter(pk__in=ids).values_list(field, flat=True))
    model._default_manager.filter(pk__in=ids).delete()
    kind = model._meta.model_name
    details = HistoryDetail.objects.filter(entry__subject_kind=kind, entry__subject_id__in=ids, erased_at=None)
    details.update(before=None, after=None, salt="", erased_at=now())
    record(run, "retention.purged", by=None, facts={"class": str(name), "count": len(ids), "first": ids[0], "last": ids[-1]})


def _drop_messages(run: RetentionRun, items: list[int]) -> None:
    """What came in and went out, with the bytes as they came; a file that another mailbox keeps too stays."""
    messages = MailMessage.objects.filter(item__in=items)
    files = set(messages.values_list("raw", flat=True))
    MailPart.objects.filter(item__in=items).delete()
    MailAttachment.objects.filter(message__item__in=items).delete()
    messages.delete()
    _forget(run, sorted(files - set(MailMessage.objects.filter(raw__in=files).values_list("raw", flat=True))))


def _drop_papers(run: RetentionRun, papers: models.QuerySet[Evidence]) -> None:
    for pair in papers.values_list("pdf", "xlsx"):
        _forget(run, pair)
    papers.delete()


def _forget(run: RetentionRun, paths: Iterable[str]) -> None:
    PurgedFile.objects.bulk_create(PurgedFile(run=run, path=path) for path in paths if path)


def _remove_files() -> None:
    """Files whose rows are gone; a kill in between leaves the note, and the next tick removes the rest."""
    for note in PurgedFile.objects.order_by("id")[: STEP * STEPS_A_TICK]:
        default_storage.delete(note.path)
        note.delete()
