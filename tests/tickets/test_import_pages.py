"""The pages of loading: upload, map with a preview, try, load, the report; wrong roles, wrong files, no script needed (HC-3)."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import HistoryEntry
from common.spreadsheets import MOST_BYTES
from tests.tickets.imports import DEFINITION, row, run_next, table
from tickets.actions.importing import begin_try, save_mapping, take_in
from tickets.models import ImportLoad, ImportMapping, RefusedRow, Ticket

pytestmark = [pytest.mark.req("HC-3"), pytest.mark.django_db]
ROWS = [
    row(1),
    row(2, kind="HC"),
    row(3, status="End", closed="2023-03-02 09:00"),
    row(4, status="End", closed="2023-02-02 09:00"),
]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(sign_in, support_hc):
    return sign_in(support_hc)


def sent(*rows: str, name: str = "ekspor.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, table(*rows).read())


def picks(**changed: str) -> dict[str, str]:
    """What the mapping page posts for DEFINITION."""
    columns = {"opened_at": "dibuka", "closed_at": "ditutup", "status": "status", "kind": "jenis", "symptom": "gejala"}
    posted = {"act": "try", "system": "MyCX", "number": "nomor", "name": "MyCX harian"}
    for field, column in columns.items():
        posted |= {f"from-{field}": json.dumps([column]), f"was-{field}": json.dumps([column])}
    for field, values in (("status", {"Open": "open", "End": "closed"}), ("kind", {"HC": "hard_complaint"})):
        posted |= {f"value-{field}={said}": code for said, code in values.items()}
    posted |= {"otherwise-kind": "regular", "from-service_line": "constant", "constant-service_line": "indihome"}
    return posted | changed


def mapped(desk, **changed: str) -> ImportLoad:
    """A file uploaded, mapped and sent to be tried."""
    answer = desk.post("/imports/new/", {"file": sent(*ROWS)})
    load = ImportLoad.objects.get()
    assert answer.url == f"/imports/{load.pk}/map/"
    answer = desk.post(f"/imports/{load.pk}/map/", picks(**changed))
    assert answer.status_code == 302, answer.content.decode()
    return load


def test_a_file_is_uploaded_mapped_tried_and_loaded(desk):
    load = mapped(desk)
    run_next()
    shown = desk.get(f"/imports/{load.pk}/").content.decode()
    assert "Muat 3 tiket" in shown and "sebelum dibuka" in shown and not Ticket.objects.exists()
    done = desk.post(f"/imports/{load.pk}/load/")
    run_next()
    assert "3 tiket baru" in desk.get(done.url).content.decode()
    assert list(Ticket.objects.order_by("id").values_list("kind", "status")) == [
        ("regular", "open"),
        ("hard_complaint", "open"),
        ("regular", "closed"),
    ]


def test_the_mapping_is_kept_under_its_name_and_offered_for_the_next_file(desk):
    mapped(desk)
    kept = ImportMapping.objects.get(name="MyCX harian")
    again = desk.post("/imports/new/", {"file": sent(*ROWS), "mapping": kept.pk})
    shown = desk.get(again.url).content.decode()
    assert 'value="MyCX harian"' in shown and "[&quot;dibuka&quot;]" in shown


def test_loading_the_same_file_again_adds_nothing_and_says_so(desk):
    load = mapped(desk)
    run_next()
    desk.post(f"/imports/{load.pk}/load/")
    run_next()
    again = desk.post("/imports/new/", {"file": sent(*ROWS)}).url.split("/")[2]
    desk.post(f"/imports/{again}/map/", picks())
    run_next()
    shown = desk.get(f"/imports/{again}/").content.decode()
    assert "Tidak ada yang baru: 3 baris sudah pernah dimuat" in shown and "Muat 0" not in shown


def test_live_is_what_the_person_ticks(desk):
    load = mapped(desk)
    run_next()
    done = desk.post(f"/imports/{load.pk}/load/", {"live": "on"})
    assert ImportLoad.objects.get(tried=load).live and "langsung" in desk.get(done.url).content.decode()


def test_columns_are_guessed_and_the_first_rows_shown_as_they_will_read(desk):
    address = desk.post("/imports/new/", {"file": sent(*ROWS)}).url
    shown = desk.get(address).content.decode()
    assert "01-03-2023 08.00" in shown and "Mati total 1" in shown and 'name="value-status=End"' in shown


def test_another_date_format_is_shown_at_once(desk):
    address = desk.post("/imports/new/", {"file": sent(row(1, opened="02/03/2023 08:00"))}).url
    for how, read in (("%d/%m/%Y %H:%M", "02-03-2023 08.00"), ("%m/%d/%Y %H:%M", "03-02-2023 08.00"), ("", "tidak terbaca")):
        answer = desk.post(address, picks(act="show", **{"format-opened_at": how}))
        assert answer.status_code == 200 and read in answer.content.decode()


def test_another_column_brings_its_own_values_without_a_script(desk):
    address = desk.post("/imports/new/", {"file": sent(*ROWS)}).url
    answer = desk.post(address, picks(act="show", **{"from-channel": '["jenis"]'}))
    assert 'name="value-channel=HC"' in answer.content.decode()


WRONG_PICKS = [
    ({"system": ""}, "Sistem asal"),
    ({"name": ""}, "Nama pemetaan"),
    ({"number": ""}, "Nomor tiket"),
    ({"number": "tak ada"}, "Nomor tiket"),
    ({"from-symptom": ""}, "Gejala"),
    ({"from-symptom": '["tak ada"]'}, "tak ada"),
    ({"from-area": "[]["}, None),
    ({"from-area": '{"a": 1}'}, None),
    ({"constant-service_line": "bukan layanan"}, "Layanan"),
    ({"zone-opened_at": "Mars/Olympus"}, "Mars/Olympus"),
    ({"format-opened_at": "%Q"}, "Dibuka"),
    ({"value-status=Open": "terserah"}, "Status"),
    ({"system": "x" * 31}, "Pemetaan"),
    ({"name": "x" * 61}, "Pemetaan"),
    ({"name": "a\x00b"}, "Pemetaan"),
]


@pytest.mark.parametrize(("changed", "word"), WRONG_PICKS)
def test_a_mapping_that_cannot_work_is_shown_again_with_every_pick(desk, changed, word):
    address = desk.post("/imports/new/", {"file": sent(*ROWS)}).url
    answer = desk.post(address, picks(**changed))
    assert answer.status_code == (400 if word else 302)
    assert not word or (word in answer.content.decode() and "data-errors" in answer.content.decode())


def xlsx() -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for line in table(*ROWS).read().decode().splitlines():
        book.active.append(line.split(","))
    made = io.BytesIO()
    book.save(made)
    return SimpleUploadedFile("ekspor.xlsx", made.getvalue())


FILES = {
    "xlsx": (xlsx, 302),
    "xlsx named csv": (lambda: SimpleUploadedFile("ekspor.csv", xlsx().read()), 302),
    "csv named xlsx": (lambda: sent(*ROWS, name="ekspor.xlsx"), 302),
    "a path for a name": (lambda: sent(*ROWS, name="../../ekspor.csv"), 302),
    "a name without end": (lambda: sent(*ROWS, name="a" * 300 + ".csv"), 302),
    "marks in the name": (lambda: sent(*ROWS, name="\u202egpj.csv"), 302),
    "empty": (lambda: SimpleUploadedFile("ekspor.csv", b""), 400),
    "old Excel": (lambda: SimpleUploadedFile("ekspor.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600), 400),
    "a picture": (lambda: SimpleUploadedFile("ekspor.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), 400),
    "Windows letters": (lambda: SimpleUploadedFile("ekspor.csv", "nomor,gejala\n1,Café\n".encode("cp1252")), 400),
    "no file": (lambda: "", 400),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_taken_or_refused_on_the_form(desk, name):
    make, status = FILES[name]
    answer = desk.post("/imports/new/", {"file": make()})
    assert answer.status_code == status
    assert status == 302 or "data-errors" in answer.content.decode()


def test_windows_letters_are_taken_with_their_encoding(desk):
    file = SimpleUploadedFile("ekspor.csv", "nomor,gejala\n1,Café putus\n".encode("cp1252"))
    shown = desk.get(desk.post("/imports/new/", {"file": file, "encoding": "cp1252"}).url)
    assert "Café putus" in shown.content.decode()


def test_an_upload_far_over_the_limit_is_refused_before_it_is_read(desk):
    unread = io.BytesIO(b"never read")
    answer = desk.generic(
        "POST", "/imports/new/", unread.read(), "multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 1024**3)
    )
    assert answer.status_code == 413
    assert "Berkas ini 2048 MB; paling besar 64 MB diterima. Bagi menjadi beberapa berkas." in answer.content.decode()
    assert MOST_BYTES < 2 * 1024**3 and not ImportLoad.objects.exists()


def test_the_refused_rows_come_as_csv_without_live_formulas(desk, support_hc):
    evil = '4,"=HYPERLINK(""http://x"")",,Open,,@SUM(A1),+62812'
    load = take_in(table(row(1), evil), {}, by=support_hc)
    begin_try(load, save_mapping("MyCX", DEFINITION, by=support_hc), by=support_hc)
    run_next()
    answer = desk.get(f"/imports/{load.pk}/refused.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[0][:4] == ["Baris", "Nomor", "Alasan", "nomor"] and lines[1][0] == "3"
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.req("QM-3")
@pytest.mark.parametrize("door", ["/imports/{}/refused.csv", "/api/v1/imports/{}/refused/"])
def test_taking_the_refused_rows_out_is_noted(desk, api, support_hc, door):
    load = mapped(desk)
    run_next()
    asking = api(support_hc) if "api" in door else desk
    assert asking.get(door.format(load.pk)).status_code == 200
    noted = HistoryEntry.objects.get(act="refused_rows.exported")
    assert (noted.by, noted.facts) == (support_hc, {"filters": {"load": load.pk}, "rows": 1})


@pytest.mark.req("QM-3")
def test_the_administrator_reads_how_loads_went_but_no_rows_and_does_nothing(desk, api, sign_in, administrator):
    load = mapped(desk)
    run_next()
    browser, program = sign_in(administrator), api(administrator)
    assert f'href="/imports/{load.pk}/"' in browser.get("/imports/").content.decode()
    shown = browser.get(f"/imports/{load.pk}/").content.decode()
    assert "Ditolak" in shown and "sebelum dibuka" not in shown
    assert f"/imports/{load.pk}/" not in shown.split("<main")[1].split("</main")[0]  # neither acts nor rows
    assert (program.get(f"/api/v1/imports/{load.pk}/").json()["refused"], program.get("/api/v1/imports/").status_code) == (1, 200)
    assert program.get(f"/api/v1/imports/{load.pk}/").json()["refused_rows"] == []
    for address in (f"/imports/{load.pk}/map/", f"/imports/{load.pk}/refused.csv", "/imports/new/"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"/imports/{load.pk}/load/").status_code == 403
    assert program.get(f"/api/v1/imports/{load.pk}/refused/").status_code == 403


def test_a_file_that_nobody_has_mapped_yet_has_a_report_for_the_administrator(desk, sign_in, administrator):
    desk.post("/imports/new/", {"file": sent(*ROWS)})
    assert "ekspor.csv" in sign_in(administrator).get(f"/imports/{ImportLoad.objects.get().pk}/").content.decode()


def test_the_report_is_followed_live_and_costs_little_while_nothing_changes(desk, query_count):
    load = mapped(desk)
    page = desk.get(f"/imports/{load.pk}/")
    assert "data-live" in page.content.decode()
    version = page["X-Version"]
    with query_count("report of a load, nothing new"):
        quiet = desk.get(f"/imports/{load.pk}/?v={version}", headers={"HX-Request": "true"})
    run_next()
    changed = desk.get(f"/imports/{load.pk}/?v={version}", headers={"HX-Request": "true"})
    assert (quiet.status_code, changed.status_code) == (204, 200)
    assert changed.content.decode().strip().startswith('<div id="load-progress"')


def test_the_list_is_bounded_and_leads_to_older_loads(desk, support_hc, query_count):
    mapping = save_mapping("MyCX", DEFINITION, by=support_hc)
    common = {"mapping": mapping, "definition": {}, "state": "done", "by": support_hc}
    when = mapping.saved_at
    ImportLoad.objects.bulk_create(ImportLoad(file_name=f"ekspor-{n}.csv", created_at=when, **common) for n in range(60))
    with query_count("list of loads"):
        shown = desk.get("/imports/").content.decode()
    assert shown.count("data-key=") == 50 and "ekspor-59.csv" in shown and "ekspor-9.csv" not in shown
    older = f"/imports/?before={ImportLoad.objects.order_by('-id')[49].pk}"
    assert older in shown and desk.get(older).content.decode().count("data-key=") == 10


def test_the_list_asks_again_and_hears_of_nothing_new(desk):
    version = desk.get("/imports/")["X-Version"]
    assert desk.get(f"/imports/?v={version}", headers={"HX-Request": "true"}).status_code == 204


@pytest.mark.parametrize("address", ["/imports/999/", "/imports/999/map/", "/imports/999/refused.csv", f"/imports/{10**30}/"])
def test_a_load_that_is_not_there_is_404(desk, address):
    assert desk.get(address).status_code == 404


ROLES = ["agent", "supervisor", "outbound_agent", "quality_control", "client_reader"]


@pytest.mark.parametrize("who", ROLES)
def test_every_page_and_act_is_refused_to_other_roles(who, request, sign_in, support_hc):
    load = take_in(table(*ROWS), {}, by=support_hc)
    desk = sign_in(request.getfixturevalue(who))
    pages = ["/imports/", "/imports/new/", *(f"/imports/{load.pk}/{page}" for page in ("", "map/", "refused.csv"))]
    assert [desk.get(page).status_code for page in pages] == [403] * 5
    acts = ["/imports/new/", f"/imports/{load.pk}/map/", f"/imports/{load.pk}/load/"]
    assert [desk.post(act).status_code for act in acts] == [403] * 3


def test_a_team_leader_sees_no_loads_of_tickets(sign_in, team_leader, support_hc):
    load = take_in(table(*ROWS), {}, by=support_hc)
    desk = sign_in(team_leader)
    assert "ekspor.csv" not in desk.get("/imports/").content.decode()
    assert [desk.get(page).status_code for page in ("/imports/new/", f"/imports/{load.pk}/")] == [403, 404]


def test_the_place_stands_on_the_rail_of_support_hc(desk, sign_in, agent):
    assert "Muat data" in desk.get("/me/").content.decode()
    assert "Muat data" not in sign_in(agent).get("/me/").content.decode()


def test_pressing_load_before_the_try_is_done_says_why_not(desk):
    load = mapped(desk)
    assert desk.post(f"/imports/{load.pk}/load/").status_code == 409


def test_many_refused_rows_are_shown_in_part_and_said_so(desk, support_hc):
    load = take_in(table(*(row(number, status="Entah") for number in range(150))), {}, by=support_hc)
    begin_try(load, save_mapping("MyCX", DEFINITION, by=support_hc), by=support_hc)
    run_next()
    shown = desk.get(f"/imports/{load.pk}/").content.decode()
    assert RefusedRow.objects.count() == 150 and "dan 50 lagi" in shown


def test_uploads_are_nowhere_on_the_web(desk, tmp_path):
    desk.post("/imports/new/", {"file": sent(*ROWS)})
    stored = next(path for path in Path(tmp_path).rglob("*.table"))
    assert {desk.get(f"/{where}/imports/{stored.name}").status_code for where in ("media", "uploads", "static")} == {404}
