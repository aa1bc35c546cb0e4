"""The caring call over the API: who may say what the customer said, and what follows (SE-5, HC-7)."""

import pytest

from escalation.models import Clock, Escort
from outbound.models import Callback, CallbackAttempt
from tickets.models import Ticket

URL = "/api/v1/callbacks/"


def call(api, person, callback, body):
    """Claims and answers."""
    claimed = api(person).post(f"{URL}{callback.pk}/claim/")
    return api(person).post(f"{URL}{callback.pk}/attempts/", body) if claimed.status_code == 200 else claimed


@pytest.mark.req("SE-5", "PM-5")
def test_a_solve_owes_one_caring_call_with_what_the_unit_did(caring, api, outbound_agent):
    callback = caring()
    shown = api(outbound_agent).get(URL).json()["results"]
    assert [(each["id"], each["ticket"], each["purpose"], each["state"]) for each in shown] == [
        (callback.pk, callback.ticket.number, "caring", "waiting")
    ]
    assert (shown[0]["information"], shown[0]["attempts"]) == ("Kabel drop diganti.", [])


@pytest.mark.req("SE-5")
def test_a_yes_closes_escort_and_ticket_in_one_act(caring, api, outbound_agent, confirmed):
    callback = caring()
    answer = call(api, outbound_agent, callback, confirmed)
    assert (answer.status_code, answer.json()["state"], answer.json()["attempts"][0]["satisfied"]) == (201, "done", True)
    assert (Ticket.objects.get().status, Escort.objects.get().state) == ("closed", "closed")
    assert not Clock.objects.live().exists()


@pytest.mark.req("SE-5", "HC-7")
def test_a_no_returns_to_support_hc_first_of_its_kind_with_the_clocks_running(caring, api, outbound_agent, denied):
    late, callback = caring(), caring(service_number="131159904999")
    answer = call(api, outbound_agent, callback, denied)
    escort = Escort.objects.get(ticket=callback.ticket)
    assert (answer.status_code, answer.json()["state"]) == (201, "done")
    assert (escort.state, escort.owner, escort.returns) == ("queued", None, 1)
    assert (escort.ticket.status, escort.ticket.holder["kind"], escort.ticket.holder["name"]) == ("in_progress", "support_hc", "")
    running = Clock.objects.filter(ticket=callback.ticket, state="running").values_list("milestone", flat=True)
    assert {"claim", "dispatch", "customer_update"} <= set(running)
    assert "caring" not in running
    call(api, outbound_agent, late, {**denied, "response": "Masih mati juga."})
    assert Escort.objects.in_queue_order().filter(state="queued").count() == 2


@pytest.mark.req("SE-5")
def test_a_denied_one_stands_before_the_others_of_its_kind(caring, log, api, outbound_agent, denied):
    callback, fresh = caring(), log(service_number="131159904777")
    call(api, outbound_agent, callback, denied)
    queue = Escort.objects.open().in_queue_order().values_list("ticket_id", flat=True)
    assert list(queue) == [callback.ticket_id, fresh.pk]


@pytest.mark.req("SE-5")
def test_the_next_solve_owes_a_new_call_that_knows_the_round(caring, solve, api, outbound_agent, denied, confirmed):
    first = caring()
    call(api, outbound_agent, first, denied)
    second = solve(first.ticket)
    assert (second.pk != first.pk, second.round) == (True, 1)
    assert call(api, outbound_agent, second, confirmed).status_code == 201
    assert Ticket.objects.get().status == "closed"


@pytest.mark.req("SE-5")
def test_wanting_a_visit_is_a_no(caring, api, outbound_agent, denied):
    answer = call(api, outbound_agent, caring(), {**denied, "satisfied": True, "wants_visit": True})
    assert answer.json()["attempts"][0]["satisfied"] is False
    assert Escort.objects.get().returns == 1


WHO = {
    "hard_complaint": {"agent": 201, "colleague": 404, "team_leader": 201, "outbound_agent": 201, "other_team_leader": 404},
    "super_emergency": {"agent": 404, "team_leader": 201, "outbound_agent": 201, "other_team_leader": 404},
    "buzzer": {"agent": 404, "team_leader": 403, "outbound_agent": 201},
    "buzzer_visit": {"agent": 404, "team_leader": 403, "outbound_agent": 201},
}


@pytest.mark.req("SE-5")
@pytest.mark.parametrize(("kind", "who", "status"), [(kind, who, status) for kind in WHO for who, status in WHO[kind].items()])
def test_who_may_confirm_depends_on_the_kind(kind, who, status, caring, api, confirmed, request):
    callback = caring(kind)
    assert call(api, request.getfixturevalue(who), callback, confirmed).status_code == status
    assert (Ticket.objects.get().status == "closed") is (status == 201)


@pytest.mark.req("SE-5", "PM-5")
@pytest.mark.parametrize("who", ["support_hc", "supervisor", "quality_control", "administrator", "client_reader"])
@pytest.mark.parametrize("act", ["claim", "release", "attempts"])
def test_other_roles_call_nobody(who, act, caring, api, confirmed, request):
    callback = caring()
    assert api(request.getfixturevalue(who)).post(f"{URL}{callback.pk}/{act}/", confirmed).status_code == 403


@pytest.mark.req("QM-6")
def test_the_customers_satisfaction_is_kept(caring, api, outbound_agent, confirmed):
    call(api, outbound_agent, caring(), {**confirmed, "satisfaction": "good"})
    assert CallbackAttempt.objects.get().satisfaction == "good"


BAD = [
    ({"outcome": "reached", "response": "ya", "satisfied": True}, "response"),
    ({"outcome": "reached", "response": "    ya     ", "satisfied": True}, "response"),
    ({"outcome": "reached", "satisfied": True}, "response"),
    ({"outcome": "reached", "response": "Sudah normal"}, "satisfied"),
    ({"outcome": "reached", "response": "Sudah normal", "satisfied": "mungkin"}, "satisfied"),
    ({"outcome": "maybe"}, "outcome"),
    ({}, "outcome"),
    ({"outcome": "call_later"}, "next_try_at"),
    ({"outcome": "no_answer", "next_try_at": "2020-01-01T09:00:00+07:00"}, "next_try_at"),
    ({"outcome": "no_answer", "next_try_at": "2999-01-01T09:00:00+07:00"}, "next_try_at"),
    ({"outcome": "no_answer", "next_try_at": "0001-01-01T00:00:00+14:00"}, "next_try_at"),
    ({"outcome": "no_answer", "next_try_at": "besok"}, "next_try_at"),
    ({"outcome": "busy", "satisfaction": "sangat"}, "satisfaction"),
    ({"outcome": "reached", "response": "x" * 3001, "satisfied": True}, "response"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_bad_input_is_refused_at_its_field_and_keeps_the_row(body, field, caring, api, outbound_agent):
    callback = caring()
    answer = call(api, outbound_agent, callback, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Callback.objects.get().state == "claimed"


def test_a_null_in_optional_fields_is_as_good_as_none(caring, api, outbound_agent):
    body = {"outcome": "busy", "response": None, "satisfied": None, "next_try_at": None, "satisfaction": None}
    assert call(api, outbound_agent, caring(), body).status_code == 201


@pytest.mark.req("SE-5")
def test_the_timeline_quotes_a_denial_once(caring, api, sign_in, support_hc, outbound_agent, denied):
    callback = caring()
    call(api, outbound_agent, callback, denied)
    page = sign_in(support_hc).get(callback.ticket.url)
    assert [row.quote for row in page.context["rows"]].count(denied["response"]) == 1
