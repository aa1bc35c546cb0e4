"""``GET tickets/`` and ``GET tickets/{number}/``: who sees which ticket, whole or in short form, and how lists are narrowed."""

import pytest

from accounts.models import Person
from escalation.saying import last_words
from tests.tickets.conftest import E164
from tickets import actions
from tickets.api.serializers import WholeTicketSerializer
from tickets.models import Ticket

URL = "/api/v1/tickets/"
SHORT = {"number", "kind", "status", "symptom", "opened_at", "repeat_count", "last_published_progress", "holder"}
NO_NUMBERS = [
    "T-1",
    "T-01",
    "abc",
    "T-999999999999999",
    "T-000000",
    "42",
    "t-000001",
    "T-0000001",
    "%00",
    "T-00000a",
    "😡",
    "T-٠٠٠٠٠١",
]


def numbers(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


@pytest.mark.parametrize("who", ["agent", "colleague", "team_leader", "supervisor", "support_hc", "administrator"])
def test_these_see_the_ticket_whole(api, ticket, who, request):
    person: Person = request.getfixturevalue(who)
    assert numbers(api(person).get(URL)) == [ticket.number]
    assert "description" in api(person).get(f"{URL}{ticket}/").json()


def test_the_fields_are_those_that_openapi_says(api, agent, ticket):
    data = api(agent).get(f"{URL}{ticket}/").json()
    assert set(data) == set(WholeTicketSerializer().fields)


@pytest.mark.parametrize("who", ["stranger", "other_team_leader", "outbound_agent", "quality_control"])
def test_these_do_not_see_it(api, ticket, who, request):
    person: Person = request.getfixturevalue(who)
    assert numbers(api(person).get(URL)) == []
    assert api(person).get(f"{URL}{ticket}/").status_code == 404


def test_the_client_reader_has_no_tickets_at_all(api, ticket, client_reader):
    assert [api(client_reader).get(url).status_code for url in (URL, f"{URL}{ticket}/")] == [403, 403]


def test_who_is_not_signed_in_gets_401(api, ticket):
    assert [api(None).get(url).status_code for url in (URL, f"{URL}{ticket}/", f"{URL}nothing/")] == [401, 401, 401]


@pytest.mark.parametrize("number", NO_NUMBERS, ids=ascii)
def test_what_is_no_number_is_not_there(api, agent, ticket, number):
    assert api(agent).get(f"{URL}{number}/").status_code == 404
    assert api(agent).post(f"{URL}{number}/solve/", {}).status_code == 404


@pytest.mark.parametrize(
    "search", ["{0.number}", "t-{0.pk}", "#{0.pk}", "{0.service_number}", "081311112222", "+62 813-1111-2222"]
)
def test_a_caller_is_found_in_any_team_in_short_form(api, agent, other_ticket, search):
    [row] = api(agent).get(URL, {"search": search.format(other_ticket)}).json()["results"]
    assert set(row) == SHORT
    assert (row["number"], row["last_published_progress"], row["holder"]["name"]) == (other_ticket.number, None, "Rina")


@pytest.mark.parametrize("search", ["Joko", "Prasetyo", "Internet", "8131111", "1524099", "%", "'", "\u202e", "T-", "-"])
def test_words_and_parts_of_numbers_find_no_other_teams_tickets(api, agent, other_ticket, search):
    assert numbers(api(agent).get(URL, {"search": search})) == []


def test_a_search_shows_own_tickets_whole_beside_short_ones(api, agent, ticket, log, stranger):
    other = log(stranger)
    rows = api(agent).get(URL, {"search": ticket.service_number}).json()["results"]
    assert [(row["number"], set(row) == SHORT) for row in rows] == [(other.number, True), (ticket.number, False)]


@pytest.mark.parametrize("search", ["sri wahyuni", "BUDI", "internet mati", "401234"])
def test_words_find_own_tickets(api, agent, ticket, search):
    assert numbers(api(agent).get(URL, {"search": search})) == [ticket.number]


def test_names_that_one_may_not_read_cannot_be_searched_for(api, administrator, ticket):
    assert numbers(api(administrator).get(URL, {"search": "Handayani"})) == []
    assert numbers(api(administrator).get(URL, {"search": "internet"})) == [ticket.number]


@pytest.mark.parametrize("who", ["outbound_agent", "quality_control"])
def test_tier_two_and_qc_find_nothing_that_is_not_theirs(api, ticket, who, request):
    assert numbers(api(request.getfixturevalue(who)).get(URL, {"search": ticket.number})) == []


def test_a_closed_ticket_is_found_for_ninety_days(api, agent, other_ticket, stranger, forward):
    actions.close(other_ticket, by=stranger, solution="ONT", cause="ONT", customer_confirmed=True, further_help_offered=True)
    assert numbers(api(agent).get(URL, {"search": other_ticket.number})) == [other_ticket.number]
    forward(days=91)
    assert numbers(api(agent).get(URL, {"search": other_ticket.number})) == []


def test_an_open_ticket_is_found_whatever_its_age(api, agent, other_ticket, forward):
    forward(days=400)
    assert numbers(api(agent).get(URL, {"search": other_ticket.number})) == [other_ticket.number]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=open", True),
        ("status=open&status=solved", True),
        ("status=closed", False),
        ("open=true", True),
        ("open=false", False),
        ("kind=regular&kind=buzzer", True),
        ("kind=hard_complaint", False),
        ("service_line=indihome", True),
        ("service_line=imes", False),
        ("service_number=152401234567", True),
        ("service_number=1524", False),
        ("segment=DES", False),
        ("region=3", False),
        ("team=IndiHome A", True),
        ("team=Semua Lini", False),
        ("assignee=10001", True),
        ("assignee=10002", False),
        ("holder=agent", True),
        ("holder=unit&holder=telkom", False),
        ("opened_after=2020-01-01T00:00:00Z", True),
        ("opened_after=2020-01-01", True),
        ("opened_before=2020-01-01T00:00:00%2B07:00", False),
        ("status=&search=", True),
    ],
)
def test_a_list_is_narrowed(api, support_hc, ticket, query, found):
    assert numbers(api(support_hc).get(f"{URL}?{query}")) == ([ticket.number] if found else [])


@pytest.mark.parametrize(
    "query",
    ["status=gone", "kind=1", "region=9", "region=x", "opened_after=soon", "holder=me", "cursor=x", "page_size=0", "search=%00"],
)
def test_a_filter_that_makes_no_sense_is_refused(api, agent, query):
    answer = api(agent).get(f"{URL}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_the_newest_stands_first_and_cursors_lead_through_all(api, agent, log):
    made = [log(agent, service_number=f"1524{place}").number for place in range(5)]
    seen: list[str] = []
    url = f"{URL}?page_size=2"
    while url:
        answer = api(agent).get(url)
        seen, url = seen + numbers(answer), answer.json()["next"]
    assert seen == made[::-1]


@pytest.mark.req("QM-3")
@pytest.mark.parametrize(
    ("who", "name", "phone"),
    [
        ("agent", "Sri Wahyuni Handayani", E164),
        ("team_leader", "Sri Wahyuni Handayani", E164),
        ("supervisor", "Sri Wahyuni Handayani", E164),
        ("support_hc", "Sri Wahyuni Handayani", "0812 •••• 7731"),
        ("administrator", "Sri W. H.", "0812 •••• 7731"),
    ],
)
def test_personal_values_are_covered_where_the_role_does_not_need_them(api, ticket, who, name, phone, request):
    program = api(request.getfixturevalue(who))
    for data in (program.get(f"{URL}{ticket}/").json(), program.get(URL).json()["results"][0]):
        assert (data["customer_name"], data["contact_phone"]) == (name, phone)
        assert data["contact_email"] == ("sri.wahyuni@contoh.id" if phone == E164 else "s•••@contoh.id")


def test_an_imported_ticket_without_personal_values_is_shown(api, administrator, ticket):
    names = ("service_number", "customer_name", "reporter_name", "contact_phone", "contact_email")
    Ticket.objects.update(imported=True, **dict.fromkeys(names))
    data = api(administrator).get(f"{URL}{ticket}/").json()
    assert [data[name] for name in names] == [None] * 5


def test_a_list_costs_the_same_for_one_and_for_many(api, agent, log, query_count):
    program = api(agent)
    for place in range(8):
        log(agent, service_number=f"1524{place}")
        if place in (0, 7):
            with query_count("list tickets by API"):
                assert len(numbers(program.get(URL))) == place + 1


def test_one_ticket_costs_a_fixed_number_of_statements(api, agent, ticket, query_count):
    with query_count("one ticket by API"):
        api(agent).get(f"{URL}{ticket}/")


def test_the_short_form_shows_the_last_published_progress(api, agent, other_ticket):
    assert last_words([other_ticket.pk]) == {}
    [row] = api(agent).get(URL, {"search": other_ticket.number}).json()["results"]
    assert row["last_published_progress"] is None
