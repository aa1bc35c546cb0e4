"""What a ladder does beside going up: repeats, calls of many, acknowledgements, words for people (ESC-2)."""

from datetime import timedelta

import pytest

from accounts.actions import change_person, change_team, name_stand_in, set_duty
from accounts.models import Duty, HistoryEntry, Person
from common.clock import now
from escalation.actions.clocks import acknowledge
from escalation.actions.timers import tick
from escalation.models import ClockRung, Notification, RungState
from tests.escalation.conftest import clock_of
from tickets.actions import assign, solve

pytestmark = pytest.mark.req("ESC-2")


def told(person):
    return Notification.objects.filter(person=person, event="rung").count()


def rung(ticket, order=1, **changes):
    """A rung of the claim clock, changed."""
    rows = ClockRung.objects.filter(clock__ticket=ticket, clock__milestone="claim", order=order)
    rows.update(**changes)
    return rows.get()


def fires(ticket, **changes):
    """The first rung of the claim clock, changed and due since a second, fired."""
    rung(ticket, due_at=now() - timedelta(seconds=1), **changes)
    tick()


@pytest.fixture
def repeating(hard, support_hc):
    """The holder's rung, every two minutes, three times more; told once."""
    fires(hard, repeat_seconds=120, repeats_left=3)
    return hard


def test_a_rung_repeats_as_often_as_it_says_and_then_has_fired(repeating, support_hc, forward):
    for _ in range(5):
        forward(minutes=2, seconds=1)
        tick()
    assert (told(support_hc), rung(repeating).state) == (4, "fired")


def test_an_acknowledgement_ends_the_repeats(repeating, support_hc, forward):
    acknowledge(clock_of(repeating, "claim"), by=support_hc, minutes=10)
    forward(minutes=9)
    tick()
    assert (told(support_hc), rung(repeating).state) == (1, "fired")


def test_a_repeating_rung_that_is_passed_has_fired_and_is_not_named_as_untold(repeating, support_hc, team_leader, forward):
    rung(repeating, order=2, due_at=now() + timedelta(minutes=3))
    forward(minutes=4)
    tick()
    assert rung(repeating).state == "fired"
    assert "tidak sempat" not in Notification.objects.get(person=team_leader, event="rung").text


@pytest.fixture
def both(hard, support_hc, second_support_hc):
    """A rung that wants both of Support HC, told once and repeating."""
    fires(hard, whom="support_hc", all_must_acknowledge=True, repeat_seconds=120, repeats_left=3)
    return hard


def test_where_all_must_acknowledge_the_first_does_not_hold_the_ladder(both, support_hc, second_support_hc, forward):
    acknowledge(clock_of(both, "claim"), by=support_hc, minutes=30)
    assert clock_of(both, "claim").acknowledged_by is None
    assert HistoryEntry.objects.filter(act="clock.acknowledged").latest("id").facts["missing"] == ["Arif"]
    forward(minutes=2, seconds=1)
    tick()
    assert (told(support_hc), told(second_support_hc)) == (1, 2)


def test_the_last_who_must_acknowledge_holds_it(both, support_hc, second_support_hc, team_leader, forward):
    for person in (support_hc, second_support_hc):
        acknowledge(clock_of(both, "claim"), by=person, minutes=30)
    forward(minutes=29)
    tick()
    assert (clock_of(both, "claim").acknowledged_by, told(team_leader)) == (second_support_hc, 0)


def test_who_has_gone_off_duty_is_not_waited_for(both, support_hc, second_support_hc):
    set_duty(second_support_hc, by=second_support_hc, duty=Duty.OFF)
    acknowledge(clock_of(both, "claim"), by=support_hc, minutes=30)
    assert clock_of(both, "claim").acknowledged_by == support_hc


@pytest.mark.parametrize("whom", ["role:supervisor", "supervisor", "30001"])
def test_a_word_a_role_and_a_code_reach_their_person(hard, supervisor, support_hc, whom):
    fires(hard, whom=whom)
    assert told(supervisor) == 1


def test_a_disabled_person_is_passed_over_and_the_next_rung_is_due_at_once(hard, support_hc, team_leader):
    support_hc.is_active = False
    support_hc.save()
    fires(hard)
    assert (told(support_hc), told(team_leader)) == (0, 1)


def test_a_group_that_is_gone_is_passed_over(hard, support_hc, team_leader):
    fires(hard, whom="group:999999")
    assert told(team_leader) == 1


@pytest.mark.req("OB-7")
def test_a_ladder_that_reaches_nobody_at_all_tells_administrators(hard, support_hc, administrator):
    ClockRung.objects.filter(clock__ticket=hard, clock__milestone="claim", order__gt=1).delete()
    fires(hard, whom="99999")
    assert Notification.objects.filter(person=administrator, event="alarm").count() == 1


@pytest.mark.req("ESC-3", "ESC-5")
def test_a_solved_ticket_calls_nobody_even_if_its_clock_were_left_running(log, agent):
    ticket = solve(log(agent), "Reset port", "Port", by=agent)
    clock = clock_of(ticket, "solution")
    type(clock).objects.filter(pk=clock.pk).update(state="running")
    ClockRung.objects.filter(clock=clock).update(state="waiting", due_at=now() - timedelta(seconds=1))
    tick()
    assert set(clock.rungs.values_list("state", flat=True)) == {"cancelled"}
    assert told(agent) == 0


# People change while a ladder is half climbed (T6)


def again(person):
    return Person.objects.get(pk=person.pk)


class Changes:
    """What may become of the TL after the first rung was told."""

    def __init__(self, agent, colleague, stranger, team_leader, other_team_leader, administrator) -> None:
        self.agent, self.colleague, self.stranger = agent, colleague, stranger
        self.leader, self.other, self.administrator = team_leader, other_team_leader, administrator

    def goes_off(self, ticket):
        set_duty(again(self.leader), by=self.leader, duty=Duty.OFF)

    def takes_a_break(self, ticket):
        set_duty(again(self.leader), by=self.leader, duty=Duty.BREAK)

    def is_switched_off(self, ticket):
        change_person(again(self.leader), by=self.administrator, changes={"is_active": False})

    def leaves_the_team_alone(self, ticket):
        change_team(ticket.team, by=self.administrator, changes={"leader": None})

    def hands_the_team_to_another(self, ticket):
        change_team(ticket.team, by=self.administrator, changes={"leader": self.other})

    def loses_the_ticket_to_another_team(self, ticket):
        assign(ticket, self.stranger, by=self.leader)

    def names_a_stand_in_and_goes_off(self, ticket):
        name_stand_in(again(self.leader), again(self.colleague), None, now() + timedelta(hours=8), by=self.leader)
        self.goes_off(ticket)


@pytest.fixture
def leader(agent, colleague, stranger, team_leader, other_team_leader, administrator):
    return Changes(agent, colleague, stranger, team_leader, other_team_leader, administrator)


@pytest.mark.req("OB-7")
@pytest.mark.parametrize(
    ("change", "reached"),
    [
        ("goes_off", "30001"),
        ("takes_a_break", "30001"),
        ("is_switched_off", "30001"),
        ("leaves_the_team_alone", "30001"),
        ("hands_the_team_to_another", "20002"),
        ("loses_the_ticket_to_another_team", "20002"),
        ("names_a_stand_in_and_goes_off", "10002"),
    ],
)
def test_the_next_rung_reaches_who_leads_by_then(change, reached, leader, hard, support_hc, supervisor, forward):
    """Where nobody leads who is on duty, the rung above is due at once."""
    fires(hard)
    getattr(leader, change)(hard)
    rung(hard, order=2, due_at=now() + timedelta(minutes=1))
    forward(seconds=61)
    tick()
    rows = Notification.objects.filter(event="rung", ticket=hard).order_by("pk")
    assert list(rows.values_list("person__agent_code", flat=True)) == ["40001", reached]


@pytest.mark.req("OB-7")
def test_a_hundred_ladders_go_on_while_teams_and_people_change(leader, log, agent, support_hc, supervisor, forward):
    """T6: forty are given to another team, whose leader is then switched off; the own leader goes off. Nobody is left untold."""
    tickets = [log(agent, criteria=["threat"]) for _ in range(100)]
    claims = ClockRung.objects.filter(clock__ticket__in=tickets, clock__milestone="claim")
    claims.filter(order=1).update(due_at=now() - timedelta(seconds=1))
    tick()
    for ticket in tickets[:40]:
        leader.loses_the_ticket_to_another_team(ticket)
    change_person(again(leader.other), by=leader.administrator, changes={"is_active": False})
    leader.goes_off(tickets[-1])
    claims.filter(order=2).update(due_at=now())
    forward(seconds=1)
    tick()
    assert [told(person) for person in (support_hc, leader.leader, leader.other, supervisor)] == [100, 0, 0, 100]
    states = [set(claims.filter(order=order).values_list("state", flat=True)) for order in (1, 2, 3)]
    assert states == [{RungState.FIRED}] * 3
