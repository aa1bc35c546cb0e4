"""The loop of W-24 5.1 and 5.2 through the API: queued, claimed, analysed, dispatched, progressed, solved."""

import pytest

from accounts.history import broken_places
from escalation.models import Message
from tests.escalation.conftest import clock_of, escort_of
from tickets.models import Ticket


def act(program, escort, name, body=None, expect=200):
    answer = program.post(f"/api/v1/escorts/{escort.pk}/{name}/", body or {})
    assert answer.status_code == expect, answer.content
    return answer.json()


@pytest.fixture
def dispatched(api, hard, support_hc):
    escort, program = escort_of(hard), api(support_hc)
    act(program, escort, "claim")
    act(program, escort, "dispatch")
    return escort


@pytest.mark.req("HC-3")
def test_a_hard_complaint_stands_in_the_queue_the_moment_it_is_saved(api, hard, support_hc):
    rows = api(support_hc).get("/api/v1/escorts/").json()["results"]
    assert [(row["ticket"], row["state"]) for row in rows] == [(hard.number, "queued")]


@pytest.mark.req("HC-3")
def test_a_regular_ticket_does_not(api, log, agent, support_hc):
    log(agent)
    assert api(support_hc).get("/api/v1/escorts/").json()["results"] == []


@pytest.mark.req("HC-4")
def test_one_person_at_a_time_claims(api, hard, support_hc, second_support_hc):
    assert act(api(support_hc), escort_of(hard), "claim")["owner"] == "40001"
    refused = act(api(second_support_hc), escort_of(hard), "claim", expect=409)
    assert "Dewi" in refused["detail"]


@pytest.mark.req("HC-4")
def test_claiming_what_one_holds_changes_nothing(api, hard, support_hc):
    first = act(api(support_hc), escort_of(hard), "claim")
    assert act(api(support_hc), escort_of(hard), "claim") == first


@pytest.mark.req("HC-4")
def test_released_before_the_dispatch_it_returns_to_the_queue(api, hard, support_hc, second_support_hc):
    act(api(support_hc), escort_of(hard), "claim")
    assert act(api(support_hc), escort_of(hard), "release")["state"] == "queued"
    assert act(api(second_support_hc), escort_of(hard), "claim")["owner"] == "40002"


@pytest.mark.req("HC-4")
def test_analysis_adds_what_support_hc_knows(api, hard, support_hc):
    act(api(support_hc), escort_of(hard), "claim")
    body = {"cause": "Kabel putus", "responsible_unit": "Access Bandung", "severity": "high", "region": 4, "area": "Solo"}
    assert body.items() <= act(api(support_hc), escort_of(hard), "analysis", body).items()


@pytest.mark.req("HC-4")
def test_a_stale_analysis_overwrites_nothing(api, hard, support_hc):
    program, escort = api(support_hc), escort_of(hard)
    act(program, escort, "claim")
    seen = program.get(f"/api/v1/escorts/{escort.pk}/")["ETag"]
    act(program, escort, "analysis", {"cause": "Kabel putus"})
    answer = program.post(f"/api/v1/escorts/{escort.pk}/analysis/", {"cause": "Modem"}, headers={"If-Match": seen})
    assert (answer.status_code, answer.json()["current"]["cause"]) == (412, "Kabel putus")


@pytest.mark.req("HC-5")
def test_a_hard_complaint_goes_to_the_group_of_its_region(api, hard, support_hc):
    act(api(support_hc), escort_of(hard), "claim")
    answer = act(api(support_hc), escort_of(hard), "dispatch")
    assert answer["state"] == "dispatched"
    assert [(m["group"], m["state"]) for m in answer["messages"]] == [("TIAL REG-3", "to_send_by_hand")]


@pytest.mark.req("QM-3")
def test_the_group_reads_no_customer_name_and_no_phone(dispatched):
    text = Message.objects.get(is_dispatch=True).text
    token = f"#{dispatched.ticket.number}"
    assert text.endswith(token)
    assert "Sri" not in text and "7731" not in text.removesuffix(token)


@pytest.mark.req("HC-5")
def test_without_a_region_it_is_not_sent(api, log, agent, support_hc):
    ticket = log(agent, criteria=["threat"], region=None)
    act(api(support_hc), escort_of(ticket), "claim")
    assert "TREG" in act(api(support_hc), escort_of(ticket), "dispatch", expect=409)["detail"]


@pytest.mark.req("HC-5")
def test_it_is_sent_once(api, dispatched, support_hc):
    act(api(support_hc), dispatched, "dispatch", expect=409)
    assert Message.objects.filter(is_dispatch=True).count() == 1


@pytest.mark.req("HC-5", "ESC-1")
def test_the_dispatch_clock_is_met_by_the_proof_alone(api, dispatched, support_hc):
    clock = clock_of(dispatched.ticket, "dispatch")
    assert (clock.state, clock.uncertain) == ("running", True)
    message = Message.objects.get(is_dispatch=True)
    assert api(support_hc).post(f"/api/v1/messages/{message.pk}/mark-sent/", {}).json()["state"] == "sent"
    assert clock_of(dispatched.ticket, "dispatch").state == "met"


@pytest.mark.req("HC-7")
def test_the_ball_goes_on_with_every_act(api, hard, support_hc):
    def ball():
        holder = Ticket.objects.get(pk=hard.pk).holder
        return holder["kind"], holder["name"]

    program, escort = api(support_hc), escort_of(hard)
    assert ball() == ("support_hc", "")
    act(program, escort, "claim")
    assert ball() == ("support_hc", "Dewi")
    act(program, escort, "dispatch")
    assert ball() == ("unit", "TIAL REG-3")
    act(program, escort, "progress", {"text": "Teknisi jalan"})
    assert ball() == ("unit", "TIAL REG-3")
    act(program, escort, "progress", {"text": "Minta nomor ODP", "needs_data": True})
    assert ball() == ("support_hc", "Dewi")
    act(program, escort, "solve", {"text": "Kabel diganti"})
    assert ball()[0] == "caring"


@pytest.mark.req("HC-7")
def test_after_a_pause_the_ball_is_with_who_claimed_or_released_meanwhile(api, hard, agent, support_hc):
    def resumed():
        holder = api(agent).post(f"/api/v1/tickets/{hard.number}/resume/").json()["holder"]
        return holder["kind"], holder["name"]

    for name, holder in (("claim", ("support_hc", "Dewi")), ("release", ("support_hc", ""))):
        api(agent).post(f"/api/v1/tickets/{hard.number}/pause/", {"reason": "Menunggu foto"})
        act(api(support_hc), escort_of(hard), name)
        assert Ticket.objects.get().holder_kind == "customer"
        assert resumed() == holder


@pytest.mark.req("HC-6")
def test_the_first_progress_takes_it_into_progress_and_done_waits_for_support_hc(api, dispatched, support_hc):
    assert act(api(support_hc), dispatched, "progress", {"text": "Teknisi jalan"})["state"] == "in_progress"
    assert act(api(support_hc), dispatched, "progress", {"text": "Sudah normal", "done": True})["state"] == "solved"


@pytest.mark.req("SE-4")
def test_published_progress_of_a_hard_complaint_is_owed_to_its_agent(api, dispatched, support_hc, agent, team_leader):
    act(api(support_hc), dispatched, "progress", {"text": "Teknisi jalan", "publish": True})
    told = api(agent).get("/api/v1/notifications/").json()["results"]
    assert [(each["event"], each["text"]) for each in told] == [("progress", "Teknisi jalan")]
    assert api(team_leader).get("/api/v1/notifications/").json()["results"] == []


@pytest.mark.req("SE-4")
def test_the_debt_ends_in_two_steps(api, dispatched, support_hc, agent):
    act(api(support_hc), dispatched, "progress", {"text": "Teknisi jalan", "publish": True})
    said = dispatched.progress.get()
    notice = api(agent).get("/api/v1/notifications/").json()["results"][0]
    api(agent).post(f"/api/v1/notifications/{notice['id']}/read/")
    said.refresh_from_db()
    assert said.told_inside_at and not said.told_customer_at
    told = {"text": "Teknisi dalam perjalanan", "channel": "call"}
    assert api(agent).post(f"/api/v1/tickets/{dispatched.ticket.number}/told/", told).status_code == 201
    said.refresh_from_db()
    assert said.told_customer_at


@pytest.mark.req("SE-5")
def test_an_escorted_ticket_cannot_be_solved_or_closed_past_the_escort(api, hard, agent):
    number = hard.number
    solved = api(agent).post(f"/api/v1/tickets/{number}/solve/", {"solution": "x", "cause": "Port"})
    closing = {"solution": "x", "cause": "Port", "customer_confirmed": True, "further_help_offered": True}
    closed = api(agent).post(f"/api/v1/tickets/{number}/close/", closing)
    assert (solved.status_code, closed.status_code) == (409, 409)
    assert "caring" in closed.json()["detail"]


@pytest.mark.req("SE-5")
def test_solving_makes_the_ticket_solved_and_starts_only_the_caring_clock(api, dispatched, support_hc):
    assert act(api(support_hc), dispatched, "solve", {"text": "Kabel diganti"})["state"] == "caring"
    ticket = Ticket.objects.get(pk=dispatched.ticket_id)
    assert ticket.status == "solved"
    assert list(ticket.clock_rows.filter(state="running").values_list("milestone", flat=True)) == ["caring"]


@pytest.mark.req("HC-4")
def test_only_support_hc_works_the_queue(api, hard, agent, team_leader, administrator):
    for person in (agent, team_leader, administrator):
        act(api(person), escort_of(hard), "claim", expect=403)


@pytest.mark.req("HC-4")
def test_what_somebody_else_holds_is_not_dispatched(api, hard, support_hc, second_support_hc):
    act(api(support_hc), escort_of(hard), "claim")
    assert "Dewi" in act(api(second_support_hc), escort_of(hard), "dispatch", expect=409)["detail"]


@pytest.mark.req("QM-2")
def test_the_history_of_the_whole_loop_verifies(api, dispatched, support_hc):
    act(api(support_hc), dispatched, "progress", {"text": "Teknisi jalan", "publish": True})
    act(api(support_hc), dispatched, "solve", {"text": "Kabel diganti"})
    assert list(broken_places()) == []
