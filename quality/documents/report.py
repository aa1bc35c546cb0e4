"""F-19: what was validated in a period, as a list with totals per service and per agent (QC-3)."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation

from accounts.models import Procedure
from common import masking
from outbound.models import Product
from quality.documents.paper import LANGUAGE, Cell, Form, Table, day_of
from quality.models import Report, Validation, ValidationState

SHORT = "F-19"  # in the register of procedures, which knows its title and revision
HEAD = [
    "No.",
    "Divalidasi",
    "Layanan",
    "No. layanan",
    "Pelanggan",
    "Agen",
    "Janji",
    "Jumlah (Rp)",
    "Hasil",
    "Nilai",
    "QC",
    "Alasan",
]
WIDTHS = [10, 22, 18, 26, 26, 27, 22, 21, 18, 13, 22, 42]  # millimetres: dates, numbers and verdicts never break


def figures_of(validations: Sequence[Validation]) -> dict[str, Any]:
    """The totals: of all, per service, and per agent. ``promised`` is the money of what was approved."""
    whole: dict[str, Any] = {"all": _empty(), "products": {}, "agents": {}}
    for each in validations:
        agent = f"{each.person.agent_code} {each.person.online_name}"
        products, agents = whole["products"], whole["agents"]
        for total in (
            whole["all"],
            products.setdefault(each.result.campaign.product, _empty()),
            agents.setdefault(agent, _empty()),
        ):
            total["validated"] += 1
            if each.state == ValidationState.APPROVED:
                total["approved"] += 1
                total["promised"] += each.result.promised_amount or 0
            else:
                total["returned"] += 1
    return whole


def _empty() -> dict[str, int]:
    return {"validated": 0, "approved": 0, "returned": 0, "promised": 0}


def form_of(report: Report, validations: Sequence[Validation], figures: dict[str, Any]) -> Form:
    """The report as an official form, landscape."""
    with translation.override(LANGUAGE):
        product = str(Product(report.product).label) if report.product else "CT-0 dan PRANPC"
        period = day_of(report.since) if report.since == report.until else f"{day_of(report.since)} s.d. {day_of(report.until)}"
        facts: list[tuple[str, Cell]] = [("Periode", period), ("Layanan", product)]
        facts += [("Dibuat oleh", f"{report.by.agent_code} {report.by.online_name}")]
        tables = [
            _totals("Rekap per layanan", {str(Product(key).label): each for key, each in figures["products"].items()}, figures),
            _totals("Rekap per agen", figures["agents"], figures),
            Table(
                "Daftar hasil validasi", HEAD, [_row(n, each) for n, each in enumerate(validations, 1)], WIDTHS, frozenset({7, 9})
            ),
        ]
        signatures = [("Dibuat oleh (QC)", report.by.online_name), ("Diperiksa oleh", ""), ("Disetujui oleh", "")]
        held = Procedure.objects.of_day(SHORT, report.until)
        return Form(held.title, held.code, held.revision, held.effective_on, facts, tables, signatures=signatures, wide=True)


def _totals(title: str, parts: dict[str, dict[str, int]], figures: dict[str, Any]) -> Table:
    rows = [_total(name, each) for name, each in sorted(parts.items())] + [_total("Jumlah", figures["all"])]
    head = ["", "Divalidasi", "Approved", "Return", "Approved %", "Jumlah janji approved (Rp)"]
    return Table(title, head, rows, [30, 12, 12, 12, 12, 22], frozenset({1, 2, 3, 4, 5}), frozenset({len(rows) - 1}))


def _total(name: str, of: dict[str, int]) -> list[Cell]:
    share = f"{of['approved'] * 1_000 // of['validated'] / 10:.1f}".replace(".", ",") if of["validated"] else "-"
    return [name, of["validated"], of["approved"], of["returned"], share, of["promised"]]


def _row(number: int, each: Validation) -> list[Cell]:
    result, moment = each.result, each.decided_at
    return [
        str(number),
        f"{timezone.localtime(moment):%d/%m/%Y %H.%M}" if moment else "",
        str(result.campaign.get_product_display()),
        result.prospect.service_number,
        masking.name(result.prospect.customer_name),
        f"{each.person.agent_code} {each.person.online_name}",
        f"{result.promised_on:%d/%m/%Y}" if result.promised_on else "",
        result.promised_amount or 0,
        "Approved" if each.state == ValidationState.APPROVED else "Return",
        str(each.evaluation.stands).replace(".", ",") if each.evaluation and each.evaluation.stands is not None else "-",
        each.reviewer.online_name if each.reviewer else "",
        each.reason,
    ]
