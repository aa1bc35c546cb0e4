"""Results as an Excel file in the columns of another system (CT-4, CT-5). Text stays text: no cell becomes a formula (S11)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbound.models import CaringResult, Product, ResultState

READ_AT_ONCE = 2_000
WIDTH = 18
Value = Callable[[CaringResult], Any]
FIELDS: Mapping[str, tuple[Any, Value]] = {
    "service_number": (_("Nomor layanan"), lambda result: result.prospect.service_number),
    "customer_name": (_("Nama pelanggan"), lambda result: result.prospect.customer_name),
    "contact_phone": (_("Nomor kontak"), lambda result: result.prospect.contact_phone),
    "area": (_("Area atau Witel"), lambda result: result.prospect.area),
    "arrears_months": (_("Bulan tunggakan"), lambda result: result.prospect.arrears_months),
    "bill_amount": (_("Jumlah tagihan"), lambda result: result.prospect.bill_amount),
    "payment_state": (_("Status bayar"), lambda result: result.prospect.get_payment_state_display()),
    "campaign": (_("Kampanye"), lambda result: result.campaign.name),
    "product": (_("Produk"), lambda result: Product(result.campaign.product).label),
    "at": (_("Waktu telepon"), lambda result: result.at),
    "reason": (_("Kelompok reason"), lambda result: result.reason.parent.name if result.reason.parent else ""),
    "sub_reason": (_("Reason call"), lambda result: result.reason.name),
    "reason_code": (_("Kode reason"), lambda result: result.reason.code),
    "contacted": (_("Tersambung"), lambda result: "YA" if result.contacted else "TIDAK"),
    "agreed": (_("Agree"), lambda result: "AGREE" if result.agreed else "TIDAK AGREE"),
    "promised_on": (_("Tanggal janji"), lambda result: result.promised_on),
    "promised_amount": (_("Jumlah janji"), lambda result: result.promised_amount),
    "state": (_("Keadaan"), lambda result: str(ResultState(result.state).label)),
    "promise_state": (_("Janji bayar"), lambda result: result.get_promise_state_display()),
    "agent_code": (_("Kode agen"), lambda result: result.by.agent_code),
    "agent_name": (_("Agen"), lambda result: result.by.online_name),
    "call_seconds": (_("Lama telepon (detik)"), lambda result: result.call_seconds),
    "note": (_("Catatan"), lambda result: result.note),
}


def written(columns: Iterable[Mapping[str, Any]], results: Iterable[CaringResult]) -> tuple[IO[bytes], int]:
    """The file, ready to be read, and how many rows it has. Columns: ``title``, ``field``, and ``values`` that translates."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    formats: dict[type[date], Any] = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    wanted = [(str(each["title"]), FIELDS[each["field"]][1], dict(each.get("values") or {})) for each in columns]
    sheet.set_column(0, len(wanted), WIDTH)
    sheet.freeze_panes(1, 0)
    for column, (title, _value, _meanings) in enumerate(wanted):
        sheet.write_string(0, column, title)
    row = 0
    for row, result in enumerate(results, start=1):
        for column, (_title, value, meanings) in enumerate(wanted):
            _write(sheet, row, column, _meant(value(result), meanings), formats)
    book.close()
    file.seek(0)
    return file, row


def _meant(value: Any, meanings: Mapping[str, str]) -> Any:
    return meanings.get(str(value), value) if meanings else value


def _write(sheet: Any, row: int, column: int, value: Any, formats: Mapping[type[date], Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:32_000])
