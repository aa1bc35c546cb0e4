"""Who sees and does what of arrears calls, at the API's doors; and what the pages may cost (requirements.md, CT-1 to CT-8)."""

import pytest

from outbound import actions
from tests.outbound.arrears import agree, prospects_of, reason, taken

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-2")]
API = "/api/v1"
COLLECTIONS = ("campaigns", "prospects", "caring-results", "call-reasons", "imports", "differences")
# what each role gets from the collections above, in that order
DOORS = {
    "agent": (403, 403, 403, 200, 403, 403),
    "team_leader": (200, 200, 200, 200, 200, 200),
    "supervisor": (200, 200, 200, 200, 403, 200),
    "support_hc": (403, 403, 403, 200, 200, 403),
    "outbound_agent": (200, 200, 200, 200, 403, 200),
    "quality_control": (403, 200, 200, 200, 403, 403),
    "administrator": (200, 200, 200, 200, 200, 200),
    "client_reader": (403, 403, 403, 200, 403, 403),
}


@pytest.mark.parametrize("who", DOORS)
def test_each_collection_is_open_to_whom_it_is_for(request, api, who):
    program = api(request.getfixturevalue(who))
    assert tuple(program.get(f"{API}/{name}/").status_code for name in COLLECTIONS) == DOORS[who]


@pytest.mark.parametrize("who", [name for name in DOORS if name != "outbound_agent"])
def test_only_tier_2_picks_and_enters(request, api, who, in_hand):
    program = api(request.getfixturevalue(who))
    assert program.post(f"{API}/prospects/pick/").status_code == 403
    assert program.post(f"{API}/prospects/{in_hand.pk}/results/", {"reason": "busy"}).status_code == 403


def test_an_agent_sees_the_prospect_held_and_own_results(api, campaign, outbound_agent, second_outbound_agent):
    prospects_of(campaign, 3)
    agree(taken(outbound_agent), outbound_agent)
    held = taken(outbound_agent)
    seen = api(outbound_agent)
    assert [each["id"] for each in seen.get(f"{API}/prospects/").json()["results"]] == [held.pk]
    assert len(seen.get(f"{API}/caring-results/").json()["results"]) == 1
    assert api(second_outbound_agent).get(f"{API}/caring-results/").json()["results"] == []


def test_supervisor_and_leader_see_the_site_and_the_teams(api, campaign, in_hand, supervisor, team_leader, other_team_leader):
    seen = [len(api(who).get(f"{API}/prospects/").json()["results"]) for who in (supervisor, team_leader, other_team_leader)]
    assert seen == [1, 1, 0]


def test_qc_does_not_see_the_work_of_the_own_team(api, in_hand, outbound_agent, quality_control, outbound_team):
    agree(in_hand, outbound_agent)
    quality_control.team = outbound_team
    quality_control.save()
    assert api(quality_control).get(f"{API}/caring-results/").json()["results"] == []
    assert api(quality_control).get(f"{API}/prospects/").json()["results"] == []


def test_a_repeated_key_enters_once(api, in_hand, outbound_agent):
    program = api(outbound_agent)
    key = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    sent = [program.post(f"{API}/prospects/{in_hand.pk}/results/", {"reason": "busy"}, **key).status_code for _ in range(2)]
    assert sent == [201, 201]
    assert in_hand.results.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "x"},
        {"reason": None},
        {"reason": {"a": 1}},
        {"reason": 10**30},
        {"reason": "busy", "note": "a" * 3001},
        {"reason": "agree", "promised_on": "2026-02-31", "promised_amount": 1},
        {"reason": "agree", "promised_amount": -1},
        {"reason": "agree", "promised_amount": 10**30},
        {},
    ],
)
def test_bad_results_are_refused_in_words(api, in_hand, outbound_agent, body):
    answer = api(outbound_agent).post(f"{API}/prospects/{in_hand.pk}/results/", body)
    assert (answer.status_code, bool(answer.json()["errors"])) == (400, True)


def test_a_campaign_changes_only_with_its_etag(api, campaign, team_leader):
    program, address = api(team_leader), f"{API}/campaigns/{campaign.pk}/"
    etag = program.get(address)["ETag"]
    assert program.patch(address, {"name": "Baru"}).status_code == 428
    assert program.patch(address, {"name": "Baru"}, HTTP_IF_MATCH=etag).json()["name"] == "Baru"
    assert program.patch(address, {"name": "Lagi"}, HTTP_IF_MATCH=etag).status_code == 412


@pytest.fixture
def busy_floor(campaign, outbound_agent, team_leader):
    """Some of everything: results of all kinds, one to correct, one in hand."""
    prospects_of(campaign, 6)
    first = agree(taken(outbound_agent), outbound_agent)
    actions.send_back(first, "Jumlahnya salah", by=team_leader)
    for code in ("busy", "paid"):
        actions.enter_result(taken(outbound_agent), by=outbound_agent, reason=reason(code))
    return taken(outbound_agent)


def test_the_pages_cost_what_was_reviewed(query_count, sign_in, busy_floor, outbound_agent, team_leader, campaign):
    caller, desk = sign_in(outbound_agent), sign_in(team_leader)
    for name, browser, address in (
        ("start of calls", caller, "/dapros/"),
        ("call screen", caller, busy_floor.url),
        ("own results", caller, "/results/"),
        ("results of the team", desk, "/results/"),
        ("campaigns", desk, "/campaigns/"),
        ("one campaign", desk, f"/campaigns/{campaign.pk}/"),
    ):
        with query_count(name):
            assert browser.get(address).status_code == 200


def test_picking_costs_what_was_reviewed(query_count, api, campaign, outbound_agent):
    prospects_of(campaign, 50)
    program = api(outbound_agent)
    with query_count("pick"):
        assert program.post(f"{API}/prospects/pick/").status_code == 200
