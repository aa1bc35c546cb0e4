"""Lists as Excel files (HC-3). Text stays text: no cell of a customer's words becomes a formula, a number or a link (S11)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from common.clock import now
from common.problems import Invalid
from tickets.models import Ticket
from tickets.personal import on_page

SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 50_000
READ_AT_ONCE = 2_000
LONGEST = 32_000  # letters in a cell of Excel
# What a column is called, how wide it is, and what stands in it of a row for a person.
Column = tuple[Any, int, Callable[[Any, Person], Any]]
Rows = TypeVar("Rows", bound="QuerySet[Any]")


def local(moment: datetime | None) -> Any:
    """A moment as Excel takes it: by the clocks of whoever asks, without a zone."""
    return timezone.localtime(moment).replace(tzinfo=None) if moment else ""


TICKET_COLUMNS: list[Column] = [
    (_("Nomor"), 11, lambda ticket, _person: ticket.number),
    (_("Jenis"), 16, lambda ticket, _person: ticket.get_kind_display()),
    (_("Status"), 18, lambda ticket, _person: ticket.get_status_display()),
    (_("Nomor layanan"), 16, lambda ticket, _person: ticket.service_number or ""),
    (_("Layanan"), 16, lambda ticket, _person: ticket.get_service_line_display()),
    (_("Segmen"), 8, lambda ticket, _person: ticket.segment),
    (_("Nama pelanggan"), 26, lambda ticket, person: on_page("customer_name", ticket.customer_name or "", person)),
    (_("Nomor kontak"), 18, lambda ticket, person: on_page("contact_phone", ticket.contact_phone or "", person)),
    (_("TREG"), 6, lambda ticket, _person: ticket.region or ""),
    (_("Area"), 22, lambda ticket, _person: ticket.area),
    (_("Gejala"), 40, lambda ticket, _person: ticket.symptom),
    (_("Lapul"), 6, lambda ticket, _person: ticket.repeat_count),
    (_("Tim"), 16, lambda ticket, _person: ticket.team.name if ticket.team else ""),
    (_("Agen"), 18, lambda ticket, _person: ticket.assignee.online_name if ticket.assignee else ""),
    (_("Bola di tangan"), 24, lambda ticket, _person: ticket.holder["name"]),
    (_("Kabar terakhir"), 40, lambda ticket, _person: ticket.last_word),
    (_("Penyebab"), 24, lambda ticket, _person: ticket.cause),
    (_("Solusi"), 40, lambda ticket, _person: ticket.solution),
    (pgettext_lazy("column", "Masuk"), 17, lambda ticket, _person: local(ticket.opened_at)),
    (_("Jatuh tempo"), 17, lambda ticket, _person: local(ticket.clock_due_at)),
    (pgettext_lazy("column", "Selesai"), 17, lambda ticket, _person: local(ticket.solved_at)),
    (pgettext_lazy("column", "Ditutup"), 17, lambda ticket, _person: local(ticket.closed_at)),
]


def of_tickets(tickets: QuerySet[Ticket], person: Person) -> tuple[IO[bytes], int]:
    """One row a ticket, in the order of the list; the file and how many rows it has."""
    rows = bounded(tickets).select_related("team", "assignee", "holder_person")
    return written(str(_("Tiket")), TICKET_COLUMNS, rows.iterator(READ_AT_ONCE), person)


def bounded(rows: Rows) -> Rows:
    """These rows; ``Invalid`` where they are more than a file takes: nothing is left out without a word."""
    if rows.order_by()[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise Invalid(_("Lebih dari %(most)s baris. Persempit dengan saringan, lalu unduh per bagian."), most=f"{MOST_ROWS:,}")
    return rows


def written(title: str, columns: list[Column], rows: Iterable[Any], person: Person) -> tuple[IO[bytes], int]:
    """The file, ready to be read, and how many rows it has; phones and, where the role needs them not, names covered (QM-3)."""
    with book() as (workbook, file):
        count = fill(workbook, title, columns, rows, person)
    return file, count


@contextmanager
def book() -> Iterator[tuple[xlsxwriter.Workbook, IO[bytes]]]:
    """A workbook to put sheets into, and the file that can be read when it is closed."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 the response closes it
    with xlsxwriter.Workbook(file, SAFE) as workbook:
        yield workbook, file
    file.seek(0)


def fill(workbook: xlsxwriter.Workbook, title: str, columns: list[Column], rows: Iterable[Any], person: Person) -> int:
    """One more sheet of the file, with a heading that stays in sight; how many rows it has."""
    heading, moment = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "dd mmm yyyy hh.mm"})
    sheet, count = workbook.add_worksheet(title), 0
    sheet.freeze_panes(1, 1)
    for place, (name, width, _cell) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, str(name), heading)
    for count, row in enumerate(rows, start=1):
        for place, (_name, _width, cell) in enumerate(columns):
            _write(sheet, (count, place), cell(row, person), moment)
    return count


def _write(sheet: Any, place: tuple[int, int], value: Any, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(*place, value, moment)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    else:
        sheet.write_string(*place, str(value)[:LONGEST])


def answer(file: IO[bytes], name: str, at: str = "") -> FileResponse:
    """The file as a download, under this name and the moment, or the days that it tells of; no browser keeps it."""
    name = f"{name}-{at or f'{timezone.localtime(now()):%Y%m%d-%H%M}'}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=EXCEL, headers={"Cache-Control": "no-store"})
