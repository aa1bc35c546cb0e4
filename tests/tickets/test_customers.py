"""``customers/``: covered for everybody, shown for a reason that is kept (QM-3)."""

import pytest

from accounts.models import HistoryEntry
from tests.tickets.conftest import E164
from tickets.models import Ticket

pytestmark = pytest.mark.req("QM-3")
URL = "/api/v1/customers/"
WHY = {"reason": "Menelepon balik pelanggan"}
COVERED = {"customer_name": "Sri W. H.", "contact_phone": "0812 •••• 7731", "contact_email": "s•••@contoh.id"}
PLAIN = {"customer_name": "Sri Wahyuni Handayani", "contact_phone": E164, "contact_email": "sri.wahyuni@contoh.id"}


@pytest.fixture
def unmask(api, ticket):
    """Asks for the customer of the ticket."""
    return lambda person, **body: api(person).post(f"{URL}{ticket.customer_id}/unmask/", {**WHY, **body})


@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor", "support_hc", "administrator"])
def test_everybody_reads_covered_values(api, ticket, who, request):
    program = api(request.getfixturevalue(who))
    [row] = program.get(URL).json()["results"]
    assert row == program.get(f"{URL}{ticket.customer_id}/").json()
    assert row | COVERED | {"service_number": ticket.service_number, "id": ticket.customer_id} == row


@pytest.mark.parametrize("who", ["stranger", "other_team_leader", "outbound_agent", "quality_control"])
def test_another_teams_customers_are_not_there(api, unmask, ticket, who, request):
    person = request.getfixturevalue(who)
    assert api(person).get(URL).json()["results"] == []
    assert api(person).get(f"{URL}{ticket.customer_id}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("service_number=152401234567", True),
        ("service_number=1", False),
        ("phone=0812 2045 7731", True),
        ("phone=%2B62 812-2045-7731", True),
        ("phone=081", False),
        ("phone=%F0%9F%98%A1", False),
    ],
)
def test_a_customer_is_found_by_number_or_phone(api, agent, ticket, query, found):
    assert len(api(agent).get(f"{URL}?{query}").json()["results"]) == found


@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor", "support_hc"])
def test_unmasking_shows_the_values_and_keeps_who_and_why(unmask, ticket, who, request):
    person = request.getfixturevalue(who)
    answer = unmask(person)
    assert (answer.status_code, answer.json() | PLAIN) == (200, answer.json())
    entry = HistoryEntry.objects.get(act="customer.unmasked")
    assert (entry.by, entry.subject_kind, entry.details.get().after) == (person, "customer", WHY["reason"])


def test_for_a_ticket_its_values_are_shown_and_its_history_keeps_it(unmask, agent, ticket):
    Ticket.objects.update(contact_phone="+6281311112222")
    data = unmask(agent, ticket=ticket.number).json()
    assert (data["contact_phone"], data["reporter_name"]) == ("+6281311112222", "Budi Santoso")
    entry = HistoryEntry.objects.get(act="customer.unmasked")
    assert (entry.subject_kind, entry.subject_id) == ("ticket", ticket.pk)


@pytest.mark.parametrize("body", [{"reason": ""}, {"reason": None}, {"reason": "x" * 501}])
def test_without_a_reason_nothing_is_shown(unmask, agent, body):
    answer = unmask(agent, **body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"])
    assert not HistoryEntry.objects.filter(act="customer.unmasked").exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("administrator", 403), ("quality_control", 403)])
def test_who_has_no_business_with_it_is_refused(unmask, who, status, request):
    assert unmask(request.getfixturevalue(who)).status_code == status


@pytest.mark.parametrize("number", ["T-999999", "abc", "T-1"])
def test_a_ticket_that_is_not_there_shows_nothing(unmask, agent, number):
    assert unmask(agent, ticket=number).status_code == 404


def test_a_ticket_of_another_customer_shows_nothing(unmask, agent, log):
    assert unmask(agent, ticket=log(agent, service_number="152400000001").number).status_code == 404


@pytest.mark.parametrize("key", ["abc", "0", "99999999999999999999999", "%00", "-1"])
def test_what_is_no_customer_is_not_there(api, agent, ticket, key):
    assert api(agent).get(f"{URL}{key}/").status_code == 404


def test_a_list_of_customers_costs_a_fixed_number_of_statements(api, agent, log, query_count):
    for place in range(4):
        log(agent, service_number=f"1524{place}")
    program = api(agent)
    with query_count("list customers by API"):
        assert len(program.get(URL).json()["results"]) == 4
