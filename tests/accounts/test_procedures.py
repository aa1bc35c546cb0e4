"""The register of procedures: revisions, what holds, what cites them (QM-7)."""

import pytest

from accounts.models import Procedure

NEXT = {
    "short": "P-06",
    "code": "IN.OCC.TDSCC.P-06",
    "title": "Prosedur Operasi Standar Agent Outbound",
    "revision": "03",
    "effective_on": "2026-01-01",
}


@pytest.mark.req("QM-7")
def test_the_documents_of_the_house_stand_with_revision_and_day(api, agent):
    found = {row["short"]: row for row in api(agent).get("/api/v1/procedures/").json()["results"]}
    assert set(found) == {"W-24", "P-06", "PM-08", "W-05", "P-01", "F-19"}
    assert (found["P-06"]["revision"], found["P-06"]["effective_on"]) == ("02", "2019-08-01")


@pytest.mark.req("QM-7")
def test_policies_activities_scripts_and_forms_cite_them(sign_in, agent):
    page = sign_in(agent).get("/procedures/").content.decode()
    assert "Kebijakan" in page and "7. Melakukan eskalasi ke team leader" in page and "Salam pembuka · semua layanan" in page
    assert "Tanya progres: jawab dari tiket" in page  # mail, by W-05


@pytest.mark.req("QM-7")
def test_an_administrator_registers_the_next_revision_and_the_old_one_stays(api, sign_in, administrator):
    assert api(administrator).post("/api/v1/procedures/", NEXT).status_code == 201
    assert api(administrator).post("/api/v1/procedures/", NEXT).status_code == 409
    page = sign_in(administrator).get("/procedures/").content.decode()
    assert "tidak berlaku" in page and Procedure.objects.filter(short="P-06").count() == 2


def test_nobody_else_registers_one(api, sign_in, team_leader, administrator):
    assert api(team_leader).post("/api/v1/procedures/", NEXT).status_code == 403
    assert sign_in(team_leader).post("/procedures/", NEXT).status_code == 403
    assert sign_in(administrator).post("/procedures/", {}).status_code == 400
    assert sign_in(administrator).post("/procedures/", NEXT).status_code == 302
