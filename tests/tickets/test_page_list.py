"""The list of tickets: what each role sees, tabs, search, filters, pages, live rows."""

import pytest

from tickets import actions
from tickets.models import ShownClock, Ticket

LIST = "/tickets/"
PART = {"HX-Request": "true"}


@pytest.fixture
def numbers(sign_in):
    """``numbers(agent, tab="open")`` are the ticket numbers on that person's list."""
    return lambda person, **query: [row["number"] for row in sign_in(person).get(LIST, query).context["rows"]]


@pytest.mark.parametrize(
    ("who", "own", "others"),
    [
        ("agent", True, False),
        ("team_leader", True, False),
        ("supervisor", True, True),
        ("support_hc", True, True),
        ("administrator", True, True),
        ("outbound_agent", False, False),
        ("quality_control", False, False),
    ],
)
def test_each_role_lists_what_it_sees(numbers, ticket, other_ticket, who, own, others, request):
    seen = numbers(request.getfixturevalue(who), tab="open")
    assert (ticket.number in seen, other_ticket.number in seen) == (own, others)


def test_the_client_reader_has_no_list(sign_in, client_reader):
    assert sign_in(client_reader).get(LIST).status_code == 403


def test_agents_begin_with_their_own_and_leaders_with_all_that_is_open(numbers, log, agent, colleague, team_leader):
    mine, theirs = log(agent), log(colleague, service_number="152402222222")
    assert numbers(agent) == [mine.number]
    assert set(numbers(team_leader)) == {mine.number, theirs.number}


def test_the_most_urgent_clock_stands_first(numbers, log, agent):
    tickets = [log(agent, service_number=f"1524000000{number}0") for number in range(3)]
    late = tickets[1]
    clock = late.opened_at.replace(year=2020)
    actions.show_clocks([(late, ShownClock("running", "solution", clock, clock))])
    assert numbers(agent, tab="open")[0] == late.number
    assert numbers(agent, tab="late") == [late.number]


def test_closed_ones_have_a_tab_for_ninety_days(numbers, agent, ticket, forward):
    actions.close(ticket, by=agent, customer_confirmed=True, further_help_offered=True, solution="Beres", cause="Kabel")
    assert (numbers(agent, tab="open"), numbers(agent, tab="closed")) == ([], [ticket.number])
    forward(days=91)
    assert numbers(agent, tab="closed") == []


@pytest.mark.parametrize("text", ["T-{:06d}", "152401234567", "0812-2045-7731", "mati tot", "wahyuni"])
def test_the_search_finds_numbers_exactly_and_words_within(numbers, agent, ticket, other_ticket, text):
    assert numbers(agent, q=text.format(ticket.pk)) == [ticket.number]


@pytest.mark.req("QM-3")
def test_the_search_shows_another_teams_ticket_only_by_its_number_and_in_short(sign_in, numbers, stranger, ticket):
    assert numbers(stranger, q="wahyuni") == []
    answer = sign_in(stranger).get(LIST, {"q": ticket.service_number})
    assert f'href="/tickets/{ticket.number}/short/"' in answer.text
    assert [value for value in ("Sri", "Wahyuni", "2045") if value in answer.text] == []


@pytest.mark.req("QM-3")
def test_names_are_covered_for_who_does_not_need_them(sign_in, administrator, ticket):
    text = sign_in(administrator).get(LIST, {"tab": "open"}).text
    assert "Sri W. H." in text
    assert "Wahyuni" not in text


def test_filters_narrow_and_unknown_values_are_passed_over(numbers, log, agent):
    regular, hard = log(agent), log(agent, service_number="152402222222", criteria=["threat"], region=3)
    assert numbers(agent, tab="open", kind="hard_complaint") == [hard.number]
    assert numbers(agent, tab="open", region="3") == [hard.number]
    assert set(numbers(agent, tab="open", kind="dream", region="x")) == {regular.number, hard.number}


def test_more_than_fifty_go_on_the_next_page_and_back(sign_in, log, agent):
    for number in range(53):
        log(agent, service_number=f"15240000{number:04d}")
    browser = sign_in(agent)
    first = browser.get(LIST, {"tab": "open"})
    second = browser.get(first.context["older_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)
    back = browser.get(second.context["newer_url"])
    assert [row["number"] for row in back.context["rows"]] == [row["number"] for row in first.context["rows"]]


@pytest.mark.parametrize("cursor", ["x", "WzAsMV0:1abc:def"])
def test_a_page_mark_that_we_never_gave_is_refused(sign_in, agent, cursor):
    assert sign_in(agent).get(LIST, {"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("tab", ["open", "mine", "late", "closed"])
def test_an_empty_list_says_so_in_words(sign_in, agent, tab):
    answer = sign_in(agent).get(LIST, {"tab": tab})
    assert str(answer.context["empty"][0]) in answer.text


def test_live_rows_come_only_when_something_changed(sign_in, log, agent, ticket):
    browser = sign_in(agent)
    version = browser.get(LIST).context["version"]
    assert browser.get(LIST, {"v": version}, headers=PART).status_code == 204
    newer = log(agent, service_number="152402222222")
    answer = browser.get(LIST, {"v": version}, headers=PART)
    assert newer.number in answer.text
    assert "<h1" not in answer.text


def test_the_list_costs_the_same_with_many_rows(sign_in, log, agent, query_count):
    for number in range(12):
        log(agent, service_number=f"15240000{number:04d}")
    browser = sign_in(agent)
    browser.get(LIST)
    with query_count("ticket list"):
        browser.get(LIST, {"tab": "open"})
    with query_count("ticket list, searched by words"):
        browser.get(LIST, {"q": "internet"})
    version = browser.get(LIST).context["version"]
    with query_count("ticket list, nothing new"):
        browser.get(LIST, {"v": version}, headers=PART)


def test_the_rail_leads_agents_to_the_form_and_counts_their_tickets(sign_in, agent, ticket):
    answer = sign_in(agent).get("/", follow=True)
    assert answer.redirect_chain[-1][0] == "/tickets/new/"
    assert [(place["url"], place["count"]) for place in answer.context["places"]][:2] == [("/tickets/new/", 0), (LIST, 1)]
    assert Ticket.objects.count() == 1
