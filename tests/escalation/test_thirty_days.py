"""Thirty days of tickets, raises, denials, absences, outages and killed workers, compared with the reference model (T9)."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from accounts.actions import set_duty
from accounts.models import Duty
from common.clock import now
from common.problems import Conflict
from escalation.actions import clocks, timers
from escalation.actions.confirming import deny_escort
from escalation.actions.escorts import claim_escort, solve_escort
from escalation.actions.policies import create_policy
from escalation.actions.raising import raise_super_emergency
from escalation.models import Clock, ClockRung, Message, Notification, RungState
from tests.dying import killed
from tests.escalation.conftest import clock_of, escort_of
from tests.escalation.model import Model, Step
from tickets.actions import pause, reopen, resume, solve

DAYS, SEED = 30, 9
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
LADDER = [(0, "holder", 0, 0), (10, "team_leader", 3, 2), (20, "supervisor", 0, 0), (45, "group", 0, 0)]
URGENT = [(0, "support_hc", 0, 0), *LADDER[1:]]  # of what was raised: nobody holds it yet
TELKOM = "Telkom"  # the group of the last rung, by hand


@pytest.fixture
def own_server_options(monkeypatch, transactional_db):
    """A killed client loses nothing that the server has, so nobody waits for its disk; and nobody waits for a lock for long."""
    options = connection.settings_dict["OPTIONS"] | {"options": "-c synchronous_commit=off -c lock_timeout=20s"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    connection.close()
    yield
    connection.close()


class House:
    """The engine and the model side by side; every act goes to both."""

    def __init__(self, log, agent, caller, people) -> None:
        self.log, self.agent, self.caller, self.people = log, agent, caller, people
        self.tickets: dict[int, Any] = {}  # those that are worked on, by the number of their solution clock
        self.raised_ones: dict[int, Any] = {}  # of them the Super Emergencies
        self.solved_ones: list[Any] = []
        self.caring_ones: list[tuple[int, Any]] = []  # solved Super Emergencies, by what was their clock
        self.model = Model({"group": {TELKOM}})
        self.began, self.kills, self.denials = now(), 0, 0

    @property
    def seconds(self) -> float:
        return (now() - self.began).total_seconds()

    def duty(self, word: str, on: bool) -> None:
        person = self.people[word]
        set_duty(person, by=person, duty=Duty.ON if on else Duty.OFF)
        self.model.on_duty[word] = {person.online_name} if on else set()

    def logged(self, due_in: int) -> None:
        """A regular ticket whose solution clock is due in so many minutes, with the ladder above."""
        self._begun(self.log(self.agent), due_in)

    def reopened(self, due_in: int) -> None:
        """A solved one is opened again: a new clock, a new ladder."""
        self._begun(reopen(self.solved_ones.pop(), "Masih mati", by=self.agent), due_in)

    def raised(self, key: int, due_in: int) -> None:
        """To Super Emergency: the regular clock ends, that of the new kind begins."""
        raised = raise_super_emergency(self.tickets.pop(key), "Viral", by=self.people["team_leader"])
        self.model.end(key)
        self.raised_ones[self._begun(raised, due_in, URGENT)] = raised

    def denied(self) -> None:
        """It was solved, says the unit, and is not, says the customer: the clock runs on from where it began."""
        before, ticket = self.caring_ones.pop()
        with transaction.atomic():
            deny_escort(escort_of(ticket), by=self.caller, words="Masih mati")
        again = clock_of(ticket, "solution").pk
        self.tickets[again] = self.raised_ones[again] = ticket
        self.model.go_on(before, again)
        self.denials += 1

    def _begun(self, ticket: Any, due_in: int, ladder: list[tuple[int, str, int, int]] = LADDER) -> int:
        others = Clock.objects.live().filter(ticket=ticket).exclude(milestone="solution")
        ClockRung.objects.filter(clock__in=others).update(state=RungState.CANCELLED)
        others.update(state="cancelled")
        clock = clock_of(ticket, "solution")
        end = now() + timedelta(minutes=due_in)
        Clock.objects.filter(pk=clock.pk).update(due_at=end, seconds=due_in * 60)
        for order, (after, whom, every, times) in enumerate(ladder, start=1):
            said = {"whom": whom, "repeat_seconds": every * 60, "repeats_left": times, "after_seconds": after * 60}
            clock.rungs.filter(order=order).update(due_at=end + timedelta(minutes=after), **said)
        self.tickets[clock.pk] = ticket
        steps = [Step((due_in + after) * 60, whom, every * 60, times) for after, whom, every, times in ladder]
        self.model.start(clock.pk, self.seconds, steps)
        return int(clock.pk)

    def solved(self, key: int) -> None:
        ticket = self.tickets.pop(key)
        if self.raised_ones.pop(key, None):
            escort = claim_escort(escort_of(ticket), by=self.people["support_hc"])
            self.caring_ones.append((key, solve_escort(escort, "Disambung", by=self.people["support_hc"]).ticket))
        else:
            self.solved_ones.append(solve(ticket, "Reset port", "Port", by=self.agent))
        self.model.end(key)

    def escalated(self, key: int) -> None:
        """By hand; both say the same where there is no rung left."""
        try:
            timers.escalate(self.tickets[key], by=self.agent)
        except Conflict:
            assert not self.model.escalate(key, self.seconds)
        else:
            assert self.model.escalate(key, self.seconds)

    def paused(self, key: int) -> int:
        pause(self.tickets[key], "Menunggu pelanggan", by=self.agent)
        self.model.pause(key, self.seconds)
        return key

    def resumed(self, key: int) -> None:
        resume(self.tickets[key], by=self.agent)
        self.model.resume(key, self.seconds)

    def held(self, key: int) -> None:
        clocks.acknowledge(Clock.objects.get(pk=key), by=self.people["supervisor"], minutes=15)
        self.model.hold(key, self.seconds, 15 * 60)

    def look(self, kill_at: int | str | None) -> None:
        if kill_at is not None:
            self.kills += killed(timers.tick, kill_at)
        timers.tick()
        self.model.look(self.seconds)

    def told(self) -> Counter[tuple[int, int, str, int]]:
        """Each notification and each message, by the number of its clock and the order of its rung."""
        places = {pk: (clock, order) for pk, clock, order in ClockRung.objects.values_list("pk", "clock_id", "order")}
        people = Notification.objects.filter(event="rung").values_list("key", "person__online_name", "created_at")
        groups = Message.objects.filter(about="rung").values_list("key", "group__name", "created_at")
        rows = [(*places[int(key.split(":")[1])], name, self._minute(moment)) for key, name, moment in [*people, *groups]]
        return Counter(rows)

    def ends(self) -> dict[tuple[int, int], str]:
        """How each rung has ended; empty where it waits."""
        rows = ClockRung.objects.filter(clock__in=self.model.ladders).values_list("clock_id", "order", "state")
        return {(clock, order): "" if state in (RungState.WAITING, RungState.HELD) else state for clock, order, state in rows}

    def _minute(self, moment: datetime) -> int:
        return int((moment - self.began).total_seconds() // 60)


def one_step(house: House, chance: random.Random, paused: set[int]) -> None:
    """Something happens in the house, or nothing."""
    free = [key for key in house.tickets if key not in paused]
    plain = [key for key in free if key not in house.raised_ones]
    shares: list[tuple[int, object, Callable[[], object]]] = [
        (25, True, lambda: house.logged(chance.randint(1, 90))),
        (5, house.solved_ones, lambda: house.reopened(chance.randint(1, 90))),
        (10, True, lambda: house.duty(chance.choice(list(house.people)), chance.random() < 0.6)),
        (10, paused, lambda: house.resumed(paused.pop())),
        (10, free, lambda: paused.add(house.paused(chance.choice(free)))),
        (8, plain, lambda: house.raised(chance.choice(plain), chance.randint(1, 60))),
        (5, house.caring_ones, house.denied),
        (12, free, lambda: house.solved(chance.choice(free))),
        (10, free, lambda: house.held(chance.choice(free))),
        (10, free, lambda: house.escalated(chance.choice(free))),
        (5, True, lambda: None),
    ]
    possible = [(share, act) for share, there, act in shares if there]
    chance.choices([act for _, act in possible], [share for share, _ in possible])[0]()


def urgent_with_a_solution(*, by: Any) -> None:
    """Super Emergencies that have one clock, like the model's."""
    rungs = [{"after_seconds": after * 60, "whom": whom} for after, whom, _every, _times in URGENT]
    milestones = [{"milestone": "solution", "seconds": 3_600, "rungs": rungs}]
    create_policy(by=by, name="SE", kind="super_emergency", milestones=milestones)


@pytest.mark.req("ESC-2", "ESC-3", "ESC-5", "SE-1", "SE-5")
@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_thirty_days_with_kills_are_as_the_model_says(
    log, agent, team_leader, supervisor, support_hc, outbound_agent, administrator, own_server_options
):
    urgent_with_a_solution(by=administrator)
    chance, paused = random.Random(SEED), set[int]()
    people = {"holder": agent, "team_leader": team_leader, "supervisor": supervisor, "support_hc": support_hc}
    with time_machine.travel(START, tick=False) as traveller:
        house = House(log, agent, outbound_agent, people)
        for word in house.people:
            house.duty(word, True)
        while now() < START + timedelta(days=DAYS):
            one_step(house, chance, paused)
            outage = chance.random() < 0.05
            traveller.shift(timedelta(minutes=chance.randint(60, 300) if outage else chance.choice([1, 3, 5, 240])))
            # Anywhere, or just where a rung has ended and nobody has been told of it yet.
            places: list[int | str] = [chance.randint(1, 25), Notification._meta.db_table]
            house.look(chance.choice(places) if chance.random() < 0.7 else None)
    assert house.told() == house.model.told
    assert house.ends() == house.model.ends
    assert {"fired", "late", "overtaken", "cancelled"} <= set(house.model.ends.values())
    assert {TELKOM, support_hc.online_name} <= {name for _clock, _order, name, _minute in house.model.told}
    assert len(house.model.told) > 100 and house.kills > 30 and house.denials > 10
