"""Waiting for the customer, whatever happens meanwhile: what stood still never counts, and the ledger says so (ESC-5)."""

from datetime import timedelta

import pytest

from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, dispatch, release_escort, solve_escort
from escalation.actions.raising import raise_super_emergency
from escalation.actions.timers import tick
from escalation.models import ClockRung
from tests.escalation.conftest import clock_of, escort_of
from tickets.actions import pause, post_update, resume

pytestmark = pytest.mark.req("ESC-5")
WHY = "Menunggu nomor KTP"
NEAR = timedelta(seconds=30)


def ledger(clock):
    """Of each stretch whether it ran, its minutes (None: it goes on), and the reason."""
    rows = clock.intervals.order_by("id")
    length = [(row.ended_at - row.started_at) if row.ended_at else None for row in rows]
    minutes = [each and round(each.total_seconds() / 60) for each in length]
    return [(row.running, each, row.reason) for row, each in zip(rows, minutes, strict=True)]


@pytest.mark.parametrize(("before", "state"), [(10, "met"), (16, "late")])
def test_what_is_met_while_it_stands_still_is_judged_by_the_time_that_was_left(hard, agent, support_hc, forward, before, state):
    forward(minutes=before)
    pause(hard, WHY, by=agent)
    forward(minutes=40)
    claim_escort(escort_of(hard), by=support_hc)
    claim = clock_of(hard, "claim")
    assert (claim.state, ledger(claim)) == (state, [(True, before, ""), (False, 40, WHY)])
    assert abs(claim.due_at - claim.started_at - timedelta(minutes=55)) < NEAR


def test_denied_after_it_was_solved_in_a_pause_the_pause_stays_out_and_the_solved_stretch_counts(
    hard, agent, support_hc, forward
):
    due = clock_of(hard, "customer_update").due_at
    claim_escort(escort_of(hard), by=support_hc)
    forward(minutes=5)
    pause(hard, WHY, by=agent)
    forward(minutes=20)
    solve_escort(escort_of(hard), "Kabel diganti", by=support_hc)
    forward(minutes=10)
    deny_escort(escort_of(hard), by=agent, words="Masih putus")
    again = clock_of(hard, "customer_update")
    assert again.state == "running" and abs(again.due_at - due - timedelta(minutes=20)) < NEAR
    assert ledger(again) == [(True, 5, ""), (False, 20, WHY), (True, None, "")]
    assert again.intervals.get(running=False).by == agent


def test_after_a_denial_the_ledger_goes_on_without_a_stretch_twice(hard, agent, support_hc, forward):
    forward(minutes=5)
    pause(hard, WHY, by=agent)
    forward(minutes=10)
    resume(hard, by=agent)
    forward(minutes=5)
    solve_escort(claim_escort(escort_of(hard), by=support_hc), "Kabel diganti", by=support_hc)
    forward(minutes=10)
    deny_escort(escort_of(hard), by=agent, words="Masih putus")
    forward(minutes=5)
    pause(hard, "Menunggu pelanggan pulang", by=agent)
    forward(minutes=7)
    resume(hard, by=agent)
    again = clock_of(hard, "customer_update")
    assert ledger(again) == [
        (True, 5, ""),
        (False, 10, WHY),
        (True, 20, ""),
        (False, 7, "Menunggu pelanggan pulang"),
        (True, None, ""),
    ]
    assert abs(again.due_at - again.started_at - timedelta(minutes=60 + 17)) < NEAR


def test_raised_while_the_customer_is_waited_for_the_new_clocks_wait_along(hard, agent, team_leader, support_hc, forward):
    forward(minutes=5)
    pause(hard, WHY, by=agent)
    forward(minutes=10)
    raise_super_emergency(hard, "Media", by=team_leader)
    claim = clock_of(hard, "claim")
    assert (claim.seconds, claim.state) == (300, "paused")
    forward(minutes=30)
    tick()
    assert set(ClockRung.objects.filter(clock=claim).values_list("state", flat=True)) == {"held"}
    resume(hard, by=agent)
    claim = clock_of(hard, "claim")
    assert (claim.state, ledger(claim)) == ("running", [(False, 30, WHY), (True, None, "")])
    assert abs(claim.due_at - claim.started_at - timedelta(minutes=35)) < NEAR


def test_released_or_dispatched_while_the_customer_is_waited_for_nothing_runs(hard, agent, support_hc, forward):
    escort = claim_escort(escort_of(hard), by=support_hc)
    pause(hard, WHY, by=agent)
    release_escort(escort, by=support_hc)
    assert clock_of(hard, "claim").state == "paused"
    dispatch(claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    assert clock_of(hard, "unit_silence").state == "paused"
    resume(hard, by=agent)
    assert not hard.clock_rows.filter(state="paused").exists()


def test_told_while_the_customer_is_waited_for_the_next_word_has_its_whole_time_from_the_resumption(hard, agent, forward):
    forward(minutes=50)
    pause(hard, WHY, by=agent)
    forward(minutes=20)
    post_update(hard, "Kami menunggu nomor KTP Ibu", by=agent, to="customer")
    assert [row.state for row in hard.clock_rows.filter(milestone="customer_update").order_by("id")] == ["met", "paused"]
    forward(minutes=15)
    resume(hard, by=agent)
    again = clock_of(hard, "customer_update")
    assert ledger(again) == [(False, 15, WHY), (True, None, "")]
    assert abs(again.due_at - again.started_at - timedelta(minutes=75)) < NEAR
