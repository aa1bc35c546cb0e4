"""Promises to pay: reminders, payments that decide, and differences to other systems (CT-7, CT-8)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import HistoryEntry
from common.clock import now
from escalation.models import Notification
from outbound import actions
from outbound.models import CaringResult, Difference, Payment, PromiseReminder, Prospect
from tests.outbound.arrears import agree, prospects_of, reason, taken, this_month
from tests.tickets.imports import run_next
from tickets.actions.importing import queue_load
from tickets.models import ImportLoad, ImportMapping

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-8")]


def today():
    return timezone.localtime(now()).date()


@pytest.fixture
def promised(in_hand, outbound_agent) -> CaringResult:
    return agree(in_hand, outbound_agent, promised_on=today() + timedelta(days=2), promised_amount=500_000)


@pytest.fixture
def pay(api, team_leader, promised):
    """``pay("2026-11-27,500000")`` loads that payment of the prospect and answers with the counts."""

    def paid(*rows, number=promised.prospect.service_number):
        lines = "\n".join(["service_number,paid_on,amount,reference", *(f"{number},{row}" for row in rows)])
        file = SimpleUploadedFile("bayar.csv", lines.encode())
        answer = api(team_leader).post("/api/v1/campaigns/import-payments/", {"file": file}, format="multipart")
        assert answer.status_code == 202, answer.content
        load = run_next()
        promised.refresh_from_db()
        return load.loaded, load.known, load.refused

    return paid


def test_a_payment_in_time_keeps_the_promise(pay, promised):
    assert pay(f"{today()},500000,A1") == (1, 0, 0)
    assert (promised.promise_state, promised.paid_on) == ("kept", today())
    assert HistoryEntry.objects.filter(act="promise.kept").count() == 1
    assert not PromiseReminder.objects.filter(done_at=None).exists()


def test_two_payments_together_keep_it(pay, promised):
    pay(f"{today()},200000,A1", f"{today()},300000,A2")
    assert promised.promise_state == "kept"


def test_too_little_or_too_early_keeps_nothing(pay, promised):
    pay(f"{today()},499999,A1", f"{today() - timedelta(days=3)},500000,A2")
    assert promised.promise_state == "open"


def test_the_same_payment_is_kept_once(pay):
    pay(f"{today()},100000,A1")
    assert pay(f"{today()},100000,A1") == (0, 1, 0)
    assert Payment.objects.count() == 1


def test_a_payment_of_nobody_known_is_refused(pay):
    assert pay(f"{today()},100000,A1", number="999") == (0, 0, 1)


def test_who_has_paid_all_is_not_called_any_more(pay, campaign):
    (other,) = prospects_of(campaign)
    pay(f"{today()},1184500,A1", number=other.service_number)
    other.refresh_from_db()
    assert (other.payment_state, other.state, other.ended_because) == ("paid", "ended", "paid")


def test_on_its_day_the_agent_is_reminded_once(promised, forward):
    forward(days=2, hours=23)
    actions.fire_reminders()
    actions.fire_reminders()
    assert Notification.objects.filter(event="payment_promise", person=promised.by).count() == 1


def test_a_promise_that_passes_unpaid_is_broken_and_called_again(promised, outbound_agent, forward):
    forward(days=6)
    actions.fire_reminders()
    promised.refresh_from_db()
    assert promised.promise_state == "broken"
    assert taken(outbound_agent) == promised.prospect


def test_a_returned_result_reminds_of_nothing(promised, quality_control, forward):
    actions.return_result(promised, by=quality_control, reason="Tidak diulang")
    forward(days=6)
    assert actions.fire_reminders() == 0


@pytest.mark.req("CT-1")
def test_unpaid_bills_grow_older_with_the_month_and_move(campaign, team_leader, outbound_team):
    early = actions.create_campaign("PRANPC", "pranpc", by=team_leader, team=outbound_team)
    last_month = (this_month() - timedelta(days=1)).replace(day=1)
    (moves,) = prospects_of(early, bill_month=last_month)
    (ends,) = prospects_of(campaign, bill_month=last_month)
    (stays,) = prospects_of(early)
    assert (actions.age_arrears(), actions.age_arrears()) == (2, 0)
    for each in (moves, ends, stays):
        each.refresh_from_db()
    assert (moves.campaign, moves.arrears_months, moves.bill_month) == (campaign, 3, this_month())
    assert (ends.state, ends.ended_because) == ("ended", "too_old")
    assert stays.arrears_months == 2


@pytest.fixture
def compare(api, team_leader):
    """``compare("131...,2026-11-24,Sudah bayar,,")`` loads that row of a CWC export by the mapping that is there."""

    def compared(*rows):
        lines = "\n".join(["ACCOUNT,CALL_DATE,REASON_CALL,PTP_DATE,PTP_AMOUNT", *rows])
        file = SimpleUploadedFile("cwc.csv", lines.encode())
        answer = api(team_leader).post("/api/v1/campaigns/compare/", {"file": file, "mapping": "CWC"}, format="multipart")
        assert answer.status_code == 202, answer.content
        load = run_next()
        return load.loaded, load.known, load.refused

    return compared


@pytest.mark.req("CT-7")
def test_what_differs_goes_to_the_agent_who_settles_it(compare, promised, sign_in, outbound_agent):
    number = promised.prospect.service_number
    assert compare(f"{number},{today()},Agree janji,{promised.promised_on},400000", f"1,{today()},RNA,,") == (1, 0, 1)
    difference = Difference.objects.get()
    assert difference.values == {"sub_reason": ["Agree, janji bayar", "Agree janji"], "promised_amount": [500_000, 400_000]}
    screen = sign_in(outbound_agent)
    assert "di sana 400000" in screen.get("/dapros/").content.decode()
    screen.post(f"/differences/{difference.pk}/settle/")
    difference.refresh_from_db()
    assert (difference.state, difference.settled_by) == ("settled", outbound_agent)


@pytest.mark.req("CT-7")
def test_the_same_difference_is_told_once(compare, promised):
    row = f"{promised.prospect.service_number},{today()},agree,{promised.promised_on},400000"
    assert (compare(row), compare(row)) == ((1, 0, 0), (0, 1, 0))


@pytest.mark.req("CT-7")
def test_what_is_the_same_is_no_difference(compare, in_hand, outbound_agent):
    actions.enter_result(in_hand, by=outbound_agent, reason=reason("paid"))
    assert compare(f"{in_hand.service_number},{today()},SUDAH BAYAR,,") == (0, 1, 0)


@pytest.fixture
def called(campaign, outbound_agent):
    """Three more results of today in the same campaign."""
    prospects_of(campaign, 3)
    return [actions.enter_result(taken(outbound_agent), by=outbound_agent, reason=reason("paid")) for _each in range(3)]


@pytest.mark.req("CT-7")
def test_what_is_missing_there_goes_to_the_agent_too_and_once(compare, promised, called, sign_in, outbound_agent):
    row = f"{promised.prospect.service_number},{today()},agree,{promised.promised_on},500000"
    assert compare(row) == (0, 1, 0)
    assert ImportLoad.objects.get().unnamed == 3
    assert set(Difference.objects.values_list("result", flat=True)) == {each.pk for each in called}
    assert sign_in(outbound_agent).get("/dapros/").content.decode().count("tidak ada di sana") == 3
    compare(row)
    assert (ImportLoad.objects.latest("id").unnamed, Difference.objects.count()) == (0, 3)


@pytest.mark.req("CT-7")
def test_of_campaigns_and_days_that_the_file_is_silent_of_nothing_is_missing(
    compare, promised, called, team_leader, outbound_team, outbound_agent
):
    other = actions.create_campaign("PRANPC", "pranpc", by=team_leader, team=outbound_team)
    prospects_of(other)
    silent = actions.enter_result(taken(outbound_agent), by=outbound_agent, reason=reason("paid"))
    early = called[0]
    CaringResult.objects.filter(pk=early.pk).update(at=early.at - timedelta(days=1))
    old = f"999,{today() - timedelta(days=400)},agree,,"  # a day far back is named, but nothing of ours on it
    compare(f"{promised.prospect.service_number},{today()},agree,{promised.promised_on},500000", old)
    assert set(Difference.objects.values_list("result", flat=True)) == {called[1].pk, called[2].pk}
    assert silent.pk not in Difference.objects.values_list("result", flat=True)


@pytest.mark.req("CT-7")
def test_a_try_says_what_is_missing_and_tells_nobody(promised, called, team_leader, sign_in):
    rows = f"ACCOUNT,CALL_DATE,REASON_CALL,PTP_DATE,PTP_AMOUNT\n{promised.prospect.service_number},{today()},agree,,"
    mapping = ImportMapping.objects.get(kind="comparison", name="CWC")
    load = queue_load(SimpleUploadedFile("cwc.csv", rows.encode()), "comparison", by=team_leader, mapping=mapping)
    ImportLoad.objects.update(is_try=True)
    run_next()
    desk = sign_in(team_leader)
    page = desk.get(f"/imports/{load.pk}/").content.decode()
    assert "Tidak ada di file" in page and "Teruskan 3 selisih" in page
    assert not Difference.objects.exists()


@pytest.mark.req("CT-7")
@pytest.mark.parametrize("system", ["MyCX", "TAMARA", "CWC"])
def test_what_we_exported_comes_back_without_a_difference(api, team_leader, promised, campaign, system):
    sent = api(team_leader).get(f"/api/v1/campaigns/{campaign.pk}/export/?layout={system}")
    file = SimpleUploadedFile("kembali.xlsx", b"".join(sent.streaming_content))
    body = {"file": file, "mapping": system}
    assert api(team_leader).post("/api/v1/campaigns/compare/", body, format="multipart").status_code == 202
    load = run_next()
    assert (load.loaded, load.known, load.refused) == (0, 1, 0)


@pytest.mark.req("CT-7")
def test_the_leader_sees_whose_differences_are_open(compare, promised, sign_in, team_leader, outbound_agent):
    compare(f"{promised.prospect.service_number},{today()},RNA,,")
    page = sign_in(team_leader)
    words = page.get("/campaigns/").content.decode()
    assert "Selisih yang terbuka" in words and "CWC" in words and outbound_agent.online_name in words
    actions.settle_difference(Difference.objects.get(), by=outbound_agent)
    assert "Selisih yang terbuka" not in page.get("/campaigns/").content.decode()


@pytest.mark.req("CT-7")
def test_others_see_no_differences(api, compare, promised, second_outbound_agent, other_team_leader, quality_control):
    compare(f"{promised.prospect.service_number},{today()},RNA,,")
    assert api(second_outbound_agent).get("/api/v1/differences/").json()["results"] == []
    assert api(other_team_leader).get("/api/v1/differences/").json()["results"] == []
    assert api(quality_control).get("/api/v1/differences/").status_code == 403
    assert Prospect.objects.count() == 1
