"""A stand-in TL, named for a time: may what the TL may, is reached by ladders, sees the board; then no more (OB-7)."""

from datetime import timedelta

import pytest

from accounts import actions as people
from accounts.models import Duty, HistoryEntry, Person, StandIn
from accounts.roles import AS_STAND_IN, MAY, may
from common.clock import now
from escalation.actions import promises, timers
from escalation.actions.raising import raise_super_emergency
from escalation.models import ClockRung, Notification, PromiseSlot
from tickets.actions import assign, request_take_over
from tickets.models import Ticket

pytestmark = pytest.mark.req("OB-7")


def again(person):
    return Person.objects.get(pk=person.pk)


@pytest.fixture
def named(team_leader, colleague):
    """The colleague acts as TL for eight hours from now."""
    return people.name_stand_in(team_leader, colleague, None, now() + timedelta(hours=8), by=team_leader)


def test_an_agent_who_stands_in_may_what_the_table_says_and_nothing_else(named, colleague, agent):
    acting, plain = again(colleague), again(agent)
    more = {act for act in MAY if may(acting, act) and not may(plain, act)}
    assert more == {act for act in AS_STAND_IN if "agent" not in MAY[act]}


def test_all_that_is_lent_belongs_to_the_team_leader():
    assert {act for act in AS_STAND_IN if "team_leader" not in MAY[act]} == set()


@pytest.mark.req("SE-1")
def test_the_stand_in_raises_to_super_emergency(api, hard, named, colleague, agent):
    body = {"reason": "Mengancam ke media"}
    assert api(agent).post(f"/api/v1/tickets/{hard.number}/super-emergency/", body).status_code == 403
    assert api(colleague).post(f"/api/v1/tickets/{hard.number}/super-emergency/", body).json()["kind"] == "super_emergency"
    assert api(colleague).get("/api/v1/me/").json()["stands_in_for"] == "20001"


def test_it_begins_and_ends_by_itself(api, hard, team_leader, colleague, forward):
    hour = timedelta(hours=1)
    people.name_stand_in(team_leader, colleague, now() + hour, now() + 2 * hour, by=team_leader)
    seen = []
    for _each in range(3):
        seen.append(api(colleague).get("/api/v1/escorts/").status_code)
        forward(minutes=61)
    assert seen == [403, 200, 403]


def test_ended_before_its_time_it_is_over_at_once(api, named, colleague, agent, supervisor):
    assert api(agent).post(f"/api/v1/stand-ins/{named.pk}/end/").status_code == 404
    assert api(supervisor).post(f"/api/v1/stand-ins/{named.pk}/end/").json()["running"] is False
    assert api(colleague).get("/api/v1/escorts/").status_code == 403
    assert api(supervisor).post(f"/api/v1/stand-ins/{named.pk}/end/").status_code == 409
    acts = list(HistoryEntry.objects.filter(subject_kind="person", subject_id=colleague.pk).values_list("act", flat=True))
    assert acts[-2:] == ["person.named_stand_in", "person.stand_in_ended"]


def test_the_ladder_reaches_the_stand_in(log, named, agent, team_leader, colleague, forward):
    ticket = assign(log(agent), agent, by=agent)
    people.set_duty(again(team_leader), by=team_leader, duty=Duty.OFF)
    rung = ClockRung.objects.filter(clock__ticket=ticket, whom="team_leader", state="waiting").order_by("due_at").first()
    assert rung is not None
    forward(seconds=(rung.due_at - now()).total_seconds() + 1)
    while timers.tick():
        pass
    told = Notification.objects.filter(event="rung", ticket=ticket)
    assert colleague.pk in told.values_list("person", flat=True)
    assert team_leader.pk not in told.values_list("person", flat=True)


def test_an_agents_call_for_help_reaches_the_stand_in(log, named, agent, team_leader, colleague):
    people.set_duty(again(team_leader), by=team_leader, duty=Duty.OFF)
    request_take_over(log(agent), by=agent)
    assert list(Notification.objects.filter(event="take_over").values_list("person", flat=True)) == [colleague.pk]


def test_the_stand_in_sees_the_board_and_finds_it_on_the_rail(sign_in, hard, named, colleague, agent):
    page = sign_in(colleague).get("/board/").content.decode()
    assert hard.number in page
    assert "/board/" in sign_in(colleague).get("/me/").content.decode()
    assert sign_in(agent).get("/board/").status_code == 403
    assert 'href="/board/"' not in sign_in(agent).get("/me/").content.decode()


@pytest.mark.req("PM-1")
def test_the_stand_in_keeps_the_promises_of_the_team_leader(api, hard, named, colleague, team_leader, other_team_leader):
    raise_super_emergency(hard, "Media", by=again(team_leader))
    promise = promises.make_promise(hard, promises.Terms("Ibu", "Menyala", now() + timedelta(hours=2)), by=again(colleague))
    assert PromiseSlot.objects.get().holder == team_leader
    assert api(other_team_leader).post(f"/api/v1/promises/{promise.pk}/keep/").status_code == 404
    assert api(colleague).post(f"/api/v1/promises/{promise.pk}/keep/").json()["state"] == "kept"
    assert api(colleague).post(f"/api/v1/promises/{promise.pk}/hand-over/", {"to": "20002"}).status_code == 403


def test_a_team_leader_stands_in_for_another(api, log, stranger, team_leader, other_team_leader, supervisor):
    ticket = log(stranger)
    body = {"leader": "20002", "person": "20001", "ends_at": (now() + timedelta(hours=8)).isoformat()}
    assert api(team_leader).get(f"/api/v1/tickets/{ticket.number}/").json().get("description") is None
    assert api(supervisor).post("/api/v1/stand-ins/", body).status_code == 201
    assert api(team_leader).post(f"/api/v1/tickets/{ticket.number}/take-over/").json()["assignee"]["agent_code"] == "20001"
    assert Ticket.objects.visible_to(again(team_leader)).filter(pk=ticket.pk).exists()


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        ("team_leader", {"person": "10004"}, 400),
        ("team_leader", {"person": "20001"}, 400),
        ("team_leader", {"person": "99999"}, 400),
        ("team_leader", {"ends_at": "2020-01-01T00:00:00Z"}, 400),
        ("team_leader", {"ends_at": "2099-01-01T00:00:00Z"}, 400),
        ("team_leader", {"leader": "20002", "person": "10004"}, 403),
        ("agent", {}, 403),
        ("team_leader", {"leader": "10001"}, 400),
    ],
)
def test_who_may_not_name_and_who_does_not_fit(request, api, stranger, other_team_leader, colleague, who, changes, status):
    person = request.getfixturevalue(who)
    body = {"person": "10002", "ends_at": (now() + timedelta(hours=8)).isoformat(), **changes}
    assert api(person).post("/api/v1/stand-ins/", body).status_code == status
    assert not StandIn.objects.exists()


def test_one_stand_in_at_a_time(api, named, team_leader, agent, sign_in):
    body = {"person": "10001", "ends_at": (now() + timedelta(hours=8)).isoformat()}
    assert api(team_leader).post("/api/v1/stand-ins/", body).status_code == 409
    page = sign_in(team_leader).post("/stand-ins/", {**body, "leader": "20001", "ends_at": "2099-01-01T10:00"})
    assert page.status_code == 400
    assert "Terlalu lama" in page.content.decode()


def test_the_page_names_and_ends(sign_in, team_leader, agent, colleague):
    browser = sign_in(team_leader)
    ends = (now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
    assert browser.post("/stand-ins/", {"leader": "20001", "person": "10002", "ends_at": ends}).status_code == 302
    assert colleague.online_name in browser.get("/handovers/").content.decode()
    assert sign_in(colleague).post(f"/stand-ins/{StandIn.objects.get().pk}/end/").url == "/"
    assert again(colleague).stands_in_for is None
