"""The report of callbacks as an Excel file: every try on one sheet, the figures on another. Text stays text (S11)."""

from collections.abc import Iterable
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from outbound.models import CallbackAttempt
from outbound.report import COUNTS, Line
from tickets import spreadsheet
from tickets.personal import on_page
from tickets.spreadsheet import local

COLUMNS: list[spreadsheet.Column] = [
    (_("Waktu telepon"), 17, lambda row, _person: local(row.at)),
    (_("Nomor"), 11, lambda row, _person: row.callback.ticket.number),
    (_("Jenis"), 16, lambda row, _person: row.callback.ticket.get_kind_display()),
    (_("Untuk"), 10, lambda row, _person: row.callback.get_purpose_display()),
    (_("Nama pelanggan"), 26, lambda row, person: on_page("customer_name", row.callback.ticket.customer_name or "", person)),
    (_("Gejala"), 30, lambda row, _person: row.callback.ticket.symptom),
    (_("Pesan untuk pelanggan"), 40, lambda row, _person: row.callback.information),
    (_("Dari"), 16, lambda row, _person: row.callback.created_by.online_name if row.callback.created_by else ""),
    (_("Hasil"), 18, lambda row, _person: row.said),
    (_("Tanggapan pelanggan"), 44, lambda row, _person: row.response),
    (_("Kepuasan"), 10, lambda row, _person: row.get_satisfaction_display()),
    (_("Oleh"), 16, lambda row, _person: row.by.online_name),
    (_("Telepon lagi"), 17, lambda row, _person: local(row.next_try_at)),
    (_("Keadaan callback"), 14, lambda row, _person: row.callback.get_state_display()),
]


def written(tries: QuerySet[CallbackAttempt], by: Any, figures: Iterable[Line], person: Person) -> tuple[IO[bytes], int]:
    """The file, ready to be read, and how many tries stand in it; ``Invalid`` when they are more than a file takes."""
    rows = spreadsheet.bounded(tries).iterator(spreadsheet.READ_AT_ONCE)
    with spreadsheet.book() as (book, file):
        count = spreadsheet.fill(book, str(_("Tanggapan")), COLUMNS, rows, person)
        _figures(book, by, figures)
    return file, count


def _figures(book: xlsxwriter.Workbook, by: Any, figures: Iterable[Line]) -> None:
    sheet, heading = book.add_worksheet(str(_("Angka"))), book.add_format({"bold": True})
    sheet.set_column(0, 0, 26)
    for column, title in enumerate([by, *(title for title, _which in COUNTS.values())]):
        sheet.write_string(0, column, str(title), heading)
    for number, line in enumerate(figures, start=1):
        sheet.write_string(number, 0, str(line.label))
        for column, count in enumerate(line.in_order, start=1):
            sheet.write_number(number, column, count)
