"""Nobody is called at night, by the clock of the place where the customer lives (ESC-4, PM-5)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import HistoryEntry
from common.problems import Conflict
from outbound import actions
from outbound.hours import zone_of
from outbound.models import Callback
from tickets.models import Ticket

JAKARTA = ZoneInfo("Asia/Jakarta")
EARLY = datetime(2026, 11, 24, 6, 30, tzinfo=JAKARTA)  # 8.30 in Jayapura, 7.30 in Makassar
NOON = EARLY.replace(hour=12, minute=0)
pytestmark = [pytest.mark.req("PM-5", "ESC-4"), pytest.mark.usefixtures("called_from_eight_to_nine")]


def lives_in(callback: Callback, *, region: int | None = None, area: str = "") -> Callback:
    """Owed again after the ticket learned where its customer lives."""
    Ticket.objects.filter(pk=callback.ticket_id).update(region=region, area=area)
    ticket = Ticket.objects.get(pk=callback.ticket_id)
    Callback.objects.filter(pk=callback.pk).update(time_zone=zone_of(ticket).key)
    return Callback.objects.get(pk=callback.pk)


@pytest.mark.parametrize(
    ("region", "area", "zone"),
    [
        (3, "Garut Kota", "Asia/Jakarta"),
        (5, "Surabaya", "Asia/Jakarta"),
        (5, "Witel Denpasar", "Asia/Makassar"),
        (6, "Balikpapan", "Asia/Makassar"),
        (6, "Pontianak", "Asia/Jakarta"),
        (7, "Makassar", "Asia/Makassar"),
        (7, "WITEL PAPUA BARAT", "Asia/Jayapura"),
        (None, "", "Asia/Jakarta"),
        (3, "Sumedang, Kaliangke", "Asia/Jakarta"),
    ],
)
def test_the_customers_zone_follows_area_and_region(region, area, zone, log):
    ticket = log()
    ticket.region, ticket.area = region, area
    assert zone_of(ticket).key == zone


def test_taking_the_next_one_waits_for_the_customers_morning(caring, outbound_agent):
    with time_machine.travel(EARLY, tick=False):
        west, east = lives_in(caring(), region=3), lives_in(caring(service_number="131159904999"), area="Jayapura")
        assert actions.claim_next(by=outbound_agent) == east
        actions.release_callback(east, by=outbound_agent)
    with time_machine.travel(NOON, tick=False):
        assert actions.claim_next(by=outbound_agent) == west


def test_dialling_at_night_is_refused_with_when_it_may_be_done(caring, api, sign_in, outbound_agent):
    with time_machine.travel(EARLY, tick=False):
        callback = actions.claim_callback(lives_in(caring(), area="Denpasar"), by=outbound_agent)
        refused = api(outbound_agent).post(f"/api/v1/callbacks/{callback.pk}/call/")
        assert (refused.status_code, "08.00 WITA" in refused.json()["detail"]) == (409, True)
        page = sign_in(outbound_agent).get(callback.url).content.decode()
        assert ("pukul 07.30 WITA" in page, 'form="dial"' in page) == (True, False)
    assert not HistoryEntry.objects.filter(act="callback.called").exists()


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("", "tel:+6281311222290"),
        ("sip:{e164}@pabx.example", "sip:+6281311222290@pabx.example"),
        ("callto:{national}", "callto:081311222290"),
    ],
)
def test_the_softphone_of_the_callers_site_dials(template, address, caring, api, sign_in, outbound_agent):
    site = outbound_agent.team.site
    site.call_link = template
    site.full_clean()
    site.save()
    with time_machine.travel(NOON, tick=False):
        callback = actions.claim_callback(caring(), by=outbound_agent)
        assert api(outbound_agent).post(f"/api/v1/callbacks/{callback.pk}/call/").json() == {"address": address}
        browser = sign_in(outbound_agent)
        assert "tel: sip: sips: callto:" in browser.get(callback.url).headers["Content-Security-Policy"]
        dialled = browser.post(f"{callback.url}call/")
    assert (dialled.status_code, dialled.url) == (303, address)
    assert HistoryEntry.objects.filter(act="callback.called", by=outbound_agent).count() == 2


@pytest.mark.parametrize(
    "template", ["javascript:{e164}", "tel:", "tel:{phone}", "sip:{e164", "tel:{e164}{0}", "tel:{e164.x}", "{e164}"]
)
def test_a_template_that_is_none_is_refused_to_the_administrator(template, administrator, sign_in, site):
    form = {"code": site.code, "name": site.name, "time_zone": site.time_zone, "call_link": template}
    refused = sign_in(administrator).post(f"/admin/accounts/site/{site.pk}/change/", form)
    site.refresh_from_db()
    assert (refused.status_code, site.call_link) == (200, "")


def test_after_some_misses_in_one_day_the_next_try_is_tomorrow(caring, outbound_agent, settings):
    settings.CALLBACK_MOST_MISSES_A_DAY = 2
    with time_machine.travel(NOON, tick=False):
        callback = caring()
        for due in (NOON.replace(minute=30), datetime(2026, 11, 25, 8, 0, tzinfo=JAKARTA)):
            actions.claim_callback(callback, by=outbound_agent)
            callback = actions.record_attempt(callback, actions.CallResult("no_answer"), by=outbound_agent)
            assert callback.due_at == due


def test_who_was_asked_to_call_again_calls_first_and_late_it_falls_to_the_team(
    caring, api, outbound_agent, second_outbound_agent, settings
):
    later = {"outcome": "call_later", "next_try_at": "2026-11-24T14:00:00+07:00"}
    with time_machine.travel(NOON, tick=False):
        callback, other = caring(), caring(service_number="131159904999")
        actions.claim_callback(callback, by=outbound_agent)
        saved = api(outbound_agent).post(f"/api/v1/callbacks/{callback.pk}/attempts/", later).json()
        assert (saved["for_person"], saved["state"]) == ("50001", "waiting")
    with time_machine.travel(NOON.replace(hour=14, minute=5), tick=False):
        actions.claim_callback(other, by=second_outbound_agent)
        actions.release_callback(other, by=second_outbound_agent)
        assert api(second_outbound_agent).get(f"/api/v1/callbacks/{callback.pk}/").status_code == 404
        assert actions.claim_next(by=second_outbound_agent) == other
        actions.release_callback(other, by=second_outbound_agent)
        assert actions.claim_next(by=outbound_agent) == callback  # one's own comes before what waited longer
        actions.release_callback(callback, by=outbound_agent)
    with time_machine.travel(NOON.replace(hour=16, minute=1), tick=False):
        assert api(second_outbound_agent).post(f"/api/v1/callbacks/{callback.pk}/claim/").status_code == 200


def test_the_row_that_one_was_in_the_middle_of_comes_first_again(caring, sign_in, outbound_agent, forward):
    with time_machine.travel(NOON):
        caring()
        begun = caring(service_number="131159904999")
        actions.claim_callback(begun, by=outbound_agent)
        draft = f"/tickets/draft/callback-{begun.pk}/"
        sign_in(outbound_agent).post(draft, '{"contact": "reached", "response": "Masih pu"}', "application/json")
    with time_machine.travel(NOON.replace(minute=20)):  # the browser died, the lease ended
        assert actions.free_abandoned_callbacks() == 1
        assert actions.claim_next(by=outbound_agent) == begun
        assert "Masih pu" in sign_in(outbound_agent).get(begun.url).content.decode()


def test_the_next_one_by_api(caring, api, outbound_agent, agent):
    with time_machine.travel(NOON, tick=False):
        program = api(outbound_agent)
        assert program.post("/api/v1/callbacks/next/").status_code == 204
        callback = caring()
        taken = program.post("/api/v1/callbacks/next/")
        assert (taken.status_code, taken.json()["id"], taken.json()["claimed_by"]) == (200, callback.pk, "50001")
        assert program.post("/api/v1/callbacks/next/").json()["id"] == callback.pk
        assert api(agent).post("/api/v1/callbacks/next/").status_code == 204


@pytest.mark.req("PM-4")
def test_old_news_is_taken_back_and_nobody_calls(log, api, sign_in, support_hc, outbound_agent):
    with time_machine.travel(NOON, tick=False):
        owed = api(support_hc).post("/api/v1/callbacks/", {"ticket": log().number, "information": "Teknisi besok."}).json()
        door = f"/caring/{owed['id']}/"
        assert f"{door}withdraw/" in sign_in(support_hc).get(door).content.decode()
        assert api(outbound_agent).post(f"/api/v1/callbacks/{owed['id']}/withdraw/", {"reason": "x"}).status_code == 403
        sign_in(support_hc).post(f"{door}withdraw/", {"reason": ""})
        assert Callback.objects.get().state == "waiting"
        gone = api(support_hc).post(f"/api/v1/callbacks/{owed['id']}/withdraw/", {"reason": "Sudah disampaikan agen"})
        assert (gone.status_code, gone.json()["state"], gone.json()["ended_because"]) == (200, "given_up", "not_needed")
        assert api(support_hc).post(f"/api/v1/callbacks/{owed['id']}/withdraw/", {"reason": "Lagi"}).status_code == 409


def test_a_caring_call_cannot_be_taken_back(caring, support_hc):
    with pytest.raises(Conflict):
        actions.withdraw_callback(caring(), "Tidak perlu", by=support_hc)
