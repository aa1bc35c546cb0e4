"""``GET tickets/{number}/history/``: one row per act, covered as everywhere, and whole (QM-2, QM-3)."""

import pytest

from accounts.history import broken_places
from accounts.models import HistoryDetail

pytestmark = pytest.mark.req("QM-2")
ACTS = [
    ("agent", "verification", {"name_matches": True}, "ticket.caller_verified"),
    ("agent", "updates", {"text": "Dicek", "to": "internal"}, "ticket.updated"),
    ("agent", "told", {"text": "Teknisi jalan"}, "ticket.customer_told"),
    ("agent", "repeat-reports", {"description": "Masih mati"}, "ticket.repeat_reported"),
    ("agent", "assign", {"assignee": "10002"}, "ticket.assigned"),
    ("agent", "request-take-over", {}, "ticket.take_over_requested"),
    ("team_leader", "take-over", {}, "ticket.taken_over"),
    ("agent", "forward", {"unit": "TREG 5"}, "ticket.forwarded"),
    ("agent", "pause", {"reason": "Menunggu pelanggan"}, "ticket.paused"),
    ("agent", "resume", {}, "ticket.resumed"),
    ("agent", "solve", {"solution": "ONT diganti", "cause": "ONT rusak"}, "ticket.solved"),
    ("agent", "close", {"customer_confirmed": True, "further_help_offered": True}, "ticket.closed"),
    ("agent", "reopen", {"reason": "Mati lagi"}, "ticket.reopened"),
]


@pytest.fixture
def history(api):
    """The entries as this person reads them."""

    def read(person, ticket):
        answer = api(person).get(f"/api/v1/tickets/{ticket}/history/?page_size=200")
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    return read


def test_every_act_leaves_one_row_and_the_chain_holds(post, history, agent, colleague, team_leader, ticket, request):
    for who, act, body, _name in ACTS:
        answer = post(request.getfixturevalue(who), ticket, act, body)
        assert answer.status_code in (200, 201), (act, answer.content)
    rows = history(agent, ticket)
    assert [row["act"] for row in rows[::-1]] == ["ticket.logged", *(name for *_, name in ACTS)]
    assert list(broken_places()) == []


def test_a_refused_act_leaves_none(post, history, agent, ticket):
    post(agent, ticket, "resume")
    post(agent, ticket, "solve", {})
    assert [row["act"] for row in history(agent, ticket)] == ["ticket.logged"]


def test_a_row_says_who_when_what_before_and_after(api, history, agent, ticket):
    api(agent).patch(f"/api/v1/tickets/{ticket}/", {"area": "Malang"}, headers={"If-Match": "*"})
    row = history(agent, ticket)[0]
    assert (row["by"], row["facts"]) == ({"agent_code": "10001", "name": "Sari"}, {"area": ["", "Malang"]})
    assert row["at"].endswith("+07:00")


@pytest.mark.req("QM-3")
@pytest.mark.parametrize(
    ("who", "name", "phone", "has_door"),
    [
        ("agent", "Sri Wahyuni Handayani", "+6281220457731", False),
        ("supervisor", "Sri Wahyuni Handayani", "+6281220457731", True),
        ("support_hc", "Sri Wahyuni Handayani", "0812 •••• 7731", False),
        ("administrator", "Sri W. H.", "0812 •••• 7731", True),
    ],
)
def test_personal_values_and_addresses_are_for_those_who_need_them(history, ticket, who, name, phone, has_door, request):
    row = history(request.getfixturevalue(who), ticket)[-1]
    values = {detail["field"]: detail["after"] for detail in row["details"]}
    assert (values["customer_name"], values["contact_phone"], bool(row["door"])) == (name, phone, has_door)


def test_what_retention_took_is_said(history, agent, ticket):
    HistoryDetail.objects.get(entry__act="ticket.logged", field="contact_phone").erase()
    [detail] = [one for one in history(agent, ticket)[0]["details"] if one["field"] == "contact_phone"]
    assert (detail["after"], detail["erased"]) == (None, True)


def test_it_comes_in_pages(api, post, agent, ticket):
    for place in range(4):
        post(agent, ticket, "updates", {"text": f"{place}", "to": "internal"})
    first = api(agent).get(f"/api/v1/tickets/{ticket}/history/?page_size=3").json()
    second = api(agent).get(first["next"]).json()
    assert [row["sequence"] for row in first["results"] + second["results"]] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("who", ["stranger", "other_team_leader", "outbound_agent", "quality_control"])
def test_another_teams_history_is_not_there(api, ticket, who, request):
    person = request.getfixturevalue(who)
    assert api(person).get(f"/api/v1/tickets/{ticket}/history/").status_code == 404


def test_it_cannot_be_written(api, agent, ticket):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(api(agent), method)(f"/api/v1/tickets/{ticket}/history/", {}).status_code == 405


def test_it_costs_a_fixed_number_of_statements(api, agent, ticket, query_count):
    with query_count("history by API"):
        api(agent).get(f"/api/v1/tickets/{ticket}/history/")
