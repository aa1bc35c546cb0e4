"""What Support HC must have told to the customer stands in the callback list, and Tier-2 brings the answer (PM-4, PM-5)."""

import pytest

from accounts.models import Person
from escalation.models import Notification
from outbound.models import Callback
from tickets.models import TicketUpdate

URL = "/api/v1/callbacks/"


def owe(api, person, ticket, **more):
    return api(person).post(URL, {"ticket": ticket.number, "information": "Teknisi datang besok pukul 10.", **more})


@pytest.mark.req("PM-4")
@pytest.mark.parametrize("who", ["support_hc", "team_leader"])
def test_support_hc_and_the_leader_put_news_into_the_list(who, log, api, outbound_agent, request):
    made = owe(api, request.getfixturevalue(who), log())
    assert (made.status_code, made.json()["purpose"], made.json()["state"]) == (201, "information", "waiting")
    assert [each["id"] for each in api(outbound_agent).get(f"{URL}?purpose=information").json()["results"]] == [made.json()["id"]]


@pytest.mark.req("PM-4")
@pytest.mark.parametrize(
    ("who", "status"), [("agent", 403), ("outbound_agent", 403), ("supervisor", 403), ("other_team_leader", 404)]
)
def test_others_may_not(who, status, log, api, request):
    assert owe(api, request.getfixturevalue(who), log()).status_code == status


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"information": "  "}, 400, "information"),
        ({"purpose": "gossip"}, 400, "purpose"),
        ({"due_at": "2020-01-01T09:00:00+07:00"}, 400, "due_at"),
        ({"due_at": "kapan-kapan"}, 400, "due_at"),
        ({"for_person": "99999"}, 400, "for_person"),
        ({"for_person": "40001"}, 400, "for_person"),
    ],
)
def test_bad_input_is_refused_at_its_field(more, status, field, log, api, support_hc):
    answer = owe(api, support_hc, log(), **more)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


@pytest.mark.parametrize("number", ["T-999999", "", "T-000001\u0000", "1' or 1=1"])
def test_a_number_that_is_no_ticket_is_not_there(number, api, support_hc):
    answer = api(support_hc).post(URL, {"ticket": number, "information": "Kabar apa pun"})
    assert answer.status_code in (400, 404)


@pytest.mark.req("PM-5", "SE-4")
def test_once_told_the_debt_ends_and_who_asked_reads_the_answer(log, api, support_hc, outbound_agent):
    ticket = log()
    pk = owe(api, support_hc, ticket).json()["id"]
    api(outbound_agent).post(f"{URL}{pk}/claim/")
    said = {"outcome": "reached", "response": "Pelanggan bersedia menunggu."}
    assert api(outbound_agent).post(f"{URL}{pk}/attempts/", said).json()["state"] == "done"
    assert TicketUpdate.objects.get().text == "Teknisi datang besok pukul 10."
    assert Notification.objects.get(person=support_hc, event="callback_done").text == "Pelanggan bersedia menunggu."


@pytest.mark.req("PM-5")
def test_a_callback_made_for_somebody_is_theirs_alone(log, api, team_leader, agent, outbound_agent):
    made = owe(api, team_leader, log(), for_person="10001").json()
    assert [each["id"] for each in api(agent).get(f"{URL}?mine=true").json()["results"]] == [made["id"]]
    assert api(outbound_agent).get(URL).json()["results"] == []
    assert api(outbound_agent).post(f"{URL}{made['id']}/claim/").status_code == 404
    assert api(agent).post(f"{URL}{made['id']}/claim/").json()["claimed_by"] == "10001"


@pytest.mark.req("PM-5")
def test_the_list_is_in_due_order_and_can_be_narrowed(caring, log, api, support_hc, outbound_agent):
    first = caring()
    news = owe(api, support_hc, log(service_number="131159904999")).json()
    program = api(support_hc)
    assert [each["id"] for each in program.get(URL).json()["results"]] == [first.pk, news["id"]]
    assert [each["id"] for each in program.get(f"{URL}?ticket={news['ticket']}").json()["results"]] == [news["id"]]
    assert [each["id"] for each in program.get(f"{URL}?state=waiting&purpose=caring").json()["results"]] == [first.pk]
    assert program.get(f"{URL}?state=asleep").status_code == 400


@pytest.mark.parametrize(
    ("who", "sees"), [("agent", 1), ("colleague", 0), ("team_leader", 1), ("other_team_leader", 0), ("supervisor", 1)]
)
def test_each_role_sees_its_own(who, sees, caring, api, request):
    callback = caring()
    person: Person = request.getfixturevalue(who)
    assert len(api(person).get(URL).json()["results"]) == sees
    assert api(person).get(f"{URL}{callback.pk}/").status_code == (200 if sees else 404)


@pytest.mark.parametrize("who", ["quality_control", "client_reader"])
def test_who_has_no_part_in_calls_has_no_list(who, api, request):
    assert api(request.getfixturevalue(who)).get(URL).status_code == 403


@pytest.mark.req("PM-5")
def test_tier_two_reads_the_tickets_of_its_calls_and_no_others(caring, log, api, outbound_agent, confirmed):
    callback, other = caring(), log(service_number="131159904999")
    program = api(outbound_agent)
    assert program.get(f"/api/v1/tickets/{callback.ticket.number}/").status_code == 200
    assert program.get(f"/api/v1/tickets/{other.number}/").status_code == 404
    assert Callback.objects.count() == 1
