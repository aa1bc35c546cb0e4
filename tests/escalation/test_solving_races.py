"""A ticket is solved, denied, opened again or linked while its rungs fire: nobody is called for what is over (trust.md T7)."""

import random
from collections import Counter as Tally
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.history import broken_places
from accounts.models import HistoryEntry
from escalation.actions import timers
from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.models import Clock, ClockRung, Notification, RungState
from tests.escalation.conftest import escort_of
from tests.escalation.test_races import at_once
from tests.escalation.test_timer_faults import make_due
from tickets.actions import link_twin, reopen, solve

pytestmark = [pytest.mark.req("ESC-3", "ESC-5"), pytest.mark.xdist_group("crowd")]
on_servers = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
# So often each race is run; ``make test`` has a few of them.
runs = pytest.mark.parametrize("runs", [20, pytest.param(200, marks=pytest.mark.slow)])
SEED = 7


def against_firing(act: Callable[[], object], chance: random.Random) -> None:
    """Somebody acts while two workers fire, half of the time some statements later: now the one is first and now the other."""
    begun = Countdown(chance.choice([0, chance.randint(1, 40)]))

    def acting() -> None:
        with connection.execute_wrapper(begun):
            act()
        begun.set()

    def fire() -> None:
        begun.wait(20)
        timers.tick()

    doers = [acting, fire, fire]
    at_once(lambda place: doers[place](), len(doers))


class Countdown(Event):
    """Is set when so many statements have been executed with it around them."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left
        self._count(0)

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        found = execute(*statement)
        self._count(1)
        return found

    def _count(self, done: int) -> None:
        self.left -= done
        if self.left <= 0:
            self.set()


def acts_of(ticket) -> list[str]:
    """What was done with it, in the order in which it was committed; a rung with the clock that it belongs to."""
    rows = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("sequence")
    return [f"{row.facts['milestone']} fired" if row.act == "clock.rung_fired" else row.act for row in rows]


def after(acts: list[str], act: str) -> list[str]:
    return acts[acts.index(act) + 1 :]


def require_once(rungs) -> None:
    """Each of them has ended, and told nobody twice."""
    timers.tick()
    assert not rungs.filter(state=RungState.WAITING).exists()
    keys = Tally(key.rpartition(":")[0] for key in Notification.objects.filter(event="rung").values_list("key", flat=True))
    assert set(keys.values()) <= {1}


@pytest.mark.django_db
@runs
def test_solved_a_second_before_it_is_due_nobody_is_called(log, agent, forward, runs):
    tickets = [log(agent) for _ in range(runs)]
    rungs = make_due(tickets)
    forward(seconds=-2)  # so that they fall due in a second
    assert timers.tick() == 0
    for ticket in tickets:
        solve(ticket, "Reset port", "Port", by=agent)
    forward(seconds=62)
    assert timers.tick() == 0
    assert set(rungs.values_list("state", flat=True)) == {"cancelled"}
    assert not Notification.objects.filter(event="rung").exists()


class TestAtOnce:
    pytestmark = on_servers

    @runs
    def test_after_a_solve_has_committed_nobody_is_called(self, log, agent, runs):
        chance, first = random.Random(SEED), Tally[str]()
        for _ in range(runs):
            ticket = log(agent)
            rungs = make_due([ticket])
            against_firing(partial(solve, ticket, "Reset port", "Port", by=agent), chance)
            require_once(rungs)
            acts = acts_of(ticket)
            assert "solution fired" not in after(acts, "ticket.solved")
            assert not Clock.objects.live().filter(ticket=ticket, milestone="solution").exists()
            first["solve" if "solution fired" not in acts else "firing"] += 1
        print(first)
        assert len(first) == 2, first
        assert list(broken_places()) == []

    @runs
    def test_after_a_denial_has_committed_nobody_is_called_to_the_caring(self, log, agent, support_hc, outbound_agent, runs):
        chance, first = random.Random(SEED), Tally[str]()
        for _ in range(runs):
            ticket = log(agent, criteria=["threat"])
            claim_escort(escort_of(ticket), by=support_hc)
            solve_escort(escort_of(ticket), "Disambung", by=support_hc)
            rungs = make_due([ticket], "caring")

            @transaction.atomic
            def deny(ticket=ticket):
                deny_escort(escort_of(ticket), by=outbound_agent, words="Masih mati")

            against_firing(deny, chance)
            require_once(rungs)
            acts = acts_of(ticket)
            assert "caring fired" not in after(acts, "ticket.reopened")
            assert Clock.objects.filter(ticket=ticket, state="running", milestone="claim").count() == 1
            first["denial" if "caring fired" not in acts else "firing"] += 1
        print(first)
        assert len(first) == 2, first
        assert list(broken_places()) == []

    @runs
    def test_a_ticket_solved_and_opened_again_at_once_begins_anew_and_silently(self, log, agent, runs):
        chance = random.Random(SEED)
        for _ in range(runs):
            ticket = log(agent)
            of_the_first = list(make_due([ticket]).values_list("pk", flat=True))

            def solve_and_reopen(ticket=ticket):
                solve(ticket, "Reset port", "Port", by=agent)
                reopen(ticket, "Masih mati", by=agent)

            against_firing(solve_and_reopen, chance)
            require_once(ClockRung.objects.filter(pk__in=of_the_first))
            assert "solution fired" not in after(acts_of(ticket), "ticket.solved")
            assert Clock.objects.live().filter(ticket=ticket, milestone="solution").count() == 1
        assert list(broken_places()) == []

    @runs
    def test_twins_that_are_linked_while_they_fire_stay_two_ladders(self, log, agent, runs):
        """Nothing is merged: each tells of itself, once (HC-8)."""
        chance = random.Random(SEED)
        for _ in range(runs):
            first, second = log(agent), log(agent)
            rungs = make_due([first, second])
            against_firing(partial(link_twin, second, first.number, by=agent), chance)
            require_once(rungs)
            assert [acts_of(ticket).count("solution fired") for ticket in (first, second)] == [1, 1]
            assert "ticket.twin_linked" in acts_of(second)
        assert list(broken_places()) == []
