"""Raising and withdrawing (SE-1 to SE-3, PM-2)."""

import pytest

from escalation.actions.escorts import claim_escort, dispatch
from escalation.models import Message
from tests.escalation.conftest import clock_of, escort_of
from tickets.models import Ticket


def raising(program, ticket, expect=200, **body):
    answer = program.post(f"/api/v1/tickets/{ticket.number}/super-emergency/", {"reason": "Janji tiga kali lewat", **body})
    assert answer.status_code == expect, answer.content
    return answer.json()


def withdrawing(program, ticket, expect=200):
    answer = program.post(f"/api/v1/tickets/{ticket.number}/withdraw-super-emergency/", {"reason": "Salah tiket"})
    assert answer.status_code == expect, answer.content
    return answer.json()


@pytest.mark.req("SE-1", "SE-2")
def test_a_tl_raises_and_support_hc_has_it_on_top_at_once(api, hard, log, agent, team_leader, support_hc):
    ticket = log(agent)
    assert raising(api(team_leader), ticket)["kind"] == "super_emergency"
    rows = api(support_hc).get("/api/v1/escorts/").json()["results"]
    assert [row["ticket"] for row in rows] == [ticket.number, hard.number]
    assert api(support_hc).get("/api/v1/notifications/").json()["results"][0]["event"] == "super_emergency"
    assert Message.objects.get(group__name="Support HC").about == "super_emergency"


@pytest.mark.req("SE-1")
def test_nobody_below_a_tl_may(api, hard, agent, support_hc, outbound_agent):
    for person in (agent, support_hc, outbound_agent):
        raising(api(person), hard, expect=403)


@pytest.mark.req("SE-1")
def test_another_teams_tl_does_not_see_it_and_the_supervisor_may(api, hard, other_team_leader, supervisor):
    raising(api(other_team_leader), hard, expect=404)
    raising(api(supervisor), hard)


@pytest.mark.req("PM-2")
@pytest.mark.parametrize("kind", ["super_emergency", "buzzer", "buzzer_visit"])
def test_the_three_kinds_are_kept_apart(api, hard, team_leader, kind):
    assert raising(api(team_leader), hard, kind=kind)["kind"] == kind


@pytest.mark.req("SE-1")
@pytest.mark.parametrize("body", [{"kind": "regular"}, {"kind": "x"}, {"reason": " "}])
def test_a_wrong_kind_or_no_reason_is_refused(api, hard, team_leader, body):
    raising(api(team_leader), hard, expect=400, **body)


@pytest.mark.req("SE-1")
def test_raising_twice_is_refused_in_words(api, hard, team_leader):
    raising(api(team_leader), hard)
    assert "Super Emergency" in raising(api(team_leader), hard, expect=409)["detail"]


@pytest.mark.req("ESC-1")
def test_raising_starts_the_new_kinds_clocks_at_the_raising(api, hard, team_leader, forward):
    forward(minutes=10)
    raising(api(team_leader), hard)
    assert (clock_of(hard, "claim").seconds, clock_of(hard, "dispatch").seconds) == (300, 900)
    assert clock_of(hard, "claim").started_at > hard.opened_at
    assert hard.clock_rows.filter(milestone="claim", state="cancelled").count() == 1


@pytest.mark.req("SE-1")
def test_raising_keeps_the_owner_and_goes_to_analysis(api, hard, team_leader, support_hc):
    claim_escort(escort_of(hard), by=support_hc)
    raising(api(team_leader), hard)
    escort = escort_of(hard)
    assert (escort.state, escort.owner, escort.kind) == ("analysing", support_hc, "super_emergency")


@pytest.mark.req("SE-3")
def test_it_goes_to_tial_reg_and_c4_in_one_act(api, hard, team_leader, support_hc):
    raising(api(team_leader), hard)
    escort = claim_escort(escort_of(hard), by=support_hc)
    dispatch(escort, by=support_hc)
    assert sorted(Message.objects.filter(is_dispatch=True).values_list("group__name", flat=True)) == ["C4", "TIAL REG-3"]


@pytest.mark.req("SE-3")
def test_a_group_that_has_it_hears_only_the_new_kind(api, hard, team_leader, support_hc):
    dispatch(claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    raising(api(team_leader), hard)
    dispatch(escort_of(hard), by=support_hc)
    texts = dict(Message.objects.filter(is_dispatch=True, kind="super_emergency").values_list("group__name", "text"))
    assert "naik menjadi" in texts["TIAL REG-3"] and "Internet mati total" in texts["C4"]


@pytest.mark.req("SE-1")
def test_withdrawn_in_time_the_earlier_kind_stands_again(api, hard, team_leader, forward):
    raising(api(team_leader), hard)
    forward(minutes=4)
    assert withdrawing(api(team_leader), hard)["kind"] == "hard_complaint"
    assert escort_of(hard).kind == "hard_complaint"


@pytest.mark.req("SE-1")
def test_after_five_minutes_it_stays(api, hard, team_leader, forward):
    raising(api(team_leader), hard)
    forward(minutes=5, seconds=1)
    assert "5 " in withdrawing(api(team_leader), hard, expect=409)["detail"]


@pytest.mark.req("SE-1")
def test_withdrawn_from_a_regular_ticket_the_escort_ends(api, log, agent, team_leader):
    ticket = log(agent)
    raising(api(team_leader), ticket)
    assert withdrawing(api(team_leader), ticket)["kind"] == "regular"
    assert escort_of(ticket).state == "withdrawn"
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.holder_kind, ticket.holder_person) == ("agent", agent)
    closing = {"solution": "x", "cause": "Port", "customer_confirmed": True, "further_help_offered": True}
    assert api(agent).post(f"/api/v1/tickets/{ticket.number}/close/", closing).status_code == 200


@pytest.mark.req("SE-1")
def test_raised_again_after_withdrawing_it_stands_in_the_queue(api, log, agent, team_leader):
    ticket = log(agent)
    raising(api(team_leader), ticket)
    withdrawing(api(team_leader), ticket)
    raising(api(team_leader), ticket)
    assert escort_of(ticket).state == "queued"
