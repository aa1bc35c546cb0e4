"""The one table of what each role may do."""

import pytest

from accounts.roles import MAY, Role, may, require
from common.problems import NotAllowed


def test_every_line_names_roles_that_exist():
    assert all(roles and set(roles) <= set(Role) for roles in MAY.values())


@pytest.mark.req("SE-1")
def test_nobody_below_a_team_leader_raises_a_super_emergency():
    assert set(MAY["ticket.raise_super_emergency"]) == {Role.TEAM_LEADER, Role.SUPERVISOR}


def test_the_client_reader_does_nothing_on_tickets(client_reader):
    assert [act for act in MAY if may(client_reader, act)] == [
        "handover.list",
        "procedure.list",
        "reason.list",
        "evidence.list",
        "briefing.list",
        "briefing.read",
    ]


def test_the_administrator_acts_on_no_ticket(administrator):
    acts = {act for act in MAY if may(administrator, act) and not act.endswith((".list", ".figures", ".look", ".report"))}
    assert {act.split(".")[0] for act in acts} == {
        "activity",
        "tool",
        "problem",
        "problem_rung",
        "briefing",
        "training",
        "procedure",
        "person",
        "team",
        "site",
        "policy",
        "channel",
        "group",
        "mailbox",
        "rung",
        "reason",
        "script",
        "scoring_form",
        "return_reason",
        "retention",
        "target",
    }


def test_a_refusal_names_the_roles_that_may(agent):
    with pytest.raises(NotAllowed, match="Support HC"):
        require(agent, "escort.claim")
