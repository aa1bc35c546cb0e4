"""An escorted ticket that is reopened after it was closed is Support HC's again (SE-5, HC-3, HC-7)."""

import pytest

from escalation.models import Clock, Escort, Notification
from tests.tickets.imports import loaded, row, table
from tickets.models import Ticket

pytestmark = pytest.mark.req("SE-5", "HC-3", "HC-7")
AGAIN = {"reason": "Mati lagi sejak pagi"}
CLOSE = {"solution": "Kabel", "cause": "Putus", "customer_confirmed": True, "further_help_offered": True}


@pytest.fixture
def closed(caring, confirmed, api, outbound_agent) -> Ticket:
    """A hard complaint whose customer confirmed: escort and ticket are closed."""
    _hear(api(outbound_agent), caring(), confirmed)
    ticket = Ticket.objects.get()
    assert (ticket.status, Escort.objects.get().state) == ("closed", "closed")
    return ticket


def _hear(program, callback, said):
    assert program.post(f"/api/v1/callbacks/{callback.pk}/claim/").status_code == 200
    assert program.post(f"/api/v1/callbacks/{callback.pk}/attempts/", said).status_code == 201


def _queue(program):
    rows = program.get("/api/v1/escorts/", {"state": "queued"}).json()["results"]
    return [(row["ticket"], row["owner"], row["returns"]) for row in rows]


def test_it_stands_in_the_queue_again_first_of_its_kind(closed, log, api, agent, support_hc):
    other = log(service_number="131159904127")
    reopened = api(agent).post(f"/api/v1/tickets/{closed.number}/reopen/", AGAIN).json()
    assert (reopened["status"], reopened["holder"]["kind"], reopened["holder"]["name"]) == ("in_progress", "support_hc", "")
    assert _queue(api(support_hc)) == [(closed.number, None, 1), (other.number, None, 0)]
    assert Escort.objects.get(ticket=closed).returned
    assert Notification.objects.filter(person=support_hc, event="returned", ticket=closed).count() == 1


def test_all_clocks_of_its_policy_run_anew(closed, api, agent):
    api(agent).post(f"/api/v1/tickets/{closed.number}/reopen/", AGAIN)
    running = Clock.objects.filter(ticket=closed, state="running").values_list("milestone", flat=True)
    assert set(running) == {"claim", "dispatch", "customer_update"}  # a hard complaint's policy sets no moment for the solution


@pytest.mark.parametrize("act", ["solve", "close"])
def test_nobody_closes_it_past_the_caring(act, closed, api, agent, team_leader):
    api(agent).post(f"/api/v1/tickets/{closed.number}/reopen/", AGAIN)
    for person in (agent, team_leader):
        answer = api(person).post(f"/api/v1/tickets/{closed.number}/{act}/", CLOSE)
        assert (answer.status_code, "caring" in answer.json()["detail"]) == (409, True)


def test_it_goes_the_whole_way_again(closed, solve, confirmed, api, agent, support_hc, outbound_agent):
    api(agent).post(f"/api/v1/tickets/{closed.number}/reopen/", AGAIN)
    escort = Escort.objects.get()
    assert api(support_hc).post(f"/api/v1/escorts/{escort.pk}/claim/").status_code == 200
    assert len(api(support_hc).post(f"/api/v1/escorts/{escort.pk}/dispatch/").json()["messages"]) == 1
    _hear(api(outbound_agent), solve(closed), confirmed)
    assert (Ticket.objects.get().status, Escort.objects.get().state) == ("closed", "closed")


def test_one_that_was_loaded_from_an_archive_as_well(api, support_hc, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    loaded(table(row(1, kind="HC", status="End", closed="2023-03-02 08:00")), support_hc)
    ticket = Ticket.objects.get(kind="hard_complaint", status="closed")
    assert api(support_hc).post(f"/api/v1/tickets/{ticket.number}/reopen/", AGAIN).status_code == 200
    assert _queue(api(support_hc)) == [(ticket.number, None, 1)]
    assert api(support_hc).post(f"/api/v1/tickets/{ticket.number}/close/", CLOSE).status_code == 409
