"""Every operation of tickets/ and customers/ for every role, against the table of roles: 401, then 403, then 404.

The operations come from the router itself: a new one without an entry in ``LINES`` or ``BODIES`` fails here.
"""

from typing import Any

import pytest
from django.urls import get_resolver

from accounts.roles import MAY, Role
from tests.tickets.conftest import FORM
from tickets.api.views import CustomerViewSet, TicketHistoryViewSet, TicketViewSet
from tickets.models import Ticket

WHO = {
    Role.AGENT: "agent",
    Role.TEAM_LEADER: "team_leader",
    Role.SUPERVISOR: "supervisor",
    Role.SUPPORT_HC: "support_hc",
    Role.OUTBOUND_AGENT: "outbound_agent",
    Role.QUALITY_CONTROL: "quality_control",
    Role.ADMINISTRATOR: "administrator",
    Role.CLIENT: "client_reader",
}
VIEWS = {TicketViewSet: "/api/v1/tickets/", TicketHistoryViewSet: "/api/v1/tickets/", CustomerViewSet: "/api/v1/customers/"}
SEES_ALL = {Role.SUPPORT_HC, Role.ADMINISTRATOR}
SEES_OWN_TEAM = {Role.AGENT, Role.TEAM_LEADER, Role.SUPERVISOR}
SOLVED = {"solution": "ONT diganti", "cause": "ONT rusak"}

# (view, operation) -> the line of the table of roles, written here a second time on purpose.
LINES = {
    (TicketViewSet, "list"): "ticket.list",
    (TicketViewSet, "retrieve"): "ticket.list",
    (TicketViewSet, "create"): "ticket.log",
    (TicketViewSet, "partial_update"): "ticket.edit",
    (TicketViewSet, "repeat_reports"): "ticket.repeat_report",
    (TicketViewSet, "updates"): "ticket.update",
    (TicketViewSet, "verification"): "ticket.verify",
    (TicketViewSet, "told"): "ticket.tell",
    (TicketViewSet, "forward"): "ticket.forward",
    (TicketViewSet, "assign"): "ticket.assign",
    (TicketViewSet, "take_over"): "ticket.take_over",
    (TicketViewSet, "request_take_over"): "ticket.request_take_over",
    (TicketViewSet, "pause"): "ticket.pause",
    (TicketViewSet, "resume"): "ticket.resume",
    (TicketViewSet, "solve"): "ticket.solve",
    (TicketViewSet, "close"): "ticket.close",
    (TicketViewSet, "reopen"): "ticket.reopen",
    (TicketViewSet, "overrule_criterion"): "ticket.overrule_criterion",
    (TicketHistoryViewSet, "list"): "ticket.list",
    (CustomerViewSet, "list"): "customer.list",
    (CustomerViewSet, "retrieve"): "customer.list",
    (CustomerViewSet, "unmask"): "customer.unmask",
}
BODIES: dict[str, Any] = {
    "create": FORM,
    "partial_update": {"area": "Malang"},
    "repeat_reports": {"description": "Masih mati"},
    "updates": {"text": "Dicek", "to": "internal"},
    "verification": {"name_matches": True},
    "told": {"text": "Teknisi jalan"},
    "forward": {"unit": "TREG 5"},
    "assign": {"assignee": "10001"},
    "pause": {"reason": "Menunggu pelanggan"},
    "solve": SOLVED,
    "close": SOLVED | {"customer_confirmed": True, "further_help_offered": True},
    "reopen": {"reason": "Mati lagi"},
    "overrule_criterion": {"criterion": "threat", "reason": "Salah dengar"},
    "unmask": {"reason": "Menelepon balik"},
}
# Acts that need another state than open: their refusal of the state (409) comes last and proves that the role may.
NEEDS_STATE = {"resume", "reopen", "overrule_criterion"}
CREATES = {"create", "repeat_reports", "updates", "verification", "told", "forward"}


def patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from patterns(entry)
        else:
            yield entry


def routes() -> list[tuple[type, str, str, str]]:
    """Each (view, operation, method, address below the object) that the API serves."""
    found = []
    for entry in patterns():
        view = getattr(entry.callback, "cls", None)
        for method, operation in getattr(entry.callback, "actions", {}).items():
            if view in VIEWS and method != "head":
                found.append((view, operation, method, str(entry.pattern)))
    return found


ROUTES = routes()
ON_ONE = [route for route in ROUTES if "<" in route[3]]


def ask(program, route, target):
    return send(program, route, target, BODIES.get(route[1], {}) if route[2] != "get" else None)


def send(program, route, target, body):
    _view, _operation, method, address = route
    for place in ("<str:number>", "<str:pk>"):
        address = address.replace(place, target)
    url = f"/api/v1/{address}"
    headers = {"If-Match": "*"} if method == "patch" else {}
    return getattr(program, method)(url, body, headers=headers)


def target_of(route, ticket: Ticket) -> str:
    return str(ticket.customer_id) if route[0] is CustomerViewSet else ticket.number


def expected(route, role: Role, *, own: bool) -> int:
    view, operation, _method, address = route
    if role not in MAY[LINES[view, operation]]:
        return 403
    sees = role in SEES_ALL or (own and role in SEES_OWN_TEAM) or (role == Role.SUPERVISOR)
    for_callers = operation in TicketViewSet.for_callers and role in SEES_OWN_TEAM and view is TicketViewSet
    if "<" in address and not (sees or for_callers):
        return 404
    return 409 if operation in NEEDS_STATE else 201 if operation in CREATES else 200


def name_of(route) -> str:
    return f"{route[0].__name__}.{route[1]}"


def test_every_route_has_its_line_and_every_line_its_route():
    assert sorted(map(str, {route[:2] for route in ROUTES})) == sorted(map(str, LINES))


def test_every_act_of_the_views_stands_in_the_table_as_here():
    for (view, operation), line in LINES.items():
        assert view.acts.get(operation, view.acts["list"]) == line


def refused(route, *, own: bool) -> list[Role]:
    return [role for role in WHO if expected(route, role, own=own) in (403, 404)]


def served(*, own: bool) -> list[tuple]:
    """The routes with each role that is served; their acts change the ticket, so each has a test of its own."""
    return [
        pytest.param(route, role, id=f"{name_of(route)}-{role}")
        for route in (ROUTES if own else ON_ONE)
        for role in WHO
        if role not in refused(route, own=own)
    ]


@pytest.fixture
def everybody(request) -> dict:
    return {role: request.getfixturevalue(name) for role, name in WHO.items()}


@pytest.mark.parametrize(("route", "role"), served(own=True))
def test_who_may_is_served_on_the_own_teams_ticket(api, ticket, route, role, request):
    answer = ask(api(request.getfixturevalue(WHO[role])), route, target_of(route, ticket))
    assert answer.status_code == expected(route, role, own=True), answer.content


@pytest.mark.parametrize(("route", "role"), served(own=False))
def test_who_may_is_served_on_another_teams_ticket(api, agent, other_ticket, route, role, request):
    answer = ask(api(request.getfixturevalue(WHO[role])), route, target_of(route, other_ticket))
    assert answer.status_code == expected(route, role, own=False), answer.content


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_who_may_not_is_refused(api, ticket, other_ticket, everybody, route):
    for own, its in ((True, ticket), (False, other_ticket)):
        for role in refused(route, own=own):
            answer = ask(api(everybody[role]), route, target_of(route, its))
            assert answer.status_code == expected(route, role, own=own), (role, own, answer.content)


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_without_signing_in(api, ticket, route):
    assert ask(api(None), route, target_of(route, ticket)).status_code == 401


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_before_the_statement_is_signed(api, newcomer, other_ticket, route):
    answer = ask(api(newcomer), route, target_of(route, other_ticket))
    assert (answer.status_code, answer.json()["type"].endswith("statement-not-signed")) == (403, True)


JUNK: list[Any] = [None, True, -1, 10**30, 1.5, "", "x" * 20_000, "\u202e😡", "T-000001", [], [[]], [None], {}, {"a": {"b": []}}]
WRITES = [route for route in ROUTES if route[2] != "get"]


@pytest.mark.parametrize("route", WRITES, ids=name_of)
def test_junk_is_refused_and_never_our_fault(api, ticket, everybody, route):
    person = next(role for role in (Role.AGENT, Role.TEAM_LEADER) if role in MAY[LINES[route[:2]]])
    program, good = api(everybody[person]), BODIES.get(route[1], {})
    bodies = [*JUNK, *({**good, field: value} for field in good for value in JUNK)]
    for body in bodies:
        answer = send(program, route, target_of(route, ticket), body)
        assert answer.status_code in (200, 201, 400, 404, 409), (body, answer.content)


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000, b'{"reason": "\\u0000"}'])
def test_what_is_no_json_is_refused(api, agent, ticket, raw):
    for address in ("tickets/", f"tickets/{ticket}/pause/", f"tickets/{ticket}/resume/"):
        answer = api(agent).post(f"/api/v1/{address}", raw, content_type="application/json")
        assert answer.status_code in (200, 400, 409), answer.content
    assert Ticket.objects.get().status == "open"
