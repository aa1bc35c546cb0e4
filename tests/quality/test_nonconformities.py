"""Nonconformities: identified, improved, verified by somebody else, or again; the client sees what was released (QC-6)."""

import hashlib
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from common.clock import now
from escalation.models import Notification
from quality.actions.nonconformities import identify, improve, tell_overdue, verify
from quality.models import Nonconformity
from tests.quality.conftest import CRITICAL

URL = "/api/v1/nonconformities/"
pytestmark = pytest.mark.req("QC-6")


def plan(owner="20001", **days):
    due = now() + timedelta(**(days or {"days": 7}))
    return {"cause": "Naskah lama", "action": "Latih ulang", "owner": owner, "due_at": due.isoformat()}


@pytest.fixture
def found(evaluate, quality_control):
    return identify("Janji tidak diulang", "Tiga dari lima rekaman.", by=quality_control, evaluation=evaluate(p6="no"))


@pytest.fixture
def improving(found, quality_control, team_leader):
    return improve(found, "Naskah lama", "Latih ulang", team_leader, now() + timedelta(days=7), by=quality_control)


def test_the_whole_way_with_one_more_round(evaluate, api, quality_control, second_quality_control, team_leader):
    first, second = api(quality_control), api(second_quality_control)
    sheet = evaluate(p6="no")
    made = first.post(URL, {"title": "Janji", "description": "Tidak diulang", "evaluation": sheet.pk}).json()
    one = f"{URL}{made['id']}/"
    assert (made["state"], made["person"], made["evaluation"]) == ("identified", "10001", sheet.pk)
    assert first.post(f"{one}improve/", plan()).json()["state"] == "improving"
    again = second.post(f"{one}verify/", {"effective": False, "verification": "Masih dua dari lima."}).json()
    assert (again["state"], again["round"], again["owner"]) == ("identified", 1, None)
    first.post(f"{one}improve/", plan())
    done = second.post(f"{one}verify/", {"effective": True, "verification": "Lima dari lima."}).json()
    assert (done["state"], [each["effective"] for each in done["improvements"]]) == ("verified", [False, True])
    assert first.post(f"{one}improve/", plan()).status_code == 409


def test_who_planned_or_does_it_never_verifies(improving, api, quality_control, supervisor, found):
    said = {"effective": True, "verification": "Sudah"}
    assert api(quality_control).post(f"{URL}{found.pk}/verify/", said).status_code == 403
    assert api(supervisor).post(f"{URL}{found.pk}/verify/", said).status_code == 200


def test_an_owner_who_is_qc_does_not_verify_either(found, api, quality_control, second_quality_control):
    improve(found, "Naskah", "Latih", second_quality_control, now() + timedelta(days=1), by=quality_control)
    said = {"effective": True, "verification": "Sudah"}
    assert api(second_quality_control).post(f"{URL}{found.pk}/verify/", said).status_code == 403


@pytest.mark.parametrize("wrong", [{"owner": "99999"}, {"cause": " "}, {"due_at": "2020-01-01T00:00:00Z"}])
def test_an_improvement_has_cause_owner_and_a_day_to_come(found, api, quality_control, wrong):
    refused = api(quality_control).post(f"{URL}{found.pk}/improve/", plan() | wrong)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, list(wrong))


def test_what_is_overdue_is_told_once_to_owner_and_raiser(improving, forward, team_leader, quality_control):
    told = Notification.objects.filter(event="nonconformity", text__contains="lewat batas")
    assert (tell_overdue(), told.count()) == (0, 0)
    forward(days=8)
    assert (tell_overdue(), tell_overdue()) == (1, 0)
    assert set(told.values_list("person__agent_code", flat=True)) == {"20001", "60001"}


def test_it_may_come_from_a_ticket_or_by_hand(api, supervisor):
    by_hand = api(supervisor).post(URL, {"title": "Wallboard mati", "description": "Sejak pagi"})
    assert (by_hand.status_code, by_hand.json()["team"]) == (201, None)
    unknown = api(supervisor).post(URL, {"title": "x", "description": "y", "ticket": "T-999999"})
    assert list(unknown.json()["errors"]) == ["ticket"]


def test_the_client_sees_what_was_released_and_nothing_else(improving, api, quality_control, client_reader):
    qc, client = api(quality_control), api(client_reader)
    made = qc.post("/api/v1/evidence/", {"nonconformity": improving.pk}).json()
    assert client.get("/api/v1/evidence/").json()["results"] == []
    assert client.get(f"/api/v1/evidence/{made['id']}/").status_code == 404
    assert client.get(f"{URL}{improving.pk}/").status_code == 403
    qc.post(f"/api/v1/evidence/{made['id']}/release/")
    assert qc.post(f"/api/v1/evidence/{made['id']}/release/").status_code == 409
    assert [each["id"] for each in client.get("/api/v1/evidence/").json()["results"]] == [made["id"]]


def content(response):
    return b"".join(response.streaming_content)


@pytest.mark.req("QC-5")
def test_the_pack_is_a_pdf_and_an_excel_with_true_hashes(improving, api, quality_control):
    program = api(quality_control)
    made = program.post("/api/v1/evidence/", {"nonconformity": improving.pk}).json()
    pdf = content(program.get(f"/api/v1/evidence/{made['id']}/pdf/"))
    xlsx = content(program.get(f"/api/v1/evidence/{made['id']}/xlsx/"))
    assert [hashlib.sha256(each).hexdigest() for each in (pdf, xlsx)] == [made["pdf_sha256"], made["xlsx_sha256"]]
    words = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "Janji tidak diulang" in words and "Latih ulang" in words and "10001" in words
    cells = {cell.value for row in openpyxl.load_workbook(BytesIO(xlsx)).active for cell in row if cell.value}
    assert {"Janji tidak diulang", "Latih ulang"} <= cells
    kept = program.get("/api/v1/evidence/?paper=sheet").json()["results"][0]
    assert {kept["pdf_sha256"], kept["xlsx_sha256"]} <= cells


def test_the_way_on_the_pages(
    evaluate, sign_in, quality_control, second_quality_control, client_reader, team_leader, query_count
):
    sheet, page = evaluate(**{f"p{CRITICAL}": "no"}), sign_in(quality_control)
    new = f"/nonconformities/new/?evaluation={sheet.pk}"
    assert "Mengulang tanggal dan jumlah janji" in page.get(new).text
    made = page.post(new, {"title": "Janji", "description": "Tidak diulang"}).url
    assert page.post(f"{made}improve/", {"cause": "", "owner": "20001"}).status_code == 400
    due = timezone.localtime(now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    page.post(f"{made}improve/", {"cause": "Naskah", "action": "Latih", "owner": "20001", "due_at": due})
    assert "orang lain" in page.get(made).text
    sign_in(second_quality_control).post(f"{made}verify/", {"effective": "yes", "verification": "Lima dari lima"})
    assert Nonconformity.objects.get().state == "verified"
    assert sign_in(team_leader).get(made).status_code == 200
    paper = page.post(f"{made}paper/").url
    page.post(f"{paper}release/")
    client = sign_in(client_reader)
    assert client.get("/").url == "/evidence/"
    assert "NC-" in client.get("/evidence/").text
    assert client.get(f"{paper}bukti.pdf")["X-Content-Type-Options"] == "nosniff"
    for name, url in {"nonconformities": "/nonconformities/?tab=selesai", "nonconformity": made}.items():
        with query_count(name):
            page.get(url)


def test_nothing_of_the_own_team(found, quality_control, api, agent):
    type(agent).objects.filter(pk=quality_control.pk).update(team=agent.team)
    assert api(type(agent).objects.get(pk=quality_control.pk)).get(f"{URL}{found.pk}/").status_code == 404


def test_verified_by_the_owner_is_refused_by_the_database_too(improving, supervisor, quality_control):
    verify(improving, True, "Baik", by=supervisor)
    last = improving.improvements.get()
    last.verified_by = last.owner
    with pytest.raises(IntegrityError), transaction.atomic():
        last.save()
