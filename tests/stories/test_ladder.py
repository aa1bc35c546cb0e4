"""Story (c): a hard complaint that nobody takes. The ladder climbs from Support HC to the TL, the supervisor and Telkom."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import HistoryEntry
from escalation.models import ClockRung, Notification
from tests.stories.harness import PHONE
from tests.tickets.conftest import FORM
from tests.workers import eventually
from tickets import actions


def told(count: int) -> re.Pattern[str]:
    """The tab's title with so many unread notifications."""
    return re.compile(rf"^\({count}\) " if count else r"^[^(]")


@pytest.mark.req("ESC-2", "ESC-3", "ESC-6", "HC-7")
def test_a_hard_complaint_left_alone_climbs_the_ladder(story, agent, supervisor):
    ticket = actions.log_ticket(actions.Intake(**FORM | {"criteria": ["threat"]}), by=agent)
    support, leader, chief = story.person("40001"), story.person("20001", phone=True), story.person("30001")
    assert leader.viewport_size == PHONE
    for page in (support, leader, chief):
        expect(page).to_have_title(told(0))

    # 15 minutes, nobody has taken it: those who hold the ball hear of it; 10 more, and the TL does.
    story.forward(minutes=15)
    story.expect(support).to_have_title(told(1))
    expect(leader).to_have_title(told(0))
    story.forward(minutes=10)
    story.expect(leader).to_have_title(told(1))
    expect(chief).to_have_title(told(0))

    # The TL has it until 10.40, says so on the phone, and the ladder waits so long: at 10.38 only the next clock has rung.
    card = leader.locator("#cards li", has_text=ticket.number)
    story.expect(card).to_contain_text("tangga sampai di Anda")
    card.get_by_role("button", name=re.compile(r"Saya pegang sampai 10\.4\d")).click()
    expect(leader.locator(".toast")).to_contain_text("Anda yang pegang")
    story.forward(minutes=13)
    story.expect(support).to_have_title(told(2))
    assert not Notification.objects.filter(person=supervisor).exists()

    # It runs out, and the ladder goes on where it stood.
    story.forward(minutes=4)
    story.expect(chief).to_have_title(told(1))

    # The last rung writes to Telkom's group, and the ball is theirs. Every rung ended once.
    story.forward(minutes=40)
    story.expect_message("Telkom", containing=f"#{ticket.number}")
    story.expect(leader.locator("#escorts")).to_contain_text("Telkom")
    rungs = ClockRung.objects.filter(clock__milestone="claim").order_by("order")
    eventually(lambda: not rungs.filter(state="waiting").exists())
    ended = [(rung.whom, rung.state in ("fired", "late"), rung.reached) for rung in rungs]
    assert ended == [
        ("holder", True, "Dewi, Arif"),
        ("team_leader", True, "Dimas"),
        ("supervisor", True, "Hendra"),
        ("group", True, "Telkom"),
    ]
    fired = [entry.facts["rung"] for entry in HistoryEntry.objects.filter(act="clock.rung_fired", facts__milestone="claim")]
    assert sorted(fired) == [1, 2, 3, 4]
