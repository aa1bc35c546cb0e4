"""Agreed results before QC: one reviewer each, approved or returned, chained when cared again (CT-6, QC-1, QC-4, QC-8)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import change_team
from accounts.models import HistoryEntry, Person
from common.clock import now
from escalation.models import Notification
from outbound.actions.results import send_back, undo_result
from outbound.models import CaringResult
from quality.actions.validations import claim_validation, free_abandoned_validations
from quality.actions.watching import fire_due_watches
from quality.models import Evaluation, Validation
from tests.outbound.arrears import agree
from tests.quality.conftest import CRITICAL, as_json, at_once, posted, reviewers

URL = "/api/v1/validations/"


def act(program, validation, name, body=None, **headers):
    return program.post(f"{URL}{validation.pk}/{name}/", body, headers=headers)


@pytest.mark.req("CT-6", "QC-1")
def test_every_agreed_result_comes_to_qc_the_oldest_first(agreed, api, quality_control):
    results = [agreed().pk for _ in range(3)]
    rows = api(quality_control).get(URL).json()["results"]
    assert [row["caring_result"] for row in rows] == results
    assert {row["state"] for row in rows} == {"waiting"}


@pytest.mark.req("CT-6", "QC-8")
def test_claimed_scored_and_approved(waiting, api, quality_control):
    qc = api(quality_control)
    assert act(qc, waiting, "claim").json()["reviewer"] == "60001"
    assert act(qc, waiting, "score", {"marks": as_json(p4="no")}).json()["score"] == "92.00"
    assert act(qc, waiting, "approve", {"note": "Jelas"}).json()["state"] == "approved"
    assert CaringResult.objects.get().state == "approved"
    assert act(qc, waiting, "approve").status_code == 409
    assert Evaluation.objects.get().validation == waiting
    assert HistoryEntry.objects.filter(act="validation.approved").count() == 1


@pytest.mark.req("QC-8")
def test_it_is_locked_to_its_reviewer_until_the_lease_ends(claimed, api, second_quality_control, quality_control, forward):
    second = api(second_quality_control)
    refused = act(second, claimed, "claim")
    assert (refused.status_code, "Maya" in refused.json()["detail"]) == (409, True)
    assert act(second, claimed, "approve").status_code == 409
    forward(minutes=16)
    assert act(second, claimed, "claim").json()["reviewer"] == "60002"
    assert act(api(quality_control), claimed, "approve").status_code == 409


def test_a_lock_whose_browser_died_is_freed_by_itself(claimed, forward):
    assert free_abandoned_validations() == 0
    forward(minutes=16)
    assert (free_abandoned_validations(), Validation.objects.get().state) == (1, "waiting")


def test_without_a_claim_nothing_is_decided(waiting, api, quality_control):
    for name, body in {"approve": {}, "return": {"reason": "R-04"}, "score": {"marks": as_json()}, "release": {}}.items():
        assert act(api(quality_control), waiting, name, body).status_code == 409, name


@pytest.mark.req("QC-2")
def test_a_critical_failure_closes_approve(claimed, api, quality_control):
    qc = api(quality_control)
    act(qc, claimed, "score", {"marks": as_json(**{f"p{CRITICAL}": "no"})})
    assert act(qc, claimed, "approve").status_code == 409
    assert act(qc, claimed, "score", {"marks": as_json()}).json()["score"] == "100.00"
    assert (act(qc, claimed, "approve").status_code, Evaluation.objects.count()) == (200, 1)


@pytest.mark.req("CT-6", "QC-4")
def test_returned_cared_again_and_validated_again(claimed, api, quality_control, outbound_agent):
    qc = api(quality_control)
    redo = now() + timedelta(hours=3)
    body = {"reason": "R-04, janji tidak diulang", "recommendation": "Minta pelanggan mengulang.", "redo_by": redo.isoformat()}
    back = act(qc, claimed, "return", body).json()
    assert (back["state"], back["reason"], back["redone"]) == ("returned", body["reason"], False)
    told = Notification.objects.get(person=outbound_agent, event="result_returned")
    assert (told.url, "janji tidak diulang" in told.text) == (claimed.url, True)
    agree(claimed.result.prospect, outbound_agent)
    again = qc.get(f"{URL}?state=waiting").json()["results"][0]
    assert (again["previous"], again["round"]) == (claimed.pk, 2)
    claimed.refresh_from_db()
    assert claimed.redone
    act(qc, Validation(pk=again["id"]), "claim")
    assert act(qc, Validation(pk=again["id"]), "approve").json()["state"] == "approved"
    assert sorted(CaringResult.objects.values_list("state", flat=True)) == ["approved", "returned"]


@pytest.mark.req("QC-4")
def test_only_the_reason_of_a_return_is_required(claimed, api, quality_control):
    qc = api(quality_control)
    assert list(act(qc, claimed, "return", {"reason": " "}).json()["errors"]) == ["reason"]
    past = {"reason": "R-01", "redo_by": "2020-01-01T00:00:00Z"}
    assert list(act(qc, claimed, "return", past).json()["errors"]) == ["redo_by"]
    assert act(qc, claimed, "return", {"reason": "R-01"}).status_code == 200


@pytest.mark.req("QC-4")
def test_a_return_not_cared_again_is_told_to_agent_and_leader_then_supervisor(
    claimed, api, quality_control, forward, outbound_agent, team_leader, supervisor
):
    act(api(quality_control), claimed, "return", {"reason": "R-04"})
    overdue = Notification.objects.filter(event="redo_overdue")
    fire_due_watches()
    assert overdue.count() == 0
    forward(hours=24, minutes=1)
    assert (fire_due_watches(), fire_due_watches()) == (1, 0)
    assert set(overdue.values_list("person__agent_code", flat=True)) == {"50001", "20001"}
    forward(hours=24)
    fire_due_watches()
    assert overdue.filter(person=supervisor).count() == 1


@pytest.mark.req("QC-4")
def test_cared_again_in_time_nobody_is_told(claimed, api, quality_control, forward, outbound_agent):
    act(api(quality_control), claimed, "return", {"reason": "R-04"})
    agree(claimed.result.prospect, outbound_agent)
    forward(days=3)
    fire_due_watches()
    assert not Notification.objects.filter(event="redo_overdue").exists()


@pytest.mark.req("QC-4")
def test_an_old_one_is_told_to_qc_and_then_to_the_leader(waiting, quality_control, forward, team_leader):
    forward(minutes=241)
    assert fire_due_watches() == 1
    assert Notification.objects.filter(event="validation_aged", person=quality_control).count() == 1
    forward(minutes=240)
    fire_due_watches()
    assert Notification.objects.filter(event="validation_aged", person=team_leader).count() == 1


def test_undone_or_sent_back_it_leaves_qc_and_corrected_it_comes_again(waiting, outbound_agent, team_leader, agreed):
    undo_result(waiting.result, by=outbound_agent)
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    agree(waiting.result.prospect, outbound_agent)
    second = Validation.objects.open().get()
    send_back(second.result, "Tanggal salah", by=team_leader)
    assert not Validation.objects.open().exists()


def test_undoing_what_was_cared_again_brings_the_return_back(claimed, api, quality_control, outbound_agent):
    act(api(quality_control), claimed, "return", {"reason": "R-04"})
    undo_result(agree(claimed.result.prospect, outbound_agent), by=outbound_agent)
    claimed.refresh_from_db()
    assert not claimed.redone
    agree(claimed.result.prospect, outbound_agent)
    assert Validation.objects.open().get().previous == claimed


def moved(person, team) -> Person:
    Person.objects.filter(pk=person.pk).update(team=team)
    return Person.objects.get(pk=person.pk)


@pytest.mark.req("QC-8")
def test_never_the_own_teams_work_by_api_and_page(waiting, api, sign_in, quality_control, outbound_team):
    insider = moved(quality_control, outbound_team)
    assert api(insider).get(URL).json()["results"] == []
    for name in ("claim", "approve", "return", "score"):
        assert act(api(insider), waiting, name, {"reason": "R-01", "marks": []}).status_code == 404
    page = sign_in(insider)
    assert page.get(waiting.url).status_code == page.post(f"{waiting.url}claim/").status_code == 404
    assert page.post(f"{waiting.url}decide/", {"approve": "1"}).status_code == 404
    assert page.post("/validations/next/").url == "/validations/"


@pytest.mark.req("QC-8")
def test_nor_of_a_team_that_one_leads(waiting, api, quality_control, outbound_team):
    change_team(outbound_team, by=None, changes={"leader": quality_control})
    assert act(api(quality_control), waiting, "claim").status_code == 404


@pytest.mark.req("QC-8")
def test_the_database_itself_refuses_the_own_work(waiting):
    waiting.reviewer = waiting.person
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.save()


@pytest.mark.req("QC-8")
def test_the_administrator_reads_and_decides_nothing(claimed, api, sign_in, administrator):
    program, page = api(administrator), sign_in(administrator)
    assert program.get(f"{URL}{claimed.pk}/").status_code == 200
    for name in ("claim", "approve", "return", "score", "release"):
        assert act(program, claimed, name, {"reason": "R", "marks": []}).status_code == 403
    assert page.post(f"{claimed.url}decide/", {"approve": "1"}).status_code == 403
    assert "validation" not in page.get("/admin/").text.lower()


SEES = {"team_leader": 200, "supervisor": 200, "outbound_agent": 200, "second_outbound_agent": 404, "other_team_leader": 404,
        "quality_control": 200, "agent": 403, "support_hc": 403, "client_reader": 403}  # fmt: skip


@pytest.mark.parametrize(("who", "status"), SEES.items())
def test_who_sees_a_validation(waiting, api, sign_in, request, who, status):
    person = request.getfixturevalue(who)
    assert api(person).get(f"{URL}{waiting.pk}/").status_code == status
    assert sign_in(person).get(waiting.url).status_code == status


@pytest.mark.req("QM-3")
def test_qc_reads_the_customer_masked(claimed, sign_in, quality_control):
    page = sign_in(quality_control).get(claimed.url).text
    assert "Bambang S." in page and "Bambang Sutrisno" not in page


@pytest.mark.req("QC-1", "QC-2")
def test_a_shift_of_reviews_on_the_page(agreed, sign_in, quality_control, query_count):
    first, second = (Validation.objects.get(result=agreed()) for _ in range(2))
    page = sign_in(quality_control)
    assert page.get("/").url == "/validations/"
    assert page.post("/validations/next/").url == first.url
    assert "Lembar tapping F-18" in page.get(first.url).text
    with query_count("validations"):
        page.get("/validations/")
    with query_count("validation"):
        page.get(first.url)
    onward = page.post(f"{first.url}decide/", {"approve": "1", **posted(p7="na")})
    assert onward.url == f"{second.url}?saved={first.pk}"
    assert page.post(f"{second.url}decide/", {"return": "1", "reason": "", **posted()}).status_code == 400
    assert Validation.objects.get(pk=second.pk).evaluation is None
    page.post(f"{second.url}decide/", {"return": "1", "reason": "R-04, janji tidak diulang", **posted(p6="no", p8="", p9="")})
    assert [each.state for each in Validation.objects.order_by("pk")] == ["approved", "returned"]
    assert "janji tidak diulang" in page.get("/validations/?tab=return").text


def test_a_refused_decision_keeps_every_word(claimed, sign_in, quality_control):
    given = {"approve": "1", "note": "Suara pelan", **posted(**{f"p{CRITICAL}": "no"})}
    refused = sign_in(quality_control).post(f"{claimed.url}decide/", given)
    assert (refused.status_code, "Suara pelan" in refused.text, "Approve tertutup" in refused.text) == (400, True, True)
    assert not Evaluation.objects.exists()


def test_a_double_click_decides_once(claimed, sign_in, quality_control):
    page = sign_in(quality_control)
    assert page.post(f"{claimed.url}decide/", {"approve": "1"}).status_code == 302
    assert page.post(f"{claimed.url}decide/", {"approve": "1"}).status_code == 400
    assert HistoryEntry.objects.filter(act="validation.approved").count() == 1


@pytest.mark.req("QC-7")
def test_the_agent_disputes_its_sheet_and_the_leader_answers(claimed, api, quality_control, outbound_agent, team_leader):
    act(api(quality_control), claimed, "score", {"marks": as_json(p4="no")})
    question = {"items": [{"parameter": 4, "reason": "Alamat sudah dicocokkan."}]}
    assert act(api(outbound_agent), claimed, "dispute", question).status_code == 409
    act(api(quality_control), claimed, "approve")
    assert act(api(outbound_agent), claimed, "dispute", question).status_code == 200
    answer = {"items": [{"parameter": 4, "accepted": True, "reply": "Terdengar jelas."}]}
    assert act(api(team_leader), claimed, "answer-dispute", answer).json()["score"] == "100.00"


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
@pytest.mark.req("QC-8")
def test_of_many_reviewers_who_claim_at_once_one_gets_it(waiting, quality_team):
    results = at_once(lambda person: claim_validation(waiting, by=person), reviewers(quality_team, 10))
    assert sum(isinstance(each, Validation) for each in results) == 1
    assert HistoryEntry.objects.filter(act="validation.claimed").count() == 1
