"""An official form as PDF: its heading on every page, page n of m, table heads repeated, lines to sign on."""

from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, KeepTogether, LongTable, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as Drawn

from quality.documents.paper import HOUSE, Form, Table, day_of, text_of

PLAIN, BOLD = "Vera", "VeraBd"
FONTS = Path(reportlab.__file__).parent / "fonts"
for _name in (PLAIN, BOLD):
    pdfmetrics.registerFont(TTFont(_name, str(FONTS / f"{_name}.ttf")))
MARGIN, HEADING = 15 * mm, 24 * mm
LINE = colors.HexColor("#555555")
SHADE = colors.HexColor("#eeeeee")
TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=8, leading=10.5)
STRONG = ParagraphStyle("strong", parent=TEXT, fontName=BOLD)
NUMBER = ParagraphStyle("number", parent=TEXT, alignment=TA_RIGHT)
STRONG_NUMBER = ParagraphStyle("strong number", parent=STRONG, alignment=TA_RIGHT)
MIDDLE = ParagraphStyle("middle", parent=TEXT, alignment=TA_CENTER)
SECTION = ParagraphStyle("section", parent=STRONG, fontSize=9, leading=12, spaceBefore=8, spaceAfter=3)
NOTE = ParagraphStyle("note", parent=TEXT, spaceBefore=8)
LONGEST_CELL = 1_500  # a cell never grows past a page, which could not be laid out
BOX = [("GRID", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
BOX += [("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5)]
BOX += [("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4)]


class Numbered(Canvas):  # type: ignore[misc]
    """Writes *Halaman n dari m* when it knows how many pages there are."""

    def __init__(self, *given: Any, form: Form, **named: Any) -> None:
        super().__init__(*given, **named)
        self.form, self.kept = form, []  # type: ignore[var-annotated]

    def showPage(self) -> None:
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self.kept, 1):
            self.__dict__.update(page)
            draw_heading(self, self.form, number, len(self.kept))
            super().showPage()
        super().save()


def draw_heading(canvas: Canvas, form: Form, number: int, pages: int) -> None:
    """The box on top that makes it a controlled document, and when it was printed below."""
    width, height = canvas._pagesize
    rows = [
        ("Kode Dokumen", form.code),
        ("Revisi", form.revision),
        ("Tanggal Berlaku", day_of(form.effective_on)),
        ("Halaman", f"{number} dari {pages}"),
    ]
    inner = Drawn([[Paragraph(escape(each), TEXT) for each in row] for row in rows], colWidths=[30 * mm, 40 * mm])
    inner.setStyle([("LINEBELOW", (0, 0), (-1, -2), 0.5, LINE), *((name, (0, 0), (-1, -1), 1.2) for name in PADDING)])
    title = ParagraphStyle("title", parent=STRONG, fontSize=11, leading=14, alignment=TA_CENTER)
    parts = [[Paragraph(escape(HOUSE), ParagraphStyle("house", parent=STRONG, alignment=TA_CENTER)),
              Paragraph(escape(form.title), title), inner]]  # fmt: skip
    box = Drawn(parts, colWidths=[38 * mm, width - 2 * MARGIN - 108 * mm, 70 * mm], rowHeights=[HEADING - 2 * mm])
    box.setStyle([("BOX", (0, 0), (-1, -1), 0.8, LINE), ("INNERGRID", (0, 0), (-1, -1), 0.5, LINE),
                  ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *((name, (2, 0), (2, 0), 0) for name in PADDING + SIDES)])  # fmt: skip
    box.wrapOn(canvas, width, height)
    box.drawOn(canvas, MARGIN, height - MARGIN - HEADING + 2 * mm)
    canvas.setFont(PLAIN, 7)
    canvas.drawString(MARGIN, MARGIN - 4 * mm, f"Dicetak {form.printed}")
    canvas.drawRightString(width - MARGIN, MARGIN - 4 * mm, f"{form.code} Rev.{form.revision}")


PADDING = ("TOPPADDING", "BOTTOMPADDING")
SIDES = ("LEFTPADDING", "RIGHTPADDING")


def as_pdf(form: Form) -> bytes:
    """The form as a PDF file on A4."""
    made = BytesIO()
    size = landscape(A4) if form.wide else A4
    frame = Frame(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN - HEADING, 0, 0, 0, 0)
    paper = BaseDocTemplate(made, pagesize=size, title=form.title, author=HOUSE, subject=form.code, lang="id")
    paper.addPageTemplates(PageTemplate(frames=[frame]))
    width = frame._width
    flow: list[Any] = [_facts(form, width)]
    for table in form.tables:
        flow += [Paragraph(escape(table.title), SECTION), _table(table, width)]
    flow += [Paragraph(escape(each), NOTE) for each in form.notes]
    if form.signatures:
        flow += [Spacer(1, 8 * mm), KeepTogether(_signatures(form, width))]
    paper.build(flow, canvasmaker=lambda *given, **named: Numbered(*given, form=form, **named))
    return made.getvalue()


def _facts(form: Form, width: float) -> Any:
    rows = [[_cell(label, STRONG), _cell(text_of(value), TEXT)] for label, value in form.facts]
    drawn = Drawn(rows, colWidths=[45 * mm, width - 45 * mm])
    drawn.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *((name, (0, 0), (-1, -1), 1.5) for name in PADDING)])
    return drawn


def _table(table: Table, width: float) -> Any:
    parts = sum(table.widths)
    body = [[_drawn(table, number, column, cell) for column, cell in enumerate(row)] for number, row in enumerate(table.rows)]
    rows = [[_cell(each, STRONG) for each in table.head], *body]
    drawn = LongTable(rows, colWidths=[width * each / parts for each in table.widths], repeatRows=1)
    drawn.setStyle([*BOX, ("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    return drawn


def _drawn(table: Table, number: int, column: int, cell: Any) -> Any:
    strong = number in table.strong
    if column in table.right:
        return _cell(text_of(cell), STRONG_NUMBER if strong else NUMBER)
    return _cell(text_of(cell), STRONG if strong else TEXT)


def _cell(text: str, style: Any) -> Any:
    cut = text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]} …"
    return Paragraph(escape(cut).replace("\n", "<br/>"), style)


def _signatures(form: Form, width: float) -> list[Any]:
    columns = [width / len(form.signatures)] * len(form.signatures)
    roles = [Paragraph(escape(role), MIDDLE) for role, _name in form.signatures]
    names = [Paragraph(escape(f"( {name or '.' * 34} )"), MIDDLE) for _role, name in form.signatures]
    drawn = Drawn([roles, [""] * len(roles), names], colWidths=columns, rowHeights=[None, 18 * mm, None])
    return [drawn]
