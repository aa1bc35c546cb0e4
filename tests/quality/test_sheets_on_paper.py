"""F-18 as PDF and Excel, opened by other libraries than those that wrote them (QC-2)."""

from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader

from accounts.models import HistoryEntry
from quality.actions.evaluations import EvaluationBody, record_evaluation
from quality.documents.pdf import as_pdf
from quality.documents.sheet import form_of
from quality.models import Evaluation
from tests.quality.conftest import marks

pytestmark = pytest.mark.req("QC-2")


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


@pytest.fixture
def desk(sign_in, quality_control):
    return sign_in(quality_control)


def test_the_pdf_is_a_controlled_form(evaluate, desk):
    sheet = evaluate(p4="no", p7="na")
    answer = desk.get(f"{sheet.url}sheet.pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="F-18-{sheet}.pdf"'
    [page] = pages(answer.content)
    for words in (
        "OB.IN.QCC.TELK.F-18",
        "13 Okt 2022",
        "1 dari 1",
        "Infomedia CC Telkom",
        "10001 Sari",
        "91,11 dari 100",
        "Dinilai oleh",
    ):
        assert words in page, words
    assert HistoryEntry.objects.filter(act="evaluation.printed").count() == 1


def test_the_excel_says_the_same(evaluate, desk):
    sheet = evaluate(p4="no", p7="na")
    book = openpyxl.load_workbook(BytesIO(desk.get(f"{sheet.url}sheet.xlsx").content)).active
    cells = [cell.value for row in book for cell in row if cell.value is not None]
    assert {"OB.IN.QCC.TELK.F-18", "Mengulang tanggal dan jumlah janji (fatal)", "91,11", "100,00"} <= set(cells)
    assert (book.oddFooter.center.text, book.print_title_rows) == ("Halaman &P dari &N", "$1:$3")


def test_no_text_becomes_a_formula(f18, quality_control, agent, desk):
    given = [mark.__class__(mark.parameter, mark.answer, comment='=HYPERLINK("http://x")') for mark in marks()]
    body = EvaluationBody("tapping", agent, agent.created_at.date(), f18, given, findings="=1+1", reference="@SUM(A1)")
    sheet = record_evaluation(body, by=quality_control)
    book = openpyxl.load_workbook(BytesIO(desk.get(f"{sheet.url}sheet.xlsx").content)).active
    assert "f" not in {cell.data_type for row in book for cell in row}
    assert "@SUM(A1)" in {cell.value for row in book for cell in row}


def test_a_long_one_counts_its_pages_and_carries_its_heading(f18, quality_control, agent):
    given = [mark.__class__(mark.parameter, mark.answer, comment="Catatan panjang. " * 55) for mark in marks()]
    record_evaluation(
        EvaluationBody("tapping", agent, agent.created_at.date(), f18, given, findings="x" * 3_000), by=quality_control
    )
    drawn = pages(as_pdf(form_of(Evaluation.objects.shown().get())))
    assert len(drawn) > 1
    assert all(f"{number} dari {len(drawn)}" in page and "Kode Dokumen" in page for number, page in enumerate(drawn, 1))
