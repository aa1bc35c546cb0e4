"""How long things took: to claim, dispatch, first update, between updates, to solution (HC-9)."""

from io import BytesIO

import openpyxl
import pytest

from accounts.models import HistoryEntry
from escalation.actions import escorts, progress
from escalation.models import Span
from tests.escalation.conftest import escort_of

pytestmark = pytest.mark.req("HC-9")
URL = "/api/v1/figures/escorts/"


@pytest.fixture
def worked(hard, support_hc, forward):
    """Claimed after 5 minutes, dispatched after 10, first word after 20, the next after 40, solved after 60."""
    forward(minutes=5)
    escort = escorts.claim_escort(escort_of(hard), by=support_hc)
    forward(minutes=5)
    escorts.dispatch(escort, by=support_hc)
    for text in ("Teknisi jalan", "Sampai di lokasi"):
        forward(minutes=10 if text == "Teknisi jalan" else 20)
        progress.record_progress(escort, progress.Said(text), by=support_hc)
    forward(minutes=20)
    escorts.solve_escort(escort, "Normal", by=support_hc)
    return hard


def minutes(answer, line=0):
    return {each["measure"]: each["median_seconds"] // 60 for each in answer.json()["lines"][line]["figures"]}


def test_each_step_is_measured_where_it_happens(api, worked, support_hc):
    answer = api(support_hc).get(URL)
    assert minutes(answer) == {"claim": 5, "dispatch": 10, "first_update": 10, "follow_up": 20, "solution": 60}
    assert answer.json()["lines"][0]["key"] == "Dewi"


@pytest.mark.parametrize(("by", "key"), [("region", "3"), ("kind", "hard_complaint"), ("person", "Dewi")])
def test_they_are_grouped_as_asked(api, worked, support_hc, by, key):
    assert [line["key"] for line in api(support_hc).get(f"{URL}?by={by}").json()["lines"]] == [key]


def test_days_are_those_of_jakarta(api, worked, support_hc):
    keys = [line["key"] for line in api(support_hc).get(f"{URL}?by=day").json()["lines"]]
    assert keys == sorted(keys) and all(len(key) == 10 for key in keys)


def test_the_ninety_is_a_span_that_occurred(api, log, agent, support_hc, forward):
    for _ in range(10):
        ticket = log(agent, criteria=["threat"])
        forward(minutes=1)
        escorts.claim_escort(escort_of(ticket), by=support_hc)
    Span.objects.filter(pk=Span.objects.earliest("id").pk).update(seconds=6_000)
    claim = api(support_hc).get(URL).json()["lines"][0]["figures"][0]
    assert claim["count"] == 10
    assert claim["median_seconds"] < 120 and claim["ninety_seconds"] < 120


def test_a_leader_sees_the_own_team_and_nobody_else_anything(api, worked, team_leader, other_team_leader, supervisor, agent):
    assert [len(api(who).get(URL).json()["lines"]) for who in (team_leader, other_team_leader, supervisor)] == [1, 0, 1]
    assert api(agent).get(URL).status_code == 403


@pytest.mark.parametrize("query", ["since=2026-01-01&until=2026-03-01", "since=2026-13-01", "by=weather", "region=9", "until=x"])
def test_what_makes_no_sense_is_refused_with_its_field(api, sign_in, support_hc, query):
    answer = api(support_hc).get(f"{URL}?{query}")
    assert answer.status_code == 400 and answer.json()["errors"]
    assert sign_in(support_hc).get(f"/figures/?{query}").status_code == 400


def test_outside_the_period_there_is_nothing(api, worked, support_hc):
    assert api(support_hc).get(f"{URL}?since=2020-01-01&until=2020-01-02").json()["lines"] == []


def test_a_second_round_counts_anew_and_a_step_taken_back_not_at_all(hard, support_hc):
    escort = escorts.claim_escort(escort_of(hard), by=support_hc)
    escorts.release_escort(escort, by=support_hc)
    assert not Span.objects.exists()
    escorts.claim_escort(escort_of(hard), by=support_hc)
    assert Span.objects.filter(measure="claim").count() == 1


def test_the_page_and_its_excel_say_the_same(sign_in, worked, support_hc):
    page = sign_in(support_hc)
    assert "Sampai diambil" in page.get("/figures/?by=region").text and "TREG 3" in page.get("/figures/?by=region").text
    rows = list(
        openpyxl.load_workbook(BytesIO(page.get("/figures/export/?by=region").content)).active.iter_rows(values_only=True)
    )
    assert rows[1][:3] == ("TREG 3", 1, 5)
    assert HistoryEntry.objects.filter(act="figures.exported", by=support_hc).count() == 1


@pytest.mark.parametrize(("who", "status"), [("team_leader", 200), ("supervisor", 200), ("agent", 403), ("outbound_agent", 403)])
def test_who_may_look(request, sign_in, who, status):
    person = sign_in(request.getfixturevalue(who))
    assert [person.get(path).status_code for path in ("/figures/", "/figures/export/")] == [status, status]


def test_the_page_asks_the_same_however_much_happened(sign_in, worked, support_hc, query_count):
    page = sign_in(support_hc)
    with query_count("figures"):
        page.get("/figures/")
    Span.objects.all().update(region=None)
    with query_count("figures"):
        page.get("/figures/?by=region&kind=hard_complaint")
