"""Purging what is older than its term (QM-5): tried first, capped, held, in small steps that go on after a kill.

A term counts whole days of the house's calendar: of 730 days, what is 730 days old is kept and what is 731 days old goes, so
nothing goes before two full years, leap years too. It counts from the decision, the finished sheet, the report, the call, the
end of a load, the moment that a difference was settled, and for what was said about a ticket from its closing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Greatest, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import HistoryDetail, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import (
    DispatchLine,
    Event,
    InboundMessage,
    InboundState,
    MailItem,
    MailMessage,
    MailPart,
    Message,
    MessageState,
    Notification,
)
from escalation.models.mail import MAIL_OPEN, MailAttachment
from escalation.wording import Words
from outbound.models import Difference, DifferenceState, Recording
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
from tickets.models import ImportLoad, LoadState, RefusedRow, TicketDifference

STEP = 200
STEPS_A_TICK = 100
LATE_HOUR = 2  # the daily run begins after two at night
# By which a hold may name the customer: the row's own number, or its ticket's.
NUMBER = Coalesce(NullIf("service_number", Value("")), "ticket__service_number", Value(""))


def _alone(run: RetentionRun, ids: list[int]) -> None:
    """Nothing hangs on these rows."""


@dataclass(frozen=True)
class Kept:
    """One table of a class: its rows, the moment that its term counts from, how a customer is named in it, its files, and what
    is taken away before its rows can go."""

    rows: models.QuerySet[Any]
    since: str
    customer: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    along: Callable[[RetentionRun, list[int]], None] = _alone

    @property
    def model(self) -> type[models.Model]:
        return self.rows.model


def _kept() -> dict[str, list[Kept]]:
    decided = Validation.objects.exclude(state__in=["waiting", "claimed"]).annotate(since=Coalesce("decided_at", "created_at"))
    # A sheet that an open nonconformity stands on is evidence still.
    open_matter = Q(nonconformities__state__in=["identified", "improving"])
    sheets = Evaluation.objects.exclude(open_matter).exclude(validation__state="claimed")
    of_sheet, of_result = ("validation__result__prospect__service_number",), ("result__prospect__service_number",)
    reports = Report.objects.exclude(state__in=["waiting", "running"])
    settled = Difference.objects.filter(state=DifferenceState.SETTLED)
    return {
        RecordClass.VALIDATIONS: [Kept(decided, "since", of_result)],
        RecordClass.SHEETS: [Kept(sheets, "finished_at", of_sheet, along=_drop_papers_of_sheets)],
        RecordClass.REPORTS: [Kept(reports, "created_at", along=_drop_papers_of_reports)],
        RecordClass.RECORDINGS: [Kept(Recording.objects.all(), "at", ("prospect__service_number",), ("file",))],
        RecordClass.MAILS: [Kept(_mails(), "since", ("about",), along=_drop_mails)],
        RecordClass.LOADS: [Kept(_loads(), "since", files=("file",), along=_drop_rows_of_loads)],
        RecordClass.DIFFERENCES: [
            Kept(TicketDifference.objects.annotate(about=NUMBER), "settled_at", ("about",)),
            Kept(settled, "settled_at", of_result),
        ],
        RecordClass.MESSAGES: _messages(),
    }


def _mails() -> models.QuerySet[MailItem]:
    """Conversations that nobody works on, about no open ticket."""
    rows = MailItem.objects.exclude(state__in=MAIL_OPEN).exclude(ticket__isnull=False, ticket__closed_at=None)
    return rows.annotate(about=NUMBER, since=Greatest("last_in_at", Coalesce("done_at", "last_in_at")))


def _loads() -> models.QuerySet[ImportLoad]:
    """Files that are not on their way, with their refused rows; what was tried is as old as what was then loaded of it."""
    on_the_way = [LoadState.WAITING, LoadState.RUNNING]
    rows = ImportLoad.objects.exclude(state__in=on_the_way).exclude(load__state__in=on_the_way)
    return rows.annotate(since=Coalesce("load__ended_at", "ended_at", "created_at"))


def _messages() -> list[Kept]:
    """What was written and heard about closed tickets, and what came in about none and was put aside."""
    number = "ticket__service_number"
    speaks_of_open = DispatchLine.objects.filter(message=OuterRef("pk"), ticket__closed_at=None)
    said = Message.objects.exclude(Exists(speaks_of_open)).exclude(state__in=[MessageState.QUEUED, MessageState.SENDING])
    heard = InboundMessage.objects.exclude(state__in=[InboundState.NEW, InboundState.WAITING])
    heard = heard.exclude(ticket__isnull=False, ticket__closed_at=None)
    heard = heard.annotate(since=Coalesce("ticket__closed_at", "received_at"))
    return [
        Kept(said, "ticket__closed_at", (number, "lines__ticket__service_number"), along=_drop_lines),
        Kept(heard, "since", (number,)),
        Kept(Notification.objects.filter(ticket__isnull=False), "ticket__closed_at", (number,)),
    ]


TWO_YEARS = (RecordClass.SHEETS, RecordClass.VALIDATIONS, RecordClass.REPORTS, RecordClass.RECORDINGS)  # P-01 10
# In this order, the largest last: each step looks from the first on.
PURGEABLE = (*TWO_YEARS, RecordClass.MAILS, RecordClass.LOADS, RecordClass.DIFFERENCES, RecordClass.MESSAGES)


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


def due_rows(record_class: str, day: date) -> list[tuple[Kept, models.QuerySet[Any]]]:
    """What of each table of this class is too old on ``day`` and not held; nothing without a term."""
    term = RetentionTerm.objects.filter(record_class=record_class, days__isnull=False).first()
    if term is None or term.days is None or record_class not in PURGEABLE:
        return []
    midnight = datetime.combine(day - timedelta(days=term.days), time.min, timezone.get_default_timezone())
    holds = list(LegalHold.objects.standing().filter(record_class__in=["", record_class]))
    return [(kept, _not_held(kept, holds).filter(**{f"{kept.since}__lt": midnight})) for kept in _kept()[record_class]]


def _not_held(kept: Kept, holds: Iterable[LegalHold]) -> models.QuerySet[Any]:
    """A hold of one customer keeps what names that customer, and all of a table that names none."""
    rows = kept.rows
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
    for name in PURGEABLE:
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
    for name in PURGEABLE:
        for kept, rows in due_rows(name, run.day) if run.found.get(name) else ():
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:STEP])
            if ids:
                _purge(run, name, kept, ids)
                run.purged[name] = run.purged.get(name, 0) + len(ids)
                run.save(update_fields=["purged"])
                return run, len(ids)
    run.state, run.ended_at = RunState.DONE, now()
    run.save(update_fields=["state", "ended_at"])
    record(run, "retention.ended", by=None, facts={"purged": run.purged})
    return run, 0


def _purge(run: RetentionRun, name: str, kept: Kept, ids: list[int]) -> None:
    these = kept.model._default_manager.filter(pk__in=ids)
    for field in kept.files:
        _forget(run, these.values_list(field, flat=True))
    kept.along(run, ids)
    these.delete()
    kind = kept.model._meta.model_name
    details = HistoryDetail.objects.filter(entry__subject_kind=kind, entry__subject_id__in=ids, erased_at=None)
    details.update(before=None, after=None, salt="", erased_at=now())
    facts = {"class": str(name), "kind": kind, "count": len(ids), "first": ids[0], "last": ids[-1]}
    record(run, "retention.purged", by=None, facts=facts)


def _drop_papers_of_sheets(run: RetentionRun, sheets: list[int]) -> None:
    _drop_papers(run, Evidence.objects.filter(evaluation__in=sheets))
    Draw.objects.filter(evaluation__in=sheets).delete()  # without its sheet it would wait to be tapped again


def _drop_papers_of_reports(run: RetentionRun, reports: list[int]) -> None:
    papers = list(Evidence.objects.filter(report__in=reports).values_list("pk", flat=True))
    Report.objects.filter(pk__in=reports).delete()
    _drop_papers(run, Evidence.objects.filter(pk__in=papers))


def _drop_rows_of_loads(run: RetentionRun, loads: list[int]) -> None:
    RefusedRow.objects.filter(load__in=loads).delete()
    ImportLoad.objects.filter(tried__in=loads).update(tried=None)  # as old, so it goes too, maybe in the next step


def _drop_lines(run: RetentionRun, messages: list[int]) -> None:
    DispatchLine.objects.filter(message__in=messages).delete()


def _drop_mails(run: RetentionRun, items: list[int]) -> None:
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
