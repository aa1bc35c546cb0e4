"""Loading prospects by the file (CT-1): every row accounted for, never twice, arrears that move with time."""

import io
import time
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import HistoryEntry
from outbound import actions
from outbound.models import Prospect
from outbound.reading import PROSPECTS
from tests.outbound.arrears import agree, reason, taken, this_month
from tests.tickets.imports import run_next
from tickets.guessing import first_guess
from tickets.models import ImportLoad

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-1")]
HEAD = "service_number,customer_name,contact_phone,arrears_months,bill_amount"


def row(number: int, months: int = 3, amount: str = "1184500", phone: str = "") -> str:
    return f"1311500{number:05},Bambang {number},{phone or f'0857{number:08}'},{months},{amount}"


def csv(*rows: str, head: str = HEAD) -> SimpleUploadedFile:
    return SimpleUploadedFile("dapros.csv", "\n".join([head, *rows]).encode())


@pytest.fixture
def send(api, team_leader, campaign) -> Callable:
    """``send(file)`` is the answer to that file."""

    def sent(file, to=campaign, by=team_leader, **more):
        return api(by).post(f"/api/v1/campaigns/{to.pk}/import-prospects/", {"file": file, **more}, format="multipart")

    return sent


@pytest.fixture
def load(send, api, team_leader) -> Callable:
    """``load(row(1), row(2))`` is what the load says of itself when the worker has done it."""

    def loaded(*rows, to=None, head=HEAD):
        answer = send(csv(*rows, head=head), **({"to": to} if to else {}))
        assert answer.status_code == 202, answer.content
        run_next()
        return api(team_leader).get(answer.json()["url"]).json()

    return loaded


def counts(said: dict) -> tuple:
    assert said["rows"] == said["loaded"] + said["known"] + said["refused"]
    return said["loaded"], said["known"], said["refused"]


def test_a_file_becomes_prospects_of_the_campaign(load, api, team_leader, campaign):
    assert counts(load(row(1), row(2))) == (2, 0, 0)
    first = Prospect.objects.earliest("id")
    assert (first.contact_phone, first.bill_amount, first.bill_month) == ("+6285700000001", 1_184_500, this_month())
    assert api(team_leader).get(f"/api/v1/campaigns/{campaign.pk}/").json()["prospect_count"] == 2


def test_a_second_load_of_the_same_file_adds_nothing(load):
    load(row(1), row(2))
    assert counts(load(row(1), row(2))) == (0, 2, 0)
    assert (Prospect.objects.count(), Prospect.objects.earliest("id").version) == (2, 1)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row(1, months=0), "tunggakan “0” bulan"),
        (row(1, months=4), "tunggakan “4” bulan"),
        (row(1, months=2), "PRANPC, kampanye ini CT-0"),
        (row(1, amount="0"), "rupiah lebih dari 0"),
        (row(1, phone="12"), "Nomor telepon"),
        (row(1).replace("131150000001", "1.31E+11"), "dibulatkan Excel"),
        (row(1).replace("Bambang 1", ""), "kosong"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(load, wrong, why):
    said = load(wrong, row(2))
    assert counts(said) == (1, 0, 1)
    assert said["refused_rows"][0]["row"] == 2
    assert why in said["refused_rows"][0]["reason"]


def test_the_refused_rows_come_as_a_file_without_live_formulas(load, api, team_leader):
    said = load(row(1).replace("Bambang 1", "=1+1") + "x")
    lines = b"".join(api(team_leader).get(said["refused_url"]).streaming_content).decode()
    assert "'=1+1" in lines and "rupiah" in lines


def test_more_columns_may_come_and_a_row_dates_its_bill(load):
    head = f"{HEAD},bill_month,time_zone,priority,best_hour"
    assert counts(load(f"{row(1)},2026-01,WIT,5,14", head=head)) == (1, 0, 0)
    one = Prospect.objects.get()
    assert (one.bill_month.isoformat(), one.time_zone, one.priority, one.best_hour) == ("2026-01-01", "Asia/Jayapura", 5, 14)


MONTHLY = f"{HEAD},bill_1,bill_2,bill_3"


@pytest.mark.req("CT-3")
def test_the_bills_of_each_month_come_along(load, api, team_leader):
    assert counts(load(f"{row(1)},394500,395000,395000", row(2) + ",,,", head=MONTHLY)) == (2, 0, 0)
    assert list(Prospect.objects.order_by("id").values_list("bills", flat=True)) == [[394500, 395000, 395000], []]
    assert api(team_leader).get("/api/v1/prospects/").json()["results"][0]["bills"] == [394500, 395000, 395000]


@pytest.mark.req("CT-3")
@pytest.mark.parametrize(
    ("bills", "why"),
    [("394500,395000,1", "berjumlah Rp789.501"), ("394500,790000,", "ada 2, tunggakannya 3"), ("394500,,790000", "melompati"),
     ("x,1,1", "Tagihan bulan N (bill_1)")],
)  # fmt: skip
def test_bills_that_do_not_make_up_the_sum_are_refused(load, bills, why):
    said = load(f"{row(1)},{bills}", head=MONTHLY)
    assert counts(said) == (0, 0, 1)
    assert why in said["refused_rows"][0]["reason"]


@pytest.mark.req("CT-1")
def test_columns_by_month_are_not_taken_for_the_sum():
    head = ["ND", "NAMA", "HP", "UMUR", "TAGIHAN_N", "TAGIHAN_N+1", "TAGIHAN_N+2", "TAGIHAN", "PERIODE"]
    fields = first_guess(PROSPECTS, head, [])["fields"]
    named = {name: fields[name]["column"] for name in ("bill_1", "bill_2", "bill_3", "bill_amount", "bill_month")}
    assert list(named.values()) == ["TAGIHAN_N", "TAGIHAN_N+1", "TAGIHAN_N+2", "TAGIHAN", "PERIODE"]


def test_the_same_number_twice_in_a_file_is_loaded_once(load):
    said = load(row(1), row(1), row(1, amount="5"))
    assert counts(said) == (1, 1, 1)
    assert "isian lain" in said["refused_rows"][0]["reason"]


def test_grown_arrears_move_the_prospect_with_its_history(load, team_leader, campaign, outbound_team):
    early = actions.create_campaign("PRANPC Oktober", "pranpc", by=team_leader, team=outbound_team)
    load(row(1, months=2), to=early)
    kept = Prospect.objects.get()
    assert counts(load(row(1, months=3))) == (1, 0, 0)
    kept.refresh_from_db()
    early.refresh_from_db()
    assert (kept.campaign, kept.arrears_months, early.prospect_count) == (campaign, 3, 0)
    acts = HistoryEntry.objects.filter(subject_kind="prospect", subject_id=kept.pk).values_list("act", flat=True)
    assert list(acts.order_by("sequence")) == ["prospect.arrived", "prospect.renewed"]


def test_who_agreed_for_this_bill_is_not_called_again(load, outbound_agent):
    load(row(1))
    agree(taken(outbound_agent), outbound_agent)
    assert counts(load(row(1, amount="1200000"))) == (0, 1, 0)
    assert Prospect.objects.get().state == "validating"


def test_who_wants_no_calls_is_refused_at_the_door(load, outbound_agent):
    load(row(1))
    actions.enter_result(taken(outbound_agent), by=outbound_agent, reason=reason("do-not-call"))
    said = load(row(7, phone="085700000001"))
    assert "jangan ditelepon" in said["refused_rows"][0]["reason"]


def test_an_excel_file_is_read_too(send):
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.active.append([131150000001, "Bambang", "085700000001", 3, 1184500])
    kept = io.BytesIO()
    book.save(kept)
    assert send(SimpleUploadedFile("dapros.xlsx", kept.getvalue())).status_code == 202
    assert run_next().loaded == 1


@pytest.mark.parametrize("file", [csv(head="a,b"), SimpleUploadedFile("x.xlsx", b"PK\x03\x04junk"), csv(head="\x00,\x01")])
def test_a_file_that_cannot_be_read_is_refused_at_once(send, file):
    answer = send(file)
    assert (answer.status_code, ImportLoad.objects.exists()) == (400, False)


def test_an_unknown_mapping_is_named(send):
    assert "mapping" in send(csv(row(1)), mapping="MyCX").json()["errors"]


def test_only_the_team_leader_of_the_campaign_loads(send, other_team_leader, outbound_agent):
    assert [send(csv(row(1)), by=who).status_code for who in (other_team_leader, outbound_agent)] == [404, 403]


def test_another_leader_sees_neither_load_nor_campaign(load, api, other_team_leader, campaign):
    said = load(row(1))
    assert api(other_team_leader).get(said["url"]).status_code == 404
    assert api(other_team_leader).get(f"/api/v1/campaigns/{campaign.pk}/").status_code == 404
    assert api(other_team_leader).get("/api/v1/prospects/").json()["results"] == []


@pytest.mark.slow
@pytest.mark.req("CT-1")
def test_100_000_rows_are_loaded_within_five_minutes(load):
    began = time.monotonic()
    assert counts(load(*(row(number) for number in range(100_000)))) == (100_000, 0, 0)
    assert time.monotonic() - began < 300, connection.vendor
