"""One person a row; a browser that dies gives it back; misses are tried again, and not for ever (PM-5)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.actions import set_duty
from accounts.models import Duty, HistoryEntry
from common.problems import Conflict
from escalation.models import Notification
from outbound import actions
from outbound.models import Callback, CallbackAttempt
from outbound.tasks import free_abandoned_callbacks
from tickets.models import Ticket

URL = "/api/v1/callbacks/"
JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=JAKARTA)  # a Tuesday


def post(api, person, callback, act, body=None, **headers):
    return api(person).post(f"{URL}{callback.pk}/{act}/", body or {}, **headers)


def missed(callback, by, outcome="no_answer", **values):
    actions.claim_callback(callback, by=by)
    return actions.record_attempt(callback, actions.CallResult(outcome=outcome, **values), by=by)


def acts(ticket):
    names = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk, act__startswith="callback.")
    return list(names.order_by("sequence").values_list("act", flat=True))


@pytest.mark.req("PM-5")
def test_a_claimed_row_is_refused_to_the_next_and_hidden_from_their_list(
    caring, api, outbound_agent, second_outbound_agent, confirmed
):
    callback = caring()
    assert post(api, outbound_agent, callback, "claim").json()["claimed_by"] == "50001"
    assert post(api, outbound_agent, callback, "claim").status_code == 200
    for act in ("claim", "release", "attempts"):
        refused = post(api, second_outbound_agent, callback, act, confirmed)
        assert (refused.status_code, "Putri" in refused.json()["detail"]) == (409, True)
    assert api(second_outbound_agent).get(URL).json()["results"] == []
    assert api(second_outbound_agent).get(f"{URL}{callback.pk}/").status_code == 404


@pytest.mark.req("PM-5", "HC-7")
def test_the_ball_is_with_who_calls_and_back_with_caring_when_let_go(caring, api, outbound_agent):
    callback = caring()
    post(api, outbound_agent, callback, "claim")
    assert Ticket.objects.get().holder["name"] == "Putri"
    assert post(api, outbound_agent, callback, "release").json()["state"] == "waiting"
    assert (Ticket.objects.get().holder["kind"], Ticket.objects.get().holder["name"]) == ("caring", "")
    assert acts(callback.ticket) == ["callback.made", "callback.claimed", "callback.released"]


def test_who_holds_nothing_may_not_answer(caring, api, outbound_agent, confirmed):
    callback = caring()
    assert post(api, outbound_agent, callback, "attempts", confirmed).status_code == 409
    assert post(api, outbound_agent, callback, "release").status_code == 409


@pytest.mark.req("PM-5")
def test_a_double_submit_counts_once(caring, api, outbound_agent, confirmed):
    callback = caring()
    post(api, outbound_agent, callback, "claim")
    first, again = [post(api, outbound_agent, callback, "attempts", confirmed, HTTP_IDEMPOTENCY_KEY="a") for _ in range(2)]
    assert (first.status_code, again.status_code, first.content == again.content) == (201, 201, True)
    assert post(api, outbound_agent, callback, "attempts", confirmed).status_code == 409
    assert CallbackAttempt.objects.count() == 1


@pytest.mark.req("PM-5")
def test_a_browser_that_died_gives_the_row_back(caring, outbound_agent, second_outbound_agent, forward):
    callback = caring()
    actions.claim_callback(callback, by=outbound_agent)
    forward(minutes=14)
    free_abandoned_callbacks()
    assert Callback.objects.get().state == "claimed"
    forward(minutes=2)
    free_abandoned_callbacks()
    assert (Callback.objects.get().state, Callback.objects.get().claimed_by) == ("waiting", None)
    assert acts(callback.ticket)[-1] == "callback.lease_ended"
    assert actions.claim_next(by=second_outbound_agent) == callback


@pytest.mark.req("PM-5")
def test_a_lease_that_ended_may_be_taken_over_before_the_task_comes(caring, outbound_agent, second_outbound_agent, forward):
    callback = caring()
    actions.claim_callback(callback, by=outbound_agent)
    forward(minutes=16)
    assert actions.claim_callback(callback, by=second_outbound_agent).claimed_by == second_outbound_agent
    assert not actions.keep_lease(callback, by=outbound_agent)


def test_a_sign_of_life_keeps_the_row(caring, outbound_agent, forward):
    callback = caring()
    actions.claim_callback(callback, by=outbound_agent)
    forward(minutes=14)
    assert actions.keep_lease(callback, by=outbound_agent)
    forward(minutes=14)
    assert actions.free_abandoned_callbacks() == 0


@pytest.mark.req("PM-5")
def test_the_next_one_is_the_first_that_is_due_and_the_held_one_again(caring, outbound_agent, second_outbound_agent):
    first, second = caring(), caring(service_number="131159904999")
    assert [actions.claim_next(by=outbound_agent), actions.claim_next(by=outbound_agent)] == [first, first]
    assert actions.claim_next(by=second_outbound_agent) == second


def test_what_is_due_later_is_not_the_next_one(caring, outbound_agent, forward):
    with time_machine.travel(NINE):
        callback = caring()
        missed(callback, outbound_agent)
        assert actions.claim_next(by=outbound_agent) is None
    with time_machine.travel(NINE.replace(minute=31)):
        assert actions.claim_next(by=outbound_agent) == callback


@pytest.mark.req("OB-7")
def test_the_next_one_goes_only_to_people_on_duty(caring, outbound_agent):
    caring()
    resting = set_duty(outbound_agent, by=outbound_agent, duty=Duty.BREAK)
    with pytest.raises(Conflict):
        actions.claim_next(by=resting)


@pytest.mark.req("PM-5")
@pytest.mark.parametrize(("outcome", "minute"), [("no_answer", 30), ("busy", 10)])
def test_a_miss_waits_as_long_as_its_outcome_says(outcome, minute, caring, outbound_agent):
    with time_machine.travel(NINE, tick=False):
        callback = missed(caring(), outbound_agent, outcome)
    assert (callback.state, callback.due_at) == ("waiting", NINE.replace(minute=minute))
    assert (callback.claimed_by, callback.attempts_count) == (None, 1)


@pytest.mark.req("PM-5", "ESC-4")
@pytest.mark.usefixtures("called_from_eight_to_nine")
def test_a_next_try_in_the_night_is_moved_to_the_morning(caring, outbound_agent):
    with time_machine.travel(NINE.replace(hour=20, minute=50), tick=False):
        callback = missed(caring(), outbound_agent)
    assert callback.due_at == datetime(2026, 11, 25, 8, 0, tzinfo=JAKARTA)


@pytest.mark.req("PM-5", "ESC-4")
@pytest.mark.usefixtures("called_from_eight_to_nine")
@pytest.mark.parametrize(("hour", "status"), [(7, 400), (8, 201), (21, 201), (22, 400)])
def test_a_next_try_that_is_asked_for_lies_in_calling_hours(hour, status, caring, api, outbound_agent):
    with time_machine.travel(NINE, tick=False):
        callback = caring()
        post(api, outbound_agent, callback, "claim")
        body = {"outcome": "call_later", "next_try_at": f"2026-11-25T{hour:02}:00:00+07:00"}
        assert post(api, outbound_agent, callback, "attempts", body).status_code == status


@pytest.mark.req("PM-5")
def test_a_wrong_number_goes_to_support_hc(caring, outbound_agent, support_hc):
    callback = missed(caring(), outbound_agent, "wrong_number", response="Bengkel, bukan Bu Lilis")
    assert (callback.state, callback.ended_because) == ("given_up", "wrong_number")
    assert Notification.objects.filter(person=support_hc, event="callback_stuck").count() == 1
    assert Ticket.objects.get().holder["kind"] == "support_hc"


@pytest.mark.req("PM-5")
def test_a_customer_who_never_answers_goes_to_support_hc_after_so_many_misses(
    caring, outbound_agent, support_hc, settings, forward
):
    settings.CALLBACK_MOST_MISSES = 2
    callback = caring()
    assert missed(callback, outbound_agent).state == "waiting"
    assert missed(callback, outbound_agent).ended_because == "unreachable"
    assert Notification.objects.filter(person=support_hc, event="callback_stuck").count() == 1
    assert acts(callback.ticket)[-2:] == ["callback.attempted", "callback.given_up"]


@pytest.mark.req("PM-5", "SE-5")
def test_what_was_given_up_can_be_owed_again_with_a_better_number(caring, api, outbound_agent, support_hc, confirmed):
    old = missed(caring(), outbound_agent, "wrong_number")
    body = {"ticket": old.ticket.number, "purpose": "caring", "information": "Coba nomor suaminya."}
    made = api(support_hc).post(URL, body)
    assert (made.status_code, made.json()["purpose"], made.json()["state"]) == (201, "caring", "waiting")
    assert Ticket.objects.get().holder["kind"] == "caring"
    assert api(support_hc).post(URL, body).status_code == 409


def test_a_ticket_closed_from_elsewhere_owes_no_caring_any_more(caring, outbound_agent):
    callback = caring()
    actions.end_caring(callback.ticket, by=None)
    callback.refresh_from_db()
    assert (callback.state, callback.ended_because) == ("given_up", "not_needed")


@pytest.mark.req("QM-2", "QM-3")
def test_the_customers_words_are_in_the_history_but_not_in_its_chain(caring, outbound_agent):
    callback = missed(caring(), outbound_agent, "busy", response="Nada sibuk terus")
    entry = HistoryEntry.objects.get(act="callback.attempted")
    assert (entry.facts["outcome"], "response" in entry.facts, entry.subject_id) == ("busy", False, callback.ticket_id)
    assert entry.details.get(field="response").after == "Nada sibuk terus"
