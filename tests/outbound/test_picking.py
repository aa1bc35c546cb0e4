"""Picking the next prospect: by rule, one agent a row, back to the pool when left alone (CT-2, trust.md C2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Duty, HistoryEntry, Person
from accounts.roles import Role
from common.clock import now
from outbound import actions
from outbound.models import DoNotCall, Prospect
from tests.conftest import arrive
from tests.outbound.arrears import prospects_of, reason, taken

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-2")]


@pytest.fixture
def pick(api, outbound_agent):
    """``pick()`` is the answer to asking for the next one."""
    return lambda **body: api(outbound_agent).post("/api/v1/prospects/pick/", body)


def test_while_one_is_held_the_same_one_comes_again(pick, campaign):
    prospects_of(campaign, 2)
    first, second = pick().json(), pick(campaign=campaign.pk).json()
    assert (first["id"], first["product"], first["arrears_months"]) == (second["id"], "ct0", 3)


def test_none_left_is_204(pick, campaign):
    assert pick().status_code == 204


def test_the_order_is_priority_tries_then_age(campaign, outbound_agent):
    tried, plain, urgent = (prospects_of(campaign, **how)[0] for how in ({"attempts": 1}, {}, {"priority": 5}))
    order = []
    for _each in range(3):
        order.append(taken(outbound_agent))
        actions.enter_result(order[-1], by=outbound_agent, reason=reason("paid"))
    assert order == [urgent, plain, tried]


def test_own_callbacks_that_are_due_come_before_all(campaign, outbound_agent, second_outbound_agent):
    prospects_of(campaign, priority=9)
    (own,) = prospects_of(campaign, for_person=outbound_agent, due_at=now(), own_until=now() + timedelta(hours=2))
    assert taken(second_outbound_agent) != own
    assert taken(outbound_agent) == own


def test_an_own_callback_is_owed_also_when_its_campaign_was_closed(campaign, outbound_agent, team_leader):
    (own,) = prospects_of(campaign, for_person=outbound_agent, due_at=now(), own_until=now() + timedelta(hours=2))
    actions.change_campaign(campaign, by=team_leader, active=False)
    assert taken(outbound_agent) == own


def test_what_is_not_due_is_left_alone(campaign, pick):
    prospects_of(campaign, due_at=now() + timedelta(hours=1))
    assert pick().status_code == 204


def test_of_equal_ones_that_best_reached_now_comes_first(campaign, outbound_agent):
    hour = timezone.localtime(now(), ZoneInfo("Asia/Jakarta")).hour
    prospects_of(campaign)
    (best,) = prospects_of(campaign, best_hour=hour)
    assert taken(outbound_agent) == best


def test_who_wants_no_calls_is_passed_over(campaign, outbound_agent):
    silent, other = prospects_of(campaign, 2)
    DoNotCall.objects.create(phone=silent.contact_phone, prospect=silent, by=outbound_agent, at=now())
    assert taken(outbound_agent) == other
    silent.refresh_from_db()
    assert (silent.state, silent.ended_because) == ("ended", "do_not_call")


def test_where_it_is_night_nobody_is_picked_while_elsewhere_it_is_day(campaign, outbound_agent, monkeypatch):
    prospects_of(campaign, time_zone="Asia/Jayapura")
    (west,) = prospects_of(campaign, time_zone="Asia/Jakarta")
    monkeypatch.setattr("outbound.hours.may_call_at", lambda _moment, zone: zone.key == "Asia/Jakarta")
    assert taken(outbound_agent) == west


def test_at_night_nobody_is_dialled(campaign, in_hand, sign_in, outbound_agent, settings):
    settings.CALLING_HOURS = (0, 0)
    answer = sign_in(outbound_agent).post(f"{in_hand.url}call/")
    assert answer.status_code == 409


def test_left_alone_it_returns_to_the_pool(campaign, in_hand, second_outbound_agent, forward):
    forward(minutes=16)
    actions.free_abandoned_prospects()
    assert taken(second_outbound_agent) == in_hand
    assert HistoryEntry.objects.filter(act="prospect.lease_ended", subject_id=in_hand.pk).count() == 1


def test_a_sign_of_life_keeps_it(in_hand, sign_in, outbound_agent, forward):
    forward(minutes=14)
    assert sign_in(outbound_agent).post(f"{in_hand.url}pulse/").status_code == 200
    forward(minutes=14)
    assert actions.free_abandoned_prospects() == 0


def test_released_it_waits_for_the_next(api, in_hand, outbound_agent, second_outbound_agent):
    assert api(outbound_agent).post(f"/api/v1/prospects/{in_hand.pk}/release/").json()["state"] == "waiting"
    assert taken(second_outbound_agent) == in_hand


def test_who_is_on_break_picks_nothing(campaign, outbound_agent, pick):
    prospects_of(campaign)
    Person.objects.filter(pk=outbound_agent.pk).update(duty=Duty.BREAK)
    assert pick().status_code == 409


def test_a_campaign_of_another_team_is_not_there(api, campaign, stranger, outbound_agent, other_team):
    elsewhere = arrive("50009", "Bima", Role.OUTBOUND_AGENT, other_team)
    prospects_of(campaign)
    assert api(elsewhere).post("/api/v1/prospects/pick/", {"campaign": campaign.pk}).status_code == 404
    assert api(elsewhere).post("/api/v1/prospects/pick/").status_code == 204


def racing(people: list[Person]) -> list[Prospect | None]:
    """Everybody picks at the same time, each on a connection of their own."""

    def one(person: Person) -> Prospect | None:
        try:
            return actions.pick(by=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_ask_for_the_last_rows_each_row_goes_to_one(campaign, outbound_team):
    crowd = [arrive(f"5001{number:02}", f"Agen {number}", Role.OUTBOUND_AGENT, outbound_team) for number in range(10)]
    prospects_of(campaign, 6)
    picked = [each.pk for each in racing(crowd) if each]
    assert (len(picked), len(set(picked))) == (6, 6)


@pytest.mark.servers
@pytest.mark.xdist_group("crowd")
@pytest.mark.django_db(transaction=True)
def test_sixty_racing_picks_get_sixty_rows_and_the_last_thirty_none(campaign, outbound_team):
    crowd = [arrive(f"501{number:03}", f"Agen {number}", Role.OUTBOUND_AGENT, outbound_team) for number in range(60)]
    prospects_of(campaign, 90)
    first = [each.pk for each in racing(crowd) if each]
    assert (len(first), len(set(first))) == (60, 60)
    for each in Prospect.objects.held():
        assert each.held_by
        actions.enter_result(each, by=each.held_by, reason=reason("paid"))
    second = [each.pk for each in racing(crowd) if each]
    assert (len(second), len(set(second) - set(first))) == (30, 30)


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_one_agent_who_asks_many_times_at_once_holds_one(campaign, outbound_agent):
    prospects_of(campaign, 10)
    picked = {each.pk for each in racing([outbound_agent] * 8) if each}
    assert (len(picked), Prospect.objects.held().count()) == (1, 1)
