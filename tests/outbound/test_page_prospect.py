"""The call screen of arrears: what it shows, what three presses do, and what comes next (CT-2, CT-3, CT-4)."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import HistoryEntry
from common.clock import now
from outbound import actions
from outbound.models import CaringResult, Prospect
from tests.outbound.arrears import agree, prospects_of, reason

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-3")]


@pytest.fixture
def screen(sign_in, outbound_agent):
    return sign_in(outbound_agent)


def body(code: str, **more) -> dict:
    chosen = reason(code)
    return {"group": chosen.parent_id, "reason": chosen.pk, "next": "1", **more}


def promise(**more) -> dict:
    today = timezone.localtime(now()).date()
    usual = {"promise_day": (today + timedelta(days=1)).isoformat(), "promised_amount": "1.184.500"}
    return body("agree", **(usual | more))


def test_taking_the_next_one_leads_to_its_call_screen(screen, campaign):
    (one,) = prospects_of(campaign, customer_name="Wayan <b>Artawan</b>")
    shown = screen.post("/dapros/next/", follow=True)
    words = shown.content.decode()
    assert shown.redirect_chain[-1][0] == one.url
    assert "Rp1.184.500" in words and "N+2" in words and "Wayan &lt;b&gt;" in words
    assert "P-01" in words and "saya <mark>Putri</mark> dari Telkom" in words


def test_each_month_shows_its_bill_as_a_bar_and_a_number(screen, campaign):
    bills = [300_000, 600_000, 284_500]
    (one,) = prospects_of(campaign, bills=bills, bill_month=date(2026, 1, 1))
    screen.post("/dapros/next/")
    words = screen.get(one.url).content.decode()
    assert [word in words for word in ("Nov 2025", "300.000", "Des 2025", "600.000", "Jan 2026", "284.500")] == [True] * 6
    assert re.findall(r'<rect x="0" y="(\d+)" width="10" height="(\d+)"', words) == [("16", "16"), ("0", "32"), ("17", "15")]


def test_a_month_that_turned_since_the_file_has_no_amount_yet(screen, campaign):
    (one,) = prospects_of(campaign, bills=[300_000, 600_000])
    screen.post("/dapros/next/")
    assert screen.get(one.url).content.decode().count("belum ada datanya") == 1


def test_the_number_is_never_written_on_the_page(screen, in_hand):
    assert in_hand.contact_phone[4:] not in re.sub(r"[ -]", "", screen.get(in_hand.url).content.decode())


def test_a_promise_is_saved_and_the_next_one_comes(screen, campaign, in_hand):
    (following,) = prospects_of(campaign)
    answer = screen.post(f"{in_hand.url}?turn={in_hand.version}", promise())
    assert (answer.status_code, answer.url) == (302, f"{following.url}?saved={in_hand.pk}")
    result = CaringResult.objects.get()
    assert (result.state, result.promised_amount) == ("awaiting_validation", 1_184_500)
    assert f"/results/{result.pk}/undo/" in screen.get(answer.url).content.decode()


def test_sent_twice_it_counts_once(screen, in_hand):
    form = body("no-answer")
    assert [screen.post(f"{in_hand.url}?turn={in_hand.version}", form).status_code for _ in range(2)] == [302, 404]
    assert CaringResult.objects.count() == 1


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(screen, in_hand):
    answer = screen.post(in_hand.url, body("agree", note="Gajian tanggal 27"))
    words = answer.content.decode()
    assert answer.status_code == 400
    assert "Tulis tanggal janji bayar." in words and "Tulis jumlah janji bayar." in words and "Gajian tanggal 27" in words


def test_a_date_that_does_not_exist_is_said_so(screen, in_hand):
    answer = screen.post(in_hand.url, promise(promise_day="other", promised_on="31/02/2026"))
    assert "Tanggal itu tidak ada" in answer.content.decode()


def test_a_reason_of_the_other_group_is_asked_again(screen, in_hand):
    form = body("agree") | {"group": reason("no-answer").parent_id}
    assert screen.post(in_hand.url, form).status_code == 400


def test_a_callback_is_the_agents_own(screen, in_hand, outbound_agent):
    screen.post(in_hand.url, body("callback", next_try="tomorrow"))
    after = Prospect.objects.get(pk=in_hand.pk)
    assert (after.state, after.for_person) == ("waiting", outbound_agent)
    assert in_hand.service_number in screen.get("/dapros/").content.decode()


def test_a_callback_without_a_time_is_asked_for_it(screen, in_hand):
    assert "Pilih kapan pelanggan ditelepon lagi." in screen.post(in_hand.url, body("callback")).content.decode()


def test_undo_brings_the_call_screen_back(screen, in_hand, outbound_agent):
    result = agree(in_hand, outbound_agent)
    answer = screen.post(f"/results/{result.pk}/undo/")
    assert (answer.status_code, answer.url) == (302, in_hand.url)
    assert screen.get(in_hand.url).context["mine"]


def test_a_screen_that_went_back_to_the_pool_leads_to_what_is_held(screen, campaign, in_hand):
    (other,) = prospects_of(campaign)
    answer = screen.get(other.url)
    assert (answer.status_code, answer.url) == (302, in_hand.url)


@pytest.mark.req("CT-6")
def test_a_returned_one_says_why(screen, in_hand, outbound_agent, quality_control):
    actions.return_result(agree(in_hand, outbound_agent), by=quality_control, reason="Tanggal tidak diulang di menit 02.14")
    screen.post("/dapros/next/")
    words = screen.get(in_hand.url).content.decode()
    assert "Dikembalikan QC, ke-1." in words and "menit 02.14" in words


def test_dialling_is_written_down_and_leads_to_the_softphone(screen, in_hand):
    answer = screen.post(f"{in_hand.url}call/")
    assert (answer.status_code, answer.url) == (303, f"tel:{in_hand.contact_phone}")
    assert HistoryEntry.objects.filter(act="prospect.called").exists()


def test_another_agent_sees_nothing_of_it(sign_in, second_outbound_agent, in_hand):
    screen = sign_in(second_outbound_agent)
    assert [screen.get(in_hand.url).status_code, screen.post(in_hand.url, body("busy")).status_code] == [404, 404]


def test_none_left_is_said(screen, campaign):
    assert "Tidak ada dapros" in screen.post("/dapros/next/", follow=True).content.decode()


@pytest.mark.req("CT-5")
def test_what_the_tl_sent_back_is_corrected_on_its_page(screen, in_hand, outbound_agent, team_leader):
    result = agree(in_hand, outbound_agent)
    actions.send_back(result, "Jumlahnya salah ketik", by=team_leader)
    assert "Jumlahnya salah ketik" in screen.get("/dapros/").content.decode()
    assert "Jumlahnya salah ketik" in screen.get(f"/results/{result.pk}/correct/").content.decode()
    assert screen.post(f"/results/{result.pk}/correct/", promise(promised_amount="900.000")).status_code == 302
    result.refresh_from_db()
    assert (result.state, result.promised_amount) == ("awaiting_validation", 900_000)


@pytest.mark.parametrize("who", ["agent", "support_hc", "quality_control", "client_reader", "team_leader"])
def test_nobody_else_picks(request, sign_in, who):
    screen = sign_in(request.getfixturevalue(who))
    assert [screen.get("/dapros/").status_code, screen.post("/dapros/next/").status_code] == [403, 403]
