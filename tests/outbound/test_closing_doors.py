"""No escorted ticket closes without caring, whichever door is tried (SE-5, W-24 5.2.8, 5.3.9)."""

from datetime import timedelta

import pytest

from common.clock import now
from escalation.actions.promises import Terms, keep_promise, make_promise
from escalation.actions.raising import raise_super_emergency
from escalation.models import Escort
from outbound import actions
from outbound.models import Callback
from tickets.models import Kind, Ticket

pytestmark = pytest.mark.req("SE-5")
CLOSE = {"solution": "Kabel", "cause": "Putus", "customer_confirmed": True, "further_help_offered": True}
PAGE = {"solution": "Kabel", "cause": "Putus", "customer_confirmed": "on", "further_help_offered": "on"}
FRONT = ["agent", "team_leader", "supervisor", "support_hc"]


@pytest.fixture(params=["queued", "caring"])
def escorted(request, log, solve) -> Ticket:
    """A hard complaint that waits for Support HC, or for the customer's word."""
    ticket = log()
    if request.param == "caring":
        solve(ticket)
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("who", FRONT)
def test_no_door_of_the_ticket_closes_it(who, escorted, api, sign_in, request):
    person, status = request.getfixturevalue(who), escorted.status
    program, browser = api(person), sign_in(person)
    base = f"/api/v1/tickets/{escorted.number}/"
    assert program.post(f"{base}close/", CLOSE).status_code in (403, 409)
    assert program.post(f"{base}solve/", CLOSE).status_code in (403, 409)
    assert program.post(f"{base}reopen/", {"reason": "Coba"}).status_code in (403, 409)
    etag = program.get(base).headers["ETag"]
    program.patch(base, {"status": "closed", "kind": "regular"}, headers={"If-Match": etag})
    assert browser.post(f"/tickets/{escorted.number}/close/", PAGE).status_code in (403, 409)
    assert browser.post(f"/tickets/{escorted.number}/solve/", PAGE).status_code in (403, 409)
    escorted.refresh_from_db()
    assert (escorted.status, escorted.kind, Escort.objects.get().is_open) == (status, "hard_complaint", True)


def test_withdrawing_old_news_is_no_way_round(caring, api, support_hc):
    callback = caring()
    assert api(support_hc).post(f"/api/v1/callbacks/{callback.pk}/withdraw/", {"reason": "Tutup saja"}).status_code == 409
    assert Ticket.objects.get().status == "solved"


def test_given_up_calls_leave_it_open(caring, outbound_agent):
    callback = actions.claim_callback(caring(), by=outbound_agent)
    actions.record_attempt(callback, actions.CallResult("wrong_number"), by=outbound_agent)
    assert (Ticket.objects.get().status, Escort.objects.get().state) == ("solved", "caring")


@pytest.mark.parametrize("kept", [False, True], ids=["open", "kept"])
@pytest.mark.parametrize(("who", "status"), [("team_leader", 403), ("outbound_agent", 200)])
def test_where_a_promise_was_made_only_tier_two_hears_it(who, status, kept, log, solve, api, sign_in, team_leader, request):
    """Also when the TL says before the call that it was kept: the customer has not been asked yet (5.3.9)."""
    ticket = raise_super_emergency(log(), "Mengancam ke media", by=team_leader, kind=Kind.SUPER_EMERGENCY)
    promise = make_promise(ticket, Terms("Bu Lilis", "Normal lagi", now() + timedelta(hours=3)), by=team_leader)
    callback = solve(ticket)
    if kept:
        keep_promise(promise, by=team_leader)
    person = request.getfixturevalue(who)
    assert api(person).post(f"/api/v1/callbacks/{callback.pk}/claim/").status_code == status
    taken = sign_in(person).post(f"/tickets/{ticket.number}/caring/")
    assert taken.status_code in ({403} if status == 403 else {302, 403, 404})
    assert Callback.objects.get().state == ("claimed" if status == 200 else "waiting")


@pytest.mark.parametrize(("who", "status"), [("team_leader", 403), ("agent", 404), ("outbound_agent", 200)])
def test_a_call_about_a_promise_is_tier_twos(who, status, log, api, team_leader, support_hc, request):
    ticket = raise_super_emergency(log(), "Mengancam ke media", by=team_leader, kind=Kind.BUZZER)
    owed = {"ticket": ticket.number, "purpose": "promise", "information": "Teknisi tiba pukul 14."}
    assert api(support_hc).post("/api/v1/callbacks/", owed).status_code == 409  # nothing was promised yet
    make_promise(ticket, Terms("Bu Lilis", "Normal lagi", now() + timedelta(hours=3)), by=team_leader)
    made = api(support_hc).post("/api/v1/callbacks/", owed).json()
    assert made["purpose"] == "promise"
    assert api(request.getfixturevalue(who)).post(f"/api/v1/callbacks/{made['id']}/claim/").status_code == status
