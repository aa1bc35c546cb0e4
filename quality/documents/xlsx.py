"""The same form as an Excel file: heading, page n of m in print, heads repeated, text that never becomes a formula."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from quality.documents.paper import HOUSE, Form, Table, day_of

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH, WIDE = 110.0, 150.0  # characters over all columns of the page, upright and lying
SMALL = 1.15  # so many more letters go into a column than its width says, because ours are small
LEAST_COLUMNS, LINE_HEIGHT, FIRST_COLUMN = 4, 12.5, 0.18
LOOKS = {(False, False): "box", (True, False): "strong", (False, True): "right", (True, True): "strong right"}
MOST_SHEET_NAME = 31


class Book:
    """One form being written, row by row."""

    def __init__(self, book: Any, form: Form) -> None:
        self.form, self.row, self.width = form, 0, WIDE if form.wide else WIDTH
        box = {"border": 1, "border_color": "#555555", "valign": "top", "text_wrap": True, "font_size": 9}
        self.looks = {
            "house": book.add_format(box | {"bold": True, "align": "center", "valign": "vcenter"}),
            "title": book.add_format(box | {"bold": True, "align": "center", "valign": "vcenter", "font_size": 12}),
            "box": book.add_format(box),
            "head": book.add_format(box | {"bold": True, "bg_color": "#eeeeee"}),
            "strong": book.add_format(box | {"bold": True}),
            "right": book.add_format(box | {"align": "right"}),
            "strong right": book.add_format(box | {"align": "right", "bold": True}),
            "number": book.add_format(box | {"num_format": "#,##0"}),
            "strong number": book.add_format(box | {"num_format": "#,##0", "bold": True}),
            "decimal": book.add_format(box | {"num_format": "0.00"}),
            "day": book.add_format(box | {"num_format": "d mmm yyyy", "align": "left"}),
            "label": book.add_format({"bold": True, "font_size": 9, "valign": "top"}),
            "value": book.add_format({"font_size": 9, "valign": "top", "text_wrap": True, "align": "left"}),
            "section": book.add_format({"bold": True, "font_size": 10}),
            "sign": book.add_format({"align": "center", "font_size": 9}),
        }
        self.sheet = book.add_worksheet(form.code.rsplit(".", 1)[-1][:MOST_SHEET_NAME])
        # The table with the most columns is the grid: its cells stay single and can be sorted; the rest is spread over it.
        main = max(form.tables, key=lambda table: (len(table.widths), len(table.rows)), default=None)
        widths = list(main.widths) if main else []
        if widths:
            widths[0] = max(widths[0], round(sum(widths) * FIRST_COLUMN))  # it holds the labels of the facts too
        self.grid = widths if len(widths) >= LEAST_COLUMNS else [1] * LEAST_COLUMNS

    def spread(self, widths: Sequence[int]) -> list[tuple[int, int]]:
        """First and last column of each part, as near to the wanted widths as the grid allows, at least one column each."""
        edges = [sum(self.grid[: number + 1]) / sum(self.grid) for number in range(len(self.grid))]
        found, first = [], 0
        for number in range(len(widths)):
            wanted = sum(widths[: number + 1]) / sum(widths)
            most = len(self.grid) - (len(widths) - number)
            last = min(range(first, most + 1), key=lambda column: abs(edges[column] - wanted))
            last = len(self.grid) - 1 if number == len(widths) - 1 else last
            found.append((first, last))
            first = last + 1
        return found

    def lay_out(self) -> None:
        """Paper, margins, and what repeats in print."""
        sheet = self.sheet
        sheet.set_paper(9)
        if self.form.wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.8)
        sheet.set_footer(f"&L&8Dicetak {self.form.printed}&C&8Halaman &P dari &N&R&8{self.form.code} Rev.{self.form.revision}")
        for column, part in enumerate(self.grid):
            sheet.set_column(column, column, self.width * part / sum(self.grid))

    def heading(self) -> None:
        """The box that makes it a controlled document."""
        form = self.form
        rows = [("Kode Dokumen", form.code), ("Revisi", form.revision), ("Tanggal Berlaku", day_of(form.effective_on))]
        house, title, label, value = self.spread([18, 42, 15, 25])
        self.sheet.merge_range(0, house[0], 2, house[1], HOUSE, self.looks["house"])
        self.sheet.merge_range(0, title[0], 2, title[1], form.title, self.looks["title"])
        for row, texts in enumerate(rows):
            self.sheet.set_row(row, 24)
            for span, text in zip((label, value), texts, strict=True):
                self.put(row, span, text, "box")
        self.sheet.repeat_rows(0, 2)
        self.row = 4

    def put(self, row: int, span: tuple[int, int], cell: Any, look: str) -> None:
        """One cell over its columns; numbers and days as such, everything else as text."""
        if span[0] != span[1]:
            self.sheet.merge_range(row, span[0], row, span[1], "", self.looks[look])
        if isinstance(cell, Decimal):
            self.sheet.write_number(row, span[0], float(cell), self.looks["decimal"])
        elif isinstance(cell, int):
            self.sheet.write_number(row, span[0], cell, self.looks["strong number" if look.startswith("strong") else "number"])
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, span[0], cell, self.looks["day"])
        else:
            self.sheet.write_string(row, span[0], str(cell), self.looks[look])

    def line(self, spans: Sequence[tuple[int, int]], cells: Sequence[Any], looks: Sequence[str]) -> None:
        """One row, as high as its longest text needs: Excel does not find that out for merged cells."""
        needed = 1
        for span, cell, look in zip(spans, cells, looks, strict=True):
            room = SMALL * self.width * sum(self.grid[span[0] : span[1] + 1]) / sum(self.grid)
            needed = max(needed, sum(1 + int(len(part) / max(4.0, room)) for part in str(cell).split("\n")))
            self.put(self.row, span, cell, look)
        self.sheet.set_row(self.row, LINE_HEIGHT * min(needed, 30) + 2)
        self.row += 1

    def facts(self) -> None:
        spans = self.spread([25, 75])
        for label, value in self.form.facts:
            self.line(spans, [label, day_of(value) if isinstance(value, date) else str(value)], ["label", "value"])

    def table(self, table: Table) -> None:
        self.row += 1
        self.sheet.write_string(self.row, 0, table.title, self.looks["section"])
        self.row += 1
        spans = self.spread(table.widths)
        columns = range(len(table.widths))
        self.line(spans, table.head, ["head" for _column in columns])
        for number, row in enumerate(table.rows):
            strong = number in table.strong
            self.line(spans, row, [LOOKS[strong, column in table.right] for column in columns])

    def ending(self) -> None:
        """Notes, and the lines to sign on."""
        whole = [(0, len(self.grid) - 1)]
        for note in self.form.notes:
            self.row += 1
            self.line(whole, [note], ["value"])
        if not self.form.signatures:
            return
        spans = self.spread([1] * len(self.form.signatures))
        self.row += 1
        self.line(spans, [role for role, _name in self.form.signatures], ["sign"] * len(spans))
        self.row += 3
        self.line(spans, [f"( {name or '.' * 30} )" for _role, name in self.form.signatures], ["sign"] * len(spans))


def as_xlsx(form: Form) -> bytes:
    """The form as an Excel file of one sheet."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as workbook:
        workbook.set_properties({"title": form.title, "subject": form.code, "company": HOUSE})
        book = Book(workbook, form)
        book.lay_out()
        book.heading()
        book.facts()
        for table in form.tables:
            book.table(table)
        book.ending()
    return made.getvalue()
