"""Asking for an F-19 and making it (QC-3)."""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid
from outbound.models import Product
from quality.actions.papers import keep
from quality.documents import report as paper
from quality.models import Evidence, Paper, Report, ReportState, Validation

log = logging.getLogger(__name__)
COUNTER = "reports"
MOST_ROWS = 20_000
LONGEST_DAYS = 366
SILENT = timedelta(minutes=10)  # a worker that has not finished by then has died


@transaction.atomic
def ask_report(since: date, until: date, *, by: Person, product: str = "") -> Report:
    """A report of what was decided from ``since`` to ``until``, both included. A task makes it."""
    require(by, "report.make")
    errors: dict[str, list[Any]] = {}
    if until < since:
        errors["until"] = [_("Tanggal akhir mendahului tanggal awal.")]
    elif (until - since).days >= LONGEST_DAYS:
        errors["until"] = [_("Paling lama 366 hari. Bagi menjadi beberapa laporan.")]
    if product not in ("", *Product.values):
        errors["product"] = [_("Pilih salah satu dari daftar.")]
    if errors:
        raise Invalid(_("Laporan belum lengkap."), errors=errors)
    report = Report.objects.create(product=product, since=since, until=until, by=by, created_at=now())
    facts = {"since": since.isoformat(), "until": until.isoformat(), "product": product}
    record(report, "report.asked", by=by, facts=facts, first=True)
    Counter.grow(COUNTER)
    return report


def make_due_reports(*, batch: int = 5) -> int:
    """Make what waits; what a dead worker left is made again. Returns how many were made."""
    stale = now() - SILENT
    due = Report.objects.filter(Q(state=ReportState.WAITING) | Q(state=ReportState.RUNNING, claimed_at__lt=stale)).order_by("id")
    made = 0
    for report in list(due[:batch]):
        seen = Report.objects.filter(pk=report.pk, state=report.state, claimed_at=report.claimed_at)
        if seen.update(state=ReportState.RUNNING, claimed_at=now()) == 1:
            made += _make(Report.objects.select_related("by").get(pk=report.pk))
    return made


def _make(report: Report) -> bool:
    try:
        rows = validated(report)
        if len(rows) > MOST_ROWS:
            raise Invalid(_("Lebih dari %(most)s baris. Pilih periode yang lebih pendek."), most=MOST_ROWS)
        figures = paper.figures_of(rows)
        with transaction.atomic():
            kept = keep(Evidence(paper=Paper.REPORT, title=title(report)), paper.form_of(report, rows, figures), by=report.by)
            report.state, report.evidence, report.figures = ReportState.DONE, kept, figures
            report.save(update_fields=["state", "evidence", "figures"])
            record(report, "report.made", by=None, facts={"rows": len(rows), "pdf": kept.pdf_sha256, "all": figures["all"]})
    except Invalid as problem:
        _fail(report, str(problem))
        return False
    except Exception:
        log.exception("report %s", report.pk)
        _fail(report, str(_("Laporan tidak dapat dibuat. Administrator melihat sebabnya di log.")))
        return False
    Counter.grow(COUNTER)
    return True


def _fail(report: Report, problem: str) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.FAILED, problem=problem[:300])
    Counter.grow(COUNTER)


def title(report: Report) -> str:
    """What the paper is called."""
    product = str(Product(report.product).label) if report.product else "CT-0, PRANPC"
    return f"F-19 {product}, {report.since} - {report.until}"


def validated(report: Report) -> list[Validation]:
    """What was decided in the period, as far as its maker sees it, the earliest first."""
    zone = timezone.get_default_timezone()
    first = datetime.combine(report.since, time.min, zone)
    beyond = datetime.combine(report.until + timedelta(days=1), time.min, zone)
    rows = Validation.objects.visible_to(report.by).filter(decided_at__gte=first, decided_at__lt=beyond).shown()
    if report.product:
        rows = rows.filter(result__campaign__product=report.product)
    return list(rows.order_by("decided_at", "id")[: MOST_ROWS + 1])
