"""A score is disputed once, per question, and answered by the TL; both stay (QC-7)."""

import pytest

from escalation.models import Notification
from quality.models import Evaluation
from tests.quality.conftest import CRITICAL

pytestmark = pytest.mark.req("QC-7")
WHY = "Pelanggan mengulang tanggalnya sendiri."


def at(sheet, act):
    return f"/api/v1/evaluations/{sheet.pk}/{act}/"


def questions(*numbers):
    return {"items": [{"parameter": number, "reason": WHY} for number in numbers]}


def answers(**verdicts):
    return {
        "items": [{"parameter": int(n[1:]), "accepted": yes, "reply": "Sudah didengar ulang."} for n, yes in verdicts.items()]
    }


@pytest.fixture
def failed(evaluate):
    return evaluate(**{f"p{CRITICAL}": "no", "p4": "no"})


def test_an_accepted_question_corrects_the_score_and_the_first_one_stays(failed, api, agent, team_leader):
    assert api(agent).post(at(failed, "dispute"), questions(4, CRITICAL)).status_code == 200
    assert Notification.objects.filter(person=team_leader, event="disputed").count() == 1
    answered = api(team_leader).post(at(failed, "answer-dispute"), answers(p4=False, p6=True)).json()
    assert (answered["score"], answered["corrected"], answered["stands"], answered["failed"]) == ("0.00", "92.00", "92.00", True)
    assert [mark["answer"] for mark in answered["marks"] if mark["parameter"] == CRITICAL] == ["no"]
    assert [(item["accepted"], item["reason"]) for item in answered["dispute"]["items"]] == [(False, WHY), (True, WHY)]


def test_a_refused_dispute_changes_no_score(failed, api, agent, team_leader):
    api(agent).post(at(failed, "dispute"), questions(CRITICAL))
    answered = api(team_leader).post(at(failed, "answer-dispute"), answers(p6=False)).json()
    assert (answered["corrected"], answered["stands"], answered["dispute"]["state"]) == (None, "0.00", "answered")


def test_a_sheet_is_disputed_once(failed, api, agent):
    assert api(agent).post(at(failed, "dispute"), questions(4)).status_code == 200
    assert api(agent).post(at(failed, "dispute"), questions(CRITICAL)).status_code == 409


def test_not_after_the_hours_that_are_set(failed, api, agent, forward):
    forward(hours=73)
    assert api(agent).post(at(failed, "dispute"), questions(4)).status_code == 409


@pytest.mark.parametrize("given", [{"items": []}, questions(4, 4), questions(44), {"items": [{"parameter": 4, "reason": "ah"}]}])
def test_a_dispute_names_questions_of_the_sheet_with_reasons(failed, api, agent, given):
    assert api(agent).post(at(failed, "dispute"), given).status_code == 400


def test_only_the_person_judged_disputes_and_only_the_leader_answers(failed, api, agent, team_leader, supervisor, colleague):
    assert api(team_leader).post(at(failed, "dispute"), questions(4)).status_code == 403
    assert api(colleague).post(at(failed, "dispute"), questions(4)).status_code == 404
    api(agent).post(at(failed, "dispute"), questions(4))
    assert api(agent).post(at(failed, "answer-dispute"), answers(p4=True)).status_code == 403
    assert api(supervisor).post(at(failed, "answer-dispute"), answers(p4=True)).status_code == 403


@pytest.mark.req("QC-5")
def test_a_judged_support_hc_officer_reads_and_disputes_the_own_sheet_and_no_other(
    evaluate, failed, api, sign_in, support_hc, second_support_hc, supervisor
):
    sheet = evaluate(support_hc, p4="no")
    told = Notification.objects.get(person=support_hc, event="evaluated")
    browser = sign_in(support_hc)
    assert browser.get(told.url).status_code == 200
    assert 'href="/evaluations/"' in browser.get("/queue/").content.decode()
    assert [row["id"] for row in api(support_hc).get("/api/v1/evaluations/").json()["results"]] == [sheet.pk]
    assert api(support_hc).get(f"/api/v1/evaluations/{failed.pk}/").status_code == 404
    assert api(second_support_hc).post(at(sheet, "dispute"), questions(4)).status_code == 404
    assert api(support_hc).post(at(sheet, "dispute"), questions(4)).status_code == 200


def test_where_nobody_leads_the_team_the_supervisor_is_told_and_answers(evaluate, api, support_hc, supervisor, team_leader):
    sheet = evaluate(support_hc, p4="no")
    api(support_hc).post(at(sheet, "dispute"), questions(4))
    assert Notification.objects.filter(event="disputed").values_list("person", flat=True).get() == supervisor.pk
    assert api(team_leader).post(at(sheet, "answer-dispute"), answers(p4=True)).status_code == 404
    assert api(supervisor).post(at(sheet, "answer-dispute"), answers(p4=True)).status_code == 200


def test_every_question_is_answered_once_and_at_once(failed, api, agent, team_leader):
    api(agent).post(at(failed, "dispute"), questions(4, CRITICAL))
    assert api(team_leader).post(at(failed, "answer-dispute"), answers(p4=True)).status_code == 400
    assert api(team_leader).post(at(failed, "answer-dispute"), answers(p4=True, p6=True)).status_code == 200
    assert api(team_leader).post(at(failed, "answer-dispute"), answers(p4=True, p6=True)).status_code == 409


def test_a_leaders_own_sheet_is_answered_by_the_supervisor(evaluate, api, team_leader, supervisor):
    sheet = evaluate(team_leader, p4="no")
    api(team_leader).post(at(sheet, "dispute"), questions(4))
    assert api(team_leader).post(at(sheet, "answer-dispute"), answers(p4=True)).status_code == 403
    assert api(supervisor).post(at(sheet, "answer-dispute"), answers(p4=True)).json()["stands"] == "100.00"


def test_both_sides_work_on_the_page(failed, sign_in, agent, team_leader):
    theirs = sign_in(agent)
    assert "Ajukan banding" in theirs.get(failed.url).text
    empty = theirs.post(f"{failed.url}dispute/", {"dispute-4": "on", "reason-4": ""})
    assert (empty.status_code, "minimal 5 huruf" in empty.text) == (400, True)
    theirs.post(f"{failed.url}dispute/", {"dispute-4": "on", "reason-4": WHY})
    leaders = sign_in(team_leader)
    assert str(failed) in leaders.get("/evaluations/?tab=banding").text
    assert WHY in leaders.get(failed.url).text
    leaders.post(f"{failed.url}answer-dispute/", {"verdict-4": "na", "reply-4": "Alamat memang tidak perlu."})
    assert "Diterima, menjadi N/A" in theirs.get(failed.url).text
    assert Evaluation.objects.get().corrected == 0  # the critical item still failed
