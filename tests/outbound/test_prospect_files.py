"""Every kind of prospect file: loaded as documented, or refused with what is wrong and where (CT-1; trust.md I2, I4, S11)."""

import csv as files_of_commas
import io
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from outbound import actions
from outbound.models import Prospect
from tests.common.test_spreadsheets import REFUSED as UNREADABLE
from tests.common.test_spreadsheets import csv_of, repacked, xlsx_of
from tests.outbound.arrears import prospects_of, reason, taken
from tests.tickets.imports import run_next
from tickets.models import ImportLoad

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-1")]
HEAD = ["service_number", "customer_name", "contact_phone", "arrears_months", "bill_amount"]
ROWS = [["131150000001", "Bambang", "085700000001", "3", "1184500"], ["131150000002", "Sulastri", "085700000002", "3", "450000"]]
LOADED = [("131150000001", "Bambang", "+6285700000001", 1184500), ("131150000002", "Sulastri", "+6285700000002", 450000)]


def text(*rows: list[str], between: str = ",", ending: str = "\n", quoted: bool = False) -> str:
    made = io.StringIO()
    quoting: Any = files_of_commas.QUOTE_ALL if quoted else files_of_commas.QUOTE_MINIMAL
    files_of_commas.writer(made, delimiter=between, lineterminator=ending, quoting=quoting).writerows([*rows])
    return made.getvalue()


def wide(*rows: list[str], more: str = "") -> list[list[str]]:
    return [[*row, more] for row in rows]


def turned(*rows: list[str]) -> list[list[str]]:
    return [row[::-1] for row in rows]


def another_sheet(book: Any) -> None:
    book.create_sheet("Rekap").append(["jumlah", 2])


def behind_a_hidden_one(book: Any) -> None:
    book.active.sheet_state = "hidden"
    for row in (HEAD, *ROWS):
        book.create_sheet("Data") if len(book.worksheets) == 1 else None
        book["Data"].append(row)


ALL = [HEAD, *ROWS]
AS_NUMBERS = [[int(row[0]), row[1], int(row[2]), 3, float(row[4])] for row in ROWS]  # the leading zero of phones is gone
IN_WORDS = [
    [row[0], row[1], "+62 857-0000-000" + row[2][-1], "3", amount]
    for row, amount in zip(ROWS, ("Rp1.184.500", "450,000.00"), strict=True)
]
GOOD: dict[str, Callable[[], io.BytesIO]] = {
    "commas": lambda: csv_of(text(*ALL)),
    "semicolons": lambda: csv_of(text(*ALL, between=";")),
    "tabs": lambda: csv_of(text(*ALL, between="\t")),
    "bars": lambda: csv_of(text(*ALL, between="|")),
    "a byte order mark": lambda: csv_of(text(*ALL), "utf-8-sig"),
    "Excel's Unicode text": lambda: csv_of(text(*ALL, between="\t"), "utf-16"),
    "line ends of Windows": lambda: csv_of(text(*ALL, ending="\r\n")),
    "line ends of old Macs": lambda: csv_of(text(*ALL, ending="\r")),
    "everything quoted": lambda: csv_of(text(*ALL, quoted=True)),
    "no line end at the end": lambda: csv_of(text(*ALL).rstrip()),
    "blanks around the names": lambda: csv_of(text(*ALL).replace("customer_name", " customer_name ")),
    "empty columns at the end": lambda: csv_of(text(*wide(*ALL))),
    "a column that nobody asked for": lambda: csv_of(text([*HEAD, "catatan"], *wide(*ROWS, more="halo"))),
    "columns in another order": lambda: csv_of(text(*turned(*ALL))),
    "blank rows": lambda: csv_of(text([], HEAD, ROWS[0], [""] * 5, ROWS[1], [])),
    "amounts and phones as people write them": lambda: csv_of(text(HEAD, *IN_WORDS)),
    ".xlsx": lambda: xlsx_of(*ALL),
    ".xlsx with real numbers": lambda: xlsx_of(HEAD, *AS_NUMBERS),
    ".xlsx with a second sheet": lambda: xlsx_of(*ALL, change=another_sheet),
    ".xlsx whose first sheet is hidden": lambda: xlsx_of(["rahasia"], change=behind_a_hidden_one),
    ".xlsx with blank rows": lambda: xlsx_of(HEAD, ROWS[0], [], [], ROWS[1]),
    ".xlsx with a real date": lambda: xlsx_of([*HEAD, "bill_month"], *[[*row, datetime(2026, 1, 1)] for row in ROWS]),
}
OF_OWN_COLUMNS = ("an open quote", "text after a quote", "one cell without end")
BAD: dict[str, tuple[Callable[[], io.BytesIO], str]] = {
    **{name: made for name, made in UNREADABLE.items() if name not in ("XML entities", "a bomb", *OF_OWN_COLUMNS)},
    "an open quote": (lambda: csv_of(text(*ALL) + '131150000003,"belum tutup,x,3,1\n'), "baris 4"),
    "text after a quote": (lambda: csv_of(text(HEAD) + '131150000001,"Bam"bang,085700000001,3,1\n'), "baris 2"),
    "one cell without end": (lambda: csv_of(text(HEAD, [ROWS[0][0], "x" * 100_001, *ROWS[0][2:]])), "Baris 2"),
    "a column is missing": (lambda: csv_of(text(*[row[:4] for row in ALL])), "bill_amount"),
    "a column is renamed": (lambda: csv_of(text(["nd", *HEAD[1:]], *ROWS)), "service_number"),
    "only numbers, no head": (lambda: csv_of(text(*ROWS)), "service_number"),
    "a row with more cells than the head": (lambda: csv_of(text(HEAD, [*ROWS[0], "x"])), "6 sel, padahal kepala 5"),
    "an amount that is no number": (lambda: csv_of(text(HEAD, [*ROWS[0][:4], "banyak"])), "Jumlah tagihan (bill_amount)"),
    "a number that Excel has rounded": (lambda: csv_of(text(HEAD, ["1.31E+11", *ROWS[0][1:]])), "Nomor layanan: "),
    "an amount that is an error": (lambda: xlsx_of(HEAD, [*ROWS[0][:4], "#N/A"]), "bill_amount"),
    "a formula without its value": (lambda: xlsx_of(HEAD, [*ROWS[0][:4], "=1+1"]), "Jumlah tagihan (bill_amount)"),
    "a name with NUL": (lambda: csv_of(text(HEAD, [ROWS[0][0], "a\x00b", *ROWS[0][2:]])), "customer_name"),
}


@pytest.fixture
def offer(api, team_leader, campaign) -> Callable[[io.BytesIO, str], str]:
    """``offer(file)`` is why nothing of it was loaded, or empty when it was."""

    def offered(file: io.BytesIO, name: str = "dapros.csv") -> str:
        body = {"file": SimpleUploadedFile(name, file.getvalue())}
        answer = api(team_leader).post(
            f"/api/v1/campaigns/{campaign.pk}/import-prospects/", body, format="multipart", HTTP_ACCEPT_LANGUAGE="id"
        )
        if answer.status_code == 400:
            return answer.content.decode()
        load = run_next()
        return load.problem or "; ".join(load.refused_rows.values_list("reason", flat=True))

    return offered


@pytest.mark.slow
def test_each_of_the_good_files_gives_the_same_prospects(offer):
    wrong = {}
    for number, (name, make) in enumerate(GOOD.items()):
        why = offer(make(), ("dapros.csv", "dapros.xlsx", "dapros")[number % 3])  # what it is called does not matter
        found = list(
            Prospect.objects.order_by("id").values_list("service_number", "customer_name", "contact_phone", "bill_amount")
        )
        if why or found != LOADED:
            wrong[name] = why or found
        Prospect.objects.all().delete()
    assert wrong == {}


@pytest.mark.slow
def test_each_of_the_bad_files_is_refused_with_its_reason_and_leaves_nothing(offer):
    wrong = {}
    for name, (make, word) in BAD.items():
        why = offer(make())
        if not why or word not in why or Prospect.objects.exists():
            wrong[name] = why
    assert wrong == {}
    assert len(GOOD) + len(BAD) >= 40


def test_windows_letters_come_by_a_mapping_that_names_them(api, team_leader, campaign, offer):
    file = csv_of(text(HEAD, ["131150000001", "Renée", *ROWS[0][2:]]), "cp1252")
    assert "cp1252" in offer(file) and not Prospect.objects.exists()


def shared_strings(count: int) -> io.BytesIO:
    """A sheet with one row whose table of strings has ``count`` of them."""
    many = "".join(f"<si><t>{number:x}</t></si>" for number in range(count))
    return repacked(xlsx_of(HEAD, ROWS[0]), "xl/sharedStrings.xml", lambda said: said.replace("</sst>", f"{many}</sst>"))


OUTSIDE = '<!DOCTYPE x [<!ENTITY b SYSTEM "http://127.0.0.1:9/x"><!ENTITY % c SYSTEM "http://127.0.0.1:9/y"> %c;]>'


@pytest.mark.parametrize(
    "make",
    [
        lambda: repacked(xlsx_of(*ALL), "xl/worksheets/sheet1.xml", lambda said: OUTSIDE + said[said.index("<worksheet") :]),
        lambda: csv_of('service_number,customer_name\n"' + "x\n" * 1_048_576),
    ],
    ids=["an entity from outside", "a quote that never closes over a million lines"],
)
def test_what_is_made_to_hang_the_reader_is_refused_or_read_plainly_within_seconds(offer, make):
    began = time.monotonic()
    why = offer(make())
    assert time.monotonic() - began < 20
    assert why or Prospect.objects.count() == 2


@pytest.mark.slow
def test_a_million_strings_and_a_bomb_are_refused_in_their_memory(offer):
    for make in (lambda: shared_strings(1_000_000), UNREADABLE["a bomb"][0]):
        file, began = make(), time.monotonic()
        offer(file)
        assert time.monotonic() - began < 60
        Prospect.objects.all().delete()
    assert not ImportLoad.objects.filter(state="running").exists()


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
]


@pytest.mark.req("CT-5")
def test_no_cell_of_a_refused_row_or_an_export_is_a_formula(offer, api, team_leader, campaign, outbound_agent):
    offer(csv_of(text(HEAD, *[[f"13{n}", said, "x", "3", "1"] for n, said in enumerate(FORMULAS)])))
    load = ImportLoad.objects.get()
    cells = b"".join(api(team_leader).get(f"/api/v1/imports/{load.pk}/refused/").streaming_content).decode("utf-8-sig")
    for row in list(files_of_commas.reader(io.StringIO(cells)))[1:]:
        assert not [cell for cell in row if cell[:1] in "=+-@\t\r＝＋－＠" and cell], row
    for said in FORMULAS:
        prospects_of(campaign, customer_name=said)
        actions.enter_result(taken(outbound_agent), by=outbound_agent, reason=reason("unable"), note=f"{said} catatan")
    for layout in ("MyCX", "TAMARA", "CWC"):
        sent = api(team_leader).get(f"/api/v1/campaigns/{campaign.pk}/export/?layout={layout}")
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(sent.streaming_content))).active
        assert sheet and sheet.max_row == len(FORMULAS) + 1
        assert "f" not in {cell.data_type for row in sheet for cell in row}
        assert all(cell.hyperlink is None for row in sheet for cell in row)
