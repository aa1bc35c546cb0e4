"""Calendars and holidays on running clocks: due, paused, denied, acknowledged, edited meanwhile (ESC-4, ESC-5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.actions import change_site
from escalation import defaults
from escalation.actions.calendars import lay_holidays, save_calendar, save_holiday, strike_holiday
from escalation.actions.clocks import acknowledge
from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.actions.policies import create_policy, switch_off
from escalation.actions.timers import escalate, tick
from escalation.models import Calendar, CalendarVersion, ClockRung, Holiday, Notification, Policy
from tests.escalation.conftest import clock_of, escort_of
from tickets.actions import pause, resume

LADDER = [{"after_seconds": 0, "whom": "holder"}, {"after_seconds": 600, "whom": "team_leader"}]


def wib(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=7)


@pytest.fixture
def at(db):
    """``at("2026-11-27 16:50")`` puts this process at that time by the clocks of Jakarta."""
    with time_machine.travel(wib("2026-11-27 10:00"), tick=False) as traveller:
        yield lambda text: traveller.move_to(wib(text))


@pytest.fixture
def by_office(administrator):
    """``by_office(counting="jam-kantor")``: hard complaints are to be taken within an hour, by these calendars."""

    def made(**calendars):
        chosen: dict[str, Any] = {field: Calendar.objects.get(slug=slug) for field, slug in calendars.items()}
        milestones = [
            {"milestone": "claim", "seconds": 3600, "rungs": LADDER},
            {"milestone": "solution", "seconds": 7200, "rungs": []},
        ]
        return create_policy(by=administrator, name="Jam kantor", kind="hard_complaint", milestones=milestones, **chosen)

    return made


def closed_days():
    return Calendar.objects.values_list("current__holidays", flat=True).get(slug="jam-kantor")


def rungs(ticket):
    return list(clock_of(ticket, "claim").rungs.order_by("order"))


def told(person):
    return Notification.objects.filter(person=person, event="rung").count()


@pytest.mark.req("ESC-4")
def test_a_new_installation_has_the_holidays_of_indonesia_once(at):
    assert Holiday.objects.get(date=date(2026, 12, 25)).category == "public"
    assert Holiday.objects.get(date=date(2026, 12, 24)).category == "joint_leave"
    before = (Holiday.objects.count(), CalendarVersion.objects.count(), Policy.objects.count())
    defaults.lay()
    assert (Holiday.objects.count(), CalendarVersion.objects.count(), Policy.objects.count()) == before
    assert not Policy.objects.exclude(counting=None, notifying=None).exists()


@pytest.mark.req("ESC-4")
def test_the_holidays_of_a_year_that_comes_into_view_are_laid(at):
    at("2029-01-01 09:00")
    assert lay_holidays() > 30
    assert closed_days()["2031-08-17"]


@pytest.mark.req("ESC-4")
def test_a_due_moment_waits_for_monday(at, by_office, log, agent):
    by_office(counting="jam-kantor")
    at("2026-11-27 16:30")
    assert clock_of(log(agent, criteria=["threat"]), "claim").due_at == wib("2026-11-30 08:30")


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize(("zone", "hours_east"), [("Asia/Makassar", 1), ("Asia/Jayapura", 2)])
def test_office_hours_are_those_of_the_tickets_site(zone, hours_east, at, by_office, log, agent, site):
    change_site(site, by=None, changes={"time_zone": zone})
    by_office(counting="jam-kantor")
    at("2026-11-27 20:00")
    due = clock_of(log(agent, criteria=["threat"]), "claim").due_at
    assert due == wib("2026-11-30 09:00") - timedelta(hours=hours_east)


@pytest.mark.req("ESC-4")
def test_seconds_count_at_night_and_people_are_told_in_the_morning(at, by_office, log, agent, support_hc, team_leader):
    by_office(notifying="siang-hari")
    at("2026-11-28 22:00")
    ticket = log(agent, criteria=["threat"])
    assert clock_of(ticket, "claim").due_at == wib("2026-11-28 23:00")
    for moment, expected in [("2026-11-29 06:59", 0), ("2026-11-29 07:01", 1)]:
        at(moment)
        tick()
        assert told(team_leader) == expected
    assert told(support_hc) == 0  # the lower rung was overtaken while it was quiet


@pytest.mark.req("ESC-4")
def test_the_ladder_counts_by_the_same_hours(at, by_office, log, agent):
    by_office(counting="jam-kantor")
    at("2026-11-27 15:55")
    clock = clock_of(log(agent, criteria=["threat"]), "claim")
    assert [rung.due_at for rung in clock.rungs.all()] == [wib("2026-11-27 16:55"), wib("2026-11-30 08:05")]


@pytest.mark.req("ESC-5")
def test_a_pause_moves_a_clock_by_the_seconds_that_would_have_counted(at, by_office, log, agent):
    by_office(counting="jam-kantor")
    at("2026-11-27 16:00")
    ticket = log(agent, criteria=["threat"])
    at("2026-11-27 16:30")
    pause(ticket, "Menunggu data", by=agent)
    at("2026-11-30 08:15")
    resume(ticket, by=agent)
    clock = clock_of(ticket, "claim")
    assert clock.due_at == wib("2026-11-30 08:45")  # half an hour was left on Friday
    assert [rung.due_at for rung in clock.rungs.all()] == [wib("2026-11-30 08:45"), wib("2026-11-30 08:55")]


@pytest.mark.req("ESC-5")
def test_a_pause_outside_the_counted_hours_moves_nothing(at, by_office, log, agent):
    by_office(counting="jam-kantor")
    at("2026-11-27 16:30")
    ticket = log(agent, criteria=["threat"])
    before = clock_of(ticket, "claim").due_at
    at("2026-11-28 10:00")
    pause(ticket, "Menunggu data", by=agent)
    at("2026-11-29 22:00")
    resume(ticket, by=agent)
    assert clock_of(ticket, "claim").due_at == before == wib("2026-11-30 08:30")


@pytest.mark.req("ESC-5")
def test_a_pause_in_quiet_hours_counts_from_what_was_due_then(at, by_office, log, agent):
    """The rung would have told at 22.00 and waits for 07.00; a quarter of an hour's pause does not make that 07.15."""
    by_office(notifying="siang-hari")
    at("2026-11-28 21:00")
    ticket = log(agent, criteria=["threat"])
    at("2026-11-28 21:30")
    pause(ticket, "Menunggu data", by=agent)
    at("2026-11-28 21:45")
    resume(ticket, by=agent)
    first = rungs(ticket)[0]
    assert (first.counted_at, first.due_at) == (wib("2026-11-28 22:15"), wib("2026-11-29 07:00"))


@pytest.mark.req("ESC-5")
def test_a_denial_counts_the_solved_stretch_by_the_same_hours(at, by_office, log, agent, support_hc, outbound_agent):
    by_office(counting="jam-kantor")
    at("2026-11-27 15:00")
    ticket = log(agent, criteria=["threat"])
    claim_escort(escort_of(ticket), by=support_hc)
    solve_escort(escort_of(ticket), "Sudah diperbaiki", by=support_hc)
    at("2026-11-30 08:30")
    deny_escort(escort_of(ticket), by=outbound_agent, words="Masih mati")
    again = clock_of(ticket, "solution")
    assert (again.state, again.due_at, again.time_zone) == ("running", wib("2026-11-27 17:00"), "Asia/Jakarta")


@pytest.mark.req("ESC-2", "ESC-4")
def test_an_acknowledgement_that_ends_in_quiet_hours_waits_for_the_opening(at, by_office, log, agent, team_leader, support_hc):
    by_office(notifying="siang-hari")
    at("2026-11-28 19:30")
    ticket = log(agent, criteria=["threat"])
    at("2026-11-28 20:31")
    tick()
    acknowledge(clock_of(ticket, "claim"), by=support_hc, minutes=60)
    at("2026-11-28 21:35")
    tick()
    assert told(team_leader) == 0
    at("2026-11-29 07:01")
    tick()
    assert told(team_leader) == 1


@pytest.mark.req("ESC-2", "ESC-4")
def test_the_ladder_goes_on_when_an_acknowledgement_ends(at, by_office, log, agent, team_leader, support_hc):
    by_office(counting="jam-kantor")
    at("2026-11-27 14:00")
    ticket = log(agent, criteria=["threat"])
    at("2026-11-27 15:01")
    tick()
    acknowledge(clock_of(ticket, "claim"), by=support_hc, minutes=30)
    assert rungs(ticket)[-1].due_at == wib("2026-11-27 15:31")


@pytest.mark.req("ESC-2", "ESC-4")
def test_a_person_escalates_in_quiet_hours_at_once(at, by_office, log, agent, team_leader):
    by_office(notifying="siang-hari")
    at("2026-11-28 22:00")
    ticket = log(agent, criteria=["threat"])
    escalate(ticket, by=agent)
    assert told(team_leader) == 1


@pytest.mark.req("ESC-2", "ESC-4")
def test_joint_leave_added_later_moves_no_running_clock(at, by_office, log, agent, administrator):
    by_office(counting="jam-kantor")
    at("2026-11-27 16:30")
    running = log(agent, criteria=["threat"])
    save_holiday(by=administrator, date=date(2026, 11, 30), name="Cuti bersama tambahan", category="joint_leave")
    assert clock_of(log(agent, criteria=["threat"]), "claim").due_at == wib("2026-12-01 08:30")
    pause(running, "Menunggu data", by=agent)
    at("2026-11-27 16:45")
    resume(running, by=agent)
    assert clock_of(running, "claim").due_at == wib("2026-11-30 08:45")


@pytest.mark.req("ESC-4")
def test_a_struck_holiday_is_worked_on_and_does_not_come_back(at, by_office, log, agent, administrator):
    by_office(counting="jam-kantor")
    strike_holiday(Holiday.objects.get(date=date(2026, 12, 24)), by=administrator)
    assert lay_holidays() == 0
    at("2026-12-23 16:30")
    assert clock_of(log(agent, criteria=["threat"]), "claim").due_at == wib("2026-12-24 08:30")


@pytest.mark.req("ESC-2", "ESC-4")
def test_a_calendar_edited_meanwhile_serves_what_starts_afterwards(at, by_office, log, agent, administrator):
    by_office(counting="jam-kantor")
    at("2026-11-27 16:30")
    running = log(agent, criteria=["threat"])
    weekly = {str(day): [["06:00", "20:00"]] for day in range(6)}
    save_calendar(by=administrator, slug="jam-kantor", name="Jam kantor", weekly=weekly)
    assert clock_of(log(agent, criteria=["threat"]), "claim").due_at == wib("2026-11-27 17:30")
    assert clock_of(running, "claim").due_at == wib("2026-11-30 08:30")


@pytest.fixture
def half_way(at, by_office, log, agent, support_hc):
    """A hundred tickets whose first rung has fired and whose second comes in nine minutes, the first thirty of them paused."""
    version = by_office(counting="jam-kantor", notifying="siang-hari")
    at("2026-11-27 15:35")
    tickets = [log(agent, criteria=["threat"]) for _ in range(100)]
    at("2026-11-27 16:36")
    tick()
    for ticket in tickets[:30]:
        pause(ticket, "Menunggu data", by=agent)
    return version, tickets


@pytest.mark.req("ESC-2", "ESC-4")
def test_policy_and_calendars_edited_in_mid_ladder_move_nothing_that_runs(
    at, half_way, by_office, agent, administrator, support_hc, team_leader
):
    """T6: all of it is edited and switched off; every moment stays, and each ladder goes on by what it started with."""
    version, tickets = half_way

    def moments():
        return list(ClockRung.objects.order_by("pk").values_list("clock__due_at", "due_at", "counted_at", "state", "whom"))

    before = moments()
    for slug in ("jam-kantor", "siang-hari"):
        save_calendar(by=administrator, slug=slug, name=slug, weekly={"6": [["01:00", "02:00"]]})
    by_office()
    switch_off(version, by=administrator)
    assert (moments(), told(support_hc)) == (before, 100)
    at("2026-11-27 16:46")
    tick()
    assert told(team_leader) == 70
    at("2026-11-27 16:56")
    for ticket in tickets[:30]:
        resume(ticket, by=agent)
    assert clock_of(tickets[0], "claim").due_at == wib("2026-11-27 16:55")
    assert rungs(tickets[0])[1].due_at == wib("2026-11-30 08:05")  # by the hours of Friday, those that count and those that tell
    at("2026-11-30 08:06")
    tick()
    assert (told(support_hc), told(team_leader)) == (100, 100)
    assert set(ClockRung.objects.filter(clock__ticket__in=tickets).values_list("state", flat=True)) == {"fired"}


@pytest.mark.req("ESC-6")
def test_the_ticket_says_by_which_hours_it_counts_and_when_it_goes_on(at, by_office, log, agent, sign_in, api):
    by_office(counting="jam-kantor", notifying="siang-hari")
    at("2026-11-27 16:50")
    ticket = log(agent, criteria=["threat"])
    at("2026-11-28 10:00")
    page = sign_in(agent).get(f"/tickets/{ticket.number}/").content.decode()
    assert "Jam kantor, kebijakan v2, diberi tahu Siang hari" in page
    assert "Di luar jam hitung, berjalan lagi 30 Nov 08.00" in page
    claim = api(agent).get(f"/api/v1/tickets/{ticket.number}/").json()["clocks"][0]
    assert claim["remaining_seconds"] == 50 * 60  # ten minutes were counted on Friday


# The API

HALF = {
    "slug": "sabtu",
    "name": "Sampai Sabtu",
    "weekly": {"0": [["13:00", "17:00"], ["08:00", "12:00"]], "5": [["08:00", "12:00"]]},
}


@pytest.mark.req("ESC-4")
def test_an_administrator_makes_a_calendar_and_then_a_new_version(api, administrator, supervisor):
    made = api(administrator).post("/api/v1/calendars/", HALF).json()
    assert (made["version"], made["weekly"]["0"], made["holidays"]) == (1, [["08:00", "12:00"], ["13:00", "17:00"]], {})
    again = api(administrator).post("/api/v1/calendars/", {**HALF, "exceptions": {"2026-12-24": []}, "closed_on": ["own"]}).json()
    assert (again["version"], again["id"], again["exceptions"]) == (2, made["id"], {"2026-12-24": []})
    shown = api(supervisor).get("/api/v1/calendars/").json()["results"]
    assert {row["slug"]: row["version"] for row in shown} == {"jam-kantor": 1, "siang-hari": 1, "sabtu": 2}


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekly": {}}, "weekly"),
        ({"weekly": {"0": []}}, "weekly"),
        ({"weekly": {"7": [["08:00", "12:00"]]}}, "weekly"),
        ({"weekly": {"0": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "weekly"),
        ({"weekly": {"0": [["12:00", "08:00"]]}}, "weekly"),
        ({"exceptions": {"2026-02-30": []}}, "exceptions"),
        ({"closed_on": ["bad"]}, "closed_on"),
        ({"name": " "}, "name"),
        ({"slug": "jam kantor"}, "slug"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_field(wrong, field, api, administrator):
    refused = api(administrator).post("/api/v1/calendars/", {**HALF, **wrong})
    assert refused.status_code == 400 and [name.split(".")[0] for name in refused.json()["errors"]] == [field]
    assert not Calendar.objects.filter(slug="sabtu").exists()


@pytest.mark.req("ESC-4")
def test_a_holiday_is_set_and_struck_through_the_api(api, administrator):
    made = api(administrator).post("/api/v1/holidays/", {"date": "2026-11-30", "name": "Ulang tahun", "category": "joint_leave"})
    assert made.status_code == 201 and "2026-11-30" in closed_days()
    struck = api(administrator).post(f"/api/v1/holidays/{made.json()['id']}/strike/")
    assert struck.json()["active"] is False and "2026-11-30" not in closed_days()
    assert api(administrator).post(f"/api/v1/holidays/{made.json()['id']}/strike/").status_code == 409
    listed = api(administrator).get("/api/v1/holidays/?year=2026&category=joint_leave").json()["results"]
    assert {row["date"][:4] for row in listed} == {"2026"}


@pytest.mark.req("ESC-4")
def test_only_an_administrator_changes_calendars(api, supervisor, agent):
    for person in (supervisor, agent):
        assert api(person).post("/api/v1/calendars/", HALF).status_code == 403
        assert api(person).post("/api/v1/holidays/", {"date": "2026-11-30", "name": "Libur"}).status_code == 403
    assert api(agent).get("/api/v1/calendars/").status_code == 403
