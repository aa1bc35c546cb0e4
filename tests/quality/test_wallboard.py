"""Targets with thresholds, measured from the data, on a wall that says how it stands and since when (QM-1)."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts import actions as people
from accounts.models import HistoryEntry
from accounts.roles import Role
from common.clock import now
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.actions.promises import Terms, keep_promise, make_promise
from escalation.actions.raising import raise_super_emergency
from quality.models import Measure, QualityTarget, WallSample
from quality.tasks import keep_wall_sample
from tests.conftest import arrive
from tests.escalation.conftest import escort_of, hard, log  # noqa: F401 fixtures of the floor below
from tests.escalation.gateway import channel, dispatched  # noqa: F401

pytestmark = [pytest.mark.req("QM-1"), pytest.mark.django_db]


def tile(program, measure: Measure, **query) -> dict:
    found = program.get("/api/v1/wallboard/", query)
    assert found.status_code == 200, found.content
    return next(each for each in found.json() if each["measure"] == measure)


def target_of(measure: Measure) -> QualityTarget:
    return QualityTarget.objects.get(measure=measure, site=None)


@pytest.fixture
def raised(hard, team_leader):  # noqa: F811
    raise_super_emergency(hard, "Mengancam lapor media", by=team_leader)
    hard.refresh_from_db()
    return hard


def test_six_measures_stand_beside_targets_that_are_an_assumption(api, supervisor):
    found = api(supervisor).get("/api/v1/wallboard/").json()
    assert [each["measure"] for each in found] == Measure.values
    assert {each["level"] for each in found} == {"ok"} and not any(each["confirmed"] for each in found)


def test_super_emergencies_are_counted_and_judged(raised, api, supervisor, administrator):
    assert (seen := tile(api(supervisor), Measure.SUPER_EMERGENCIES))["value"] == 1 and seen["level"] == "ok"
    target = target_of(Measure.SUPER_EMERGENCIES)
    changed = api(administrator).post(f"/api/v1/quality-targets/{target.pk}/change/", {"limit": 1, "near": 0})
    assert (changed.status_code, changed.json()["confirmed"]) == (200, True)
    assert tile(api(supervisor), Measure.SUPER_EMERGENCIES)["level"] == "warn"
    api(administrator).post(f"/api/v1/quality-targets/{target.pk}/change/", {"limit": 0, "near": 0})
    assert tile(api(supervisor), Measure.SUPER_EMERGENCIES)["level"] == "over"
    facts = HistoryEntry.objects.filter(act="target.set").order_by("id").values_list("facts", flat=True)
    assert [each["after"] for each in facts] == [[1, 0], [0, 0]]


def test_a_hard_complaint_whose_clock_has_passed_is_overdue(hard, api, supervisor, forward):  # noqa: F811
    assert tile(api(supervisor), Measure.HARD_OVERDUE)["value"] == 0
    forward(minutes=17)
    seen = tile(api(supervisor), Measure.HARD_OVERDUE)
    assert (seen["value"], seen["level"]) == (1, "over") and seen["detail"].endswith(" 2 min")


def test_the_unit_that_has_been_silent_longest_is_named_in_minutes(dispatched, api, supervisor, forward):  # noqa: F811
    forward(minutes=50)
    seen = tile(api(supervisor), Measure.UNIT_SILENCE)
    assert (seen["value"], seen["level"]) == (50, "over") and seen["detail"].startswith("TREG 3 ")


def test_of_todays_promises_the_share_that_was_kept_is_judged(raised, team_leader, api, supervisor):
    promise = make_promise(raised, Terms("Ibu Sari", "Teknisi datang", now() + timedelta(minutes=1)), by=team_leader)
    assert tile(api(supervisor), Measure.PROMISES_KEPT)["value"] is None
    keep_promise(promise, by=team_leader)
    seen = tile(api(supervisor), Measure.PROMISES_KEPT)
    assert (seen["value"], seen["number"], seen["level"]) == (100, 1, "ok")


def test_a_promise_that_passed_in_silence_counts_as_not_kept(raised, team_leader, api, supervisor, forward):
    make_promise(raised, Terms("Ibu Sari", "Teknisi datang", now() + timedelta(minutes=1)), by=team_leader)
    forward(minutes=2)
    seen = tile(api(supervisor), Measure.PROMISES_KEPT)
    assert (seen["value"], seen["number"], seen["level"]) == (0, 1, "over")


def test_what_waits_for_a_caring_call_and_for_qc_is_counted(dispatched, support_hc, waiting, api, supervisor):  # noqa: F811
    solve_escort(escort_of(dispatched), "ODP dikeringkan", by=support_hc)
    assert tile(api(supervisor), Measure.CARING_WAITING)["value"] == 1
    assert tile(api(supervisor), Measure.QC_WAITING)["value"] == 1


def test_a_supervisor_sees_the_own_site_others_any_or_all(raised, api, supervisor, support_hc, administrator, site):
    elsewhere = people.create_site(by=None, code="BDG", name="Bandung")
    other = arrive("30009", "Wulan", Role.SUPERVISOR, people.create_team(by=None, name="Supervisor BDG", site=elsewhere))
    assert tile(api(other), Measure.SUPER_EMERGENCIES)["value"] == 0
    assert tile(api(other), Measure.SUPER_EMERGENCIES, site=site.code)["value"] == 0
    assert tile(api(support_hc), Measure.SUPER_EMERGENCIES)["value"] == 1
    assert tile(api(administrator), Measure.SUPER_EMERGENCIES, site="BDG")["value"] == 0
    assert api(administrator).get("/api/v1/wallboard/", {"site": "NONE"}).status_code == 400


def test_a_site_may_have_a_target_of_its_own(raised, api, supervisor, administrator, site):
    program, own = api(administrator), {"measure": "super_emergencies", "site": site.code, "limit": 0, "near": 0}
    made = program.post("/api/v1/quality-targets/", own)
    assert made.status_code == 201
    assert tile(api(supervisor), Measure.SUPER_EMERGENCIES)["level"] == "over"
    assert tile(program, Measure.SUPER_EMERGENCIES)["level"] == "ok"
    assert program.post("/api/v1/quality-targets/", own).status_code == 409
    assert program.post(f"/api/v1/quality-targets/{made.json()['id']}/remove/").status_code == 204
    assert tile(api(supervisor), Measure.SUPER_EMERGENCIES)["level"] == "ok"
    general = target_of(Measure.SUPER_EMERGENCIES)
    assert program.post(f"/api/v1/quality-targets/{general.pk}/remove/").status_code == 409


def test_it_is_said_since_when_it_has_been_worse_than_its_target(hard, api, supervisor, forward):  # noqa: F811
    keep_wall_sample()
    for _ in range(4):
        forward(minutes=10)
        keep_wall_sample()
        keep_wall_sample()  # a second beat writes nothing more
    samples = WallSample.objects.of("JKT").order_by("at")
    assert [each.values["hard_overdue"] for each in samples] == [0, 0, 1, 1, 1]
    seen = tile(api(supervisor), Measure.HARD_OVERDUE)
    assert datetime.fromisoformat(seen["since"]) == samples[2].at and seen["change"] == 1


def test_old_samples_are_forgotten(site, forward):
    keep_wall_sample()
    forward(days=3)
    keep_wall_sample()
    assert WallSample.objects.count() == 2


def test_bounds_that_make_no_sense_are_refused_at_their_field(api, administrator, sign_in):
    most, least = target_of(Measure.CARING_WAITING), target_of(Measure.PROMISES_KEPT)
    for target, body in ((most, {"limit": 5, "near": 6}), (least, {"limit": 95, "near": 90}), (most, {"limit": -1, "near": 0})):
        refused = api(administrator).post(f"/api/v1/quality-targets/{target.pk}/change/", body)
        assert refused.status_code == 400 and set(refused.json()["errors"]) <= {"near", "limit"}
    page = sign_in(administrator).post(f"/quality-targets/{most.pk}/", {"limit": "banyak", "near": "1"})
    assert page.status_code == 400
    assert target_of(Measure.CARING_WAITING).limit == most.limit


def test_the_wall_shows_it_large_and_names_nobody(raised, sign_in, supervisor):
    browser = sign_in(supervisor)
    page = browser.get("/wallboard/").content.decode()
    assert "Super Emergency aktif" in page and raised.number in page and raised.customer_name not in page
    assert raised.service_number not in page


def test_the_wall_is_drawn_anew_every_fifteen_seconds(sign_in, supervisor):
    browser, version = sign_in(supervisor), f"{now().timestamp() // 15:.0f}"
    with time_machine.travel(int(version) * 15 + 7, tick=False):
        assert browser.get(f"/wallboard/?v={version}", headers={"HX-Request": "true"}).status_code == 204
    with time_machine.travel(int(version) * 15 + 15, tick=False):
        assert browser.get(f"/wallboard/?v={version}", headers={"HX-Request": "true"}).status_code == 200


def test_the_administrator_changes_targets_on_a_page_that_others_only_read(sign_in, administrator, supervisor, site):
    browser, target = sign_in(administrator), target_of(Measure.QC_WAITING)
    assert browser.post(f"/quality-targets/{target.pk}/", {"limit": "12", "near": "8", "clause": "PM-08 8.1"}).status_code == 302
    assert target_of(Measure.QC_WAITING).limit == 12
    own = {"measure": "qc_waiting", "site": site.pk, "limit": "5", "near": "3"}
    assert browser.post("/quality-targets/new/", own).status_code == 302
    assert browser.post("/quality-targets/new/", own).status_code == 409
    made = QualityTarget.objects.get(site=site)
    reader = sign_in(supervisor)
    assert 'name="limit"' not in reader.get("/quality-targets/").content.decode()
    assert reader.post(f"/quality-targets/{made.pk}/", {"limit": "1", "near": "1"}).status_code == 403
    assert browser.post(f"/quality-targets/{made.pk}/remove/").status_code == 302
    assert not QualityTarget.objects.filter(site=site).exists()


def test_who_has_no_wall_is_refused(api, sign_in, agent, team_leader, quality_control):
    for person in (agent, team_leader, quality_control):
        assert api(person).get("/api/v1/wallboard/").status_code == 403
        assert sign_in(person).get("/wallboard/").status_code == 403


def test_what_the_wall_costs(sign_in, supervisor, django_assert_num_queries, raised):
    browser = sign_in(supervisor)
    browser.get("/wallboard/")
    with django_assert_num_queries(10):
        assert browser.get("/wallboard/").status_code == 200


def test_a_claimed_ticket_still_counts(raised, support_hc, api, supervisor):
    claim_escort(escort_of(raised), by=support_hc)
    assert tile(api(supervisor), Measure.SUPER_EMERGENCIES)["value"] == 1
