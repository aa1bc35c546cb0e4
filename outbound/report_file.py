"""The report of callbacks as an Excel file: every try on one sheet, the figures on another. Text stays text (S11)."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from outbound.exporting import LONGEST, SAFE
from outbound.models import CallbackAttempt
from outbound.report import COUNTS, Line
from tickets.personal import on_page

Cell = Callable[[CallbackAttempt, Person], Any]
COLUMNS: list[tuple[Any, int, Cell]] = [
    (_("Waktu telepon"), 17, lambda row, _person: timezone.localtime(row.at).replace(tzinfo=None)),
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
    (_("Telepon lagi"), 17, lambda row, _person: _local(row.next_try_at)),
    (_("Keadaan callback"), 14, lambda row, _person: row.callback.get_state_display()),
]


def _local(moment: Any) -> Any:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else ""


def written(tries: Iterable[CallbackAttempt], by: Any, figures: Iterable[Line], person: Person) -> tuple[bytes, int]:
    """The file and how many tries stand in it."""
    made, count = BytesIO(), 0
    with xlsxwriter.Workbook(made, SAFE) as book:
        heading, moment = book.add_format({"bold": True}), book.add_format({"num_format": "dd mmm yyyy hh.mm"})
        sheet = book.add_worksheet(str(_("Tanggapan")))
        sheet.freeze_panes(1, 2)
        for column, (title, width, _cell) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, str(title), heading)
        for count, row in enumerate(tries, start=1):
            for column, (_title, _width, cell) in enumerate(COLUMNS):
                _write(sheet, (count, column), cell(row, person), moment)
        _figures(book.add_worksheet(str(_("Angka"))), by, figures, heading)
    return made.getvalue(), count


def _figures(sheet: Any, by: Any, figures: Iterable[Line], heading: Any) -> None:
    sheet.set_column(0, 0, 26)
    for column, title in enumerate([by, *(title for title, _which in COUNTS.values())]):
        sheet.write_string(0, column, str(title), heading)
    for number, line in enumerate(figures, start=1):
        sheet.write_string(number, 0, str(line.label))
        for column, count in enumerate(line.in_order, start=1):
            sheet.write_number(number, column, count)


def _write(sheet: Any, place: tuple[int, int], value: Any, moment: Any) -> None:
    if hasattr(value, "year"):
        sheet.write_datetime(*place, value, moment)
    else:
        sheet.write_string(*place, str(value)[:LONGEST])
