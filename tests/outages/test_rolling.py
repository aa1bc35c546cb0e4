"""Workers that are restarted one after the other, and a minute in which everything falls due (trust.md F4, O2, T8)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from tests.fakes import gowa as fake
from tests.fakes.gateway import PASSWORD, WEBHOOK_SECRET
from tests.outages.conftest import Outage
from tests.outages.traffic import metrics, traffic
from tests.servers import Process
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
STEPS, OVER, RESTART_EVERY = 200, 60, 6
MANY, MINUTE = 5_000, 60
LAGS = (
    "select percentile_cont(%s) within group (order by extract(epoch from ended_at - due_at))"
    " from escalation_clockrung where id > %s and id <= %s and state in ('fired', 'late')"
)
EXACT = {"rungs_parked", 'channel_breaker_open{channel="roll"}'}  # these move seldom, and one of them is 0 or 1
# What a figure means, as SQL of one's own; ``{ahead}`` are the seconds that the house is ahead.
AHEAD = "clock_timestamp() + interval '{ahead} s'"
DUE = f"from escalation_clockrung where state = 'waiting' and due_at <= {AHEAD}"
MEANING = {
    "rungs_due": f"select count(*) {DUE}",
    "rungs_due_oldest_seconds": f"select coalesce(extract(epoch from {AHEAD} - min(due_at)), 0) {DUE}",
    "rungs_fired_total": "select count(*) from accounts_historyentry where act = 'clock.rung_fired'",
    "rungs_parked": "select count(*) from escalation_clockrung where state = 'parked'",
    "messages_queued": "select count(*) from escalation_message where state = 'queued'",
    "messages_queued_oldest_seconds": f"select coalesce(extract(epoch from {AHEAD} - min(queued_at)), 0)"
    " from escalation_message where state = 'queued'",
    "messages_failed": "select count(*) from escalation_message where state = 'failed'",
    "messages_to_send_by_hand": "select count(*) from escalation_message where state = 'to_send_by_hand'",
    'channel_breaker_open{{channel="roll"}}': "select count(*) from escalation_channel"
    f" where slug = 'roll' and open_until > {AHEAD}",
}


@contextmanager
def telkom(house: Outage, gowa: fake.Gowa) -> Iterator[None]:
    """The last rung's group is behind this gateway, at any pace; afterwards it is sent by hand again."""
    values = {"slug": "roll", "name": "Roll", "kind": "gowa", "base_url": gowa.url, "user": fake.USER, "device": fake.DEVICE}
    secrets = {"password": PASSWORD, "webhook_secret": WEBHOOK_SECRET}
    house.shell(
        "from escalation.actions.channels import change_group, create_channel\n"
        "from escalation.models import Channel, Group\n"
        f"made = Channel.objects.filter(slug='roll').first() or create_channel(by=None, secrets={secrets}, **{values})\n"
        f"Channel.objects.filter(pk=made.pk).update(pace=30000, base_url='{gowa.url}')\n"
        "change_group(Group.objects.get(purpose='telkom'), by=None, changes={'channel': made, 'address': '1@g.us'})"
    )
    try:
        yield
    finally:
        house.shell(
            "from escalation.actions.channels import change_group\n"
            "from escalation.models import Channel, Group\n"
            "by_hand = Channel.objects.filter(kind='by_hand')[:1].get()\n"
            "change_group(Group.objects.get(purpose='telkom'), by=None, changes={'channel': by_hand, 'address': ''})"
        )


@contextmanager
def parked(house: Outage) -> Iterator[None]:
    """One rung more, which is parked meanwhile."""
    house.seed(1)
    change, one = "update escalation_clockrung set state = %s where id = %s", house.upto
    house.postgres.value(change, "parked", one)
    try:
        yield
    finally:
        house.postgres.value(change, "waiting", one)


class Ledger:
    """What the figures should be: from the database, from Redis, and for those that go again from what the gateway refused."""

    def __init__(self, house: Outage, gowa: fake.Gowa) -> None:
        self.house, self.gowa, self.seen = house, gowa, {name: set[float]() for name in EXACT}
        self.retried_before = metrics(house)["messages_retried_total"]

    def meant(self) -> dict[str, float]:
        asked = {name.format(): sql.format(ahead=self.house.ahead) for name, sql in MEANING.items()}
        refused = self.gowa.calls.count("POST /send/message") - len(self.gowa.messages)
        others = {
            "messages_retried_total": self.retried_before + refused,
            "broker_queue_length": float(self.house.redis.client.llen("celery")),
        }
        return {name: float(self.house.postgres.value(sql)) for name, sql in asked.items()} | others

    def _meanwhile(self, began: datetime) -> dict[str, float]:
        """The most that can have been due at one moment since then: a rung falls due and fires between two looks."""
        since = AHEAD.format(ahead=self.house.ahead)
        of = f"from escalation_clockrung where due_at <= {since} and (state = 'waiting' or ended_at >= %s)"
        oldest = f"select coalesce(extract(epoch from {since} - min(due_at)), 0) {of}"
        number = self.house.postgres.value(f"select count(*) {of}", began)
        return {"rungs_due": float(number), "rungs_due_oldest_seconds": float(self.house.postgres.value(oldest, began))}

    def wrong(self) -> dict[str, tuple[float, float, float]]:
        """The figures that are wrong three times running: one alone may have risen and fallen again between the looks."""
        found = self._wrong()
        for _ in range(2):
            again = self._wrong() if found else {}
            found = {name: each for name, each in again.items() if name in found}
        return found

    def _wrong(self) -> dict[str, tuple[float, float, float]]:
        """Those that are further than one, if at all, from anything between what was true just before and just after."""
        began = self.house.postgres.value("select clock_timestamp()")
        before, said, after = self.meant(), metrics(self.house), self.meant()
        most = {name: max(before[name], after[name]) for name in before} | self._meanwhile(began)
        between = {name: (min(before[name], after[name]), said[name], most[name]) for name in before}
        for name in EXACT:
            self.seen[name].add(said[name])
        off = {name: 0 if name in EXACT else 1 for name in between}
        return {name: each for name, each in between.items() if not each[0] - off[name] <= each[1] <= each[2] + off[name]}


def test_two_workers_restarted_in_turn_lose_and_double_nothing_and_the_figures_are_true(house: Outage) -> None:
    """F4 and O2. SIGTERM to one worker, then to the other, under 200 steps a minute and a gateway that stumbles."""
    second = Process([word.replace("one-", "two-") for word in house.worker.command], house.env)
    second.start()
    workers, wrong, looked = [house.worker, second], [], 0
    with fake.serving() as gowa, telkom(house, gowa), parked(house):
        after, ledger = house.seed(STEPS), Ledger(house, gowa)
        house.make_due(after, over=OVER)
        gowa.answers(*[200, 200, 200, 503, 200, 200, 429] * 3)
        began, turn = time.monotonic(), 0
        try:
            while house.ended(after) < STEPS and time.monotonic() - began < 3 * OVER:
                workers[turn % 2].end()
                workers[turn % 2].start()
                turn += 1
                until = time.monotonic() + RESTART_EVERY
                while time.monotonic() < until:
                    wrong.append(ledger.wrong())
                    looked += 1
            unsent = "select count(*) from escalation_message where state in ('queued', 'sending')"
            eventually(lambda: house.postgres.value(unsent) == 0, within=120)
        finally:
            second.kill()
        house.all_once(after, STEPS, within=5)
        texts = gowa.arrived()
        assert (len(texts), len(set(texts))) == (STEPS, STEPS)
        assert gowa.calls.count("POST /send/message") <= STEPS + 6  # those that were refused
        assert ledger.wrong() == {}
    assert turn > 5
    assert float(house.postgres.value(LAGS, 0.99, after, house.upto)) <= 60
    assert [each for each in wrong if each] == []
    assert looked > 20
    assert ledger.seen == {"rungs_parked": {1.0}, 'channel_breaker_open{channel="roll"}': {0.0, 1.0}}


def test_five_thousand_tickets_due_in_one_minute_while_people_work(house: Outage) -> None:
    """T8."""
    after = house.seed(MANY)
    with traffic(house, per_second=10, series="1790") as people:
        time.sleep(3)
        house.make_due(after, over=MINUTE)
        eventually(lambda: house.ended(after) == MANY, within=5 * 60)
    lags = [float(house.postgres.value(LAGS, share, after, house.upto)) for share in (0.5, 1)]
    assert lags[0] <= 60
    house.all_once(after, MANY, within=5)
    p95 = people.p95()
    print(f"web p95 {p95:.2f} s, lag p50 {lags[0]:.2f} s, max {lags[1]:.2f} s")
    assert [each for each in people.answers if each.refused] == []
    assert p95 <= 1
