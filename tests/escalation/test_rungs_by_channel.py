"""A rung that goes through a channel reaches the group there that its people read (ESC-2)."""

from datetime import timedelta

import pytest

from common.clock import now
from escalation.actions.channels import create_group
from escalation.actions.timers import tick
from escalation.models import ClockRung, Message, Notification

pytestmark = pytest.mark.req("ESC-2")


@pytest.fixture
def groups(channel, team):
    create_group(by=None, name="TL A", purpose="team_leader", team=team, channel=channel, address="1@g.us")
    create_group(by=None, name="HC", purpose="support_hc", channel=channel, address="2@g.us")
    create_group(by=None, name="Telkom WA", purpose="telkom", channel=channel, address="3@g.us")


def fire(ticket, whom, channel="wa"):
    """Fire the first rung of the claim clock, meant for ``whom`` on ``channel``; the groups that were written to."""
    rungs = ClockRung.objects.filter(clock__ticket=ticket, clock__milestone="claim", order=1)
    rungs.update(whom=whom, channel=channel, due_at=now() - timedelta(seconds=1))
    tick()
    return list(Message.objects.filter(about="rung").values_list("group__name", flat=True))


@pytest.mark.parametrize(
    ("whom", "name"),
    [("team_leader", "TL A"), ("holder", "TL A"), ("supervisor", "TL A"), ("support_hc", "HC"), ("group", "Telkom WA")]
    + [("10001", "TL A"), ("20001", "TL A")],
)
def test_each_is_reached_in_the_group_that_they_read(hard, groups, whom, name):
    assert fire(hard, whom) == [name]
    assert Message.objects.get().text.endswith(f"#{hard.number}")


def test_a_person_is_told_in_the_page_as_well(hard, groups, agent):
    fire(hard, agent.agent_code)
    assert Notification.objects.filter(person=agent, event="rung").count() == 1


@pytest.mark.parametrize(("whom", "slug"), [("holder", "by-hand"), ("40001", "wa"), ("holder", "nowhere")])
def test_where_nobody_reads_nothing_is_written(hard, groups, support_hc, whom, slug):
    assert fire(hard, whom, slug) == []
