"""What the retention table speaks of (QM-5): the rows of each class, the moment that its term counts from, how a hold names their
customer, and what happens to them: they go with what hangs on them, or what names people in them is emptied."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, NullIf

from accounts.models import HistoryDetail
from escalation.models import (
    DispatchLine,
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
from outbound.models import CaringResult, Difference, DifferenceState, Prospect, Recording
from outbound.models.prospects import ProspectState
from outbound.models.results import PromiseState, ResultState
from quality.actions.erasing import erase_history, erase_prospects, erase_tickets
from quality.models import (
    NONCONFORMITY_OPEN,
    Draw,
    Evaluation,
    Evidence,
    Nonconformity,
    PurgedFile,
    RecordClass,
    Report,
    RetentionRun,
    Validation,
)
from tickets.models import ImportLoad, LoadState, RefusedRow, Status, Ticket, TicketDifference

TWO_YEARS = (RecordClass.SHEETS, RecordClass.VALIDATIONS, RecordClass.REPORTS, RecordClass.RECORDINGS)  # P-01 10
# In this order, the largest last: each step looks from the first on. What is emptied comes after what is found by its values.
IN_TURN = (
    *TWO_YEARS,
    RecordClass.NONCONFORMITIES,
    RecordClass.MAILS,
    RecordClass.LOADS,
    RecordClass.DIFFERENCES,
    RecordClass.MESSAGES,
    RecordClass.RESULTS,
    RecordClass.TICKETS,
    RecordClass.HISTORY,
)
OF_SHEET = ("validation__result__prospect__service_number", "ticket__service_number")
OF_MATTER = ("ticket__service_number", *(f"evaluation__{path}" for path in OF_SHEET))
# By which a hold may name the customer: the row's own number, or its ticket's.
NUMBER = Coalesce(NullIf("service_number", Value("")), "ticket__service_number", Value(""))


def _alone(run: RetentionRun, ids: list[int]) -> None:
    """Nothing hangs on these rows."""


@dataclass(frozen=True)
class Kept:
    """One table of a class: its rows, the moment that its term counts from, how a customer is named in it, its files, and what
    is taken away before its rows can go. Where ``emptied``, the rows stay, and ``along`` empties what names people in them."""

    rows: models.QuerySet[Any]
    since: str
    customer: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    along: Callable[[RetentionRun, list[int]], None] = _alone
    emptied: bool = False

    @property
    def model(self) -> type[models.Model]:
        return self.rows.model


def kept_classes() -> dict[str, list[Kept]]:
    """The tables of each class."""
    decided = Validation.objects.exclude(state__in=["waiting", "claimed"]).annotate(since=Coalesce("decided_at", "created_at"))
    # A sheet that an open nonconformity stands on is evidence still.
    open_matter = Q(nonconformities__state__in=["identified", "improving"])
    sheets = Evaluation.objects.exclude(open_matter).exclude(validation__state="claimed")
    of_result = ("result__prospect__service_number",)
    reports = Report.objects.exclude(state__in=["waiting", "running"])
    settled = Difference.objects.filter(state=DifferenceState.SETTLED)
    verified = Nonconformity.objects.exclude(state__in=NONCONFORMITY_OPEN)
    return {
        RecordClass.VALIDATIONS: [Kept(decided, "since", of_result)],
        RecordClass.SHEETS: [Kept(sheets, "finished_at", OF_SHEET, along=_drop_papers_of_sheets)],
        RecordClass.REPORTS: [Kept(reports, "created_at", along=_drop_papers_of_reports)],
        RecordClass.RECORDINGS: [Kept(Recording.objects.all(), "at", ("prospect__service_number",), ("file",))],
        RecordClass.MAILS: [Kept(_mails(), "since", ("about",), along=_drop_mails)],
        RecordClass.LOADS: [Kept(_loads(), "since", files=("file",), along=_drop_rows_of_loads)],
        RecordClass.DIFFERENCES: [
            Kept(TicketDifference.objects.annotate(about=NUMBER), "settled_at", ("about",)),
            Kept(settled, "settled_at", of_result),
        ],
        RecordClass.MESSAGES: _messages(),
        RecordClass.NONCONFORMITIES: [Kept(verified, "ended_at", OF_MATTER, along=_drop_papers_of_matters)],
        RecordClass.RESULTS: [Kept(_prospects(), "since", ("service_number",), along=erase_prospects, emptied=True)],
        RecordClass.TICKETS: [Kept(_tickets(), "closed_at", ("service_number",), along=erase_tickets, emptied=True)],
        RecordClass.HISTORY: [Kept(_values(), "entry__at", along=erase_history, emptied=True)],
    }


def _prospects() -> models.QuerySet[Prospect]:
    """Those that nobody works on any more, with no result under way and no promise to pay open."""
    under_way = Q(state__in=[ResultState.SENT_BACK, ResultState.AWAITING_VALIDATION]) | Q(promise_state=PromiseState.OPEN)
    results = CaringResult.objects.filter(prospect=OuterRef("pk"))
    last = Subquery(results.order_by("-id").values("at")[:1])
    rows = Prospect.objects.filter(erased_at=None, state__in=[ProspectState.DONE, ProspectState.ENDED])
    return rows.exclude(Exists(results.filter(under_way))).annotate(since=Coalesce(last, "created_at"))


def _tickets() -> models.QuerySet[Ticket]:
    """Closed ones about which no conversation by mail goes on."""
    rows = Ticket.objects.filter(erased_at=None, status=Status.CLOSED)
    return rows.exclude(Exists(MailItem.objects.filter(ticket=OuterRef("pk"), state__in=MAIL_OPEN)))


def _values() -> models.QuerySet[HistoryDetail]:
    """The words of a ticket that somebody works on are needed, however old."""
    worked_on = Ticket.objects.filter(pk=OuterRef("entry__subject_id")).open()
    return HistoryDetail.objects.filter(erased_at=None).exclude(Exists(worked_on), entry__subject_kind="ticket")


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


def _drop_papers_of_sheets(run: RetentionRun, sheets: list[int]) -> None:
    _drop_papers(run, Evidence.objects.filter(evaluation__in=sheets))
    Draw.objects.filter(evaluation__in=sheets).delete()  # without its sheet it would wait to be tapped again


def _drop_papers_of_matters(run: RetentionRun, matters: list[int]) -> None:
    _drop_papers(run, Evidence.objects.filter(nonconformity__in=matters))


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
    forget(run, sorted(files - set(MailMessage.objects.filter(raw__in=files).values_list("raw", flat=True))))


def _drop_papers(run: RetentionRun, papers: models.QuerySet[Evidence]) -> None:
    for pair in papers.values_list("pdf", "xlsx"):
        forget(run, pair)
    papers.delete()


def forget(run: RetentionRun, paths: Iterable[str]) -> None:
    PurgedFile.objects.bulk_create(PurgedFile(run=run, path=path) for path in paths if path)
