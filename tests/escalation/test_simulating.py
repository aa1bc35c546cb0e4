"""The simulator tells what the engine would do; nothing is written (ESC-6)."""

from datetime import timedelta

import pytest
import time_machine

from escalation.actions.policies import create_policy
from escalation.actions.timers import tick
from escalation.models import Calendar, Clock, Notification, Policy
from escalation.simulating import Happenings, simulate
from tests.escalation.test_calendars import wib
from tickets.actions import pause, resume

QUESTION = {
    "kind": "hard_complaint",
    "service_line": "indihome",
    "segment": "",
    "region": "3",
    "site": "JKT",
    "at": "2026-11-28T22:00",
}
LADDER = [
    {"after_seconds": 0, "whom": "support_hc", "repeat_seconds": 300, "repeat_times": 2},
    {"after_seconds": 1200, "whom": "team_leader"},
    {"after_seconds": 1800, "whom": "supervisor"},
]


@pytest.fixture
def ask(sign_in, administrator, site):
    """``ask(region="5")`` puts the question to the page and gives the drawn rows."""

    def asked(**changes):
        page = sign_in(administrator).get("/policies/simulate/", QUESTION | changes)
        return [(row.event.at, row.milestone, row.event.order, row.who) for row in page.context.get("rows", [])]

    return asked


def walk(version, **happens):
    logged = wib("2026-11-28 22:00")
    moments = {name: logged + timedelta(minutes=minutes) for name, minutes in happens.items()}
    return simulate(version, Happenings(logged, **moments), "Asia/Jakarta")


def by_calendar(administrator, **calendars):
    chosen = {field: Calendar.objects.get(slug=slug) for field, slug in calendars.items()}
    milestones = [{"milestone": "claim", "seconds": 900, "rungs": LADDER}]
    values: dict = {"name": "Malam", "kind": "hard_complaint", "milestones": milestones, **chosen}
    return create_policy(by=administrator, **values)


@pytest.mark.req("ESC-6")
def test_a_hard_complaint_on_saturday_at_ten_in_the_evening(ask):
    rows = ask()
    assert rows[:3] == [
        (wib("2026-11-28 22:15"), "Ambil", 0, ""),
        (wib("2026-11-28 22:15"), "Ambil", 1, "pemegang bola"),
        (wib("2026-11-28 22:25"), "Ambil", 2, "TL"),
    ]
    assert (wib("2026-11-28 23:15"), "Ambil", 4, "grup Telkom") in rows


@pytest.mark.req("ESC-6")
def test_what_befalls_the_ticket_is_taken_into_account(ask):
    rows = ask(claimed="20", dispatched="25", solved="200", paused="30", resumed="60")
    assert [row[2] for row in rows if row[1] == "Ambil"] == [0, 1]
    assert (wib("2026-11-28 23:40"), "Follow-up unit", 0, "") in rows  # 45 minutes of silence and 30 of pause
    assert (wib("2026-11-29 03:20"), "Caring", 0, "") in rows


@pytest.mark.req("ESC-1", "ESC-6")
def test_the_policy_that_would_serve_is_asked(ask, administrator):
    milestones = [{"milestone": "claim", "seconds": 60, "rungs": []}]
    create_policy(by=administrator, name="TREG 3", kind="hard_complaint", region=3, milestones=milestones)
    assert ask() == [(wib("2026-11-28 22:01"), "Ambil", 0, "")]
    assert len(ask(region="5")) > 1


@pytest.mark.req("ESC-4", "ESC-6")
def test_quiet_hours_move_rungs_to_the_opening_where_the_highest_overtakes(administrator):
    events = walk(by_calendar(administrator, notifying="siang-hari"))
    fired = [(event.at, event.order, event.passed) for event in events if event.order]
    assert fired == [(wib("2026-11-29 07:00"), 3, (1, 2))]


def engine_fires(hard):
    rows = Clock.objects.get(ticket=hard, milestone="claim").rungs.order_by("order")
    return [(rung.order, rung.state, rung.repeats_left) for rung in rows]


@pytest.mark.req("ESC-6")
@pytest.mark.parametrize("calendars", [{}, {"notifying": "siang-hari"}, {"counting": "jam-kantor"}])
def test_the_engine_tells_the_same_people_in_the_same_minutes(
    calendars, administrator, log, agent, support_hc, team_leader, supervisor
):
    """The simulator's walk beside what the engine really did on such a ticket, paused for a quarter of an hour."""
    with time_machine.travel(wib("2026-11-27 16:30"), tick=False) as traveller:
        version = by_calendar(administrator, **calendars)
        ticket = log(agent, criteria=["threat"])
        start = wib("2026-11-27 16:30")
        people = {support_hc.pk: 1, team_leader.pk: 2, supervisor.pk: 3}
        happens = Happenings(start, paused=start + timedelta(minutes=18), resumed=start + timedelta(minutes=33))
        for minute in range(0, 70 * 60 if calendars else 120):
            moment = start + timedelta(minutes=minute)
            if calendars and not (moment < start + timedelta(hours=2) or moment >= wib("2026-11-30 07:50")):
                continue
            traveller.move_to(moment)
            if moment == happens.paused:
                pause(ticket, "Menunggu data", by=agent)
            if moment == happens.resumed:
                resume(ticket, by=agent)
            tick()
        rows = Notification.objects.filter(event="rung", person__in=people).order_by("created_at", "id")
        did = [(people[row.person_id], row.created_at.replace(second=0, microsecond=0)) for row in rows]
    end = start + timedelta(minutes=70 * 60 if calendars else 120)
    would = [(event.order, event.at) for event in simulate(version, happens, "Asia/Jakarta") if event.order and event.at < end]
    assert did == would


@pytest.mark.req("ESC-6")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": "besok"}, "at"),
        ({"at": ""}, "at"),
        ({"kind": "x"}, "kind"),
        ({"claimed": "-1"}, "claimed"),
        ({"paused": "9", "resumed": "9"}, "resumed"),
    ],
)
def test_a_question_that_cannot_be_is_answered_with_what_to_do(changes, field, sign_in, administrator, site):
    page = sign_in(administrator).get("/policies/simulate/", QUESTION | changes)
    assert list(page.context["form"].errors) == [field] and "data-errors" in page.content.decode()


@pytest.mark.req("ESC-6")
def test_nothing_is_written(ask, administrator, site):
    before = (Clock.objects.count(), Notification.objects.count(), Policy.objects.count())
    assert ask(claimed="10")
    assert (Clock.objects.count(), Notification.objects.count(), Policy.objects.count()) == before


@pytest.mark.req("ESC-6")
def test_a_version_that_is_off_can_be_simulated_and_readers_may(sign_in, supervisor, administrator):
    made = by_calendar(administrator)
    Policy.objects.filter(pk=made.pk).update(active=False)
    page = sign_in(supervisor).get("/policies/simulate/", QUESTION | {"policy": str(made.pk)})
    assert page.context["policy"] == made and page.context["rows"]
