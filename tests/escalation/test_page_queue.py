"""Support HC's queue page: its order, its tabs, taking, and following live (HC-3, HC-4)."""

from io import BytesIO

import openpyxl
import pytest

from accounts.models import HistoryEntry
from escalation import health
from escalation.actions import escorts, progress, raising, seeing
from escalation.models import Escort
from tests.escalation.conftest import escort_of
from tickets import actions

PART = {"HX-Request": "true"}


@pytest.fixture
def page(sign_in, support_hc):
    return sign_in(support_hc)


def numbers_in(answer):
    return [row.number for row in answer.context["rows"]]


@pytest.mark.req("HC-3", "SE-2")
def test_a_raised_ticket_stands_above_an_older_hard_complaint(page, log, agent, team_leader, hard):
    raised = log(agent)
    raising.raise_super_emergency(raised, "Layanan umum terhenti", by=team_leader)
    assert numbers_in(page.get("/queue/")) == [raised.number, hard.number]


@pytest.mark.req("HC-3")
def test_the_queue_is_the_home_of_support_hc(page):
    assert page.get("/").url == "/queue/"


@pytest.mark.req("HC-4")
@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor", "outbound_agent", "quality_control", "administrator"])
@pytest.mark.parametrize("path", ["/queue/", "/queue/{pk}/", "/queue/{pk}/live/", "/queue/export/"])
def test_the_queue_is_for_support_hc_alone(request, sign_in, hard, who, path):
    answer = sign_in(request.getfixturevalue(who)).get(path.format(pk=escort_of(hard).pk))
    assert answer.status_code == 403


def test_an_escort_that_is_not_there_is_404(page):
    assert page.get("/queue/4711/", headers=PART).status_code == 404


@pytest.mark.req("HC-6")
def test_each_escort_stands_in_the_tab_of_its_state(page, hard, support_hc, forward):
    escort = escorts.claim_escort(escort_of(hard), by=support_hc)
    escorts.dispatch(escort, by=support_hc)
    assert numbers_in(page.get("/queue/?tab=waiting")) == [hard.number]
    forward(minutes=46)
    assert numbers_in(page.get("/queue/?tab=silent")) == [hard.number]
    assert numbers_in(page.get("/queue/?tab=waiting")) == numbers_in(page.get("/queue/?tab=new")) == []


@pytest.mark.req("SE-4")
def test_published_progress_that_nobody_has_read_stands_under_to_the_leader(page, hard, agent, support_hc):
    escort = escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    progress.record_progress(escort, progress.Said("Teknisi jalan", publish=True), by=support_hc)
    assert numbers_in(page.get("/queue/?tab=telling")) == [hard.number]
    counted = {tab.name: count for tab, count in page.get("/queue/").context["tabs"]}
    assert counted == {"new": 0, "waiting": 1, "silent": 0, "telling": 1, "customer": 0, "caring": 0}


@pytest.mark.req("SE-4")
def test_what_the_agent_has_read_and_not_passed_on_stands_under_to_the_customer(page, api, hard, agent, support_hc):
    escort = escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    progress.record_progress(escort, progress.Said("Teknisi jalan", publish=True), by=support_hc)
    assert numbers_in(page.get("/queue/?tab=customer")) == []
    seeing.see_ticket(hard, by=agent)
    assert numbers_in(page.get("/queue/?tab=customer")) == [hard.number]
    owed = "/api/v1/escorts/?owed="
    assert [len(api(support_hc).get(owed + whom).json()["results"]) for whom in ("leader", "customer")] == [0, 1]
    assert health.figures()["progress_untold_customer"] == 1
    actions.tell_customer(hard, "Teknisi jalan", by=agent)
    assert numbers_in(page.get("/queue/?tab=customer")) == []
    assert health.figures()["progress_untold_customer"] == 0


@pytest.mark.req("SE-4")
def test_the_age_of_the_oldest_unread_word_is_measured(hard, support_hc, forward):
    escort = escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    progress.record_progress(escort, progress.Said("Teknisi jalan", publish=True), by=support_hc)
    forward(minutes=10)
    assert 600 <= health.figures()["progress_untold_leader_oldest_seconds"] < 660


@pytest.mark.req("HC-3")
def test_the_list_is_narrowed_by_kind_and_region(page, log, agent, hard):
    far = log(agent, criteria=["threat"], region=7)
    assert numbers_in(page.get("/queue/?region=7")) == [far.number]
    assert numbers_in(page.get("/queue/?kind=buzzer")) == []


def test_nothing_new_is_204_and_the_same_part_otherwise(page, hard):
    version = page.get("/queue/").context["version"]
    assert page.get(f"/queue/?tab=new&v={version}", headers=PART).status_code == 204
    part = page.get("/queue/?tab=new&v=0", headers=PART)
    assert part.status_code == 200
    assert 'id="queue-new"' in part.text and "<html" not in part.text


def test_a_claim_wakes_the_list(page, hard, second_support_hc):
    version = page.get("/queue/").context["version"]
    escorts.claim_escort(escort_of(hard), by=second_support_hc)
    answer = page.get(f"/queue/?tab=new&v={version}", headers=PART)
    assert answer.status_code == 200
    assert "Arif" in answer.text


@pytest.mark.req("HC-4")
def test_take_next_takes_the_most_urgent(page, hard, log, agent, team_leader, support_hc):
    raised = log(agent)
    raising.raise_super_emergency(raised, "Layanan umum terhenti", by=team_leader)
    answer = page.post("/queue/next/")
    assert answer.url == f"/queue/?e={escort_of(raised).pk}"
    assert escort_of(raised).owner == support_hc


def test_take_next_on_an_empty_queue_says_so(page):
    assert "Tidak ada tiket yang menunggu" in page.post("/queue/next/", follow=True).text


@pytest.mark.req("HC-4")
def test_a_double_click_claims_once(page, hard, support_hc):
    escort = escort_of(hard)
    for _press in range(2):
        assert page.post(f"/queue/{escort.pk}/claim/", headers=PART).status_code == 200
    assert HistoryEntry.objects.filter(act="escort.claimed").count() == 1
    assert escort_of(hard).owner == support_hc


@pytest.mark.req("HC-4")
def test_the_second_claimer_is_told_who_was_quicker(sign_in, hard, support_hc, second_support_hc):
    escort = escorts.claim_escort(escort_of(hard), by=second_support_hc)
    answer = sign_in(support_hc).post(f"/queue/{escort.pk}/claim/", headers=PART)
    assert answer.status_code == 409
    assert "Sudah dipegang Arif" in answer.text


@pytest.mark.req("HC-4")
def test_what_was_taken_can_be_put_back(page, hard):
    escort = escort_of(hard)
    page.post(f"/queue/{escort.pk}/claim/")
    assert page.post(f"/queue/{escort.pk}/release/", headers=PART).status_code == 200
    assert escort_of(hard).state == "queued"


def test_a_long_list_goes_on_after_its_last_row(page, hard, log, agent):
    others = [log(agent, criteria=["threat"]) for _ in range(2)]
    first = page.get("/queue/?page_size=2")
    assert numbers_in(first) == [hard.number, others[0].number]
    assert numbers_in(page.get(first.context["page"].older_url)) == [others[1].number]


@pytest.mark.req("HC-3", "QM-3")
def test_the_excel_file_has_the_rows_on_view_and_no_plain_phone(page, hard, support_hc):
    answer = page.get("/queue/export/?tab=new")
    sheet = openpyxl.load_workbook(BytesIO(answer.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == hard.number
    assert rows[1][6] == "0812 •••• 7731"
    noted = HistoryEntry.objects.get(act="queue.exported")
    assert (noted.by, noted.facts["rows"]) == (support_hc, 1)


@pytest.mark.req("HC-3")
def test_a_symptom_that_looks_like_a_formula_stays_text(page, log, agent):
    log(agent, criteria=["threat"], symptom="=1+1")
    sheet = openpyxl.load_workbook(BytesIO(page.get("/queue/export/").getvalue())).active
    cell = sheet.cell(row=2, column=10)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_page_asks_the_same_whatever_the_number_of_rows(page, hard, log, agent, query_count):
    with query_count("queue page"):
        page.get("/queue/")
    for _ in range(3):
        log(agent, criteria=["threat"])
    with query_count("queue page"):
        page.get("/queue/")
    with query_count("queue page with an open escort"):
        page.get(f"/queue/?e={Escort.objects.latest('id').pk}")


def test_an_idle_list_costs_three_statements(page, hard, query_count):
    version = page.get("/queue/").context["version"]
    with query_count("queue, nothing new"):
        page.get(f"/queue/?v={version}", headers=PART)
