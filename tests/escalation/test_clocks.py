"""Clocks and ladders: started, paused, fired, acknowledged, stopped (ESC-1 to ESC-6)."""

from datetime import timedelta

import pytest

from accounts.actions import set_duty
from accounts.models import Duty
from escalation.actions import auditing
from escalation.actions.clocks import acknowledge
from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, dispatch, solve_escort
from escalation.actions.timers import tick
from escalation.models import Message, Notification
from tests.escalation.conftest import clock_of, escort_of
from tickets.actions import close, pause, post_update, resume, solve
from tickets.models import Ticket


def told(person, event="rung"):
    return Notification.objects.filter(person=person, event=event).count()


def rungs(clock):
    return list(clock.rungs.values_list("state", flat=True))


@pytest.mark.req("ESC-1")
def test_a_regular_ticket_has_the_clocks_of_its_kind(log, agent):
    ticket = log(agent)
    found = dict(ticket.clock_rows.values_list("milestone", "seconds"))
    assert found == {"customer_update": 240 * 60, "solution": 1440 * 60}


@pytest.mark.req("ESC-1")
def test_a_hard_complaint_has_claim_dispatch_and_update(hard):
    assert dict(hard.clock_rows.values_list("milestone", "seconds")) == {"claim": 900, "dispatch": 1800, "customer_update": 3600}


@pytest.mark.req("ESC-6")
def test_the_administrator_reads_a_clock_and_acknowledges_none(api, hard, administrator):
    clock = clock_of(hard, "claim")
    assert api(administrator).get(f"/api/v1/clocks/{clock.pk}/").json()["milestone"] == "claim"
    assert api(administrator).post(f"/api/v1/clocks/{clock.pk}/acknowledge/").status_code == 403


@pytest.mark.req("ESC-6")
def test_the_ticket_shows_what_ends_first_and_whom_it_will_reach(api, hard, agent):
    shown = api(agent).get(f"/api/v1/tickets/{hard.number}/").json()
    claim = next(clock for clock in shown["clocks"] if clock["milestone"] == "claim")
    assert claim["next_rung"]["whom"] == "holder" and 0 < claim["remaining_seconds"] <= 900
    assert Ticket.objects.get(pk=hard.pk).clock_milestone == "claim"


@pytest.mark.req("ESC-2")
def test_the_ladder_goes_up_holder_tl_supervisor_telkom(hard, support_hc, team_leader, supervisor, forward):
    for minutes, people in [(15, support_hc), (10, team_leader), (10, supervisor)]:
        before = told(people)
        forward(minutes=minutes, seconds=1)
        tick()
        assert told(people) == before + 1
    forward(minutes=40)
    tick()
    assert Message.objects.filter(group__purpose="telkom").exists()
    assert Ticket.objects.get(pk=hard.pk).holder_kind == "telkom"


@pytest.mark.req("ESC-3")
def test_a_second_tick_fires_nothing_again(hard, support_hc, forward):
    forward(minutes=15, seconds=1)
    tick()
    tick()
    assert told(support_hc) == 1


@pytest.mark.req("ESC-3")
def test_after_an_outage_only_the_highest_due_rung_fires_and_names_the_lower(hard, support_hc, team_leader, supervisor, forward):
    forward(minutes=36)
    tick()
    assert rungs(clock_of(hard, "claim")) == ["overtaken", "overtaken", "late", "waiting"]
    assert (told(support_hc), told(team_leader), told(supervisor)) == (1, 0, 1)
    text = Notification.objects.filter(person=supervisor, event="rung").latest("id").text
    assert "pemegang bola" in text and "TL" in text


@pytest.mark.req("ESC-2", "OB-7")
def test_a_rung_that_reaches_nobody_on_duty_goes_to_the_next(hard, support_hc, team_leader, supervisor, forward):
    for person in (support_hc, team_leader):
        set_duty(person, by=person, duty=Duty.OFF)
    forward(minutes=15, seconds=1)
    tick()
    assert (told(team_leader), told(supervisor)) == (0, 1)


@pytest.mark.req("ESC-3")
def test_rungs_of_ended_clocks_are_cancelled(hard, support_hc):
    claim_escort(escort_of(hard), by=support_hc)
    clock = clock_of(hard, "claim")
    assert clock.state == "met" and set(rungs(clock)) == {"cancelled"}


@pytest.mark.req("ESC-2")
def test_an_acknowledgement_holds_the_ladder_and_runs_out(hard, support_hc, team_leader, forward):
    forward(minutes=15, seconds=1)
    tick()
    acknowledge(clock_of(hard, "claim"), by=support_hc, minutes=20)
    forward(minutes=19)
    tick()
    assert told(team_leader) == 0
    forward(minutes=2)
    tick()
    assert told(team_leader) == 1


@pytest.mark.req("ESC-5")
def test_waiting_for_the_customer_moves_the_due_moment_by_the_pause(hard, agent, support_hc, team_leader, forward, api):
    due = clock_of(hard, "claim").due_at
    pause(hard, "Menunggu nomor KTP", by=agent)
    forward(minutes=41)
    tick()
    assert told(support_hc) == 0
    resume(hard, by=team_leader)
    moved = clock_of(hard, "claim")
    assert abs(moved.due_at - due - timedelta(minutes=41)) < timedelta(seconds=30)
    ledger = moved.intervals.order_by("id")
    wanted = [(True, "", None), (False, "Menunggu nomor KTP", agent), (True, "", team_leader)]
    assert [(row.running, row.reason, row.by) for row in ledger] == wanted
    told_to_programs = api(team_leader).get(f"/api/v1/clocks/{moved.pk}/").json()["intervals"]
    assert [(row["running"], row["reason"], row["by"]) for row in told_to_programs] == [
        (True, "", None), (False, "Menunggu nomor KTP", "10001"), (True, "", "20001"),
    ]  # fmt: skip


@pytest.mark.req("ESC-5")
def test_an_update_to_the_customer_starts_that_clock_anew(hard, agent, forward):
    forward(minutes=30)
    post_update(hard, "Teknisi dijadwalkan", by=agent, to="customer")
    states = list(hard.clock_rows.filter(milestone="customer_update").order_by("id").values_list("state", flat=True))
    assert states == ["met", "running"]


@pytest.mark.req("ESC-5")
def test_an_internal_note_does_not(hard, agent):
    post_update(hard, "Catatan", by=agent, to="internal")
    assert hard.clock_rows.filter(milestone="customer_update").count() == 1


@pytest.mark.req("ESC-5")
def test_unit_silence_runs_from_the_dispatch(hard, support_hc):
    dispatch(claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    assert clock_of(hard, "unit_silence").seconds == 45 * 60
    assert escort_of(hard).next_follow_up_at == clock_of(hard, "unit_silence").due_at


@pytest.mark.req("ESC-5")
def test_at_solved_repair_stops_and_at_closed_nothing_runs(log, agent):
    ticket = solve(log(agent), "Reset port", "Port", by=agent)
    assert not ticket.clock_rows.filter(state="running").exists()
    close(ticket, by=agent, customer_confirmed=True, further_help_offered=True)
    assert not ticket.clock_rows.filter(state__in=["running", "paused"]).exists()


@pytest.mark.req("ESC-5")
def test_a_denial_counts_the_solved_stretch(hard, agent, support_hc, forward):
    due = clock_of(hard, "customer_update").due_at
    solve_escort(claim_escort(escort_of(hard), by=support_hc), "Kabel diganti", by=support_hc)
    forward(minutes=30)
    deny_escort(escort_of(hard), by=agent, words="Masih putus")
    again = clock_of(hard, "customer_update")
    assert (again.state, again.due_at) == ("running", due)
    assert (clock_of(hard, "caring").state, clock_of(hard, "claim").state) == ("met", "running")


@pytest.mark.req("ESC-2")
def test_a_person_escalates_by_hand_to_the_next_rung(api, hard, agent, team_leader):
    assert api(agent).post(f"/api/v1/tickets/{hard.number}/escalate/", {}).status_code == 200
    assert told(team_leader) == 1


@pytest.mark.req("ESC-3")
def test_the_auditor_says_what_should_have_fired_and_did_not(hard, administrator, forward):
    forward(minutes=24)
    assert auditing.audit() == ["1 anak tangga lewat waktu belum naik."]
    assert told(administrator, "alarm") == 1


@pytest.mark.req("ESC-2")
def test_a_new_policy_version_touches_no_running_ticket(api, hard, administrator, log, agent):
    body = {
        "name": "Cepat",
        "kind": "hard_complaint",
        "milestones": [{"milestone": "claim", "seconds": 60, "rungs": [{"after_seconds": 0, "whom": "support_hc"}]}],
    }
    answer = api(administrator).post("/api/v1/policies/", body)
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    assert clock_of(hard, "claim").seconds == 900
    assert clock_of(log(agent, criteria=["threat"]), "claim").seconds == 60


@pytest.mark.req("ESC-2")
@pytest.mark.parametrize("rung", [{"whom": "99999"}, {"whom": "holder", "channel": "tidak-ada"}])
def test_a_policy_that_reaches_nobody_is_refused(api, administrator, rung):
    milestones = [{"milestone": "claim", "seconds": 60, "rungs": [{"after_seconds": 0, **rung}]}]
    answer = api(administrator).post("/api/v1/policies/", {"name": "X", "kind": "regular", "milestones": milestones})
    assert answer.status_code == 400 and list(answer.json()["errors"])[0].startswith("milestones.0.rungs.0.")


@pytest.mark.req("ESC-2")
def test_only_an_administrator_makes_policies(api, supervisor, support_hc):
    for person in (supervisor, support_hc):
        assert api(person).post("/api/v1/policies/", {}).status_code == 403
