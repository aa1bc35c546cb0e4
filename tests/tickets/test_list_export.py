"""The list of tickets as an Excel file: what is on view, whole, and nothing that the person may not see (HC-3, QM-3)."""

from io import BytesIO

import openpyxl
import pytest

from accounts.models import HistoryEntry
from tickets import actions, spreadsheet
from tickets.models import ShownClock, Ticket

pytestmark = [pytest.mark.req("HC-3", "QM-3")]
FILE = "/tickets/export/"


@pytest.fixture
def lines(sign_in):
    """``lines(team_leader, tab="open")`` are the file's rows, by the names in its first."""

    def read(person, **query):
        answer = sign_in(person).get(FILE, query)
        assert answer.status_code == 200, answer
        sheet = openpyxl.load_workbook(BytesIO(answer.getvalue())).active
        head, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]

    return read


def numbers(rows):
    return [row["Nomor"] for row in rows]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("agent", 403),
        ("team_leader", 200),
        ("supervisor", 200),
        ("support_hc", 200),
        ("outbound_agent", 403),
        ("quality_control", 403),
        ("administrator", 403),
        ("client_reader", 403),
    ],
)
def test_who_may_take_it_out_has_the_button_and_nobody_else(sign_in, ticket, who, status, request):
    page = sign_in(request.getfixturevalue(who))
    assert page.get(FILE).status_code == status
    if who != "client_reader":
        assert (FILE in page.get("/tickets/?tab=open").content.decode()) == (status == 200)


def test_all_pages_of_what_is_on_view_in_its_order(lines, log, agent, team_leader):
    made = [log(agent, service_number=f"15240000{number:04d}") for number in range(55)]
    urgent = made[30]
    clock = urgent.opened_at.replace(year=2020)
    actions.show_clocks([(urgent, ShownClock("running", "solution", clock, clock))])
    found = numbers(lines(team_leader, tab="open"))
    assert found[0] == urgent.number and sorted(found) == sorted(each.number for each in made)
    assert numbers(lines(team_leader, tab="late")) == [urgent.number]


def test_the_filters_hold_and_stand_in_the_history(lines, log, agent, support_hc):
    log(agent, region=3)
    other = log(agent, region=5, service_number="152402222222")
    assert numbers(lines(support_hc, tab="open", region="5", kind="", q="")) == [other.number]
    noted = HistoryEntry.objects.get(act="tickets.exported")
    assert (noted.by, noted.facts) == (support_hc, {"filters": {"tab": "open", "region": ["5"]}, "rows": 1})


def test_the_button_asks_for_the_filters_and_the_search_and_for_no_single_page(sign_in, support_hc, ticket):
    page = sign_in(support_hc).get("/tickets/", {"q": "mati", "region": "3", "page_size": "1"})
    assert page.context["export_url"] == "/tickets/export/?q=mati&region=3&page_size=1"


@pytest.mark.parametrize("query", [{"tab": "open"}, {"q": "{service_number}"}, {"q": "{number}"}])
def test_another_teams_ticket_is_in_no_leaders_file(lines, ticket, other_ticket, team_leader, query):
    asked = {
        name: value.format(number=other_ticket.number, service_number=other_ticket.service_number)
        for name, value in query.items()
    }
    assert other_ticket.number not in numbers(lines(team_leader, **asked))


def test_phones_are_covered_as_on_the_page(lines, ticket, support_hc, team_leader):
    for person in (support_hc, team_leader):
        (row,) = lines(person, tab="open")
        assert row["Nama pelanggan"] == ticket.customer_name
        assert "••••" in row["Nomor kontak"] and ticket.contact_phone not in str(row)


@pytest.mark.parametrize("text", ["=1+1", "+62812", "@SUM(A1)", "https://jahat.example", "x" * 40_000])
def test_words_stay_words(sign_in, ticket, support_hc, text):
    Ticket.objects.update(symptom=text[:200], solution=text)
    sheet = openpyxl.load_workbook(BytesIO(sign_in(support_hc).get(FILE).getvalue())).active
    cells = {cell.value: cell for cell in sheet[2]}
    assert text[:32_000] in cells and {each.data_type for each in sheet[2]} <= {"s", "n", "d"}
    assert not sheet._hyperlinks


def test_more_rows_than_a_file_takes_are_refused_in_words_and_nothing_is_noted(sign_in, log, agent, support_hc, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 1)
    for number in range(2):
        log(agent, service_number=f"15240000000{number}", criteria=["threat"])
    for path in (FILE, "/queue/export/"):
        answer = sign_in(support_hc).get(path, {"tab": "all" if "queue" in path else "open"})
        assert answer.status_code == 400 and "Persempit dengan saringan" in answer.content.decode()
    assert not HistoryEntry.objects.filter(act__endswith=".exported").exists()


@pytest.mark.parametrize("query", [{"kind": "tidak-ada"}, {"opened_after": "kemarin"}])
def test_a_filter_that_is_none_gives_no_file_of_everything(sign_in, ticket, support_hc, query):
    answer = sign_in(support_hc).get(FILE, query)
    assert answer.status_code == 400 and "file tidak dibuat" in answer.content.decode()


def test_a_file_of_many_rows_costs_as_many_questions_as_one_of_few(sign_in, log, agent, support_hc, query_count):
    for count in (1, 5):
        for number in range(count):
            log(agent, service_number=f"1524{count}000000{number}")
        with query_count("ticket list as a file"):
            sign_in(support_hc).get(FILE, {"tab": "open"}).getvalue()
