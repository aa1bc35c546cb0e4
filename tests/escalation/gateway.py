"""A house whose groups of region 3 are reached through the fake gateway."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from escalation.actions import escorts, sending
from escalation.actions.channels import change_group, create_channel
from escalation.actions.inbox import match_new
from escalation.models import Channel, Escort, Group, Message
from escalation.models.channels import Purpose
from tests.fakes import gowa as fake
from tickets.models import Ticket

TIAL, C4 = "120363000000000003@g.us", "120363000000000004@g.us"


def channel_values(server: fake.Gowa, **changes: Any) -> dict[str, Any]:
    own = {"slug": "wa", "name": "WhatsApp", "kind": "gowa", "base_url": server.url, "user": fake.USER, "device": fake.DEVICE}
    return own | changes


SECRETS = {"password": fake.PASSWORD, "webhook_secret": fake.WEBHOOK_SECRET}


@pytest.fixture
def channel(db: None, gowa: fake.Gowa) -> Channel:
    """The channel, with TIAL REG-3 and C4 on it."""
    made = create_channel(by=None, secrets=SECRETS, **channel_values(gowa))
    for address, group in ((TIAL, tial()), (C4, Group.objects.get(purpose=Purpose.C4))):
        change_group(group, by=None, changes={"channel": made, "address": address})
    return made


def tial() -> Group:
    return Group.objects.get(purpose=Purpose.TIAL_REG, region=3)


def dispatch(ticket: Ticket, by: Person) -> Escort:
    """Claimed and dispatched; the messages wait in the outbox."""
    escort = escorts.claim_escort(Escort.objects.get(ticket=ticket), by=by)
    return escorts.dispatch(escort, by=by)


@pytest.fixture
def dispatched(channel: Channel, hard: Ticket, support_hc: Person) -> Ticket:
    """The hard complaint, its one message waiting in the outbox."""
    dispatch(hard, support_hc)
    return hard


@pytest.fixture
def sent(dispatched: Ticket, gowa: fake.Gowa) -> Message:
    """And sent."""
    gowa.expect(TIAL, containing=dispatched.number)
    sending.send_due()
    return Message.objects.get()


@pytest.fixture
def hook(channel: Channel) -> Callable[..., int]:
    """``hook(body)`` posts what the gateway would, matches it, and gives the status."""

    def posted(body: bytes, *, headers: dict[str, str] | None = None, slug: str = "wa") -> int:
        given = fake.signed(body) if headers is None else headers
        answer = Client().post(f"/hooks/{slug}/", body, content_type="application/json", headers=given)
        match_new()
        return answer.status_code

    return posted
