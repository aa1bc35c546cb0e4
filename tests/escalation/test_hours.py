"""The arithmetic of office hours against cases worked by hand, and its laws (ESC-4; trust.md T1, T2)."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.hours import ALWAYS, office

# Office hours 08-12 and 13-17 on weekdays; closed on Christmas (Friday 25 Dec 2026) and New Year (Friday 1 Jan 2027). On Thursday
# 24 Dec, joint leave, people work until noon in the calendar "half", and not at all in "leave", which got it later.
WEEK = {str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(5)}
PUBLIC: dict[str, list[list[str]]] = {"2026-12-25": [], "2027-01-01": []}
CALENDARS = {
    "office": (WEEK, PUBLIC),
    "half": (WEEK, {**PUBLIC, "2026-12-24": [["08:00", "12:00"]]}),
    "leave": (WEEK, {**PUBLIC, "2026-12-24": []}),
    "day": ({str(day): [["07:00", "21:00"]] for day in range(7)}, {}),
    "night": ({str(day): [["00:00", "05:00"], ["22:00", "24:00"]] for day in range(7)}, {}),  # a shift across midnight
    "saturday": ({**WEEK, "5": [["08:00", "12:00"]]}, PUBLIC),
}
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}

# start (local), seconds or a duration, end (local): each worked by hand on paper. Days of the week: 23 Nov 2026 is a Monday.
H, M = 3600, 60
DUE = [
    # within one stretch
    ("office", "WIB", "2026-11-23 08:00:00", 1 * H, "2026-11-23 09:00:00"),
    ("office", "WIB", "2026-11-23 09:15:30", 90, "2026-11-23 09:17:00"),
    ("office", "WITA", "2026-11-23 08:00:00", 1 * H, "2026-11-23 09:00:00"),
    ("office", "WIT", "2026-11-23 13:00:00", 2 * H, "2026-11-23 15:00:00"),
    # exactly to a closing: the closing moment belongs to the day
    ("office", "WIB", "2026-11-23 08:00:00", 4 * H, "2026-11-23 12:00:00"),
    ("office", "WIB", "2026-11-23 08:00:00", 8 * H, "2026-11-23 17:00:00"),
    ("office", "WIB", "2026-11-23 08:00:00", 4 * H + 1, "2026-11-23 13:00:01"),
    # across lunch
    ("office", "WIB", "2026-11-23 11:30:00", 1 * H, "2026-11-23 13:30:00"),
    ("office", "WITA", "2026-11-23 11:59:59", 2, "2026-11-23 13:00:01"),
    ("office", "WIT", "2026-11-23 12:00:00", 15 * M, "2026-11-23 13:15:00"),
    ("office", "WIB", "2026-11-23 12:30:00", 15 * M, "2026-11-23 13:15:00"),
    # across midnight
    ("office", "WIB", "2026-11-23 16:50:00", 30 * M, "2026-11-24 08:20:00"),
    ("office", "WIB", "2026-11-23 17:00:00", 30 * M, "2026-11-24 08:30:00"),
    ("office", "WIB", "2026-11-23 23:59:00", 30 * M, "2026-11-24 08:30:00"),
    ("office", "WITA", "2026-11-23 23:59:00", 30 * M, "2026-11-24 08:30:00"),
    ("office", "WIT", "2026-11-23 23:59:00", 30 * M, "2026-11-24 08:30:00"),
    ("office", "WIB", "2026-11-24 00:00:00", 30 * M, "2026-11-24 08:30:00"),
    ("office", "WIB", "2026-11-24 07:59:59", 1, "2026-11-24 08:00:01"),
    ("office", "WIB", "2026-11-23 08:00:00", 9 * H, "2026-11-24 09:00:00"),
    ("office", "WIB", "2026-11-23 08:00:00", 24 * H, "2026-11-25 17:00:00"),
    # across a weekend
    ("office", "WIB", "2026-11-27 16:30:00", 1 * H, "2026-11-30 08:30:00"),
    ("office", "WITA", "2026-11-27 16:30:00", 1 * H, "2026-11-30 08:30:00"),
    ("office", "WIT", "2026-11-27 23:59:00", 15 * M, "2026-11-30 08:15:00"),
    ("office", "WIB", "2026-11-28 10:00:00", 15 * M, "2026-11-30 08:15:00"),
    ("office", "WIB", "2026-11-29 22:00:00", 4 * H, "2026-11-30 12:00:00"),
    ("office", "WIB", "2026-11-27 08:00:00", 16 * H, "2026-11-30 17:00:00"),
    ("office", "WIB", "2026-11-23 08:00:00", 40 * H, "2026-11-27 17:00:00"),
    ("office", "WIB", "2026-11-23 08:00:00", 40 * H + M, "2026-11-30 08:01:00"),
    ("saturday", "WIB", "2026-11-27 16:30:00", 1 * H, "2026-11-28 08:30:00"),
    ("saturday", "WIB", "2026-11-28 11:30:00", 1 * H, "2026-11-30 08:30:00"),
    ("saturday", "WIT", "2026-11-28 12:00:00", 1, "2026-11-30 08:00:01"),
    # across a public holiday, with a weekend behind it
    ("office", "WIB", "2026-12-24 16:30:00", 1 * H, "2026-12-28 08:30:00"),
    ("office", "WITA", "2026-12-24 16:30:00", 1 * H, "2026-12-28 08:30:00"),
    ("office", "WIT", "2026-12-24 16:30:00", 1 * H, "2026-12-28 08:30:00"),
    ("office", "WIB", "2026-12-25 10:00:00", 1 * H, "2026-12-28 09:00:00"),
    ("office", "WIB", "2026-12-24 23:59:00", 15 * M, "2026-12-28 08:15:00"),
    ("office", "WIB", "2026-12-31 16:59:00", 2 * M, "2027-01-04 08:01:00"),
    ("office", "WIB", "2026-12-31 08:00:00", 8 * H, "2026-12-31 17:00:00"),
    ("saturday", "WIB", "2026-12-24 16:30:00", 1 * H, "2026-12-26 08:30:00"),
    # joint leave added later: the same starts, and another answer
    ("office", "WIB", "2026-12-23 16:30:00", 1 * H, "2026-12-24 08:30:00"),
    ("leave", "WIB", "2026-12-23 16:30:00", 1 * H, "2026-12-28 08:30:00"),
    ("leave", "WITA", "2026-12-24 09:00:00", 1 * H, "2026-12-28 09:00:00"),
    ("leave", "WIT", "2026-12-23 23:59:00", 30 * M, "2026-12-28 08:30:00"),
    ("leave", "WIB", "2026-12-23 08:00:00", 16 * H, "2026-12-28 17:00:00"),
    # half a day by exception
    ("half", "WIB", "2026-12-24 11:30:00", 1 * H, "2026-12-28 08:30:00"),
    ("half", "WITA", "2026-12-24 08:00:00", 4 * H, "2026-12-24 12:00:00"),
    ("half", "WIT", "2026-12-24 13:30:00", 15 * M, "2026-12-28 08:15:00"),
    ("half", "WIB", "2026-12-23 16:00:00", 6 * H, "2026-12-28 09:00:00"),
    # every day, without a night
    ("day", "WIB", "2026-11-28 20:30:00", 1 * H, "2026-11-29 07:30:00"),
    ("day", "WITA", "2026-11-28 23:59:00", 15 * M, "2026-11-29 07:15:00"),
    ("day", "WIT", "2026-12-25 06:00:00", 14 * H, "2026-12-25 21:00:00"),
    ("day", "WIB", "2026-12-31 20:59:30", 60, "2027-01-01 07:00:30"),
    ("day", "WIB", "2026-11-28 07:00:00", 28 * H, "2026-11-29 21:00:00"),
    # a shift across midnight: two stretches that touch
    ("night", "WIB", "2026-11-23 23:30:00", 1 * H, "2026-11-24 00:30:00"),
    ("night", "WITA", "2026-11-23 23:59:00", 2 * M, "2026-11-24 00:01:00"),
    ("night", "WIT", "2026-11-23 23:00:00", 1 * H, "2026-11-24 00:00:00"),
    ("night", "WIB", "2026-11-24 04:30:00", 1 * H, "2026-11-24 22:30:00"),
    ("night", "WIB", "2026-11-24 12:00:00", 7 * H, "2026-11-25 05:00:00"),
    # a leap day, and the turn of a year in the other zones
    ("office", "WIB", "2028-02-28 16:30:00", 1 * H, "2028-02-29 08:30:00"),
    ("office", "WITA", "2026-12-31 16:59:00", 2 * M, "2027-01-04 08:01:00"),
    ("office", "WIT", "2026-12-31 23:59:00", 15 * M, "2027-01-04 08:15:00"),
]
OPENING = [
    ("office", "WIB", "2026-11-23 10:00:00", "2026-11-23 10:00:00"),
    ("office", "WIB", "2026-11-23 12:00:00", "2026-11-23 12:00:00"),
    ("office", "WIB", "2026-11-23 12:00:01", "2026-11-23 13:00:00"),
    ("office", "WITA", "2026-11-23 17:00:00", "2026-11-23 17:00:00"),
    ("office", "WIT", "2026-11-23 23:59:00", "2026-11-24 08:00:00"),
    ("office", "WIB", "2026-11-28 22:00:00", "2026-11-30 08:00:00"),
    ("office", "WIB", "2026-12-25 09:00:00", "2026-12-28 08:00:00"),
    ("leave", "WITA", "2026-12-23 17:00:01", "2026-12-28 08:00:00"),
    ("half", "WIT", "2026-12-24 12:30:00", "2026-12-28 08:00:00"),
    ("day", "WIB", "2026-11-28 22:00:00", "2026-11-29 07:00:00"),
    ("night", "WIB", "2026-11-24 00:00:00", "2026-11-24 00:00:00"),
]


def hours(name, zone="WIB"):
    return office(*CALENDARS[name], ZONES[zone])


def local(text, zone):
    """An instant from the clocks of a zone, by its fixed distance from UTC: nothing here asks the code under test."""
    distance = {"WIB": 7, "WITA": 8, "WIT": 9}[zone]
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=distance)


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize(("name", "zone", "start", "seconds", "end"), DUE)
def test_a_due_moment_is_as_worked_by_hand(name, zone, start, seconds, end):
    found = hours(name, zone).after(local(start, zone), seconds)
    assert found == local(end, zone), found
    assert hours(name, zone).between(local(start, zone), local(end, zone)) == seconds


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize(("name", "zone", "moment", "opens"), OPENING)
def test_a_rung_of_quiet_hours_waits_for_the_opening(name, zone, moment, opens):
    assert hours(name, zone).opening(local(moment, zone)) == local(opens, zone)


def test_the_table_is_as_long_as_it_should_be():
    assert len(DUE) >= 60


MOMENTS = st.integers(0, 400 * 86_400).map(lambda seconds: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds))
LENGTHS = st.integers(0, 30 * 86_400)
OFFICES = st.builds(hours, st.sampled_from(sorted(CALENDARS)), st.sampled_from(sorted(ZONES)))
LAWS: dict[str, tuple] = {}


def law(*strategies):
    """Registers what must hold for all examples of these."""

    def registered(holds):
        LAWS[holds.__name__] = (holds, strategies)
        return holds

    return registered


@law(OFFICES, MOMENTS, LENGTHS, LENGTHS)
def more_is_never_sooner_and_parts_add_up(hours, start, first, second):
    at = hours.after(start, first)
    assert start <= at <= hours.after(start, first + second) == hours.after(at, second)


@law(OFFICES, MOMENTS, LENGTHS)
def a_later_start_is_never_due_sooner(hours, start, length):
    assert hours.after(start, length) <= hours.after(start + timedelta(minutes=7), length)


@law(OFFICES, MOMENTS, LENGTHS.filter(bool))
def nothing_falls_due_in_a_closed_hour(hours, start, length):
    at = hours.after(start, length)
    assert hours.opening(at) == at
    assert hours.between(at - timedelta(seconds=1), at) == 1
    assert hours.between(start, at) == length


@law(OFFICES, MOMENTS, LENGTHS.filter(bool), LENGTHS, LENGTHS)
def a_pause_moves_the_due_moment_by_its_counted_length(hours, start, length, until_pause, pause):
    """What the ledger says: the seconds that were left at the pause are left at the resumption, whatever was closed between."""
    due, paused = hours.after(start, length), start + timedelta(seconds=until_pause)
    resumed = paused + timedelta(seconds=pause)
    moved = hours.after(due, hours.between(paused, resumed))
    if paused < due:
        assert hours.between(resumed, moved) == hours.between(paused, due) == length - hours.between(start, paused)
        assert moved == hours.after(resumed, length - hours.between(start, paused))
    else:
        assert hours.between(moved, resumed) == hours.between(due, paused)


@law(OFFICES, MOMENTS)
def an_opening_is_open_and_the_first_one(hours, moment):
    opens = hours.opening(moment)
    assert opens >= moment and hours.opening(opens) == opens
    assert hours.between(moment, opens) == 0


@law(MOMENTS, LENGTHS)
def around_the_clock_is_plain_arithmetic(start, length):
    whole = office({str(day): [["00:00", "24:00"]] for day in range(7)}, {}, "Asia/Jayapura")
    assert ALWAYS.after(start, length) == whole.after(start, length) == start + timedelta(seconds=length)
    assert ALWAYS.between(start, start + timedelta(seconds=length)) == length
    assert ALWAYS.opening(start) == whole.opening(start) == start


def check(name, examples):
    holds, strategies = LAWS[name]
    settings(max_examples=examples)(given(*strategies)(holds))()


@pytest.mark.req("ESC-4", "ESC-5")
@pytest.mark.parametrize("name", LAWS)
def test_a_law_of_the_hours_holds(name):
    check(name, 60)


@pytest.mark.slow
@pytest.mark.req("ESC-4", "ESC-5")
@pytest.mark.parametrize("name", LAWS)
def test_a_law_of_the_hours_holds_in_two_thousand_examples(name):
    check(name, 2000)


@pytest.mark.req("ESC-4")
@pytest.mark.parametrize(
    "bad",
    [
        [["8", "12"]],
        [["08:00", "25:00"]],
        [["12:00", "08:00"]],
        [["08:00", "12:00"], ["11:00", "13:00"]],
        [["x:y", "1:0"]],
        [["08:60", "09:00"]],
    ],
)
def test_hours_that_are_none_are_refused(bad):
    with pytest.raises(ValueError):
        office({"0": bad}, {}, "Asia/Jakarta")


def test_hours_that_never_open_end_the_search():
    with pytest.raises((ValueError, StopIteration)):
        office({}, {}, "Asia/Jakarta").after(datetime(2026, 1, 1, tzinfo=UTC), 1)


IN_ANY_ZONE = """
from datetime import UTC, datetime, timedelta
from escalation.hours import office
hours = office({str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(5)}, {"2026-12-25": []}, "Asia/Makassar")
for start in (datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 12, 24, 8, tzinfo=UTC)):
    for minutes in range(0, 2880, 97):
        moment = start + timedelta(minutes=minutes)
        print(hours.after(moment, 5400), hours.opening(moment), hours.between(start, moment))
"""


@pytest.mark.req("ESC-4")
def test_the_zone_of_the_server_changes_nothing():
    """Its own nights of summer time are in it: 8 March and 1 November in New York (T3)."""

    def printed(zone):
        command = [sys.executable, "-c", IN_ANY_ZONE]
        return subprocess.run(command, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True).stdout

    found = {printed(zone) for zone in ("UTC", "Asia/Jakarta", "America/New_York")}
    assert len(found) == 1 and len(found.pop().splitlines()) == 90
