"""Reading tables that people send: CSV in the spellings that Excel writes, and .xlsx. One row at a time, within limits."""

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, Any, cast

from django.utils.translation import gettext_lazy as _

from common import xlsx_to_csv
from common.problems import Invalid

MOST_BYTES = 60 * 1024 * 1024
MOST_COLUMNS = 200
MOST_ROWS = 500_000
LONGEST_CELL = 100_000
LONGEST_NAME = 120
XLSX = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ENCODINGS = {"": "utf-8-sig", "utf-8": "utf-8-sig", "cp1252": "cp1252", "latin-1": "latin-1", "utf-16": "utf-16"}
DELIMITERS = ",;\t|"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # the full-width forms count as formulas too
TOP = Path(__file__).resolve().parent.parent


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
    """The first visible sheet of an .xlsx, or a CSV. ``Invalid`` says what is wrong with the file and what to do.

    ``encoding``: of a CSV, UTF-8 (with or without a mark) unless given. ``delimiter``: found from the head unless given.
    """
    plain = as_csv(file)
    rows = _csv_rows(plain, encoding, delimiter) if plain is file else _csv_rows(plain, "", ",")
    first, head = next(rows, (1, []))
    return Table(_checked_head(head, first), rows)


def as_csv(file: IO[bytes]) -> IO[bytes]:
    """The same table as UTF-8 CSV with commas and the same row numbers when it was an .xlsx; a CSV comes back as it is."""
    start = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise Invalid(_("File ini kosong."))
    if size > MOST_BYTES:
        raise Invalid(_("File ini lebih besar dari %(limit)s MB. Bagi menjadi beberapa file."), limit=MOST_BYTES // 1024 // 1024)
    if start == OLD_EXCEL:
        raise Invalid(_("Ini file Excel lama (.xls) atau terkunci kata sandi. Simpan sebagai .xlsx atau .csv lalu unggah lagi."))
    return _unpacked(file) if start == XLSX else file


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    made = cast(IO[bytes], TemporaryFile())  # noqa: SIM115 the caller reads it
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        command = [sys.executable, "-m", xlsx_to_csv.__name__, copy.name]
        done = subprocess.run(command, cwd=TOP, stdout=made, stderr=subprocess.PIPE, check=False)  # noqa: S603 ours
    file.seek(0)
    if done.returncode:
        made.close()
        raise _not_unpacked(done.returncode, done.stderr.decode(errors="replace"))
    if made.tell() == 0:
        raise Invalid(_("Lembar pertama file ini kosong."))
    made.seek(0)
    return made


def _not_unpacked(status: int, where: str) -> Invalid:
    if status == xlsx_to_csv.BROKEN:
        return Invalid(_("File Excel ini rusak atau bukan .xlsx. Simpan ulang dari Excel lalu unggah lagi."))
    if status == xlsx_to_csv.EMPTY:
        return Invalid(_("Tidak ada lembar yang terlihat di file ini. Tampilkan lembar yang akan dimuat, lalu simpan lagi."))
    if status == xlsx_to_csv.MERGED:
        return Invalid(_("Sel %(where)s digabung. Pisahkan sel gabungan (Unmerge Cells) di lembar ini."), where=where[:40])
    return Invalid(_("Isi file Excel ini terlalu besar untuk dibuka. Bagi menjadi beberapa file, atau simpan sebagai .csv."))


def _checked_head(cells: list[str], row: int) -> list[str]:
    head = [cell.strip() for cell in cells]
    while head and not head[-1]:
        head.pop()
    if not head:
        raise Invalid(_("File ini tidak berisi. Baris pertama harus berisi nama kolom."))
    if len(head) > MOST_COLUMNS:
        raise Invalid(_("Terlalu banyak kolom: %(count)s dari paling banyak %(most)s."), count=len(head), most=MOST_COLUMNS)
    if any("\x00" in name for name in head):
        raise Invalid(_("Ini bukan tabel: baris pertama memuat karakter NUL. Simpan sebagai .xlsx atau CSV UTF-8."))
    if long := next((name for name in head if len(name) > LONGEST_NAME), ""):
        raise Invalid(
            _("Nama kolom lebih dari %(most)s huruf: “%(name)s…”. Baris %(row)s harus berisi nama kolom."),
            most=LONGEST_NAME, name=long[:40], row=row,
        )  # fmt: skip
    twice = sorted({name for name in head if name and head.count(name) > 1})
    if twice:
        raise Invalid(_("Nama kolom ganda: %(names)s."), names=", ".join(twice))
    return head


def _csv_rows(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    encoding, delimiter = checked_spelling(encoding, delimiter)
    if file.read(2) in UTF_16:
        encoding = "utf-16"
    file.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Borrowed(file)), encoding=ENCODINGS[encoding], newline="")
    found = delimiter or _delimiter(_first_line(text, encoding))
    text.seek(0)
    return _checked_csv(csv.reader(text, delimiter=found, strict=True), encoding)


def checked_spelling(encoding: str, delimiter: str) -> tuple[str, str]:
    """How a CSV is written, as far as it is given; refused when it is none that we read."""
    if encoding not in ENCODINGS:
        known = ", ".join(filter(None, ENCODINGS))
        raise Invalid(_("Penyandian %(encoding)s tidak dikenal. Yang dikenal: %(known)s."), encoding=encoding[:40], known=known)
    if delimiter and (len(delimiter) != 1 or delimiter not in DELIMITERS):
        raise Invalid(_("Pemisah kolom adalah koma, titik koma, tab, atau |."))
    return encoding, delimiter


def _first_line(text: io.TextIOWrapper, encoding: str) -> str:
    """The first line with words, from which the delimiter is found."""
    try:
        for _line in range(100):
            line = text.readline(LONGEST_CELL)
            if line.strip(f"{DELIMITERS} \r\n") or not line:
                return line
    except UnicodeError:
        raise _wrong_encoding(encoding) from None
    return ""


def _wrong_encoding(encoding: str) -> Invalid:
    sentence = _("File ini bukan %(encoding)s. Simpan sebagai CSV UTF-8, atau pilih penyandian lain (cp1252).")
    return Invalid(sentence, encoding=(encoding or "utf-8").upper(), code="wrong-encoding")


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _checked_csv(reader: Iterator[list[str]], encoding: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeError:
            raise _wrong_encoding(encoding) from None
        except csv.Error as error:
            raise _broken(number, str(error)) from None
        if number > MOST_ROWS:
            raise Invalid(_("Lebih dari %(most)s baris. Bagi menjadi beberapa file."), most=MOST_ROWS)
        if any(cell and not cell.isspace() for cell in cells):
            yield number, cells


def _broken(row: int, error: str) -> Invalid:
    if "field larger" in error:
        return Invalid(_("Baris %(row)s: satu sel lebih dari %(most)s karakter."), row=row, most=LONGEST_CELL)
    return Invalid(_('CSV rusak mulai baris %(row)s: tanda kutip (") tidak ditutup atau ada teks sesudahnya.'), row=row)


def safe_cell(text: str) -> str:
    """A cell for a CSV that people open in Excel: what would become a formula there begins with an apostrophe (S11)."""
    return f"'{text}" if text.startswith(FORMULA) else text
