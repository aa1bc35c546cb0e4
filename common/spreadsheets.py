"""Reading tables that people send: CSV in the spellings that Excel writes, and .xlsx. One row at a time, within limits."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.problems import Invalid

MOST_BYTES = 60 * 1024 * 1024
MOST_UNPACKED_BYTES = 600 * 1024 * 1024  # a sheet of 100,000 rows unpacks to about 100 MB; a zip bomb to far more
MOST_COLUMNS = 200
MOST_ROWS = 500_000
LONGEST_CELL = 100_000
XLSX = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class _Borrowed(io.RawIOBase):
    """Reads somebody else's file and leaves it open: a text wrapper closes what it wraps when it is forgotten."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        got = self._file.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)


@dataclass(frozen=True)
class Table:
    """The head of a file and its rows; each row is its number as a person counts it (the head is 1) and its cells as text."""

    head: list[str]
    rows: Iterator[tuple[int, list[str]]]


def read_table(file: IO[bytes], *, encoding: str = "", delimiter: str = "") -> Table:
    """The first sheet of an .xlsx, or a CSV. ``Invalid`` says what is wrong with the file and what to do.

    ``encoding``: of a CSV, UTF-8 (with or without a mark) unless given. ``delimiter``: found from the head unless given.
    """
    start = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise Invalid(_("File ini kosong."))
    if size > MOST_BYTES:
        raise Invalid(_("File ini lebih besar dari %(limit)s MB. Bagi menjadi beberapa file."), limit=MOST_BYTES // 1024 // 1024)
    if start == OLD_EXCEL:
        raise Invalid(_("Ini file Excel lama (.xls). Simpan sebagai .xlsx atau .csv lalu unggah lagi."))
    rows = _xlsx_rows(file) if start == XLSX else _csv_rows(file, encoding or "utf-8-sig", delimiter)
    head = next(rows, (1, []))[1]
    return Table(_checked_head(head), rows)


def _checked_head(cells: list[str]) -> list[str]:
    head = [cell.strip() for cell in cells]
    while head and not head[-1]:
        head.pop()
    if not head:
        raise Invalid(_("Baris pertama kosong. Baris pertama harus berisi nama kolom."))
    if len(head) > MOST_COLUMNS:
        raise Invalid(_("Terlalu banyak kolom: %(count)s dari paling banyak %(most)s."), count=len(head), most=MOST_COLUMNS)
    twice = sorted({name for name in head if name and head.count(name) > 1})
    if twice:
        raise Invalid(_("Nama kolom ganda: %(names)s."), names=", ".join(twice))
    return head


def _csv_rows(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = io.TextIOWrapper(io.BufferedReader(_Borrowed(file)), encoding=encoding, newline="")
    except LookupError:
        raise Invalid(_("Penyandian %(encoding)s tidak dikenal."), encoding=encoding) from None
    first = _first_line(text, encoding)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter or _delimiter(first), strict=True)
    return _checked_csv(reader, encoding)


def _first_line(text: io.TextIOWrapper, encoding: str) -> str:
    try:
        return text.readline(100_000)
    except UnicodeDecodeError:
        raise _wrong_encoding(encoding) from None


def _wrong_encoding(encoding: str) -> Invalid:
    sentence = _("File ini bukan %(encoding)s. Simpan sebagai CSV UTF-8, atau pilih penyandian lain (cp1252) di pemetaan.")
    return Invalid(sentence, encoding=encoding.replace("-sig", "").upper(), code="wrong-encoding")


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _checked_csv(reader: Iterator[list[str]], encoding: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise _wrong_encoding(encoding) from None
        except csv.Error as error:
            raise Invalid(_("CSV rusak di sekitar baris %(row)s: %(error)s."), row=number, error=str(error)) from None
        if number > MOST_ROWS:
            raise Invalid(_("Lebih dari %(most)s baris. Bagi menjadi beberapa file."), most=MOST_ROWS)
        if any(cells):
            yield number, cells


def _xlsx_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise Invalid(_("Isi file Excel ini terlalu besar untuk dibuka."))
        file.seek(0)
        workbook = CalamineWorkbook.from_filelike(file)
        sheet = workbook.get_sheet_by_index(0)
    except (zipfile.BadZipFile, CalamineError, ValueError, IndexError):
        raise Invalid(_("File Excel ini rusak atau bukan .xlsx. Simpan ulang dari Excel lalu unggah lagi.")) from None
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise Invalid(
            _("Lembar pertama terlalu besar: paling banyak %(rows)s baris dan %(columns)s kolom."),
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )
    return _sheet_rows(sheet.iter_rows())


def _sheet_rows(rows: Iterator[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        texts = [_cell(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _cell(value: object) -> str:
    """A cell as a person reads it: whole numbers without ``.0``, moments in ISO form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
