"""Campaigns and results on the TL's pages: made, loaded, looked over, sent back, exported (CT-5, CT-8)."""

import io
from datetime import timedelta

import openpyxl
import pytest

from accounts.models import HistoryEntry
from common.clock import now
from outbound import actions
from outbound.models import Campaign, CaringResult, ResultRule
from tests.outbound.arrears import agree, reason

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-5")]


@pytest.fixture
def desk(sign_in, team_leader):
    return sign_in(team_leader)


@pytest.fixture
def result(in_hand, outbound_agent) -> CaringResult:
    return agree(in_hand, outbound_agent, note="=cmd|'/C calc'!A0", identity_checked=True)


def test_a_campaign_is_made_and_closed(desk, outbound_agent, outbound_team):
    made = desk.post("/campaigns/new/", {"name": "PRANPC Desember", "product": "pranpc"})
    one = Campaign.objects.get()
    assert (made.url, one.team, one.product) == (f"/campaigns/{one.pk}/", outbound_team, "pranpc")
    desk.post(f"/campaigns/{one.pk}/open/", {"active": ""})
    assert "ditutup" in desk.get("/campaigns/").content.decode()


def test_a_name_is_given_once(desk, campaign, outbound_agent):
    answer = desk.post("/campaigns/new/", {"name": campaign.name, "product": "ct0"})
    assert (answer.status_code, Campaign.objects.count()) == (400, 1)


def test_nobody_picks_from_a_closed_campaign(campaign, outbound_agent, team_leader, api):
    actions.change_campaign(campaign, by=team_leader, active=False)
    assert api(outbound_agent).post("/api/v1/prospects/pick/", {"campaign": campaign.pk}).status_code == 409
    assert api(outbound_agent).post("/api/v1/prospects/pick/").status_code == 204


@pytest.mark.parametrize(
    ("values", "flag"),
    [
        ({"identity_checked": False}, "not_verified"),
        ({"promised_amount": 5_000_000}, "over_bill"),
        ({"promised_amount": 1_000}, "under_bill"),
    ],
)
def test_the_rules_find_what_cannot_be_right(in_hand, outbound_agent, values, flag):
    assert agree(in_hand, outbound_agent, **{"identity_checked": True, **values}).flags == [flag]


def test_a_call_too_short_to_agree_is_found(in_hand, outbound_agent):
    in_hand.called_at = now() - timedelta(seconds=5)
    in_hand.save()
    assert agree(in_hand, outbound_agent, identity_checked=True).flags == ["short_call"]


def test_a_rule_that_is_switched_off_finds_nothing(in_hand, outbound_agent):
    ResultRule.objects.update(active=False)
    assert agree(in_hand, outbound_agent).flags == []


def test_the_grid_shows_all_reasons_or_only_the_odd_ones(desk, in_hand, outbound_agent):
    actions.enter_result(in_hand, by=outbound_agent, reason=reason("paid"))
    assert in_hand.service_number in desk.get("/results/").content.decode()
    assert in_hand.service_number not in desk.get("/results/?flagged=1").content.decode()


@pytest.mark.parametrize(
    "query", ["campaign=x", "state=%00", "reason=999999999999999999", "before=-1", "flagged=1&state=entered"]
)
def test_the_grid_takes_any_query(desk, result, query):
    assert desk.get(f"/results/?{query}").status_code == 200


def test_the_tl_sends_back_from_the_grid(desk, result):
    desk.post(f"/results/{result.pk}/send-back/", {"reason": "Jumlahnya tidak cocok"})
    result.refresh_from_db()
    assert (result.state, result.sent_back_reason) == ("sent_back", "Jumlahnya tidak cocok")


def test_from_the_grid_the_tl_reads_the_account(desk, result):
    assert result.prospect.url in desk.get("/results/").content.decode()
    words = desk.get(result.prospect.url).content.decode()
    assert "Tiga hasil terakhir" in words and "data-call" not in words


def test_without_words_nothing_is_sent_back(desk, result):
    assert desk.post(f"/results/{result.pk}/send-back/", {"reason": " "}).status_code == 400
    result.refresh_from_db()
    assert result.state == "awaiting_validation"


@pytest.mark.parametrize("layout", ["MyCX", "TAMARA", "CWC"])
def test_results_leave_in_the_columns_of_the_system_without_formulas(desk, campaign, result, layout):
    answer = desk.get(f"/campaigns/{campaign.pk}/export/?layout={layout}")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sheet.max_row == 2
    assert "f" not in {cell.data_type for cell in cells}
    assert result.prospect.service_number in {cell.value for cell in cells}
    assert HistoryEntry.objects.get(act="campaign.exported").facts == {"layout": layout, "rows": 1}


def test_a_phone_stays_readable_in_an_export(desk, campaign, result):
    answer = desk.get(f"/campaigns/{campaign.pk}/export/?layout=MyCX")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet["C2"].value == result.prospect.contact_phone


@pytest.mark.req("CT-8")
def test_the_figures_are_those_of_what_was_done(api, team_leader, campaign, result, quality_control):
    actions.approve_result(result, by=quality_control)
    said = api(team_leader).get(f"/api/v1/campaigns/{campaign.pk}/figures/").json()
    assert (said["all"]["calls"], said["all"]["agree_rate"], said["all"]["approved_rate"]) == (1, 100, 100)
    assert said["agents"][0]["agent_code"] == "50001"


@pytest.mark.req("CT-8")
def test_the_figures_of_the_month_are_told_per_team_campaign_and_agent(api, desk, team_leader, campaign, result):
    said = api(team_leader).get("/api/v1/campaigns/figures/").json()
    assert (said["teams"][0]["team"], said["campaigns"][0]["campaign"], said["agents"][0]["agreed"]) == ("Tier-2", campaign.pk, 1)
    assert "Tier-2, bulan ini" in desk.get("/campaigns/").content.decode()


def test_other_teams_and_roles_see_none_of_it(sign_in, api, other_team_leader, agent, campaign, result):
    stranger = sign_in(other_team_leader)
    assert [stranger.get(f"/campaigns/{campaign.pk}/{page}").status_code for page in ("", "export/", "import/")] == [404] * 3
    assert api(other_team_leader).get("/api/v1/caring-results/").json()["results"] == []
    assert [sign_in(agent).get(page).status_code for page in ("/campaigns/", "/results/")] == [403, 403]


def test_qc_sees_results_with_names_covered(api, quality_control, result):
    assert api(quality_control).get("/api/v1/caring-results/").json()["results"][0]["id"] == result.pk
    seen = api(quality_control).get(f"/api/v1/prospects/{result.prospect_id}/").json()
    assert (seen["customer_name"], "••••" in seen["contact_phone"]) == ("Bambang S.", True)
