"""What waits for a person at the start of a shift, per role, and the note of the last one (OB-7)."""

import pytest

from accounts.models import HistoryEntry
from escalation.actions.escorts import claim_escort
from escalation.actions.progress import Said, record_progress
from escalation.models import Escort
from outbound import actions as calls
from outbound.models import CaringResult
from tests.outbound.arrears import agree
from tickets import actions

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-7")]
WAITING, NOTES = "/api/v1/me/waiting/", "/api/v1/shift-notes/"


@pytest.fixture
def waits(api):
    def found(person):
        return {row["kind"]: row["items"] for row in api(person).get(WAITING).json()}

    return found


def test_own_tickets_stand_by_lateness_and_say_which_are_late(waits, log, agent, forward):
    later = log(criteria=(), service_number="131159900001")
    forward(minutes=200)
    newest = log(criteria=(), service_number="131159900002")
    forward(minutes=60)
    items = waits(agent)["tickets"]
    assert [(row["title"].split(" ")[0], row["late"]) for row in items] == [(later.number, True), (newest.number, False)]


def test_a_unit_to_chase_leads_to_the_chase(waits, log, agent, forward):
    ticket = log(criteria=())
    actions.forward(ticket, "TREG 3", by=agent)
    assert "chases" not in waits(agent)
    forward(minutes=121)
    (row,) = waits(agent)["chases"]
    assert (row["url"], row["about"]) == (f"{ticket.url}?act=chase", "TREG 3")


def test_words_of_the_unit_wait_until_they_are_read_and_told(waits, log, api, sign_in, agent, support_hc):
    ticket = log()
    escort = claim_escort(Escort.objects.get(ticket=ticket), by=support_hc)
    assert [row["title"].split(" ")[0] for row in waits(support_hc)["escorts"]] == [ticket.number]
    analysis = {"cause": "ODP", "responsible_unit": "TREG 3", "severity": "high", "region": 3}
    assert api(support_hc).post(f"/api/v1/escorts/{escort.pk}/analysis/", analysis).status_code == 200
    assert api(support_hc).post(f"/api/v1/escorts/{escort.pk}/dispatch/").status_code == 200
    record_progress(Escort.objects.get(), Said("Teknisi jalan", publish=True), by=support_hc)
    assert [row["url"] for row in waits(agent)["words"]] == [ticket.url]
    before = waits(agent)["words"][0]["about"]
    assert sign_in(agent).post(f"/tickets/{ticket.number}/seen/").status_code in (204, 302)
    assert waits(agent)["words"][0]["about"] != before  # read, and not yet told to the customer
    api(agent).post(f"/api/v1/tickets/{ticket.number}/updates/", {"text": "Teknisi jalan", "to": "customer"})
    assert "words" not in waits(agent)


def test_tier_two_sees_calls_that_are_due_and_work_that_came_back(waits, caring, in_hand, outbound_agent, quality_control):
    callback = caring()
    agree(in_hand, by=outbound_agent)
    calls.return_result(CaringResult.objects.get(), by=quality_control, reason="Nominal tidak disebut")
    found = waits(outbound_agent)
    assert [row["url"] for row in found["callbacks"]] == [callback.url]
    assert [(row["url"], row["about"]) for row in found["returned"]] == [(in_hand.url, "returned")]


def test_briefings_wait_for_everybody_and_validations_for_qc(waits, api, in_hand, outbound_agent, quality_control, agent):
    api(quality_control).post("/api/v1/briefings/", {"kind": "product_news", "title": "Paket baru", "text": "Mulai Senin."})
    agree(in_hand, by=outbound_agent)
    assert [row["title"] for row in waits(agent)["briefings"]] == ["Paket baru"]
    assert set(waits(quality_control)) == {"validations"}  # the own briefing is known


def test_no_personal_value_stands_in_it(api, log, caring, agent, outbound_agent):
    caring()
    for person in (agent, outbound_agent):
        assert "Lilis" not in api(person).get(WAITING).content.decode()


ROLES = ("agent", "team_leader", "supervisor", "support_hc", "outbound_agent", "quality_control", "administrator")


@pytest.mark.parametrize("who", ROLES)
def test_each_role_has_the_page(request, sign_in, who):
    words = sign_in(request.getfixturevalue(who)).get("/shift/").content.decode()
    assert "Awal tugas" in words and "Mulai bekerja" in words


def test_the_page_costs_a_fixed_number_of_statements(sign_in, log, agent, query_count):
    browser = sign_in(agent)
    for number in range(3):
        log(criteria=(), service_number=f"13115990000{number}")
    browser.get("/shift/")
    with query_count("start of shift of an agent"):
        browser.get("/shift/")


def test_more_than_fit_are_said_to_be_there(sign_in, log, agent):
    for number in range(9):
        log(criteria=(), service_number=f"13115990000{number}")
    words = sign_in(agent).get("/shift/").content.decode()
    assert ">8+<" in words and words.count("Internet putus-putus") == 8


def test_a_note_is_read_by_the_next_shift_of_the_team_for_a_day(api, sign_in, agent, colleague, stranger, team_leader, forward):
    assert sign_in(agent).post("/shift/note/", {"text": "ODP Cibeureum mati.\nTunggu TREG 3."}).status_code == 302
    for person in (colleague, team_leader):
        assert "ODP Cibeureum mati.<br>Tunggu TREG 3." in sign_in(person).get("/shift/").content.decode()
    assert "Cibeureum" not in sign_in(stranger).get("/shift/").content.decode()
    forward(hours=25)
    assert "Cibeureum" not in sign_in(colleague).get("/shift/").content.decode()
    assert [row["author"] for row in api(colleague).get(NOTES).json()["results"]] == ["10001"]
    assert HistoryEntry.objects.filter(act="shift_note.written").count() == 1


def test_an_empty_note_is_refused_and_what_was_typed_stays(sign_in, api, agent, administrator):
    page = sign_in(agent)
    assert page.post("/shift/note/", {"text": " "}).status_code == 400
    long = page.post("/shift/note/", {"text": "panjang " * 400})
    assert long.status_code == 400 and "panjang panjang" in long.content.decode()
    assert api(administrator).post(NOTES, {"text": "a"}).status_code == 403
