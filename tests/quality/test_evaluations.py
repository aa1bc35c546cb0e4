"""The ledger of the five checks, and who may judge whom (QC-5, QC-8)."""

import pytest

from accounts.actions import change_team
from accounts.models import HistoryEntry
from escalation.models import Notification
from quality.models import Evaluation
from tests.quality.conftest import CRITICAL, as_json, posted

URL = "/api/v1/evaluations/"


def body(form, person, **answers):
    return {
        "check": "tapping",
        "person": person.agent_code,
        "performed_on": "2026-01-05",
        "form": form.pk,
        "marks": as_json(**answers),
    }


@pytest.mark.req("QC-5", "QC-2")
def test_a_sheet_is_kept_with_the_person_who_did_the_service(f18, api, quality_control, agent):
    made = api(quality_control).post(URL, body(f18, agent, p4="no", p7="na")).json()
    assert (made["score"], made["failed"], made["person"], made["team"]) == ("91.11", False, "10001", agent.team.name)
    assert Notification.objects.get(person=agent).url == f"/evaluations/{made['id']}/"
    assert HistoryEntry.objects.get(act="evaluation.recorded").facts["score"] == "91.11"


@pytest.mark.req("QC-2")
def test_a_critical_failure_makes_it_zero_and_may_end_it_early(f18, api, quality_control, agent):
    early = {f"p{number}": "" for number in (7, 8, 9)}
    made = api(quality_control).post(URL, body(f18, agent, **{f"p{CRITICAL}": "no"}, **early)).json()
    assert (made["score"], made["failed"], made["passed"]) == ("0.00", True, False)
    assert [mark["answer"] for mark in made["marks"]][6:] == ["", "", ""]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p3": ""}, "items 3"),
        ({"p1": "na"}, "Item 1 may not be N/A"),
    ],
)
def test_a_sheet_that_is_not_right_says_which_line(f18, api, quality_control, agent, change, words):
    refused = api(quality_control).post(URL, body(f18, agent, **change))
    assert refused.status_code == 400
    assert words in str(refused.json()["errors"]["marks"])


def test_a_comment_is_asked_for_where_the_form_demands_it(f18, api, quality_control, agent):
    sheet = body(f18, agent, **{f"p{CRITICAL}": "no"})
    for mark in sheet["marks"]:
        mark["comment"] = ""
    assert "Item 6: write its comment." in str(api(quality_control).post(URL, sheet).json()["errors"])


@pytest.mark.req("QC-5")
@pytest.mark.parametrize("check", ["mystery_shopping", "propper", "performance", "individual"])
def test_the_other_checks_may_be_in_words(api, quality_control, agent, check):
    given = {
        "check": check,
        "person": agent.agent_code,
        "performed_on": "2026-01-05",
        "findings": "Tarif dijelaskan dengan benar.",
    }
    made = api(quality_control).post(URL, given)
    assert (made.status_code, made.json()["score"], made.json()["check"]) == (201, None, check)
    assert api(quality_control).post(URL, given | {"findings": "ok"}).status_code == 400


@pytest.mark.req("QC-8")
def test_nobody_judges_the_own_service_or_team(f18, api, sign_in, quality_control, agent, quality_team, second_quality_control):
    program = api(quality_control)
    assert program.post(URL, body(f18, quality_control)).status_code == 403
    assert program.post(URL, body(f18, second_quality_control)).status_code == 403
    change_team(agent.team, by=None, changes={"leader": quality_control})
    assert program.post(URL, body(f18, agent)).status_code == 403
    page = {"person": agent.agent_code, "performed_on": "2026-01-05", **posted()}
    assert sign_in(quality_control).post("/evaluations/new/?check=tapping", page).status_code == 400
    assert not Evaluation.objects.exists()


@pytest.mark.req("QC-8")
def test_qc_does_not_see_sheets_of_the_own_team(evaluate, api, quality_control, agent):
    sheet = evaluate()
    assert api(quality_control).get(f"{URL}{sheet.pk}/").status_code == 200
    type(agent).objects.filter(pk=quality_control.pk).update(team=agent.team)
    assert api(type(agent).objects.get(pk=quality_control.pk)).get(f"{URL}{sheet.pk}/").status_code == 404


SEES = {"quality_control": 200, "team_leader": 200, "supervisor": 200, "administrator": 200, "agent": 200, "colleague": 404,
        "other_team_leader": 404, "outbound_agent": 404, "support_hc": 404, "client_reader": 403}  # fmt: skip


@pytest.mark.parametrize(("who", "status"), SEES.items())
def test_who_sees_a_sheet(evaluate, api, sign_in, request, who, status):
    sheet, person = evaluate(), request.getfixturevalue(who)
    assert api(person).get(f"{URL}{sheet.pk}/").status_code == status
    assert sign_in(person).get(sheet.url).status_code == status


def test_the_list_is_narrowed_by_check_person_and_dispute(evaluate, api, quality_control):
    sheet = evaluate()
    asked = api(quality_control)
    for query, found in [
        ("check=tapping", 1),
        ("check=propper", 0),
        ("person=10001", 1),
        ("dispute=open", 0),
        ("failed=true", 0),
    ]:
        assert len(asked.get(f"{URL}?{query}").json()["results"]) == found, query
    assert asked.get(URL).json()["results"][0]["id"] == sheet.pk


@pytest.mark.req("QC-2", "QC-5")
def test_qc_fills_a_sheet_on_the_page(f18, sign_in, quality_control, agent, query_count):
    page = sign_in(quality_control)
    assert "Mengulang tanggal" in page.get("/evaluations/new/").text
    wrong = page.post("/evaluations/new/?check=tapping", {"person": "10001", "performed_on": "2026-01-05", **posted(p2="")})
    assert (wrong.status_code, "butir 2" in wrong.text) == (400, True)
    saved = page.post("/evaluations/new/?check=tapping", {"person": "10001", "performed_on": "2026-01-05", **posted(p4="no")})
    assert "92" in page.get(saved.url).text
    with query_count("evaluations"):
        page.get("/evaluations/")
    with query_count("evaluation"):
        page.get(saved.url)
