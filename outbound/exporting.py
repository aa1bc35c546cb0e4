"""Results as an Excel file in the columns of another system (CT-4, CT-5). Text stays text: no cell becomes a formula (S11)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbound.models import CaringResult, PaymentState, Product, PromiseState, ResultState

READ_AT_ONCE = 5_000
WIDTH = 18
LONGEST = 32_000  # letters in a cell of Excel
SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def _as_is(value: Any) -> Any:
    return value


def _label(choices: Any) -> Callable[[str], str]:
    words = {value: str(label) for value, label in choices.choices}  # in the house's language, whoever exports
    return lambda value: words.get(value, value)


def _length(began: datetime | None, ended: datetime | None) -> int | None:
    return int((ended - began).total_seconds()) if began and ended else None


# field -> what it is called, from which columns it comes, and what is made of them
Field = tuple[Any, tuple[str, ...], Callable[..., Any]]
FIELDS: Mapping[str, Field] = {
    "service_number": (_("Nomor layanan"), ("prospect__service_number",), _as_is),
    "customer_name": (_("Nama pelanggan"), ("prospect__customer_name",), _as_is),
    "contact_phone": (_("Nomor kontak"), ("prospect__contact_phone",), _as_is),
    "area": (_("Area atau Witel"), ("prospect__area",), _as_is),
    "arrears_months": (_("Bulan tunggakan"), ("prospect__arrears_months",), _as_is),
    "bill_amount": (_("Jumlah tagihan"), ("prospect__bill_amount",), _as_is),
    "payment_state": (_("Status bayar"), ("prospect__payment_state",), _label(PaymentState)),
    "campaign": (_("Kampanye"), ("campaign__name",), _as_is),
    "product": (_("Produk"), ("campaign__product",), _label(Product)),
    "at": (_("Waktu telepon"), ("at",), _as_is),
    "reason": (_("Kelompok reason"), ("reason__parent__name",), _as_is),
    "sub_reason": (_("Reason call"), ("reason__name",), _as_is),
    "reason_code": (_("Kode reason"), ("reason__code",), _as_is),
    "contacted": (_("Tersambung"), ("contacted",), lambda value: "YA" if value else "TIDAK"),
    "agreed": (_("Agree"), ("agreed",), lambda value: "AGREE" if value else "TIDAK AGREE"),
    "promised_on": (_("Tanggal janji"), ("promised_on",), _as_is),
    "promised_amount": (_("Jumlah janji"), ("promised_amount",), _as_is),
    "state": (_("Keadaan"), ("state",), _label(ResultState)),
    "promise_state": (_("Janji bayar"), ("promise_state",), _label(PromiseState)),
    "agent_code": (_("Kode agen"), ("by__agent_code",), _as_is),
    "agent_name": (_("Agen"), ("by__online_name",), _as_is),
    "call_seconds": (_("Lama telepon (detik)"), ("call_started_at", "call_ended_at"), _length),
    "note": (_("Catatan"), ("note",), _as_is),
}


def written(columns: Iterable[Mapping[str, Any]], results: QuerySet[CaringResult]) -> tuple[IO[bytes], int]:
    """The file, ready to be read, and how many rows it has. Columns: ``title``, ``field``, and ``values`` that translates.

    Plain values are read and not objects: 100,000 results have to leave in less than a minute.
    """
    wanted = list(columns)
    parts = [FIELDS[each["field"]][1:] for each in wanted]
    makers = [(len(names), make, dict(each.get("values") or {})) for (names, make), each in zip(parts, wanted, strict=True)]
    names = [name for sources, _make in parts for name in sources]
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 the response closes it
    count = 0
    with xlsxwriter.Workbook(file, SAFE) as book:
        sheet = book.add_worksheet()
        sheet.set_column(0, len(wanted), WIDTH)
        sheet.freeze_panes(1, 0)
        write = _writer(book, sheet)
        for column, each in enumerate(wanted):
            write(0, column, str(each["title"]))
        for count, values in enumerate(results.values_list(*names).iterator(READ_AT_ONCE), start=1):
            for column, value in enumerate(_made(values, makers)):
                write(count, column, value)
    file.seek(0)
    return file, count


def _made(values: tuple[Any, ...], makers: list[tuple[int, Callable[..., Any], dict[str, Any]]]) -> Iterable[Any]:
    at = 0
    for width, make, meanings in makers:
        value = make(*values[at : at + width])
        at += width
        yield meanings.get(str(value), value) if meanings else value


def _writer(book: Any, sheet: Any) -> Callable[[int, int, Any], None]:
    """Writes a cell as what it is; nothing where there is nothing."""
    moment, day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"num_format": "yyyy-mm-dd"})
    zone = timezone.get_current_timezone()

    def write(row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, value[:LONGEST])
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value.astimezone(zone).replace(tzinfo=None), moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write_number(row, column, value)

    return write
