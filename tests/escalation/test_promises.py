"""Promises: three slots a TL, closed by nothing but their result (W-24 5.3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import actions as people
from accounts.history import broken_places
from accounts.models import HistoryEntry
from accounts.roles import Role
from common.clock import now
from escalation.actions import escorts, promises
from escalation.actions.raising import raise_super_emergency
from escalation.models import Notification, Promise, PromiseSlot, PromiseWarning
from outbound import actions as calls
from outbound.models import Callback
from tests.conftest import arrive
from tests.escalation.conftest import escort_of
from tickets.models import Ticket

TERMS = {"promised_to": "Ibu Sri", "what": "Internet menyala lagi"}


def terms(hours: float = 4) -> dict[str, str]:
    return {**TERMS, "due_at": (now() + timedelta(hours=hours)).isoformat()}


@pytest.fixture
def promise(api, team_leader):
    """``promise(ticket)`` raises the ticket with a promise, by the API, and answers what came back."""

    def promised(ticket, *, by=team_leader, expect=200, hours=4, **body):
        body = {"reason": "Janji teknisi gagal", "promise": terms(hours), **body}
        answer = api(by).post(f"/api/v1/tickets/{ticket.number}/super-emergency/", body)
        assert answer.status_code == expect, answer.content
        return answer.json()

    return promised


@pytest.fixture
def raised(log, agent, team_leader):
    """``raised(kind)`` is a ticket of one of the three kinds."""

    def made(kind="super_emergency"):
        return raise_super_emergency(log(agent, criteria=["threat"]), "Media", by=team_leader, kind=kind)

    return made


@pytest.fixture
def made(raised, team_leader):
    """``made()`` is an open promise of the TL."""

    def promised(hours=4):
        due = now() + timedelta(hours=hours)
        return promises.make_promise(raised(), promises.Terms(**TERMS, due_at=due), by=team_leader)

    return promised


@pytest.fixture
def second_leader(other_team_leader):
    return other_team_leader


def act(program, promise, name, expect=200, **body):
    answer = program.post(f"/api/v1/promises/{promise.pk}/{name}/", body)
    assert answer.status_code == expect, answer.content
    return answer.json()


@pytest.mark.req("PM-1", "PM-3", "SE-1")
def test_the_flag_may_carry_the_promise(api, hard, promise, team_leader):
    assert promise(hard)["kind"] == "super_emergency"
    row = api(team_leader).get("/api/v1/promises/").json()["results"][0]
    assert (row["ticket"], row["what"], row["state"], row["holder"]) == (hard.number, TERMS["what"], "open", "20001")
    assert row["earlier_due"] == []


@pytest.mark.req("PM-1")
def test_a_full_board_refuses_flag_and_promise_alike(log, agent, promise, made):
    for _ in range(3):
        made()
    ticket = log(agent, criteria=["threat"])
    detail = promise(ticket, expect=409)["detail"]
    assert "penuh" in detail or "full" in detail
    ticket.refresh_from_db()
    assert (ticket.kind, PromiseSlot.objects.count()) == ("hard_complaint", 3)


@pytest.mark.req("PM-1")
def test_flagging_alone_takes_no_slot(made, raised):
    for _ in range(3):
        made()
    assert raised().kind == "super_emergency"


@pytest.mark.req("PM-1")
def test_several_promises_on_one_ticket_take_one_slot(api, made, team_leader):
    first = made()
    answer = api(team_leader).post("/api/v1/promises/", {"ticket": first.ticket.number, **terms(2)})
    assert (answer.status_code, PromiseSlot.objects.count()) == (201, 1)
    act(api(team_leader), first, "keep")
    assert PromiseSlot.objects.count() == 1
    act(api(team_leader), Promise.objects.get(pk=answer.json()["id"]), "keep")
    assert PromiseSlot.objects.count() == 0


@pytest.mark.req("PM-1")
def test_a_promise_needs_one_of_the_three_kinds(api, hard, team_leader):
    answer = api(team_leader).post("/api/v1/promises/", {"ticket": hard.number, **terms()})
    assert answer.status_code == 409


@pytest.mark.req("PM-1")
@pytest.mark.parametrize(
    "body", [{"what": " "}, {"promised_to": ""}, {"due_at": "2020-01-01T00:00:00Z"}, {"due_at": "2090-01-01T00:00:00Z"}]
)
def test_what_is_missing_or_past_is_refused(api, raised, team_leader, body):
    answer = api(team_leader).post("/api/v1/promises/", {"ticket": raised().number, **terms(), **body})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(body))


@pytest.mark.req("PM-1")
def test_the_place_of_a_slot_is_unique_in_the_database_too(made, team_leader, raised):
    made()
    with pytest.raises(IntegrityError), transaction.atomic():
        PromiseSlot.objects.create(ticket=raised(), holder=team_leader, place=1, since=now())


@pytest.mark.req("PM-1", "PM-3")
@pytest.mark.parametrize(
    ("name", "body", "state"), [("keep", {}, "kept"), ("break", {"reason": "Teknisi tidak datang"}, "broken")]
)
def test_a_result_ends_it_and_frees_the_slot(api, made, team_leader, name, body, state):
    promise = made()
    assert act(api(team_leader), promise, name, **body)["state"] == state
    assert not PromiseSlot.objects.exists()
    assert set(PromiseWarning.objects.values_list("state", flat=True)) == {"cancelled"}
    act(api(team_leader), promise, "keep", expect=409)


@pytest.mark.req("PM-3")
def test_a_broken_one_needs_its_reason(api, made, team_leader):
    act(api(team_leader), made(), "break", expect=400, reason=" ")


@pytest.mark.req("PM-3")
def test_another_moment_keeps_the_earlier_ones_and_counts_anew(api, made, team_leader):
    promise = made(hours=2)
    later = now() + timedelta(hours=6)
    row = act(api(team_leader), promise, "renegotiate", due_at=later.isoformat(), reason="Menunggu material")
    assert len(row["earlier_due"]) == 1
    waiting = PromiseWarning.objects.filter(state="waiting").order_by("percent")
    assert [each.percent for each in waiting] == [50, 80, 100]
    assert abs(waiting[0].due_at - (now() + timedelta(hours=3))) < timedelta(minutes=1)
    assert act(api(team_leader), promise, "renegotiate", expect=400, due_at=later.isoformat(), reason="x")


@pytest.mark.req("PM-3")
def test_warnings_come_at_half_four_fifths_and_the_moment(made, forward, team_leader, supervisor):
    made(hours=10)
    for hours, expected in ((4.9, 0), (0.2, 1), (3, 2), (2, 3)):
        forward(hours=hours)
        promises.warn_due()
        assert Notification.objects.filter(person=team_leader, event__startswith="promise_").count() == expected
    assert Notification.objects.get(person=supervisor).event == "promise_due"
    assert set(PromiseWarning.objects.values_list("state", flat=True)) == {"fired"}


@pytest.mark.req("PM-3", "ESC-3")
def test_after_an_outage_only_the_highest_warning_comes(made, forward, team_leader):
    made(hours=10)
    forward(hours=11)
    assert (promises.warn_due(), promises.warn_due()) == (1, 0)
    assert Notification.objects.filter(person=team_leader).count() == 1
    assert sorted(PromiseWarning.objects.values_list("state", flat=True)) == ["fired", "overtaken", "overtaken"]


@pytest.mark.req("PM-1")
def test_only_its_holder_acts_on_it(api, made, team_leader, second_leader, supervisor, support_hc, agent):
    promise = made()
    act(api(second_leader), promise, "keep", expect=404)
    for person in (supervisor, support_hc, agent):
        act(api(person), promise, "keep", expect=403)
    deputy = arrive("20009", "Wakil", Role.TEAM_LEADER)
    people.change_team(promise.ticket.team, by=None, changes={"leader": deputy})
    act(api(deputy), promise, "keep", expect=403)


@pytest.mark.req("PM-1")
def test_handing_over_needs_the_others_word_and_a_free_slot(api, made, team_leader, second_leader):
    promise = made()
    act(api(second_leader), promise, "accept", expect=404)
    assert act(api(team_leader), promise, "hand-over", to="20002")["offered_to"] == "20002"
    assert PromiseSlot.objects.get().holder == team_leader
    row = act(api(second_leader), promise, "accept")
    assert (row["holder"], row["offered_to"]) == ("20002", None)
    assert Ticket.objects.get(pk=promise.ticket_id).team == second_leader.team
    act(api(second_leader), promise, "keep")


@pytest.mark.req("PM-1", "OB-5")
def test_no_hand_over_takes_a_ticket_where_its_line_is_not_served(api, made, team_leader, second_leader):
    promise = made()
    people.change_team(second_leader.team, by=None, changes={"service_lines": ["telephony"]})
    act(api(team_leader), promise, "hand-over", to="20002")
    refused = act(api(second_leader), promise, "accept", expect=409)
    assert "does not serve IndiHome" in refused["detail"]
    assert (PromiseSlot.objects.get().holder, Ticket.objects.get().team) == (team_leader, team_leader.team)


@pytest.mark.req("PM-1", "OB-5")
def test_a_tl_of_several_teams_takes_it_into_the_one_that_serves_its_line(api, site, made, team_leader, second_leader):
    promise = made()
    people.change_team(second_leader.team, by=None, changes={"service_lines": ["telephony"]})
    second = people.create_team(by=None, name="IndiHome B", site=site, leader=second_leader, service_lines=["indihome"])
    act(api(team_leader), promise, "hand-over", to="20002")
    assert act(api(second_leader), promise, "accept")["holder"] == "20002"
    assert api(second_leader).get(f"/api/v1/tickets/{promise.ticket.number}/").json()["team"] == second.name


@pytest.mark.req("PM-1")
def test_a_full_board_takes_nothing_over(api, made, team_leader, second_leader, log, stranger):
    for _ in range(3):
        ticket = raise_super_emergency(log(stranger, criteria=["threat"]), "Media", by=second_leader)
        promises.make_promise(ticket, promises.Terms(**TERMS, due_at=now() + timedelta(hours=1)), by=second_leader)
    promise = made()
    act(api(team_leader), promise, "hand-over", to="20002")
    act(api(second_leader), promise, "accept", expect=409)
    assert PromiseSlot.objects.filter(holder=second_leader).count() == 3


@pytest.mark.req("PM-1")
def test_an_offer_is_declined_and_both_know(api, made, team_leader, second_leader):
    promise = made()
    act(api(team_leader), promise, "hand-over", expect=400, to="10001")
    act(api(team_leader), promise, "hand-over", to="20002")
    act(api(second_leader), promise, "decline")
    assert Notification.objects.filter(person=team_leader, event="promise_declined").exists()
    act(api(second_leader), promise, "accept", expect=404)


@pytest.mark.req("PM-1", "SE-1")
def test_the_raising_is_not_withdrawn_while_a_promise_stands(api, made, team_leader):
    promise = made()
    address = f"/api/v1/tickets/{promise.ticket.number}/withdraw-super-emergency/"
    assert api(team_leader).post(address, {"reason": "Salah"}).status_code == 409
    act(api(team_leader), promise, "break", reason="Salah tiket")
    assert api(team_leader).post(address, {"reason": "Salah"}).status_code == 200


def in_caring(ticket, support_hc):
    escort = escort_of(ticket)
    escorts.claim_escort(escort, by=support_hc)
    escorts.solve_escort(escort_of(ticket), "Port diganti", by=support_hc)
    return Callback.objects.get(ticket=ticket)


@pytest.mark.req("SE-5", "PM-5")
def test_where_a_promise_stands_only_tier_2_confirms(api, made, support_hc, team_leader, outbound_agent):
    callback = in_caring(made().ticket, support_hc)
    assert api(team_leader).post(f"/api/v1/callbacks/{callback.pk}/claim/").status_code == 403
    assert api(outbound_agent).post(f"/api/v1/callbacks/{callback.pk}/claim/").status_code == 200


@pytest.mark.req("PM-1")
@pytest.mark.parametrize(("late", "proposed"), [(False, True), (True, False)])
def test_confirmed_in_time_proposes_kept_and_the_tl_decides(
    made, support_hc, outbound_agent, team_leader, forward, api, late, proposed
):
    promise = made(hours=1)
    callback = calls.claim_callback(in_caring(promise.ticket, support_hc), by=outbound_agent)
    forward(hours=2 if late else 0)
    calls.record_attempt(
        callback, calls.CallResult(outcome="reached", response="Sudah normal", satisfied=True), by=outbound_agent
    )
    promise.refresh_from_db()
    assert (promise.state, bool(promise.kept_proposed_at)) == ("open", proposed)
    assert Notification.objects.filter(person=team_leader, event="promise_result").exists()
    act(api(team_leader), promise, "keep")


@pytest.mark.req("PM-1", "QM-2")
def test_each_act_is_in_the_ticket_history_without_the_customers_words(api, made, team_leader):
    promise = made()
    act(api(team_leader), promise, "break", reason="Ibu Sri menolak")
    entries = HistoryEntry.objects.filter(subject_id=promise.ticket_id, act__startswith="promise.")
    assert [each.act for each in entries] == ["promise.made", "promise.broken"]
    assert "Sri" not in str([each.facts for each in entries])
    assert not list(broken_places())


@pytest.mark.req("PM-1")
def test_who_has_no_promises_is_refused_the_list(api, agent, outbound_agent, quality_control, client_reader):
    assert {
        api(person).get("/api/v1/promises/").status_code for person in (agent, outbound_agent, quality_control, client_reader)
    } == {403}
