"""The queue as an Excel file (HC-3). Text stays text: no cell of a customer's words becomes a formula or a link."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from escalation.figures import Line
from escalation.hand_figures import Held
from escalation.models import Escort, Measure
from tickets.personal import on_page

SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Cell = Callable[[Escort, Person], Any]
COLUMNS: list[tuple[Any, int, Cell]] = [
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
    (
        pgettext_lazy("column", "Masuk"),
        17,
        lambda escort, _person: timezone.localtime(escort.ticket.opened_at).replace(tzinfo=None),
    ),
    (_("Jatuh tempo"), 17, lambda escort, _person: _local(escort.next_due_at)),
]


def _local(moment: Any) -> Any:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else ""


def of_escorts(escorts: Iterable[Escort], person: Person) -> bytes:
    """One row an escort, with phones and, where the role does not need them, names covered (QM-3)."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as book:
        heading, moment = book.add_format({"bold": True}), book.add_format({"num_format": "dd mmm yyyy hh.mm"})
        sheet = book.add_worksheet(str(_("Antrean")))
        sheet.freeze_panes(1, 1)
        for column, (title, width, _cell) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, str(title), heading)
        for number, escort in enumerate(escorts, start=1):
            for column, (_title, _width, cell) in enumerate(COLUMNS):
                _write(sheet, (number, column), cell(escort, person), moment)
    return made.getvalue()


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


def _write(sheet: Any, place: tuple[int, int], value: Any, moment: Any) -> None:
    if hasattr(value, "year"):
        sheet.write_datetime(*place, value, moment)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    else:
        sheet.write_string(*place, str(value))
