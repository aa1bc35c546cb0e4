"""Races on PostgreSQL with real threads and real Celery workers; a crash counts as a failure."""

import random
from collections import Counter as Tally
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import HistoryEntry
from accounts.roles import Role
from common.clock import now
from escalation.actions import timers
from escalation.models import AppProblem, ClockRung, Escort, Notification
from escalation.tasks import fire_due_rungs
from tests.conftest import arrive
from tests.escalation.conftest import escort_of
from tests.faults_places import FIRING
from tests.workers import eventually, send, worker

# One crowd at a time: two would want more connections than a usual server gives.
pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]


def at_once(function: Callable[[int], Any], number: int) -> list[Any]:
    """Run ``function(0..number-1)`` in as many threads, all starting together; their results."""
    barrier = Barrier(number)

    def run(place: int) -> Any:
        barrier.wait()
        try:
            return function(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def first_rung(escort: Escort) -> ClockRung:
    """The holder's rung of the claim clock, as it is now."""
    return ClockRung.objects.get(clock__ticket=escort.ticket, clock__milestone="claim", order=1)


def make_due(escort: Escort) -> None:
    """Let the first rung of the claim clock be due since a second."""
    ClockRung.objects.filter(clock__ticket=escort.ticket, clock__milestone="claim", order=1).update(
        due_at=now() - timedelta(seconds=1)
    )


@pytest.mark.req("HC-4")
def test_fifty_people_claim_the_same_escort_and_one_gets_it(api, hard, support_team):
    people = [arrive(str(41000 + n), f"Petugas {n}", Role.SUPPORT_HC, support_team) for n in range(50)]
    programs = [api(person) for person in people]
    address = f"/api/v1/escorts/{escort_of(hard).pk}/claim/"

    def answered(place: int) -> int:
        """As a program asks: a server that has no connection left says 503 and when to come again, and it does."""
        status = programs[place].post(address, {}).status_code
        return 0 if status == 503 else status

    answers = at_once(lambda place: eventually(lambda: answered(place), within=60), 50)
    assert Tally(answers) == {200: 1, 409: 49}
    assert HistoryEntry.objects.filter(act="escort.claimed").count() == 1


@pytest.mark.req("ESC-3")
def test_eight_schedulers_fire_each_rung_once(hard, support_hc):
    make_due(escort_of(hard))
    at_once(lambda _n: timers.tick(), 8)
    assert HistoryEntry.objects.filter(act="clock.rung_fired").count() == 1
    assert Notification.objects.filter(event="rung").count() == 1


@pytest.mark.req("ESC-3")
@pytest.mark.parametrize("rounds", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_a_worker_killed_between_claim_and_commit_loses_and_doubles_nothing(log, agent, support_hc, tmp_path, rounds):
    """F1."""
    seeds, fault = random.Random(20), tmp_path / "fault"
    with worker("-I", "tests.faults", FAULT_FILE=str(fault)):
        for _ in range(rounds):
            escort = escort_of(log(agent, criteria=["threat"]))
            fault.write_text(seeds.choice(FIRING))  # armed before it is due: a task that an earlier round left over may take it
            make_due(escort)
            eventually(lambda: not fault.exists(), within=60, meanwhile=lambda: send(fire_due_rungs))
            eventually(lambda: first_rung(escort).state in ("fired", "late"), within=60, meanwhile=lambda: send(fire_due_rungs))  # noqa: B023
            told = Notification.objects.filter(ticket=escort.ticket, event="rung").count()
            acts = HistoryEntry.objects.filter(subject_id=escort.ticket_id, act="clock.rung_fired").count()
            assert (told, acts) == (1, 1)


@pytest.mark.req("ESC-5")
def test_many_who_report_the_same_application_at_once_make_one_problem(api, agent, colleague, team_leader, supervisor):
    programs = [api(person) for person in (agent, colleague, team_leader, supervisor) for _ in range(3)]
    answers = at_once(lambda place: programs[place].post("/api/v1/problems/", {"app": "NOSSA"}), len(programs))
    assert {answer.status_code for answer in answers} == {201}
    problem = AppProblem.objects.get()
    assert problem.reports.count() == 4
    assert Notification.objects.filter(person=supervisor, event="app_problem").count() == 1
