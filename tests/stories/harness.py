"""The harness of the stories: real pages in real browsers, the real worker with its beat, a gateway, time that is forwarded.

    leader = story.person("20001")                          a browser, signed in by the sign-in page
    story.expect_message("C4", containing=ticket.number)    the fake gateway must get it
    story.forward(minutes=30)                               for every process and page; nobody sleeps
    story.expect(leader.locator("#cards")).to_contain_text("...")     comes to the page by itself, without reloading

Leaving the story fails on every message that was not expected, and on whatever a browser complains about: errors in the
console (violations of the content security policy are among them), requests that fail, answers of 400 and more.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Person, Team
from config.celery import app
from escalation.actions.channels import change_group, create_channel, create_group
from escalation.models import Channel, Group, Message, MessageState
from escalation.models.channels import Purpose
from tests.conftest import PASSWORD
from tests.escalation.gateway import SECRETS, channel_values
from tests.fakes import gowa as fake
from tests.workers import eventually, house_worker, queue_name

ADDRESSES = {
    "TIAL REG-3": "120363000000000003@g.us",
    "C4": "120363000000000004@g.us",
    "Support HC": "120363000000000005@g.us",
    "Telkom": "120363000000000006@g.us",
    "TL Merapi": "120363000000000007@g.us",
}
PATIENCE = 90  # seconds; what comes by itself is there in two or three, unless the machine is busy
# An answer of 400 and more or a lost request is in the console too, but is looked at where it happens; and htmx complains of
# requests that it gives up itself, because the part that asked is gone.
SEEN_ELSEWHERE = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest", "Response Status Error Code")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
NewContext = Callable[..., BrowserContext]


@dataclass(frozen=True)
class Received:
    """A message that reached a group."""

    group: str
    number: str
    text: str


class Patient:
    """Playwright's ``expect`` for what comes to a page by itself: while it waits, time passes in that page, so that it asks."""

    def __init__(self, target: Locator | Page) -> None:
        self.target = target
        self.page = target if isinstance(target, Page) else target.page

    def __getattr__(self, name: str) -> Callable[..., None]:
        def checked(*given: Any, **options: Any) -> None:
            def holds() -> bool:
                try:
                    getattr(expect(self.target), name)(*given, timeout=700, **options)
                except AssertionError:
                    self.page.clock.fast_forward(10_000)
                    return False
                return True

            try:
                eventually(holds, within=PATIENCE)
            except AssertionError:
                getattr(expect(self.target), name)(*given, timeout=100, **options)  # says what is there instead

        return checked


class Story:
    """One story: its people at their browsers, its groups behind the gateway, its time."""

    def __init__(self, server: LiveServer, gowa: fake.Gowa, new_context: NewContext, clock: Path) -> None:
        self.server, self.gowa, self.new_context, self.clock = server, gowa, new_context, clock
        self.ahead = timedelta()
        self.contexts: list[BrowserContext] = []
        self.read: list[str] = []  # ids of the messages that were expected
        self.by_hand: list[int] = []  # and of those that people send
        self.complaints: list[str] = []
        self.excused: list[str] = []
        self.said = 0

    # People

    def person(self, code: str, *, phone: bool = False) -> Page:
        """This person at a browser of their own, signed in by the sign-in page; ``phone`` is a narrow one."""
        page = self.browser(phone=phone)
        page.goto("/login/")
        self.sign_in(page, code)
        return page

    def browser(self, *, phone: bool = False) -> Page:
        """A browser in which nobody is signed in."""
        context = self.new_context(base_url=self.server.url, viewport=PHONE if phone else DESK)
        context.clock.install()
        context.set_default_timeout(30_000)
        context.on("console", self._heard)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.contexts.append(context)
        return context.new_page()

    def sign_in(self, page: Page, code: str) -> None:
        """Fill in the sign-in page that is open."""
        page.get_by_label("Kode agen").fill(code)
        page.get_by_label("Sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        expect(page.locator("#bell")).to_be_visible()
        page.wait_for_load_state("load")  # its scripts run: keys are heard
        if page.url.endswith("/shift/"):  # read, and on to the day's work by one key
            page.keyboard.press("Enter")
            expect(page).not_to_have_url(re.compile("/shift/$"))
            page.wait_for_load_state("load")

    def expect(self, target: Locator | Page) -> Any:
        """``expect(target)``, for what comes without reloading."""
        return Patient(target)

    def excuse(self, *patterns: str) -> None:
        """What the browsers may complain about from now on, as regular expressions: ``excuse("409 POST .*/claim/")``."""
        self.excused += patterns

    # Groups

    def expect_message(self, group: str, containing: str = "") -> Received:
        """The next message to this group with these words, once it is there."""
        address = ADDRESSES[group]

        def found() -> dict[str, Any] | None:
            unread = [each for each in self.gowa.messages if each["id"] not in self.read and each["phone"] == address]
            return next((each for each in unread if containing in each["message"]), None)

        message = eventually(found, within=PATIENCE)
        self.read.append(message["id"])
        return Received(group, message["id"], message["message"])

    def expect_by_hand(self, group: str, containing: str = "") -> Message:
        """The same for a group that no gateway reaches: the message that a person is to send."""
        rows = Message.objects.filter(group__name=group, text__contains=containing).exclude(pk__in=self.by_hand)
        message: Message = eventually(rows.order_by("id").first, within=PATIENCE)
        self.by_hand.append(message.pk)
        return message

    def unit_says(self, text: str, *, quoting: Received) -> None:
        """Somebody of the unit answers in the group, quoting one of our messages."""
        self.said += 1
        quote = {"replied_to_id": quoting.number, "quoted_body": quoting.text}
        self._hook(fake.message_event(ADDRESSES[quoting.group], text, number=f"3EB0IN{self.said:06}", **quote))

    def acknowledge(self, *messages: Received, receipt: str = "delivered") -> None:
        """A phone in the group has the messages, or somebody ``read`` them."""
        for message in messages:
            self._hook(fake.ack_event(ADDRESSES[message.group], message.number, receipt=receipt))

    def _hook(self, body: bytes) -> None:
        answer = httpx.post(f"{self.server.url}/hooks/wa/", content=body, headers=fake.signed(body), trust_env=False)
        assert answer.status_code == 200, answer.text

    # Time

    def forward(self, **length: float) -> None:
        """Move the time of every process ahead: ``forward(minutes=30)``. Pages learn it from the next answer that they get."""
        self.ahead += timedelta(**length)
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(self.ahead.total_seconds()))
        fresh.replace(self.clock)

    # What a browser complains about

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(SEEN_ELSEWHERE):
            self.complaints.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left while it asked
            self.complaints.append(f"{request.failure} {request.method} {request.url}")

    # Leaving

    def leave(self) -> None:
        """Close the browsers; nothing is left to be sent, and nothing was unexpected."""
        while self.contexts:
            self.contexts.pop().close()
        unsent = Message.objects.filter(state__in=[MessageState.QUEUED, MessageState.SENDING])
        eventually(lambda: not unsent.exists(), within=PATIENCE)
        self.require_nothing_unexpected()

    def require_nothing_unexpected(self) -> None:
        """Fails with what was not expected."""
        found = [f"{each['phone']}: {each['message']}" for each in self.gowa.messages if each["id"] not in self.read]
        hand = Message.objects.filter(state=MessageState.TO_SEND_BY_HAND).exclude(pk__in=self.by_hand)
        found += [f"{each.group} (by hand): {each.text}" for each in hand.select_related("group")]
        found += [each for each in self.complaints if not any(re.search(pattern, each) for pattern in self.excused)]
        assert not found, "not expected:\n" + "\n".join(found)


def lay_groups(gowa: fake.Gowa, team: Team) -> Channel:
    """The groups of the story behind the fake gateway; those of the other regions stay by hand."""
    channel = create_channel(by=None, secrets=SECRETS, **channel_values(gowa))
    create_group(
        by=None, name="TL Merapi", purpose=Purpose.TEAM_LEADER, team=team, channel=channel, address=ADDRESSES["TL Merapi"]
    )
    for group in Group.objects.filter(name__in=ADDRESSES).exclude(name="TL Merapi"):
        change_group(group, by=None, changes={"channel": channel, "address": ADDRESSES[group.name]})
    return channel


def until_morning() -> float:
    """Seconds to the next ten o'clock: a story begins in the morning, because customers are not called at night."""
    moment = timezone.localtime()
    morning = moment.replace(hour=10, minute=0, second=0, microsecond=0)
    return ((morning - moment) % timedelta(days=1)).total_seconds()


@contextmanager
def own_queue() -> Iterator[None]:
    """What the web wakes, this story's worker hears; what is left over afterwards nobody does."""
    usual = app.conf.task_default_queue
    app.conf.task_default_queue = queue_name()
    yield
    app.control.purge()
    app.conf.task_default_queue = usual


@pytest.fixture
def house(
    transactional_db: None,
    team: Team,
    agent: Person,
    colleague: Person,
    supervisor: Person,
    support_hc: Person,
    second_support_hc: Person,
    outbound_agent: Person,
) -> None:
    """Who is there: 10001 and 10002 with their TL 20001, 30001, 40001 and 40002, 50001."""


@pytest.fixture
def story(
    house: None,
    team: Team,
    live_server: LiveServer,
    new_context: NewContext,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Story]:
    """A story in a house that works: web, worker and beat, gateway, people."""
    clock = tmp_path / "clock"
    settings.CLOCK_OFFSET_FILE = str(clock)
    with fake.serving() as gowa, own_queue(), house_worker(tmp_path, CLOCK_OFFSET_FILE=str(clock)):
        lay_groups(gowa, team)
        told = Story(live_server, gowa, new_context, clock)
        told.forward(seconds=until_morning())
        yield told
        told.leave()
