"""The same form as an Excel file: heading, page n of m in print, heads repeated, text that never becomes a formula."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from quality.documents.paper import HOUSE, Form, Table, day_of

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH = 100  # characters over all columns of the page
MOST_SHEET_NAME = 31


class Book:
    """One form being written, row by row."""

    def __init__(self, book: Any, form: Form) -> None:
        self.form, self.row = form, 0
        box = {"border": 1, "border_color": "#555555", "valign": "top", "text_wrap": True, "font_size": 9}
        self.looks = {
            "house": book.add_format(box | {"bold": True, "align": "center", "valign": "vcenter"}),
            "title": book.add_format(box | {"bold": True, "align": "center", "valign": "vcenter", "font_size": 12}),
            "box": book.add_format(box),
            "head": book.add_format(box | {"bold": True, "bg_color": "#eeeeee"}),
            "strong": book.add_format(box | {"bold": True}),
            "number": book.add_format(box | {"num_format": "#,##0"}),
            "decimal": book.add_format(box | {"num_format": "0.00"}),
            "day": book.add_format(box | {"num_format": "d mmm yyyy", "align": "left"}),
            "label": book.add_format({"bold": True, "font_size": 9, "valign": "top"}),
            "value": book.add_format({"font_size": 9, "valign": "top", "text_wrap": True, "align": "left"}),
            "section": book.add_format({"bold": True, "font_size": 10}),
            "sign": book.add_format({"align": "center", "font_size": 9}),
        }
        self.sheet = book.add_worksheet(form.code.rsplit(".", 1)[-1][:MOST_SHEET_NAME])
        self.columns = max([len(table.widths) for table in form.tables], default=4)
        self.columns = max(self.columns, 4)

    def lay_out(self) -> None:
        """Paper, margins, and what repeats in print."""
        sheet = self.sheet
        sheet.set_paper(9)
        if self.form.wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.8)
        sheet.set_footer(f"&L&8Dicetak {self.form.printed}&C&8Halaman &P dari &N&R&8{self.form.code} Rev.{self.form.revision}")
        widest = max(self.form.tables, key=lambda table: len(table.widths), default=None)
        widths = list(widest.widths) if widest else [1]
        widths += [max(1, sum(widths) // 6)] * (self.columns - len(widths))
        for column, part in enumerate(widths):
            sheet.set_column(column, column, max(6, WIDTH * part / sum(widths)))

    def heading(self) -> None:
        """The box that makes it a controlled document."""
        last = self.columns - 1
        form = self.form
        rows = [("Kode Dokumen", form.code), ("Revisi", form.revision), ("Tanggal Berlaku", day_of(form.effective_on))]
        self.sheet.merge_range(0, 0, 2, 0, HOUSE, self.looks["house"])
        if last > 3:
            self.sheet.merge_range(0, 1, 2, last - 2, form.title, self.looks["title"])
        else:
            self.sheet.merge_range(0, 1, 2, 1, form.title, self.looks["title"])
        for row, (label, value) in enumerate(rows):
            self.sheet.write_string(row, last - 1, label, self.looks["box"])
            self.sheet.write_string(row, last, value, self.looks["box"])
            self.sheet.set_row(row, 20)
        self.sheet.repeat_rows(0, 2)
        self.row = 4

    def facts(self) -> None:
        for label, value in self.form.facts:
            self.sheet.write_string(self.row, 0, label, self.looks["label"])
            text = day_of(value) if isinstance(value, date) else str(value)
            self.sheet.merge_range(self.row, 1, self.row, self.columns - 1, "", self.looks["value"])
            self.sheet.write_string(self.row, 1, text, self.looks["value"])
            self.row += 1

    def table(self, table: Table) -> None:
        self.row += 1
        self.sheet.write_string(self.row, 0, table.title, self.looks["section"])
        self.row += 1
        for column, text in enumerate(table.head):
            self.sheet.write_string(self.row, column, text, self.looks["head"])
        for number, row in enumerate(table.rows):
            self.row += 1
            for column, cell in enumerate(row):
                self.write(column, cell, strong=number in table.strong)
        self.row += 1

    def write(self, column: int, cell: Any, *, strong: bool) -> None:
        """Numbers and days as such, everything else as text."""
        if isinstance(cell, Decimal):
            self.sheet.write_number(self.row, column, float(cell), self.looks["decimal"])
        elif isinstance(cell, int):
            self.sheet.write_number(self.row, column, cell, self.looks["number"])
        elif isinstance(cell, date):
            self.sheet.write_datetime(self.row, column, cell, self.looks["day"])
        else:
            self.sheet.write_string(self.row, column, str(cell), self.looks["strong" if strong else "box"])

    def ending(self) -> None:
        """Notes, and the lines to sign on."""
        for note in self.form.notes:
            self.row += 1
            self.sheet.write_string(self.row, 0, note, self.looks["value"])
        self.row += 2
        for number, (role, name) in enumerate(self.form.signatures):
            column = number * max(1, self.columns // max(1, len(self.form.signatures)))
            self.sheet.write_string(self.row, column, role, self.looks["sign"])
            self.sheet.write_string(self.row + 4, column, f"( {name or '.' * 30} )", self.looks["sign"])


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
