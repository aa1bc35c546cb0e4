"""A gateway fails in every way while the real worker sends, and its callbacks come over the wire in disorder (F14 to F16)."""

import json
import random
from collections import Counter as Tally
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest
from django.db.models import F, Max

from accounts.history import broken_places
from config import running
from escalation.actions import outbox
from escalation.actions.channels import change_group, create_channel
from escalation.models import Channel, Group, InboundMessage, Message, Notification, Progress
from tests.escalation.gateway import SECRETS, TIAL, channel_values, dispatch
from tests.fakes import gowa as fake
from tests.servers import Process, free_port
from tests.workers import environment, eventually, house_worker

pytestmark = [
    *(pytest.mark.req("HC-5", "HC-6"), pytest.mark.servers, pytest.mark.slow),
    *(pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")),
]
TELKOM = "120363000000000006@g.us"
# The first message is refused four times and then cut off, the next ones arrive with an answer that says nothing; 400 is final.
WAYS = [500, 429, 401, 503, "cut", "junk", "hang", "endless", 400]
TICKETS, SEED, AT_ONCE = 20, 14, 20
LONGEST = timedelta(minutes=15)


class Clock:
    """How far web and worker are ahead of the true time."""

    def __init__(self, file: Path) -> None:
        self.file, self.ahead = file, 0
        self.forward(0)

    def forward(self, seconds: int) -> None:
        self.ahead += seconds
        self.file.write_text(str(self.ahead))


@contextmanager
def web(clock: Clock) -> Iterator[str]:
    """The web server of ``make run`` on the test's database; its address."""
    port = free_port()
    server = Process(running.web_command(port), environment(CLOCK_OFFSET_FILE=str(clock.file), LOG_LEVEL="ERROR"))
    server.start()
    try:
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), within=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


class Caller:
    """The gateway as it calls us: what it was asked to say, in any order, many at once."""

    def __init__(self, url: str) -> None:
        self.url, self.seconds = url, list[float]()
        self.count = self.told = 0

    def post(self, body: bytes, secret: str = fake.WEBHOOK_SECRET) -> int:
        self.count += 1
        headers = fake.signed(body, secret) | {"X-Request-Id": f"try-{self.count}", "Content-Type": "application/json"}
        answer = httpx.post(f"{self.url}/hooks/wa/", content=body, headers=headers, timeout=60)
        self.seconds.append(answer.elapsed.total_seconds())
        return answer.status_code

    def all(self, bodies: list[bytes]) -> None:
        """Twenty at a time; each is answered with 200."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert set(pool.map(self.post, bodies)) <= {200}

    def tells_of(self, server: fake.Gowa, chance: random.Random) -> None:
        """All that can be said of what has arrived by now, in any order, where something has arrived since the last time."""
        if len(server.messages) > self.told:
            self.told = len(server.messages)
            said = callbacks(server)
            chance.shuffle(said)
            self.all(said)


def otherwise_written(body: bytes) -> bytes:
    """The same event in other bytes, as a gateway writes it when it tries again."""
    said = json.loads(body)
    return json.dumps(dict(reversed(said.items())), indent=1).encode()


def callbacks(server: fake.Gowa) -> list[bytes]:
    """Of each message that has arrived: read, delivered and an answer, each again and again, also in other bytes."""
    said = []
    for each in list(server.messages):
        said += [fake.ack_event(TIAL, each["id"], receipt=receipt) for receipt in ("read", "delivered")]
        answer = {"number": f"IN{each['id']}", "replied_to_id": each["id"], "quoted_body": server.text_of(each)}
        said.append(fake.message_event(TIAL, "Teknisi menuju", **answer))
    return [*said, *map(otherwise_written, said), *said]


@pytest.fixture
def gateways():
    """The one that fails, with TIAL on it, and another one with Telkom's group."""
    with fake.serving() as failing, fake.serving() as other:
        for server, slug, address, group in (
            (failing, "wa", TIAL, Group.objects.get(purpose="tial_reg", region=3)),
            (other, "lain", TELKOM, Group.objects.get(name="Telkom")),
        ):
            made = create_channel(by=None, secrets=SECRETS, **channel_values(server, slug=slug, name=slug))
            change_group(group, by=None, changes={"channel": made, "address": address})
        Channel.objects.update(pace=1000)
        yield failing, other


def states(slug: str) -> Tally[str]:
    return Tally(Message.objects.filter(group__channel__slug=slug).values_list("state", flat=True))


def counts() -> tuple[Tally[str], int, int]:
    return states("wa"), Progress.objects.count(), InboundMessage.objects.count()


def queue(log, agent, support_hc) -> None:
    """Tickets that are dispatched through the one gateway, and each is told of through the other."""
    telkom = Group.objects.get(name="Telkom")
    for _ in range(TICKETS):
        ticket = log(agent, criteria=["threat"])
        dispatch(ticket, support_hc)
        outbox.queue_message(ticket, telkom, ticket.number, key=f"lain:{ticket.pk}", by=None, about="progress")


def test_whatever_goes_wrong_each_message_ends_sent_once_or_shown_and_each_word_counts_once(
    gateways, log, agent, support_hc, administrator, settings, tmp_path
):
    failing, other = gateways
    clock, chance = Clock(tmp_path / "clock"), random.Random(SEED)
    settings.CLOCK_OFFSET_FILE = str(clock.file)
    failing.answers(*WAYS)
    queue(log, agent, support_hc)
    with web(clock) as url, house_worker(tmp_path, CLOCK_OFFSET_FILE=str(clock.file)):
        caller = Caller(url)
        eventually(lambda: states("lain") == {"sent": TICKETS})  # it does not wait for the one that fails
        assert states("wa")["queued"] > 0

        def a_second_later() -> None:
            clock.forward(1)
            caller.tells_of(failing, chance)

        eventually(lambda: states("wa") == {"read": TICKETS - 1, "failed": 1}, within=300, meanwhile=a_second_later)
        nobody = fake.ack_event(TIAL, "NOBODY")
        caller.all([nobody, nobody])
        new = InboundMessage.objects.filter(state="new")
        eventually(lambda: not new.exists(), meanwhile=lambda: clock.forward(1))
        before = counts()
        assert caller.post(callbacks(failing)[0], secret="another") == 401
        assert counts() == before
    require_sent_once(failing, other)
    assert Progress.objects.count() == TICKETS - 1
    assert InboundMessage.objects.filter(raw__contains="NOBODY").count() == 1  # kept, once
    assert Notification.objects.filter(person=support_hc, event="not_sent").count() == 1
    assert Notification.objects.filter(person=administrator, event="alarm").exists()  # the breaker opened
    assert median(caller.seconds) <= 1
    assert list(broken_places()) == []


def require_sent_once(failing: fake.Gowa, other: fake.Gowa) -> None:
    """All ways of failing were met, nothing arrived twice or late, and the other gateway was never tried twice."""
    assert failing.script == []
    assert len(set(failing.arrived())) == len(failing.arrived()) == TICKETS - 1
    assert len(set(other.arrived())) == len(other.arrived()) == TICKETS
    assert not Message.objects.filter(group__channel__slug="lain").exclude(attempts=1).exists()
    took = Message.objects.exclude(sent_at=None).aggregate(most=Max(F("sent_at") - F("created_at")))
    assert took["most"] < LONGEST
