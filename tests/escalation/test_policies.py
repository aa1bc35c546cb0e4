"""Policies: versions, whom they serve, confirming, switching on and off (ESC-1, ESC-2)."""

import itertools
from datetime import timedelta

import pytest

from common.clock import now
from escalation.actions.policies import switch_off
from escalation.actions.timers import tick
from escalation.models import Channel, Clock, Group, Notification, Policy
from tests.escalation.conftest import clock_of
from tickets.actions import overrule_criterion, post_update
from tickets.models import Kind

LADDER = [{"after_seconds": 0, "whom": "holder"}, {"after_seconds": 600, "whom": "team_leader"}]
SPECIAL = {"segment": "DGS", "service_line": "indihome", "region": 3, "site": "JKT"}


def body(seconds=1200, **head):
    milestones = [{"milestone": "claim", "seconds": seconds, "rungs": LADDER}]
    return {"name": "Khusus", "kind": "hard_complaint", "milestones": milestones, **head}


@pytest.fixture
def post(api, administrator):
    """``post(region=3, seconds=60)`` makes a policy through the API."""

    def posted(**values):
        answer = api(administrator).post("/api/v1/policies/", body(**values))
        assert answer.status_code == 201, answer.content
        return answer.json()

    return posted


def claim_seconds(log, agent, **values):
    return clock_of(log(agent, criteria=["threat"], **values), "claim").seconds


def told_of(ticket):
    """The codes of those whom the ladders told of it, in their order."""
    rows = Notification.objects.filter(ticket=ticket, event="rung").order_by("pk")
    return list(rows.values_list("person__agent_code", flat=True))


@pytest.mark.req("ESC-1")
@pytest.mark.parametrize("field", SPECIAL)
def test_a_policy_that_names_a_field_serves_the_tickets_that_agree(field, post, log, agent):
    post(**{field: SPECIAL[field]})
    assert claim_seconds(log, agent, segment="DGS") == 1200


@pytest.mark.req("ESC-1")
@pytest.mark.parametrize(("field", "other"), [("segment", "DBS"), ("service_line", "telephony"), ("region", 5)])
def test_and_no_others(field, other, post, log, agent):
    post(**{field: other})
    assert claim_seconds(log, agent, segment="DGS") == 900


@pytest.mark.req("ESC-1")
def test_a_policy_of_another_site_serves_nobody_here(post, log, agent, site):
    type(site).objects.create(code="SBY", name="Surabaya")
    post(site="SBY")
    assert claim_seconds(log, agent) == 900


SUBSETS = [set(names) for size in range(1, 5) for names in itertools.combinations(SPECIAL, size)]
BY_RANK = sorted(SUBSETS, key=lambda names: (len(names), *(field in names for field in SPECIAL)))


@pytest.mark.req("ESC-1")
def test_of_all_that_serve_the_most_special_wins_in_the_written_order(post, log, agent, administrator):
    """More fields win over fewer; of equally many, segment before line before region before site. There are no ties."""
    for seconds, names in enumerate(BY_RANK, start=100):
        post(seconds=seconds, **{field: SPECIAL[field] for field in names})
    assert len(set(Policy.objects.filter(kind="hard_complaint").values_list("specificity", flat=True))) == 16
    for seconds in reversed(range(100, 115)):
        assert claim_seconds(log, agent, segment="DGS") == seconds
        policy = Policy.objects.get(milestones__seconds=seconds)
        switch_off(policy, by=administrator)
    assert claim_seconds(log, agent, segment="DGS") == 900


@pytest.mark.req("ESC-2")
def test_each_scope_has_versions_of_its_own(post):
    assert [post()["version"], post()["version"], post(region=3)["version"], post(region=3)["version"]] == [2, 3, 1, 2]


@pytest.mark.req("ESC-2")
def test_a_ticket_keeps_its_version_for_every_clock_that_it_starts_later(post, log, hard, agent):
    ticket = log(agent)
    old = clock_of(ticket, "customer_update").policy_id
    milestones = [{"milestone": "customer_update", "seconds": 60, "rungs": LADDER}]
    post(kind="regular", milestones=milestones)
    post_update(ticket, "Teknisi dijadwalkan", by=agent, to="customer")
    renewed = clock_of(ticket, "customer_update")
    assert (renewed.state, renewed.policy_id, renewed.seconds) == ("running", old, 240 * 60)
    assert clock_of(log(agent), "customer_update").seconds == 60


@pytest.mark.req("ESC-2")
def test_a_ladder_that_is_half_climbed_goes_on_as_it_began(post, log, agent, support_hc, supervisor, administrator, forward):
    """T6: after its first rung a new version sends the second to somebody else, and the old version is switched off."""
    old, ticket = post(), log(agent, criteria=["threat"])
    forward(seconds=1201)
    tick()
    milestones = [{"milestone": "claim", "seconds": 1, "rungs": [{"after_seconds": 1, "whom": "supervisor"}]}]
    post(milestones=milestones)
    switch_off(Policy.objects.get(pk=old["id"]), by=administrator)
    tick()
    assert told_of(ticket) == ["40001"]
    forward(seconds=600)
    tick()
    assert told_of(ticket) == ["40001", "20001"]
    later = log(agent, criteria=["threat"])
    forward(seconds=3)
    tick()
    assert told_of(later) == ["30001"]


@pytest.mark.req("ESC-2")
def test_an_eased_kind_starts_by_the_policy_of_now_and_leaves_the_old_clocks_alone(post, log, agent, team_leader):
    ticket = log(agent, criteria=["threat"])
    post(kind="regular", milestones=[{"milestone": "solution", "seconds": 60, "rungs": LADDER}])
    post(seconds=60)
    overrule_criterion(ticket, "threat", "Bukan ancaman", by=team_leader)
    assert clock_of(ticket, "solution").seconds == 60
    assert set(Clock.objects.filter(ticket=ticket, policy__kind="hard_complaint").values_list("policy__version", flat=True)) == {
        1
    }


@pytest.mark.req("ESC-1")
def test_minutes_are_an_assumption_until_an_administrator_confirms_them(api, administrator, hard, agent):
    policy = Policy.objects.get(kind="hard_complaint")
    assert policy.clause and not policy.confirmed

    def assumed():
        return {clock["assumed"] for clock in api(agent).get(f"/api/v1/tickets/{hard.number}/").json()["clocks"]}

    assert assumed() == {True}
    assert api(administrator).post(f"/api/v1/policies/{policy.pk}/confirm/").json()["confirmed"] is True
    assert assumed() == {False}
    assert api(administrator).post(f"/api/v1/policies/{policy.pk}/confirm/").status_code == 409


@pytest.mark.req("ESC-1", "QM-7")
def test_a_policy_cites_its_clause_or_that_of_the_version_before_it(post, api, administrator):
    kept = Policy.objects.get(kind="hard_complaint").clause
    assert [post()["clause"], post(clause="W-24 5.1")["clause"], post()["clause"]] == [kept, "W-24 5.1", "W-24 5.1"]
    assert post(region=3, clause="P-06 5.9")["clause"] == "P-06 5.9"
    assert post(region=3)["clause"] == "P-06 5.9" and post()["clause"] == "W-24 5.1"
    Policy.objects.update(clause="")
    answer = api(administrator).post("/api/v1/policies/", body())
    assert answer.status_code == 400 and "clause" in answer.json()["errors"]


@pytest.mark.req("ESC-6")
def test_a_version_that_is_off_serves_nobody_until_it_is_switched_on(post, api, administrator, log, agent):
    made = post(active=False)
    assert claim_seconds(log, agent) == 900
    api(administrator).post(f"/api/v1/policies/{made['id']}/switch-on/")
    assert claim_seconds(log, agent) == 1200
    api(administrator).post(f"/api/v1/policies/{made['id']}/switch-off/")
    assert claim_seconds(log, agent) == 900


@pytest.mark.req("ESC-6")
def test_a_version_in_force_from_a_day_ahead_serves_from_then_on(post, api, administrator, log, agent, forward):
    made = post(active=False)
    tomorrow = now().replace(microsecond=0) + timedelta(days=1)
    address = f"/api/v1/policies/{made['id']}/switch-on/"
    assert api(administrator).post(address, {"in_force_from": tomorrow.isoformat()}).status_code == 200
    assert claim_seconds(log, agent) == 900
    forward(days=1, seconds=5)
    assert claim_seconds(log, agent) == 1200
    refused = api(administrator).post(address, {"in_force_from": tomorrow.isoformat()})
    assert refused.status_code == 400 and "in_force_from" in refused.json()["errors"]


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize("kind", ["super_emergency", "buzzer", "buzzer_visit"])
def test_the_urgent_kinds_know_no_quiet_hours(kind, api, administrator):
    for field in ("counting", "notifying"):
        refused = api(administrator).post("/api/v1/policies/", body(kind=kind, **{field: "jam-kantor"}))
        assert refused.status_code == 400 and list(refused.json()["errors"]) == [field]


@pytest.mark.req("ESC-1")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "angry"}, "kind"),
        ({"segment": "XYZ"}, "segment"),
        ({"region": 9}, "region"),
        ({"site": "NOWHERE"}, "site"),
        ({"counting": "no-such"}, "counting"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(wrong, field, api, administrator):
    refused = api(administrator).post("/api/v1/policies/", body(**wrong))
    assert refused.status_code == 400 and field in refused.json()["errors"]


RUNG = {"after_seconds": 60, "whom": "holder"}


@pytest.mark.req("ESC-2")
@pytest.mark.parametrize(
    ("rungs", "place"),
    [
        ([RUNG, RUNG | {"whom": "99999"}], "1.whom"),
        ([RUNG | {"whom": "group:987654"}], "0.whom"),
        ([RUNG | {"whom": "role:nobody"}], "0.whom"),
        ([RUNG | {"channel": "pigeon"}], "0.channel"),
        ([RUNG | {"repeat_times": 2}], "0.repeat_seconds"),
        ([RUNG, RUNG, RUNG | {"after_seconds": 59}], "2.after_seconds"),
    ],
)
def test_a_wrong_rung_is_named_by_its_place(rungs, place, api, administrator):
    milestones = [{"milestone": "claim", "seconds": 60, "rungs": rungs}]
    refused = api(administrator).post("/api/v1/policies/", body(milestones=milestones))
    assert refused.status_code == 400 and list(refused.json()["errors"]) == [f"milestones.0.rungs.{place}"]


@pytest.mark.req("ESC-2")
def test_ladders_have_at_most_twelve_rungs_and_each_milestone_once(api, administrator):
    milestones = [{"milestone": "claim", "seconds": 60, "rungs": [RUNG] * 13}, {"milestone": "claim", "seconds": 60, "rungs": []}]
    refused = api(administrator).post("/api/v1/policies/", body(milestones=milestones)).json()["errors"]
    assert set(refused) == {"milestones.0.rungs", "milestones.1.milestone"}


@pytest.mark.req("ESC-2")
def test_a_rung_may_mean_a_role_a_group_or_a_person(post, administrator):
    group = Group.objects.create(name="Gudang", purpose="telkom", channel=Channel.objects.get(slug="by-hand"))
    words = ["role:supervisor", f"group:{group.pk}", "90001"]
    made = post(milestones=[{"milestone": "claim", "seconds": 60, "rungs": [RUNG | {"whom": word} for word in words]}])
    assert [rung["whom"] for rung in made["milestones"][0]["rungs"]] == words


@pytest.mark.req("ESC-1")
@pytest.mark.parametrize("act", ["confirm", "switch-on", "switch-off"])
def test_only_an_administrator_changes_policies(act, api, supervisor, support_hc, agent):
    policy = Policy.objects.filter(kind=Kind.REGULAR).get()
    for person in (supervisor, support_hc, agent):
        assert api(person).post(f"/api/v1/policies/{policy.pk}/{act}/").status_code == 403
        assert api(person).post("/api/v1/policies/", body()).status_code == 403


@pytest.mark.req("ESC-1")
def test_the_first_response_is_given_when_the_customer_hears_something(post, log, agent):
    post(kind="regular", milestones=[{"milestone": "first_response", "seconds": 600, "rungs": LADDER}])
    ticket = log(agent)
    assert clock_of(ticket, "first_response").state == "running"
    post_update(ticket, "Sedang dicek", by=agent, to="customer")
    assert clock_of(ticket, "first_response").state == "met"
