"""A mail server that refuses, greylists, and comes back (trust.md F22)."""

from datetime import timedelta
from typing import Any, cast

import pytest

from common.clock import now
from escalation.actions import sending
from escalation.actions.channels import change_group, create_channel
from escalation.models import Group, Message
from tests.escalation.gateway import channel_values, dispatch
from tests.fakes.mail import serving as mail_server


@pytest.mark.req("HC-5")
def test_a_mail_server_that_refuses_greylists_and_hangs_gets_it_once_after_it_recovers(hard, support_hc, forward):
    """F22: never lost, never twice, within five minutes of the recovery."""
    with mail_server() as mail:
        values = channel_values(cast(Any, mail), slug="mail", name="E-mail", kind="email", user=mail.USER, device=mail.DEVICE)
        made = create_channel(by=None, secrets=mail.secrets, **values)
        change_group(Group.objects.get(purpose="tial_reg", region=3), by=None, changes={"channel": made, "address": mail.CHAT})
        dispatch(hard, support_hc)
        mail.answers(451, 421, 451)
        for _ in range(3):
            sending.send_due()
            assert Message.objects.get().state == "queued"
            forward(seconds=60)
        recovered = now()
        while Message.objects.get().state != "sent":
            sending.send_due()
            forward(seconds=10)
            assert now() - recovered <= timedelta(minutes=5)
        assert len(mail.arrived()) == 1
        forward(minutes=10)
        sending.send_due()
        assert len(mail.arrived()) == 1
