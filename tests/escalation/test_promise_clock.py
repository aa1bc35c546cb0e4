"""The clock of a promise: from the promised moment until the TL says how it ended, where the policy times it (ESC-1, PM-3)."""

from datetime import timedelta

import pytest

from common.clock import now
from escalation.actions import promises
from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.actions.raising import raise_super_emergency
from escalation.actions.timers import tick
from escalation.models import Clock, Notification
from tests.escalation.conftest import clock_of, escort_of

pytestmark = pytest.mark.req("ESC-1", "PM-3")
LADDER = [{"after_seconds": 0, "whom": "supervisor"}, {"after_seconds": 600, "whom": "support_hc"}]
MILESTONES = [{"milestone": "promise", "seconds": 600, "rungs": LADDER}, {"milestone": "claim", "seconds": 300, "rungs": []}]
TERMS = {"promised_to": "Ibu Sri", "what": "Internet menyala lagi"}


@pytest.fixture
def timed(api, administrator):
    """The house times how promises end: ten minutes."""
    for kind in ("super_emergency", "buzzer"):
        body = {"name": kind, "kind": kind, "milestones": MILESTONES}
        assert api(administrator).post("/api/v1/policies/", body).status_code == 201


@pytest.fixture
def promise(log, agent, team_leader):
    raised = raise_super_emergency(log(agent, criteria=["threat"]), "Media", by=team_leader)
    return promises.make_promise(raised, promises.Terms(**TERMS, due_at=now() + timedelta(minutes=40)), by=team_leader)


@pytest.fixture
def passed(timed, promise, forward):
    """Its moment has come, and nobody has said how it ended."""
    forward(minutes=39)
    promises.warn_due()
    assert not Clock.objects.filter(milestone="promise").exists()
    forward(minutes=1, seconds=1)
    promises.warn_due()
    return promise


def test_it_starts_at_the_promised_moment_and_its_ladder_climbs(passed, api, supervisor, support_hc, forward):
    clock = clock_of(passed.ticket, "promise")
    assert (clock.state, clock.seconds) == ("running", 600)
    rows = api(supervisor).get(f"/api/v1/tickets/{passed.ticket.number}/").json()["clocks"]
    assert "promise" in [row["milestone"] for row in rows]
    for person, minutes in ((supervisor, 10), (support_hc, 10)):
        assert not Notification.objects.filter(person=person, event="rung", text__contains="Janji").exists()
        forward(minutes=minutes, seconds=1)
        tick()
    assert Notification.objects.filter(person=support_hc, event="rung", key__startswith="rung:").exists()


@pytest.mark.parametrize(("after", "state"), [(9, "met"), (11, "late")])
@pytest.mark.parametrize("act", ["keep", "break"])
def test_it_ends_when_the_tl_says_how_it_ended(passed, api, team_leader, forward, after, state, act):
    forward(minutes=after)
    answer = api(team_leader).post(f"/api/v1/promises/{passed.pk}/{act}/", {"reason": "Teknisi tidak datang"})
    assert (answer.status_code, clock_of(passed.ticket, "promise").state) == (200, state)


def test_another_moment_ends_it_and_begins_anew_then(passed, team_leader, forward):
    promises.renegotiate_promise(passed, now() + timedelta(minutes=30), "Hujan", by=team_leader)
    assert clock_of(passed.ticket, "promise").state == "met"
    forward(minutes=31)
    promises.warn_due()
    assert clock_of(passed.ticket, "promise").state == "running"


def test_while_another_one_is_overdue_it_runs_on(passed, team_leader, forward):
    second = promises.make_promise(passed.ticket, promises.Terms(**TERMS, due_at=now() + timedelta(minutes=5)), by=team_leader)
    forward(minutes=6)
    promises.warn_due()
    promises.keep_promise(passed, by=team_leader)
    assert clock_of(passed.ticket, "promise").state == "running"
    promises.keep_promise(second, by=team_leader)
    assert clock_of(passed.ticket, "promise").state == "met"


@pytest.mark.parametrize("decided", [False, True])
def test_solved_it_stops_and_a_denial_lets_it_run_unless_its_end_is_known(
    passed, support_hc, team_leader, outbound_agent, decided
):
    solve_escort(claim_escort(escort_of(passed.ticket), by=support_hc), "Kabel diganti", by=support_hc)
    assert clock_of(passed.ticket, "promise").ended_by == "solved"
    if decided:
        promises.keep_promise(passed, by=team_leader)
    deny_escort(escort_of(passed.ticket), by=outbound_agent, words="Masih putus")
    assert clock_of(passed.ticket, "promise").state == ("met" if decided else "running")


def test_turned_into_another_kind_it_begins_anew_by_that_kinds_policy(passed, team_leader):
    raise_super_emergency(passed.ticket, "Viral", by=team_leader, kind="buzzer")
    clock = clock_of(passed.ticket, "promise")
    assert (clock.state, clock.policy.kind) == ("running", "buzzer")


def test_what_passes_while_it_is_solved_begins_with_the_denial(timed, promise, support_hc, outbound_agent, forward):
    solve_escort(claim_escort(escort_of(promise.ticket), by=support_hc), "Kabel diganti", by=support_hc)
    forward(minutes=41)
    promises.warn_due()
    assert not Clock.objects.filter(milestone="promise").exists()
    deny_escort(escort_of(promise.ticket), by=outbound_agent, words="Masih putus")
    assert clock_of(promise.ticket, "promise").state == "running"


def test_a_policy_that_does_not_time_promises_starts_none(promise, forward):
    forward(minutes=41)
    promises.warn_due()
    assert not Clock.objects.filter(milestone="promise").exists()
