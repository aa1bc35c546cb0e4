"""A rung that goes through a channel reaches the group there that its people read (ESC-2)."""

import pytest

from escalation.actions.channels import create_group
from escalation.actions.outbox import queue_on_channel
from escalation.models import Message

pytestmark = pytest.mark.req("ESC-2")


def reached(ticket, whom, channel="wa", key="rung:1"):
    return queue_on_channel(ticket, whom, "Jam lewat", channel=channel, key=key, by=None)


@pytest.fixture
def groups(channel, team):
    create_group(by=None, name="TL A", purpose="team_leader", team=team, channel=channel, address="1@g.us")
    create_group(by=None, name="HC", purpose="support_hc", channel=channel, address="2@g.us")
    create_group(by=None, name="Telkom WA", purpose="telkom", channel=channel, address="3@g.us")


@pytest.mark.parametrize(
    ("whom", "name"),
    [("team_leader", "TL A"), ("holder", "TL A"), ("supervisor", "TL A"), ("support_hc", "HC"), ("group", "Telkom WA")]
    + [("10001", "TL A"), ("20001", "TL A")],
)
def test_each_is_reached_in_the_group_that_they_read(hard, groups, whom, name):
    assert reached(hard, whom) == [name]
    message = Message.objects.get()
    assert (message.group.name, message.text, message.about) == (name, "Jam lewat", "rung")


def test_the_same_rung_twice_writes_once(hard, groups):
    assert reached(hard, "holder") == reached(hard, "holder")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("whom", "slug"), [("holder", "by-hand"), ("40001", "wa"), ("holder", "nowhere")])
def test_where_nobody_reads_nothing_is_written_and_the_caller_hears_it(hard, groups, whom, slug):
    assert reached(hard, whom, slug) == []
    assert not Message.objects.exists()
