"""F-19: what was validated, per period and service, with figures equal to what was done (QC-3)."""

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone
from pypdf import PdfReader

from common.clock import now
from quality.actions.reports import make_due_reports
from quality.actions.validations import approve, claim_validation, return_validation
from quality.models import Report, Validation

pytestmark = pytest.mark.req("QC-3")
URL = "/api/v1/quality-reports/"


def today():
    return timezone.localdate(now())


@pytest.fixture
def decided(agreed, quality_control):
    """Two approved, one returned."""
    for number in range(3):
        it = claim_validation(Validation.objects.get(result=agreed(promised_amount=100_000 + number)), by=quality_control)
        if number < 2:
            approve(it, by=quality_control)
        else:
            return_validation(it, "R-04, janji tidak diulang", by=quality_control)


def made(program, **body):
    report = program.post(URL, {"since": today().isoformat(), "until": today().isoformat()} | body)
    assert (report.status_code, report.json()["state"]) == (201, "waiting")
    make_due_reports()
    return program.get(f"{URL}{report.json()['id']}/").json()


def test_the_figures_are_what_was_done(decided, api, quality_control):
    report = made(api(quality_control))
    assert report["figures"]["all"] == {"validated": 3, "approved": 2, "returned": 1, "promised": 200_001}
    assert report["figures"]["products"].keys() == {"ct0"}
    assert list(report["figures"]["agents"]) == ["50001 Putri"]


def test_both_files_say_the_same(decided, api, quality_control):
    program = api(quality_control)
    report = made(program)
    files = {ending: b"".join(program.get(f"/api/v1/evidence/{report['evidence']}/{ending}/")) for ending in ("pdf", "xlsx")}
    words = PdfReader(BytesIO(files["pdf"])).pages[0].extract_text()
    assert all(word in words for word in ("OB.IN.QCC.TELK.F-19", "200.001", "66,6", "Bambang S.", "janji tidak diulang"))
    whole = ("131150000001", "Approved", f"{today():%d/%m/%Y}")  # no number, verdict or day is broken over two lines
    assert [word for word in whole if not re.search(rf"(?m)^{word}(?!\S)", words)] == []
    rows = list(openpyxl.load_workbook(BytesIO(files["xlsx"])).active.iter_rows(values_only=True))
    assert ("Jumlah", 3, 2, 1) in [tuple(value for value in row if value is not None)[:4] for row in rows]
    listed = [row for row in rows if "Approved" in row or "Return" in row]
    assert [row[8] for row in listed if row[8] in ("Approved", "Return")] == ["Approved", "Approved", "Return"]
    assert "Bambang Sutrisno" not in str(rows)


def test_a_period_ends_at_midnight_of_the_house(decided, api, quality_control):
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert made(api(quality_control), since=yesterday, until=yesterday)["figures"]["all"]["validated"] == 0
    assert made(api(quality_control), product="pranpc")["figures"]["all"]["validated"] == 0


@pytest.mark.req("QM-7")
def test_a_report_bears_the_revision_that_holds_on_its_last_day(decided, api, quality_control, administrator):
    first = made(api(quality_control))
    named = {"short": "F-19", "code": "OB.IN.QCC.TELK.F-19", "title": "Laporan validasi"}
    body = named | {"revision": "01", "effective_on": today()}
    assert api(administrator).post("/api/v1/procedures/", body).status_code == 201
    now, before = made(api(quality_control)), made(api(quality_control), since="2026-01-01", until="2026-01-31")
    assert [revision_of(api(quality_control), each) for each in (first, now, before)] == ["Rev.00", "Rev.01", "Rev.00"]


def revision_of(program, report):
    pdf = b"".join(program.get(f"/api/v1/evidence/{report['evidence']}/pdf/"))
    return re.findall(r"Rev\.[0-9]+", PdfReader(BytesIO(pdf)).pages[0].extract_text())[0]


@pytest.mark.parametrize("wrong", [{"until": "2000-01-01"}, {"since": "2000-01-01"}, {"product": "x"}, {"since": "kemarin"}])
def test_a_period_that_cannot_be_is_refused(api, quality_control, wrong):
    refused = api(quality_control).post(URL, {"since": today().isoformat(), "until": today().isoformat()} | wrong)
    assert (refused.status_code, len(refused.json()["errors"])) == (400, 1)


def test_a_report_whose_worker_died_is_made_again_once(decided, api, quality_control, forward):
    api(quality_control).post(URL, {"since": today().isoformat(), "until": today().isoformat()})
    Report.objects.update(state="running", claimed_at=now())
    assert make_due_reports() == 0
    forward(minutes=11)
    assert (make_due_reports(), make_due_reports(), Report.objects.get().state) == (1, 0, "done")


def test_too_many_rows_say_what_to_do(decided, api, quality_control, monkeypatch):
    monkeypatch.setattr("quality.actions.reports.MOST_ROWS", 2)
    report = made(api(quality_control))
    assert (report["state"], "periode yang lebih pendek" in report["problem"]) == ("failed", True)


@pytest.mark.parametrize(
    ("who", "status"), [("supervisor", 403), ("team_leader", 403), ("client_reader", 403), ("administrator", 403)]
)
def test_only_qc_makes_them(api, request, who, status):
    body = {"since": today().isoformat(), "until": today().isoformat()}
    assert api(request.getfixturevalue(who)).post(URL, body).status_code == status


def test_on_the_page_it_is_asked_for_and_appears(decided, sign_in, quality_control, query_count):
    page = sign_in(quality_control)
    assert page.post("/quality-reports/", {"since": "2026-02-02", "until": "2026-01-01"}).status_code == 400
    assert page.post("/quality-reports/", {"since": today().isoformat(), "until": today().isoformat()}).status_code == 302
    assert "menunggu" in page.get("/quality-reports/").text
    make_due_reports()
    with query_count("reports"):
        answer = page.get("/quality-reports/")
    assert "Rp200.001" in answer.text
