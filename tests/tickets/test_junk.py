"""Junk in every field of every act on tickets and customers: refused, and never our fault. Who may what stands in tests/doors."""

from typing import Any

import pytest

from tests.doors.bodies import body_of
from tests.doors.routes import Door, all_doors
from tickets.models import Ticket

JUNK: list[Any] = [None, True, -1, 10**30, 1.5, "", "x" * 20_000, "\u202e😡", "T-000001", [], [[]], [None], {}, {"a": {"b": []}}]
STARTS = ("api/v1/tickets/", "api/v1/customers/")
WRITES = [door for door in all_doors() if door.app == "tickets" and door.address.startswith(STARTS) and door.method != "get"]
LEADERS = ("/take-over/", "overrule-criterion")


@pytest.mark.parametrize("door", WRITES, ids=lambda door: door.name)
def test_junk_is_refused_and_never_our_fault(api, ticket, agent, team_leader, door: Door):
    program = api(team_leader if any(act in door.address for act in LEADERS) else agent)
    address = "/" + door.address.format(number=ticket.number, pk=ticket.customer_id)
    good = body_of(door.method, door.address)
    bodies = [*JUNK, *({**good, field: value} for field in good for value in JUNK)]
    headers = {"If-Match": "*"} if door.method == "patch" else {}
    for body in bodies:
        answer = getattr(program, door.method)(address, body, headers=headers)
        assert answer.status_code in (200, 201, 400, 404, 409), (body, answer.content)


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000, b'{"reason": "\\u0000"}'])
def test_what_is_no_json_is_refused(api, agent, ticket, raw):
    for address in ("tickets/", f"tickets/{ticket}/pause/", f"tickets/{ticket}/resume/"):
        answer = api(agent).post(f"/api/v1/{address}", raw, content_type="application/json")
        assert answer.status_code in (200, 400, 409), answer.content
    assert Ticket.objects.get().status == "open"
