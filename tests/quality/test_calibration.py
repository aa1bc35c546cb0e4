"""Several reviewers score one call, blind until it is closed; their differences are shown (QC-8)."""

import pytest

from quality.models import Calibration, Evaluation
from tests.quality.conftest import as_json, posted

pytestmark = pytest.mark.req("QC-8")
URL = "/api/v1/calibrations/"


@pytest.fixture
def opened(agreed, api, quality_control, second_quality_control) -> Calibration:
    body = {"caring_result": agreed().pk, "reviewers": ["60001", "60002"]}
    return Calibration.objects.get(pk=api(quality_control).post(URL, body).json()["id"])


def score(program, calibration, **answers):
    return program.post(f"{URL}{calibration.pk}/score/", {"marks": as_json(**answers)})


def test_blind_until_closed_then_the_differences(opened, api, quality_control, second_quality_control):
    first, second = api(quality_control), api(second_quality_control)
    assert score(first, opened, p4="no").json()["sheets"] == []
    assert first.post(f"{URL}{opened.pk}/close/").status_code == 409
    assert score(second, opened, p7="na").json()["differing"] == []
    assert second.post(f"{URL}{opened.pk}/close/").status_code == 403
    closed = first.post(f"{URL}{opened.pk}/close/").json()
    assert [(each["reviewer"], each["score"]) for each in closed["sheets"]] == [("60001", "92.00"), ("60002", "100.00")]
    assert closed["differing"] == [4, 7]
    assert not Evaluation.objects.exists()


def test_a_sheet_is_sent_once_and_not_after_the_end(opened, api, quality_control, second_quality_control):
    first, second = api(quality_control), api(second_quality_control)
    assert (score(first, opened).status_code, score(first, opened).status_code) == (200, 409)
    score(second, opened)
    first.post(f"{URL}{opened.pk}/close/")
    assert score(second, opened).status_code == 409


@pytest.mark.parametrize("reviewers", [["60001"], ["60001", "60001"], ["60001", "10001"], ["60001", "99999"]])
def test_two_qc_officers_at_least(agreed, api, quality_control, agent, reviewers):
    refused = api(quality_control).post(URL, {"caring_result": agreed().pk, "reviewers": reviewers})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reviewers"])


def test_nobody_of_the_own_team_is_asked(agreed, api, quality_control, second_quality_control, outbound_team):
    type(quality_control).objects.filter(pk=second_quality_control.pk).update(team=outbound_team)
    body = {"caring_result": agreed().pk, "reviewers": ["60001", "60002"]}
    assert api(quality_control).post(URL, body).status_code == 403


def test_who_was_not_asked_sees_nothing(opened, api, sign_in, supervisor, team_leader, client_reader):
    assert api(supervisor).get(URL).json()["results"] == []
    assert [api(who).get(URL).status_code for who in (team_leader, client_reader)] == [403, 403]
    assert sign_in(supervisor).get(opened.url).status_code == 404


def test_on_the_pages(agreed, sign_in, quality_control, second_quality_control, query_count):
    result, page = agreed(), sign_in(quality_control)
    asked = {"number": result.prospect.service_number, "reviewers": [quality_control.pk, second_quality_control.pk]}
    assert page.post("/calibrations/", asked | {"number": "000"}).status_code == 400
    url = page.post("/calibrations/", asked).url
    other = sign_in(second_quality_control)
    assert page.post(url, posted(p2="")).status_code == 400
    page.post(url, posted(p4="no"))
    assert "berbeda" not in other.get(url).text
    other.post(url, posted())
    page.post(f"{url}close/")
    assert "berbeda" in other.get(url).text
    with query_count("calibration"):
        page.get(url)
    assert "ditutup" in page.get("/calibrations/").text
