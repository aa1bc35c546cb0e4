"""The queue as an Excel file (HC-3). Text stays text: no cell of a customer's words becomes a formula or a link."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from escalation.figures import Line
from escalation.hand_figures import Held
from escalation.models import Escort, Measure
from tickets.personal import on_page
from tickets.spreadsheet import READ_AT_ONCE, SAFE, Column, bounded, local, written

COLUMNS: list[Column] = [
    (_("Nomor"), 11, lambda escort, _person: escort.ticket.number),
    (_("Jenis"), 16, lambda escort, _person: escort.ticket.get_kind_display()),
    (_("Keadaan"), 18, lambda escort, _person: escort.get_state_display()),
    (_("Nomor layanan"), 16, lambda escort, _person: escort.ticket.service_number or ""),
    (_("Layanan"), 16, lambda escort, _person: escort.ticket.get_service_line_display()),
    (_("Nama pelanggan"), 26, lambda escort, person: on_page("customer_name", escort.ticket.customer_name or "", person)),
    (_("Nomor kontak"), 18, lambda escort, person: on_page("contact_phone", escort.ticket.contact_phone or "", person)),
    (_("TREG"), 6, lambda escort, _person: escort.ticket.region or ""),
    (_("Area"), 22, lambda escort, _person: escort.ticket.area),
    (_("Gejala"), 40, lambda escort, _person: escort.ticket.symptom),
    (_("Lapul"), 6, lambda escort, _person: escort.ticket.repeat_count),
    (pgettext_lazy("column", "Kembali"), 8, lambda escort, _person: escort.returns),
    (_("Bola di tangan"), 24, lambda escort, _person: escort.ticket.holder["name"]),
    (_("Dipegang"), 18, lambda escort, _person: escort.owner.online_name if escort.owner else ""),
    (_("Penyebab"), 24, lambda escort, _person: escort.cause),
    (_("Unit"), 24, lambda escort, _person: escort.responsible_unit),
    (_("Keparahan"), 10, lambda escort, _person: escort.get_severity_display()),
    (_("Kabar terakhir"), 40, lambda escort, _person: escort.ticket.last_word),
    (pgettext_lazy("column", "Masuk"), 17, lambda escort, _person: local(escort.ticket.opened_at)),
    (_("Jatuh tempo"), 17, lambda escort, _person: local(escort.next_due_at)),
]


def of_escorts(escorts: QuerySet[Escort], person: Person) -> tuple[IO[bytes], int]:
    """One row an escort, in the order of the queue; the file and how many rows it has."""
    return written(str(_("Antrean")), COLUMNS, bounded(escorts).iterator(READ_AT_ONCE), person)


def of_figures(by: Any, lines: Iterable[Line]) -> bytes:
    """One row a group; of each measure how many, the median and the 90 %, in minutes (HC-9)."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as book:
        heading, tenth = book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})
        sheet = book.add_worksheet(str(_("Angka kawal")))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 26)
        parts = (_("jumlah"), _("median, menit"), _("90 %, menit"))
        titles = [by, *(f"{measure.label}: {part}" for measure in Measure for part in parts)]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, str(title), heading)
        for number, line in enumerate(lines, start=1):
            sheet.write_string(number, 0, str(line.label))
            for place, cell in enumerate(line.in_order):
                if cell:
                    sheet.write_number(number, 1 + 3 * place, cell.count)
                    sheet.write_number(number, 2 + 3 * place, cell.median / 60, tenth)
                    sheet.write_number(number, 3 + 3 * place, cell.ninety / 60, tenth)
    return made.getvalue()


def of_hands(by: Any, lines: Iterable[Held]) -> bytes:
    """One row a hand: how often, the median, the 90 % and all together, in minutes (HC-7)."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as book:
        heading, tenth = book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})
        sheet = book.add_worksheet(str(_("Siapa memegang bola")))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 26)
        for column, title in enumerate((by, _("jumlah"), _("median, menit"), _("90 %, menit"), _("seluruhnya, menit"))):
            sheet.write_string(0, column, str(title), heading)
        for number, line in enumerate(lines, start=1):
            sheet.write_string(number, 0, str(line.label))
            sheet.write_number(number, 1, line.count)
            for column, seconds in enumerate((line.median, line.ninety, line.total), start=2):
                sheet.write_number(number, column, seconds / 60, tenth)
    return made.getvalue()
