"""Exports of NOSSA, MONITA, SISKA, Sephia and MyCX by the saved mappings, and their reconciliation with our tickets."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from openpyxl import Workbook

from accounts.history import broken_places
from accounts.models import HistoryEntry
from common.clock import now
from common.spreadsheets import read_table
from tests.tickets.imports import counts, run_next
from tickets.actions.importing import queue_load, saved_mapping
from tickets.actions.kinds import KINDS
from tickets.defaults_mappings import definitions
from tickets.mapping import ready
from tickets.models import Customer, ImportMapping, OutsideReference, Ticket, TicketDifference

pytestmark = [pytest.mark.django_db, pytest.mark.req("HC-3")]
EXPORTS = Path(__file__).with_name("exports")
FILES = {name: (EXPORTS / f"{name.lower()}.csv").read_text().splitlines() for name in ("NOSSA", "MyCX", "Sephia", "MONITA")}
NOSSA = FILES["NOSSA"][0]
SISKA = ["ND", "NAMA", "SEGMEN", "LAYANAN", "TREG", "DATEL", "CP", "EMAIL"]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def days(text):
    """The file's dates moved to the last days, in its own spelling."""
    today = timezone.localtime(now()).date()
    for day, back in {"26": 1, "25": 1, "24": 2, "21": 5, "20": 6}.items():
        moved = today - timedelta(days=back)
        text = text.replace(f"{day}/11/2026", f"{moved:%d/%m/%Y}").replace(f"{day}-11-2026", f"{moved:%d-%m-%Y}")
    return text


def csv(*lines):
    return ContentFile(days("\n".join(lines)).encode(), name="ekspor.csv")


@pytest.fixture
def load(support_hc):
    """``load("NOSSA", line, ..., kind="reconciliation")`` sends a file and lets the worker read it."""

    def loaded(name, *lines, kind="tickets"):
        queue_load(csv(*lines), kind, by=support_hc, mapping=saved_mapping(kind, name))
        return run_next()

    return loaded


@pytest.mark.parametrize("name", FILES)
def test_an_export_is_read_by_its_saved_mapping_and_never_twice(load, name):
    lines = FILES[name]
    assert counts(load(name, *lines)) == ("done", len(lines) - 1, len(lines) - 1, 0, 0)
    assert counts(load(name, *lines)) == ("done", len(lines) - 1, 0, len(lines) - 1, 0)
    first = Ticket.objects.order_by("id")[0]
    assert (first.service_number, first.customer_name) == ("152401234567", "Rina Marlina")
    assert first.references.get().system == name.lower()


def test_what_the_columns_of_nossa_and_sephia_mean(load):
    load("NOSSA", *FILES["NOSSA"])
    link, home = Ticket.objects.get(references__number="IN102"), Ticket.objects.get(references__number="IN101")
    assert (link.status, link.service_line, link.segment, link.region, link.cause) == (
        "solved",
        "data_internet",
        "",
        2,
        "SPLICING",
    )
    assert (home.status, home.service_line, home.segment, home.contact_phone) == (
        "in_progress",
        "indihome",
        "DBS",
        "+6281220457731",
    )
    load("Sephia", *FILES["Sephia"])
    hard = Ticket.objects.get(references__system="sephia")
    assert (hard.kind, hard.description, hard.symptom) == ("hard_complaint", "Mau cabut", "Mati tiga hari")


@pytest.mark.parametrize(("kind", "name"), definitions())
def test_every_saved_mapping_is_sound(kind, name):
    definition = ImportMapping.objects.get(kind=kind, name=name).definition
    columns = [how if isinstance(how, str) else how.get("column") for how in definition["fields"].values()]
    more = [column for how in definition["fields"].values() if isinstance(how, dict) for column in how.get("columns", [])]
    assert ready(KINDS[kind].shape, definition, [definition["number"], *filter(None, columns), *more])


@pytest.mark.parametrize("name", list(FILES))
def test_a_reconciliation_of_each_system_finds_what_differs(load, post, agent, log, name):
    ours = log(agent)
    head, first = FILES[name][:2]
    number = first.split({"NOSSA": ",", "MyCX": ";", "Sephia": "\t", "MONITA": "|"}[name])[0]
    OutsideReference.objects.create(ticket=ours, system=name.lower(), number=number, typed=True)
    assert counts(load(name, *FILES[name], kind="reconciliation"))[0] == "done"
    found = {each.number: each.what for each in TicketDifference.objects.open()}
    assert number not in found and set(found.values()) <= {"not_here"} and len(found) == len(FILES[name]) - 2
    post(agent, ours, "close", {"solution": "x", "cause": "y", "customer_confirmed": True, "further_help_offered": True})
    load(name, head, first, kind="reconciliation")
    differing = TicketDifference.objects.open().get(number=number)
    assert (differing.what, differing.ticket, differing.ours, differing.theirs) == ("status", ours, "closed", "in_progress")


def nossa(number, status="BACKEND"):
    return f"{number},Rina,Rina,,MATI,T,DCS,INTERNET,15240,BDG,REG-3,25-11-2026 08:15:00,{status},"


@pytest.fixture
def two(log, agent, forward):
    """Two of our tickets with numbers of NOSSA, an hour apart, and a third one between them."""
    made = []
    for number in ("IN1", "IN2", "IN3"):
        ticket = log(agent, service_number=f"15240{number}")
        OutsideReference.objects.create(ticket=ticket, system="nossa", number=number, typed=True)
        made.append(ticket)
        forward(minutes=60)
    return made


def test_an_open_ticket_that_their_file_should_name_and_does_not_is_told(load, two):
    done = load("NOSSA", NOSSA, nossa("IN1"), nossa("IN3"), kind="reconciliation")
    assert done.unnamed == 1
    missing = TicketDifference.objects.get()
    assert (missing.number, missing.what, missing.ticket, missing.ours) == ("IN2", "not_there", two[1], "open")


def test_the_same_file_again_says_nothing_new_and_a_better_one_settles(load, two):
    rows = [nossa("IN1", "CLOSED"), nossa("IN3"), nossa("IN9")]
    load("NOSSA", NOSSA, *rows, kind="reconciliation")
    assert {each.number: each.what for each in TicketDifference.objects.open()} == {
        "IN1": "status", "IN2": "not_there", "IN9": "not_here",
    }  # fmt: skip
    again = load("NOSSA", NOSSA, *rows, kind="reconciliation")
    assert (counts(again), again.unnamed, TicketDifference.objects.count()) == (("done", 3, 0, 3, 0), 0, 3)
    load("NOSSA", NOSSA, nossa("IN1"), nossa("IN2"), nossa("IN3"), kind="reconciliation")
    assert list(TicketDifference.objects.open().values_list("number", flat=True)) == ["IN9"]


def test_the_status_there_stands_beside_the_number_on_the_page(load, two, sign_in, agent):
    load("NOSSA", NOSSA, nossa("IN1", "RESOLVED"), kind="reconciliation")
    reference = OutsideReference.objects.get(number="IN1")
    assert reference.status_there == "solved" and reference.status_there_at
    assert "selesai menurut" in sign_in(agent).get(two[0].url).text


def test_a_try_of_a_reconciliation_leaves_nothing(two, support_hc, sign_in):
    browser = sign_in(support_hc)
    file = csv(NOSSA, nossa("IN1", "CLOSED"), nossa("IN9"))
    mapping = ImportMapping.objects.get(kind="reconciliation", name="NOSSA")
    sent = browser.post("/imports/reconcile/", {"file": file, "mapping": mapping.pk, "encoding": ""})
    assert sent.status_code == 302
    page = browser.get(sent["Location"])
    assert page.status_code == 200 and "Status" in page.text
    assert not TicketDifference.objects.exists()


def test_settled_by_a_person_it_does_not_come_back_until_something_else_differs(load, two, sign_in, team_leader, agent):
    load("NOSSA", NOSSA, nossa("IN1", "CLOSED"), kind="reconciliation")
    found = TicketDifference.objects.get()
    browser = sign_in(team_leader)
    assert "IN1" in browser.get("/imports/differences/").text
    browser.post(f"/imports/differences/{found.pk}/settle/", {"note": "Ditutup lewat telepon"})
    assert "IN1" not in browser.get("/imports/differences/").text
    assert "membereskan selisih" in sign_in(agent).get(two[0].url).text
    load("NOSSA", NOSSA, nossa("IN1", "CLOSED"), kind="reconciliation")
    assert not TicketDifference.objects.open().exists()
    load("NOSSA", NOSSA, nossa("IN1", "RESOLVED"), kind="reconciliation")
    assert TicketDifference.objects.open().get().theirs == "solved"


def test_the_api_takes_a_file_tells_the_differences_and_settles(api, support_hc, two, team_leader, agent, other_team_leader):
    file = csv(NOSSA, nossa("IN1", "CLOSED"), nossa("IN9"))
    body = {"file": file, "kind": "reconciliation", "mapping": "NOSSA"}
    assert api(support_hc).post("/api/v1/imports/", body, format="multipart").status_code == 202
    run_next()
    seen = {row["number"]: row for row in api(support_hc).get("/api/v1/ticket-differences/", {"open": "true"}).json()["results"]}
    assert {number: row["what"] for number, row in seen.items()} == {"IN1": "status", "IN9": "not_here"}
    mine = api(team_leader).get("/api/v1/ticket-differences/").json()["results"]
    assert [row["number"] for row in mine] == ["IN1"]
    assert api(other_team_leader).get("/api/v1/ticket-differences/").json()["results"] == []
    at = f"/api/v1/ticket-differences/{seen['IN1']['id']}/settle/"
    assert api(other_team_leader).post(at, {}, format="json").status_code == 404
    assert api(team_leader).post(at, {"note": "ok"}, format="json").json()["state"] == "settled"
    assert api(team_leader).post(at, {}, format="json").status_code == 409
    assert api(agent).get("/api/v1/ticket-differences/").status_code == 403
    assert api(agent).post("/api/v1/imports/", body, format="multipart").status_code == 403
    wrong = {**body, "file": csv("a,b", "1,2")}
    assert api(support_hc).post("/api/v1/imports/", wrong, format="multipart").status_code == 400


def workbook(*rows):
    book = Workbook()
    for row in [SISKA, *rows]:
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return ContentFile(kept.getvalue(), name="siska.xlsx")


def test_siska_makes_and_renews_customers_with_their_segments(support_hc, ticket, sign_in, agent):
    rows = [
        ["152401234567", "Sri Wahyuni Handayani", "DBS", "INDIHOME", "TREG 3", "Bandung", "081220457731", ""],
        ["0614528817", "Apotek Sehat", "DES", "VOICE", "TREG 1", "Medan", "", "apotek@contoh.id"],
        ["", "Tanpa nomor", "DCS", "", "", "", "", ""],
    ]
    queue_load(workbook(*rows), "customers", by=support_hc, mapping=saved_mapping("customers", "I-SISKA"))
    assert counts(run_next()) == ("done", 3, 2, 0, 1)
    known = Customer.objects.get(service_number="152401234567")
    assert (known.segment, known.region, known.area, known.contact_email) == ("DBS", 3, "Bandung", "sri.wahyuni@contoh.id")
    assert Customer.objects.get(service_number="0614528817").service_line == "telephony"
    entry = HistoryEntry.objects.get(act="customer.refreshed")
    assert entry.facts["segment"] == ["", "DBS"] and "name" not in entry.facts
    assert list(broken_places()) == []
    queue_load(workbook(*rows), "customers", by=support_hc, mapping=saved_mapping("customers", "I-SISKA"))
    assert counts(run_next()) == ("done", 3, 0, 2, 1)
    assert "DBS" in sign_in(agent).get("/tickets/search/", {"service_number": "152401234567"}).text


def test_the_lists_cost_the_same_with_many(sign_in, load, two, support_hc, query_count):
    load("NOSSA", NOSSA, *[nossa(f"IN7{number}") for number in range(9)], kind="reconciliation")
    browser = sign_in(support_hc)
    browser.get("/imports/differences/")
    with query_count("list of differences"):
        browser.get("/imports/differences/")


def test_a_file_of_thousands_is_reconciled_in_few_statements(load, two, django_assert_max_num_queries):
    rows = [nossa(f"IN5{number:04}") for number in range(2000)]
    with django_assert_max_num_queries(120):
        load("NOSSA", NOSSA, *rows, kind="reconciliation")
    assert TicketDifference.objects.count() == 2000


def test_the_tables_are_read_with_the_delimiters_that_the_systems_write():
    for name, lines in FILES.items():
        assert len(read_table(BytesIO("\n".join(lines).encode())).head) > 8, name
