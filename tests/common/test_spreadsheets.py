"""Every kind of file that people send: read as documented, or refused with a sentence that says what to do."""

import io
import time
import zipfile
from datetime import date, datetime
from datetime import time as wall_time

import openpyxl
import pytest

from common.problems import Invalid
from common.spreadsheets import MOST_BYTES, read_table, safe_cell

HEAD = ["nomor", "dibuka", "gejala"]
ROW = ["A1", "2026-11-20 08:00:00", "Mati total"]


def csv_of(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def xlsx_of(*rows, change=lambda book: None) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    made = io.BytesIO()
    book.save(made)
    made.seek(0)
    return made


def rows_of(file, **spelling):
    table = read_table(file, **spelling)
    return [table.head, *table.rows]


def refusal(file, **spelling) -> str:
    with pytest.raises(Invalid) as refused:
        list(read_table(file, **spelling).rows)
    return str(refused.value)


def behind_a_hidden_one(book) -> None:
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Data")
    for row in (HEAD, ROW):
        sheet.append(row)


PLAIN = "nomor,dibuka,gejala\nA1,2026-11-20 08:00:00,Mati total\n"
SPELLINGS = {
    "comma": csv_of(PLAIN),
    "semicolon": csv_of(PLAIN.replace(",", ";")),
    "tab": csv_of(PLAIN.replace(",", "\t")),
    "bar": csv_of(PLAIN.replace(",", "|")),
    "byte order mark": csv_of(PLAIN, "utf-8-sig"),
    "Excel's Unicode text": csv_of(PLAIN.replace(",", "\t"), "utf-16"),
    "line ends of Windows": csv_of(PLAIN.replace("\n", "\r\n")),
    "line ends of old Macs": csv_of(PLAIN.replace("\n", "\r")),
    "everything quoted": csv_of('"nomor","dibuka","gejala"\n"A1","2026-11-20 08:00:00","Mati total"\n'),
    "no line end at the end": csv_of(PLAIN.rstrip()),
    "blanks around the names": csv_of(PLAIN.replace("dibuka", " dibuka ")),
    "empty columns at the end": csv_of("nomor,dibuka,gejala,,\nA1,2026-11-20 08:00:00,Mati total\n"),
    "xlsx": xlsx_of(HEAD, ROW),
    "xlsx with a real date": xlsx_of(HEAD, ["A1", datetime(2026, 11, 20, 8), "Mati total"]),
    "xlsx whose first sheet is hidden": xlsx_of(["rahasia"], change=behind_a_hidden_one),
}


@pytest.mark.req("HC-3")
@pytest.mark.parametrize("name", SPELLINGS)
def test_the_same_table_in_every_spelling_reads_the_same(name):
    file = SPELLINGS[name]
    file.seek(0)
    assert rows_of(file) == [HEAD, (2, ROW)]


def test_windows_letters_are_read_when_the_encoding_is_named():
    file = csv_of("nomor,gejala\n1,Café – putus\n", "cp1252")
    assert rows_of(file, encoding="cp1252")[1] == (2, ["1", "Café – putus"])


def test_windows_letters_without_their_encoding_are_refused_with_what_to_do():
    assert "cp1252" in refusal(csv_of("nomor,gejala\n1,Café\n", "cp1252"))


def test_wrong_letters_far_down_are_refused_too():
    assert "UTF-8" in refusal(io.BytesIO(b"nomor,gejala\n" + b"1,baik\n" * 5000 + b"2,Caf\xe9\n"))


def test_rows_are_numbered_as_in_excel_also_after_blank_ones():
    file = xlsx_of(HEAD, ROW, [], ["A2", None, "LOS"])
    assert rows_of(file)[1:] == [(2, ROW), (4, ["A2", "", "LOS"])]


def test_blank_rows_before_the_head_are_passed_over():
    assert rows_of(csv_of("\n ; \nnomor;gejala\n1;LOS\n"))[0] == ["nomor", "gejala"]


def test_cells_of_a_sheet_read_as_people_see_them():
    cells = [81220457731, 1.5, 152401234567.0, True, date(2026, 1, 2), wall_time(8, 5), "  teks "]
    assert rows_of(xlsx_of(list("abcdefg"), cells))[1] == (
        2,
        ["81220457731", "1.5", "152401234567", "true", "2026-01-02", "08:05:00", "  teks "],
    )


def test_a_formula_counts_with_its_last_value_and_without_one_as_empty():
    assert rows_of(xlsx_of(["a", "b"], ["x", "=1+1"]))[1] == (2, ["x", ""])


def test_text_that_looks_like_a_formula_stays_text():
    assert rows_of(csv_of("a,b\n=1+1,@SUM(A1)\n"))[1] == (2, ["=1+1", "@SUM(A1)"])


def test_quoted_line_ends_and_delimiters_stay_inside_their_cell():
    assert rows_of(csv_of('a,b\n"satu\ndua","x,y"\n'))[1] == (2, ["satu\ndua", "x,y"])


def test_a_lone_quote_inside_a_cell_is_kept():
    assert rows_of(csv_of('a,b\nlayar 5" retak,x\n'))[1] == (2, ['layar 5" retak', "x"])


def zip_of(**entries) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in entries.items():
            packed.writestr(name, text)
    made.seek(0)
    return made


def repacked(file: io.BytesIO, name: str, change) -> io.BytesIO:
    """The same .xlsx with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry).decode()
            new.writestr(entry.filename, change(text) if entry.filename == name else text)
    made.seek(0)
    return made


SHEET = "xl/worksheets/sheet1.xml"
MANY = [f"kolom {number}" for number in range(201)]
REFUSED = {
    "nothing": (lambda: io.BytesIO(), "kosong"),
    "only blanks": (lambda: csv_of("\n\n  \n"), "nama kolom"),
    "an empty sheet": (lambda: xlsx_of(), "kosong"),
    "old Excel": (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0" + b"\x00" * 600), ".xlsx"),
    "a cut .xlsx": (lambda: io.BytesIO(xlsx_of(HEAD, ROW).getvalue()[:900]), "rusak"),
    "a zip that is no .xlsx": (lambda: zip_of(a="x"), "rusak"),
    "a picture": (lambda: io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20), "UTF-8"),
    "NUL in the head": (lambda: csv_of("no\x00mor,gejala\n1,2\n"), "NUL"),
    "a name twice": (lambda: csv_of("nomor,gejala,gejala\n1,2,3\n"), "gejala"),
    "too many columns": (lambda: csv_of(",".join(MANY) + "\n"), "201"),
    "16,000 columns": (lambda: xlsx_of([f"k{number}" for number in range(16_000)]), "kolom"),
    "a column's name without end": (lambda: csv_of("nomor," + "x" * 500 + "\n1,2\n"), "Baris 1"),
    "an open quote": (lambda: csv_of('a,b\n1,2\n3,"belum tutup\n4,5\n'), "baris 3"),
    "text after a quote": (lambda: csv_of('a,b\n"satu"dua,3\n'), "baris 2"),
    "one cell without end": (lambda: csv_of("a,b\n1," + "x" * 100_001 + "\n"), "Baris 2"),
    "merged cells": (lambda: xlsx_of(HEAD, ROW, ROW, change=lambda book: book.active.merge_cells("B2:B3")), "B2:B3"),
    "only hidden sheets": (lambda: repacked(xlsx_of(HEAD, ROW), "xl/workbook.xml", hide), "terlihat"),
    "a cell in the last corner": (lambda: xlsx_of(HEAD, change=lambda book: corner(book.active)), "terlalu besar"),
    "XML entities": (lambda: repacked(xlsx_of(HEAD, ROW), SHEET, lambda text: LAUGHS + text[text.index("<worksheet") :]), ""),
    "a bomb": (lambda: repacked(xlsx_of(HEAD, ROW), SHEET, inflate), "terlalu besar"),
}
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


def hide(text: str) -> str:
    return text.replace('state="visible"', 'state="hidden"')


def corner(sheet) -> None:
    sheet["XFD1048576"] = "x"


def inflate(text: str) -> str:
    cells = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(2, 1_000_000))
    return text.replace("</sheetData>", f"{cells * 6}</sheetData>")


@pytest.mark.req("HC-3")
@pytest.mark.parametrize("name", [name for name in REFUSED if name not in ("XML entities", "a bomb")])
def test_what_cannot_be_read_is_refused_in_words(name):
    make, word = REFUSED[name]
    assert word in refusal(make())


def test_entities_are_never_opened():
    file = REFUSED["XML entities"][0]()
    assert "ha" not in str(rows_of(file)) and "root:" not in str(rows_of(file))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "big.csv").open("w+b") as file:
        file.truncate(MOST_BYTES + 1)
        assert "60 MB" in refusal(file)


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-7", ""), ("zip", ""), ("x\x00", ""), ("", ";;"), ("", "a")])
def test_an_unknown_spelling_is_refused(encoding, delimiter):
    assert refusal(csv_of(PLAIN), encoding=encoding, delimiter=delimiter)


def test_too_many_rows_end_with_a_sentence():
    assert "500000" in refusal(csv_of("a\n" + "1\n" * 500_001))


@pytest.mark.slow
def test_a_bomb_is_refused_within_seconds():
    file, began = REFUSED["a bomb"][0](), time.monotonic()
    assert refusal(file)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("cell", ["=1+1", "+62812", "-1", "@x", "\tx", "\rx", "＝1"])
def test_no_cell_we_write_becomes_a_formula(cell):
    assert safe_cell(cell) == f"'{cell}"


def test_ordinary_cells_are_written_as_they_are():
    assert safe_cell("0812-2045-7731") == "0812-2045-7731"
