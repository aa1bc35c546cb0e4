"""Fair sampling: plans draw by rule on schedule and say why; what was drawn is tapped (QC-7)."""

import random

import pytest

from outbound.models import CaringResult
from quality.actions.sampling import candidates, draw_due_plans, make_plan, pick
from quality.models import Draw, Evaluation, SamplingPlan, Validation
from tests.quality.conftest import as_json, posted

pytestmark = pytest.mark.req("QC-7")
PLANS, DRAWS = "/api/v1/sampling-plans/", "/api/v1/sampling-draws/"


@pytest.fixture
def heard(agreed, second_outbound_agent, outbound_agent, quality_control):
    """Six decided calls, three of each agent; one of a large promise."""
    for number in range(6):
        by = outbound_agent if number % 2 else second_outbound_agent
        agreed(by=by, promised_amount=9_000_000 if number == 5 else 100_000)
    CaringResult.objects.update(state="approved")
    return list(CaringResult.objects.order_by("id"))


def plan(**rules) -> SamplingPlan:
    return SamplingPlan(**({"most_by_risk": 10} | rules))


def drawn(rules, results, seed=1):
    return [(each.by.agent_code, why, fact) for each, why, fact in pick(rules, results, random.Random(seed))]


def test_each_agent_is_heard_as_often_as_the_plan_says(heard):
    picked = drawn(plan(per_agent=2), heard)
    assert sorted(code for code, *_ in picked) == ["50001", "50001", "50002", "50002"]
    assert {why for _, why, _ in picked} == {"per_agent"}
    assert "2 dari 2 untuk 50001" in [fact for *_, fact in picked]


def test_risk_comes_first_and_counts_for_its_agent(heard):
    picked = drawn(plan(per_agent=1, large_amount=5_000_000), heard)
    assert picked[0] == ("50001", "large_amount", "Rp9.000.000")
    assert [code for code, *_ in picked] == ["50001", "50002"]


def test_the_first_weeks_of_an_agent_are_a_risk_with_a_cap(heard):
    assert [why for _, why, _ in drawn(plan(new_agent_days=7, most_by_risk=4), heard)] == ["new_agent"] * 4


def test_random_draws_as_many_and_no_more_than_there_are(heard):
    assert len(drawn(plan(at_random=4), heard)) == 4
    assert len(drawn(plan(at_random=40), heard)) == 6
    assert len({tuple(each.pk for each, *_ in pick(plan(at_random=2), heard, random.Random(seed))) for seed in range(20)}) > 3


def test_it_draws_once_when_its_period_has_ended(heard, forward, quality_control):
    make_plan(by=quality_control, name="Harian", period="day", per_agent=1)
    assert draw_due_plans() == 0
    forward(days=1)
    assert (draw_due_plans(), draw_due_plans(), Draw.objects.count()) == (2, 0, 2)
    forward(days=1)
    assert (draw_due_plans(), Draw.objects.count()) == (0, 2)


def test_what_waits_for_validation_or_was_scored_there_is_not_drawn_again(agreed, forward):
    agreed()
    assert Validation.objects.count() == 1
    end = CaringResult.objects.get().at.replace(year=2100)
    assert candidates(end.replace(year=2000), end) == []


def test_qc_taps_what_was_drawn_by_api_and_page(heard, api, sign_in, forward, quality_control, query_count):
    qc = api(quality_control)
    made = qc.post(PLANS, {"name": "Harian", "period": "day", "per_agent": 1})
    assert made.status_code == 201
    forward(days=1)
    draw_due_plans()
    first, second = qc.get(f"{DRAWS}?waiting=true").json()["results"]
    sheet = qc.post(f"{DRAWS}{first['id']}/tap/", {"marks": as_json(p4="no")}).json()
    assert (sheet["check"], sheet["person"], sheet["score"]) == ("tapping", first["person"], "92.00")
    assert qc.post(f"{DRAWS}{first['id']}/tap/", {"marks": as_json()}).status_code == 409
    page = sign_in(quality_control)
    with query_count("draws"):
        listed = page.get("/tapping/").text
    assert second["fact"] in listed
    assert second["fact"] in page.get(f"/tapping/{second['id']}/").text
    assert page.post(f"/tapping/{second['id']}/", posted(p2="")).status_code == 400
    assert page.post(f"/tapping/{second['id']}/", posted()).url == "/tapping/"
    assert Evaluation.objects.count() == 2


@pytest.mark.req("QC-8")
def test_the_own_teams_draws_are_not_there(heard, api, sign_in, forward, quality_control, outbound_team):
    make_plan(by=quality_control, name="Harian", period="day", per_agent=1)
    forward(days=1)
    draw_due_plans()
    type(quality_control).objects.filter(pk=quality_control.pk).update(team=outbound_team)
    insider = type(quality_control).objects.get(pk=quality_control.pk)
    draw = Draw.objects.order_by("pk")[0]
    assert api(insider).get(DRAWS).json()["results"] == []
    assert api(insider).post(f"{DRAWS}{draw.pk}/tap/", {"marks": as_json()}).status_code == 404
    assert sign_in(insider).get(draw.url).status_code == 404


@pytest.mark.parametrize("wrong", [{"per_agent": 0}, {"name": " "}, {"period": "year"}, {"per_agent": -1}])
def test_a_plan_that_cannot_be_is_refused(api, quality_control, wrong):
    refused = api(quality_control).post(PLANS, {"name": "A", "per_agent": 1} | wrong)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, list(wrong))


def test_a_plan_is_stopped_on_the_page(sign_in, quality_control, forward, api, team_leader):
    page = sign_in(quality_control)
    given = {"name": "Mingguan", "period": "week", "per_agent": "2", "at_random": "0", "new_agent_days": "0"}
    assert page.post("/tapping/", given).status_code == 302
    assert page.post("/tapping/", given).status_code == 400
    one = SamplingPlan.objects.get()
    page.post(f"/tapping/plans/{one.pk}/switch/", {})
    one.refresh_from_db()
    assert not one.active
    assert api(team_leader).post(PLANS, {"name": "B", "per_agent": 1}).status_code == 403
