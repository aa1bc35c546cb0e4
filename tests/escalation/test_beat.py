"""The beat wakes the timers when a rung falls due, and survives a database that is away (ESC-3)."""

from datetime import timedelta
from typing import Any

import pytest
from celery.beat import SchedulingError

from common.clock import now
from config.beat import RUNGS, WAKES, Scheduler
from config.celery import app
from escalation.actions import timers
from escalation.models import ClockRung

pytestmark = pytest.mark.req("ESC-3")


class Listening(Scheduler):
    """Keeps what it would have sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: list[str] = []
        super().__init__(*args, **kwargs)

    def apply_async(self, entry: Any, *_args: Any, **_kwargs: Any) -> None:
        self.sent.append(entry.name)
        self.reserve(entry)


@pytest.fixture
def beat(tmp_path, db):
    scheduler = Listening(app, schedule_filename=str(tmp_path / "beat"))
    scheduler.tick()
    scheduler.sent.clear()
    yield scheduler
    scheduler.close()


def due(after):
    ClockRung.objects.update(due_at=now() + after)


def test_a_rung_that_is_due_wakes_the_timers_at_once_and_once(beat, hard):
    due(-timedelta(seconds=1))
    beat.tick()
    beat.tick()
    assert beat.sent.count(RUNGS.entry) == 1


def test_one_that_falls_due_after_the_last_was_fired_does_not_wait_for_it(beat, hard):
    due(-timedelta(seconds=1))
    beat.tick()
    due(timedelta(seconds=30))
    beat.tick()
    due(-timedelta(seconds=1))
    beat.tick()
    assert beat.sent.count(RUNGS.entry) == 2


def test_it_sleeps_until_the_next_rung_and_not_longer(beat, hard):
    due(timedelta(milliseconds=120))
    assert beat.tick() < 0.13
    assert RUNGS.entry not in beat.sent


def test_without_rungs_it_looks_again_soon(beat):
    assert beat.tick() <= 0.25


def test_a_database_that_is_away_stops_no_schedule(beat, monkeypatch):
    monkeypatch.setattr("config.beat.look", lambda _moment: 1 / 0)
    assert beat.tick() <= 1
    assert timers.tick() == 0


def test_a_broker_that_is_away_does_not_end_it(beat, hard, monkeypatch):
    def away(*_args, **_options):
        raise SchedulingError("Redis is away")

    due(-timedelta(seconds=1))
    monkeypatch.setattr(beat, "apply_async", away)
    assert beat.tick() <= 1


def test_whatever_has_work_is_woken_and_what_has_none_is_not(beat, dispatched):
    beat.tick()
    assert beat.sent == ["send messages"]


def test_each_entry_that_it_wakes_is_in_the_schedule(beat):
    assert {wake.entry for wake in (RUNGS, *WAKES)} <= set(beat.schedule)
