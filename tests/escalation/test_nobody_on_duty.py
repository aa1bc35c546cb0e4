"""What must not go unheard is told though nobody is on duty: to those there, else to all of the role, else to administrators."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Counter, Duty, Person
from common.clock import now
from escalation import tasks
from escalation.actions import sending, timers
from escalation.actions.heartbeats import SENDER
from escalation.models import Channel, ClockRung, Message, Notification

pytestmark = pytest.mark.req("HC-5", "OB-7")


@pytest.fixture
def everybody_left(agent, team_leader, support_hc, supervisor, administrator):
    """``everybody_left(but=[...])``: nobody is on duty any more, but those."""

    def left(but=()):
        Person.objects.exclude(pk__in=[each.pk for each in but]).update(duty=Duty.OFF)

    return left


@pytest.fixture
def refused(dispatched, gowa):
    """A message that the gateway will not take."""
    gowa.answers(400)
    return dispatched


def who_heard(event="alarm"):
    """The roles of those who were told, each once."""
    return list(Notification.objects.filter(event=event).order_by("person__role").values_list("person__role", flat=True))


class TestAMessageThatFailed:
    def test_goes_to_support_hc_on_duty_alone(self, refused, everybody_left, support_hc, administrator):
        everybody_left(but=[support_hc, administrator])
        sending.send_due()
        assert who_heard("not_sent") == ["support_hc"]

    def test_goes_to_the_supervisors_on_duty_where_no_support_hc_is(self, refused, everybody_left, supervisor, administrator):
        everybody_left(but=[supervisor, administrator])
        sending.send_due()
        assert who_heard("not_sent") == ["supervisor"]

    def test_with_nobody_there_all_of_both_are_told_and_read_it_in_the_bell(self, refused, everybody_left, support_hc, api):
        everybody_left()
        sending.send_due()
        assert who_heard("not_sent") == ["supervisor", "support_hc"]
        assert [each["event"] for each in api(support_hc).get("/api/v1/notifications/").json()["results"]] == ["not_sent"]

    @pytest.mark.parametrize("there", [True, False])
    def test_with_nobody_left_of_either_role_administrators_are_told(self, refused, everybody_left, administrator, there):
        Person.objects.filter(role__in=["support_hc", "supervisor"]).update(is_active=False)
        second = Person.objects.create(agent_code="90002", online_name="Admin 2", role="administrator")
        everybody_left(but=[administrator] if there else [])
        sending.send_due()
        assert set(Notification.objects.filter(event="not_sent").values_list("person", flat=True)) == (
            {administrator.pk} if there else {administrator.pk, second.pk}
        )

    def test_what_a_dead_gateway_hands_over_is_told_too(self, dispatched, channel, everybody_left):
        opened = now() - timedelta(minutes=6)
        Channel.objects.filter(pk=channel.pk).update(failures=9, open_since=opened, open_until=now() + timedelta(minutes=1))
        everybody_left()
        sending.send_due()
        assert (Message.objects.get().state, who_heard("by_hand")) == ("to_send_by_hand", ["supervisor", "support_hc"])


# Alarms: each of these is for administrators


def the_auditor_finds_something(ticket):
    Counter.put(SENDER.counter, int((now() - timedelta(minutes=20)).timestamp()))
    tasks.audit_timers()


def a_breaker_opens(ticket):
    Channel.objects.filter(slug="wa").update(failures=4, base_url="http://127.0.0.1:9")
    sending.send_due()


def a_rung_is_parked(ticket):
    rung = the_only_rung(ticket, whom="role:agent")
    key = f"rung:{rung.pk}:{rung.repeats_left}:{ticket.logged_by_id}"  # as if this rung had spoken already
    Person.objects.filter(pk=ticket.logged_by_id).update(duty=Duty.ON)
    Notification.objects.create(person_id=ticket.logged_by_id, event="message", key=key, created_at=now())
    timers.tick()
    assert ClockRung.objects.get(pk=rung.pk).state == "parked"


def a_ladder_reaches_nobody(ticket):
    the_only_rung(ticket, whom="support_hc")
    timers.tick()


def the_only_rung(ticket, whom):
    """One rung of the ticket that is due; all others are done."""
    rung = ClockRung.objects.filter(clock__ticket=ticket, state="waiting").latest("due_at")
    rung.due_at, rung.whom, rung.channel = now() - timedelta(seconds=1), whom, ""
    rung.save()
    ClockRung.objects.filter(clock__ticket=ticket).exclude(pk=rung.pk).update(state="fired", ended_at=now())
    return rung


ALARMS = [the_auditor_finds_something, a_breaker_opens, a_rung_is_parked, a_ladder_reaches_nobody]


@pytest.mark.req("ESC-3")
class TestAnAlarm:
    @pytest.mark.parametrize("goes_off", ALARMS)
    def test_is_for_the_administrators_on_duty(self, dispatched, everybody_left, administrator, goes_off):
        Person.objects.create(agent_code="90002", online_name="Admin 2", role="administrator")
        everybody_left(but=[administrator])
        goes_off(dispatched)
        assert list(Notification.objects.filter(event="alarm").values_list("person", flat=True)) == [administrator.pk]

    @pytest.mark.parametrize("goes_off", ALARMS)
    def test_reaches_all_administrators_where_none_is_on_duty(self, dispatched, everybody_left, goes_off):
        Person.objects.create(agent_code="90002", online_name="Admin 2", role="administrator")
        Person.objects.create(agent_code="90003", online_name="Gone", role="administrator", is_active=False)
        everybody_left()
        goes_off(dispatched)
        assert sorted(Notification.objects.filter(event="alarm").values_list("person__agent_code", flat=True)) == [
            "90001",
            "90002",
        ]

    def test_of_many_ladders_that_reached_nobody_asks_once_who_is_there(self, log, agent, everybody_left):
        tickets = [log(agent) for _ in range(4)]
        for ticket in tickets:
            the_only_rung(ticket, whom="support_hc")
        everybody_left()
        with CaptureQueriesContext(connection) as captured:
            timers.tick()
        assert who_heard() == ["administrator"] * 4
        asked = [query["sql"] for query in captured.captured_queries if "'administrator'" in query["sql"]]
        assert len(asked) == 2  # those on duty, and because there are none, all
