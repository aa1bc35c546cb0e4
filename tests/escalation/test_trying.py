"""Trying a policy on past tickets: what would have fired beside what did; nothing is written to tickets (ESC-6)."""

from datetime import timedelta

import pytest
import time_machine

from common.clock import now
from escalation.actions import trying
from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.actions.policies import create_policy
from escalation.actions.timers import tick
from escalation.models import Clock, ClockRung, Trial
from escalation.tasks import run_trials
from tests.escalation.conftest import escort_of
from tests.escalation.test_calendars import wib
from tickets.actions import pause, resume
from tickets.models import Ticket

QUICK = [
    {"after_seconds": 0, "whom": "support_hc", "repeat_seconds": 60, "repeat_times": 2},
    {"after_seconds": 600, "whom": "team_leader"},
]


@pytest.fixture
def at(db):
    with time_machine.travel(wib("2026-11-25 09:00"), tick=False) as traveller:
        yield lambda text: traveller.move_to(wib(text))


@pytest.fixture
def version(administrator):
    """``version(segment="DGS")``: a claim within five minutes, off."""

    def made(**head):
        milestones = [{"milestone": "claim", "seconds": 300, "rungs": QUICK}]
        values: dict = {"name": "Lima menit", "kind": "hard_complaint", "milestones": milestones, "active": False, **head}
        return create_policy(by=administrator, **values)

    return made


def tried(policy, by, days=7):
    trial = trying.try_policy(policy, by=by, since=now() - timedelta(days=days))
    run_trials()
    trial.refresh_from_db()
    return trial


def claim_of(trial):
    return next(row for row in trial.result["milestones"] if row["milestone"] == "claim")


@pytest.mark.req("ESC-6")
def test_what_would_have_fired_stands_beside_what_did(at, version, administrator, log, agent, support_hc, team_leader):
    ticket = log(agent, criteria=["threat"])
    at("2026-11-25 09:16")
    tick()  # by the policy of then: the first rung, after fifteen minutes
    at("2026-11-25 09:17")
    claim_escort(escort_of(ticket), by=support_hc)
    trial = tried(version(), administrator)
    row = claim_of(trial)
    assert (trial.state, trial.total, trial.done, row["ran"], row["would"], row["did"]) == ("done", 1, 1, 1, 1, 1)
    rungs = [(rung["whom"], rung["would"], rung["tickets"], rung["did"]) for rung in row["rungs"]]
    assert rungs == [("support_hc", 3, 1, 1), ("team_leader", 1, 1, 0)]  # 09.05 to 09.07, and 09.15
    assert (trial.result["hours"]["would"][9], trial.result["hours"]["did"][9]) == (4, 1)
    assert trial.result["most_different"] == [{"number": ticket.number, "would": 4, "did": 1}]


@pytest.mark.req("ESC-6")
def test_pauses_of_then_are_taken_into_account(at, version, administrator, log, agent, support_hc):
    ticket = log(agent, criteria=["threat"])
    at("2026-11-25 09:02")
    pause(ticket, "Menunggu data", by=agent)
    at("2026-11-25 09:30")
    resume(ticket, by=agent)
    at("2026-11-25 09:34:30")
    claim_escort(escort_of(ticket), by=support_hc)
    assert claim_of(tried(version(), administrator))["rungs"][0]["would"] == 2  # at 09.33 and 09.34, not from 09.05 on


@pytest.mark.req("ESC-6")
def test_a_denied_ticket_counts_each_stretch_once(at, version, administrator, log, agent, support_hc, outbound_agent):
    milestones = [{"milestone": "solution", "seconds": 600, "rungs": QUICK}]
    create_policy(by=administrator, name="Solusi", kind="hard_complaint", milestones=milestones)
    ticket = log(agent, criteria=["threat"])
    at("2026-11-25 09:20")
    claim_escort(escort_of(ticket), by=support_hc)
    solve_escort(escort_of(ticket), "Diperbaiki", by=support_hc)
    at("2026-11-25 10:00")
    deny_escort(escort_of(ticket), by=outbound_agent, words="Masih mati")
    at("2026-11-25 11:00")
    found = tried(version(milestones=milestones), administrator).result
    assert [rung["would"] for rung in found["milestones"][0]["rungs"]] == [3, 1]


@pytest.mark.req("ESC-6")
def test_only_tickets_that_it_would_serve_in_the_period_count(at, version, administrator, log, agent):
    at("2026-11-01 09:00")
    log(agent, criteria=["threat"], segment="DGS")
    at("2026-11-25 09:00")
    for values in ({"segment": "DGS"}, {"segment": "DBS"}, {"segment": "DGS", "region": 5}):
        log(agent, criteria=["threat"], **values)
    log(agent, segment="DGS")
    at("2026-11-25 12:00")
    assert tried(version(segment="DGS", region=3), administrator).total == 1


@pytest.mark.req("ESC-6")
def test_a_clock_that_was_not_there_runs_from_logging_to_solution(at, version, administrator, log, agent):
    milestones = [{"milestone": "first_response", "seconds": 300, "rungs": QUICK}]
    log(agent, criteria=["threat"])
    at("2026-11-25 10:00")
    found = tried(version(milestones=milestones), administrator).result["milestones"][0]
    assert (found["would"], found["did"], found["rungs"][1]["would"]) == (1, 0, 1)


@pytest.mark.req("ESC-6")
def test_at_most_the_newest_five_hundred_tickets_are_tried(at, version, administrator, log, agent, monkeypatch):
    monkeypatch.setattr(trying, "MOST_TICKETS", 2)
    numbers = [log(agent, criteria=["threat"]).number for _ in range(3)]
    at("2026-11-25 10:00")
    trial = tried(version(), administrator)
    assert {row["number"] for row in trial.result["most_different"]} == set(numbers[1:])


@pytest.mark.req("ESC-6")
def test_nothing_is_written_to_tickets(at, version, administrator, log, agent):
    log(agent, criteria=["threat"])
    at("2026-11-25 12:00")

    def everything():
        rows = [list(model.objects.order_by("pk").values()) for model in (Ticket, Clock, ClockRung)]
        return rows, Trial.objects.count()

    policy, before = version(), everything()
    assert tried(policy, administrator).state == "done"
    assert everything() == (before[0], before[1] + 1)


@pytest.mark.req("ESC-6")
def test_a_try_whose_worker_died_is_taken_over_and_given_up_in_the_end(at, version, administrator):
    trial = trying.try_policy(version(), by=administrator, since=now() - timedelta(days=1))
    for minute in range(3):
        assert trying.claim_trial() == trial
        assert trying.claim_trial() is None
        at(f"2026-11-25 10:{minute * 5:02d}")
    for minute in (30, 40):
        trying.claim_trial()
        at(f"2026-11-25 10:{minute}")
    run_trials()
    trial.refresh_from_db()
    assert trial.state == "failed"


@pytest.mark.req("ESC-6")
def test_the_api_takes_the_question_and_shows_the_result(at, version, api, administrator, supervisor, agent):
    policy = version()
    since = (now() - timedelta(days=3)).isoformat()
    answer = api(administrator).post(f"/api/v1/policies/{policy.pk}/try/", {"since": since})
    assert answer.status_code == 202 and answer.json()["state"] == "waiting"
    run_trials()
    assert api(supervisor).get(f"/api/v1/tries/{answer.json()['id']}/").json()["state"] == "done"
    assert api(supervisor).post(f"/api/v1/policies/{policy.pk}/try/", {"since": since}).status_code == 403
    assert api(agent).get("/api/v1/tries/").status_code == 403
    for wrong in ({"since": (now() + timedelta(days=1)).isoformat()}, {"since": (now() - timedelta(days=99)).isoformat()}):
        refused = api(administrator).post(f"/api/v1/policies/{policy.pk}/try/", wrong)
        assert refused.status_code == 400 and list(refused.json()["errors"]) == ["since"]


@pytest.mark.req("ESC-6")
def test_the_page_asks_follows_and_shows(at, version, sign_in, administrator, supervisor, log, agent):
    log(agent, criteria=["threat"])
    at("2026-11-25 12:00")
    policy, browser = version(), sign_in(administrator)
    answer = browser.post(f"/policies/{policy.pk}/try/", {"since": "2026-11-20", "until": "2026-11-25"})
    assert "menunggu giliran" in browser.get(answer.url).content.decode()
    run_trials()
    page = sign_in(supervisor).get(answer.url).content.decode()
    assert "akan berbunyi 4 kali, dulu berbunyi 0 kali" in page and "T-" in page
    refused = browser.post(f"/policies/{policy.pk}/try/", {"since": "2020-11-20", "until": "kemarin"})
    assert refused.status_code == 400 and "Tulis tanggalnya" in refused.content.decode()
    assert browser.get("/policies/tries/999999/").status_code == 404
