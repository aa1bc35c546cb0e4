"""Support HC reports what customers answered: page, Excel, API (W-24 5.3.10, QM-6)."""

from io import BytesIO

import openpyxl
import pytest

from accounts.models import HistoryEntry
from outbound import actions
from outbound.models import CallbackAttempt
from tickets import spreadsheet
from tickets.models import Ticket

PAGE, EXCEL = "/caring/report/", "/caring/report/export/"
FIGURES, ANSWERS = "/api/v1/figures/callbacks/", "/api/v1/callbacks/answers/"
pytestmark = pytest.mark.req("PM-5", "QM-6")


@pytest.fixture
def called(caring, log, support_hc, outbound_agent, second_outbound_agent):
    """A yes by Putri, a no and an unanswered call by Fajar, and news that Putri told."""

    def attempt(callback, by, *words, **values):
        actions.claim_callback(callback, by=by)
        return actions.record_attempt(callback, actions.CallResult(*words, **values), by=by)

    yes = attempt(caring(), outbound_agent, "reached", "Sudah normal.", satisfied=True, satisfaction="good")
    attempt(caring(service_number="131159904991"), second_outbound_agent, "reached", "=1+1 masih putus", satisfied=False)
    attempt(caring("super_emergency", service_number="131159904992"), second_outbound_agent, "no_answer")
    news = actions.create_callback(log(service_number="131159904993"), "Teknisi besok pukul 10.", by=support_hc)
    attempt(news, outbound_agent, "reached", "Bersedia menunggu.", satisfaction="fair")
    return yes


def test_figures_per_person(called, api, support_hc):
    shown = api(support_hc).get(FIGURES).json()
    counts = {line["key"]: line["counts"] for line in shown["lines"]}
    assert {name: counts["Putri"][name] for name in ("tries", "reached", "confirmed", "told", "good", "fair")} == {
        "tries": 2, "reached": 2, "confirmed": 1, "told": 1, "good": 1, "fair": 1,
    }  # fmt: skip
    assert (counts["Fajar"]["denied"], counts["Fajar"]["no_answer"], shown["total"]["tries"]) == (1, 1, 4)


@pytest.mark.parametrize(("by", "keys"), [
    ("purpose", ["caring", "information"]),
    ("kind", ["hard_complaint", "super_emergency"]),
    ("region", ["3"]),
])  # fmt: skip
def test_figures_by_other_groups(by, keys, called, api, support_hc):
    assert [line["key"] for line in api(support_hc).get(FIGURES, {"by": by}).json()["lines"]] == keys


def test_the_answers_one_by_one(called, api, support_hc):
    rows = api(support_hc).get(ANSWERS).json()["results"]
    assert [(row["purpose"], row["information"], row["response"]) for row in rows][0] == (
        "information", "Teknisi besok pukul 10.", "Bersedia menunggu.",
    )  # fmt: skip
    assert [row["outcome"] for row in api(support_hc).get(ANSWERS, {"outcome": "no_answer"}).json()["results"]] == ["no_answer"]
    urgent = Ticket.objects.get(kind="super_emergency")
    assert api(support_hc).get(ANSWERS, {"kind": "super_emergency"}).json()["results"][0]["ticket"] == urgent.number


def test_the_page_and_the_file_say_the_same(called, sign_in, support_hc):
    browser = sign_in(support_hc)
    page = browser.get(PAGE).content.decode()
    assert "Bersedia menunggu." in page and "Putri" in page
    book = openpyxl.load_workbook(BytesIO(browser.get(EXCEL).getvalue()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert (len(rows), rows[1][9], rows[1][6]) == (5, "Bersedia menunggu.", "Teknisi besok pukul 10.")
    assert "=1+1 masih putus" in [row[9] for row in rows]  # words, not a formula
    assert [cell.value for cell in book.worksheets[1]["A"]][1:] == ["Fajar", "Putri"]
    assert HistoryEntry.objects.get(act="callbacks.exported").facts["rows"] == 4


def test_more_tries_than_a_file_takes_are_refused_in_words_and_not_cut(called, sign_in, support_hc, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    answer = sign_in(support_hc).get(EXCEL)
    assert answer.status_code == 400 and "Persempit dengan saringan" in answer.content.decode()
    assert not HistoryEntry.objects.filter(act="callbacks.exported").exists()


@pytest.mark.parametrize(
    "query", [{"since": "2026-13-01"}, {"since": "2020-01-01"}, {"by": "moon"}, {"purpose": "x"}, {"until": "0001-01-01"}]
)
def test_what_makes_no_sense_is_refused_everywhere(query, sign_in, api, support_hc):
    assert api(support_hc).get(FIGURES, query).status_code == 400
    assert api(support_hc).get(ANSWERS, query).status_code == 400
    assert sign_in(support_hc).get(PAGE, query).status_code == 400


@pytest.mark.parametrize(
    ("who", "tries"), [("team_leader", 4), ("supervisor", 4), ("administrator", 4), ("other_team_leader", 0)]
)
def test_leaders_read_their_own_teams(who, tries, called, api, request):
    assert api(request.getfixturevalue(who)).get(FIGURES).json()["total"]["tries"] == tries


def test_the_report_costs_a_fixed_number_of_statements(called, sign_in, support_hc, query_count):
    browser = sign_in(support_hc)
    with query_count("callback report"):
        browser.get(PAGE)
    assert CallbackAttempt.objects.count() == 4
