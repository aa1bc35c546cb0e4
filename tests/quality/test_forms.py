"""Versions of scoring forms: made, published, frozen (QC-2, QM-7)."""

import pytest

from quality.models import Frozen, ScoringForm

URL = "/api/v1/scoring-forms/"
HALF = {"section": "Isi", "text": "Salam", "weight": 50}
BODY = {
    "check": "tapping", "code": "OB.IN.QCC.TELK.F-18", "revision": "01", "name": "Standar penilaian", "clause": "P-01 10",
    "effective_on": "2026-12-01", "parameters": [HALF, {**HALF, "text": "Tutup", "critical": True}],
}  # fmt: skip


@pytest.mark.req("QC-2", "QM-7")
def test_a_published_version_takes_the_place_of_the_one_before(f18, api, administrator):
    program = api(administrator)
    made = program.post(URL, BODY)
    assert (made.status_code, made.json()["version"], made.json()["state"]) == (201, 2, "draft")
    assert program.post(f"{URL}{made.json()['id']}/publish/").json()["state"] == "published"
    f18.refresh_from_db()
    assert (f18.state, f18.parameters.count()) == ("retired", 9)


@pytest.mark.req("QC-2")
def test_weights_must_total_100_before_it_is_published(f18, api, administrator):
    program = api(administrator)
    made = program.post(URL, BODY | {"parameters": [HALF]}).json()
    refused = program.post(f"{URL}{made['id']}/publish/")
    assert (refused.status_code, "50" in refused.json()["detail"]) == (400, True)
    assert ScoringForm.objects.published().get(code=f18.code) == f18


@pytest.mark.req("QC-2")
def test_a_published_version_never_changes(f18, api, administrator):
    assert api(administrator).post(f"{URL}{f18.pk}/publish/").status_code == 409
    with pytest.raises(Frozen):
        f18.parameters.first().save()
    with pytest.raises(Frozen):
        f18.parameters.first().delete()


@pytest.mark.parametrize(
    "wrong", [{"parameters": []}, {"parameters": [{**HALF, "weight": 0}]}, {"name": "  "}, {"pass_mark": 101}]
)
def test_a_form_that_cannot_be_is_refused_with_its_field(f18, api, administrator, wrong):
    refused = api(administrator).post(URL, BODY | wrong)
    assert (refused.status_code, {name.split(".")[0] for name in refused.json()["errors"]}) == (400, set(wrong))


@pytest.mark.parametrize("who", ["quality_control", "team_leader", "agent", "client_reader"])
def test_nobody_but_the_administrator_makes_forms(f18, api, request, who):
    assert api(request.getfixturevalue(who)).post(URL, BODY).status_code == 403


def row(number, **values):
    return {f"row-{number}-{name}": value for name, value in values.items()}


EDITED = {
    "check_kind": "tapping", "code": "OB.IN.QCC.TELK.F-18", "revision": "01", "name": "Standar", "clause": "P-01 10",
    "effective_on": "2026-12-01", "pass_mark": "85", "row-TOTAL_FORMS": "3", "row-INITIAL_FORMS": "0",
    **row(0, section="Isi", text="Salam", weight="40", root_causes="lupa, tergesa"),
    **row(1, section="Isi", text="Janji", weight="60", critical="on", comment="on_no"), **row(2, text=""),
}  # fmt: skip


@pytest.mark.req("QC-2")
def test_the_administrator_edits_a_draft_on_the_page_and_puts_it_in_force(f18, sign_in, administrator):
    page = sign_in(administrator)
    assert "Mengulang tanggal" in page.get(f"/scoring-forms/new/?from={f18.pk}").text
    draft = ScoringForm.objects.get(pk=page.post("/scoring-forms/new/", EDITED).url.split("/")[-2])
    assert [each.root_causes for each in draft.parameters.all()] == [["lupa", "tergesa"], []]
    assert page.post(f"/scoring-forms/{draft.pk}/edit/", EDITED | row(0, weight="41")).status_code == 302
    assert page.post(f"/scoring-forms/{draft.pk}/publish/").status_code == 400
    page.post(f"/scoring-forms/{draft.pk}/edit/", EDITED)
    assert page.post(f"/scoring-forms/{draft.pk}/publish/").status_code == 302
    assert page.post(f"/scoring-forms/{draft.pk}/edit/", EDITED).status_code == 400
    assert "F-18 v2" in page.get("/scoring-forms/").text
