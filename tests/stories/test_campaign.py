"""Story: a campaign. The TL loads its prospects by the pages, the Tier-2 agent calls them by keyboard, the figures agree."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from outbound.models import Campaign, CaringResult, Prospect
from tests.workers import environment

CALLS = [("1", "1", "2"), ("2", "1"), ("2", "2"), ("1", "1", "1"), ("1", "2")]  # agree, RNA, busy, agree, has paid
HEAD = "service_number,customer_name,contact_phone,arrears_months,bill_amount"


@pytest.fixture
def shared_uploads(settings, db) -> None:
    """The pages keep files where the worker, a process of its own, looks for them."""
    settings.MEDIA_ROOT = Path(environment().get("KAWAL_DATA", settings.DATA_DIR)) / "uploads"


def dapros(count: int) -> bytes:
    rows = (f"1311500{n:05},Bambang {n},0857{n:08},{3 if n else 9},1184500" for n in range(count + 1))
    return "\n".join([HEAD, *rows]).encode()


def load(page: Page, story, count: int) -> Campaign:
    """A new campaign with so many prospects, one row refused: upload, map, try, load."""
    page.goto("/campaigns/new/")
    page.get_by_label("Nama kampanye").fill("CT-0 November")
    page.get_by_label("CT-0").check()
    page.get_by_role("button", name="Buat kampanye").click()
    expect(page).to_have_url(re.compile(r"/campaigns/\d+/$"))
    page.get_by_role("link", name="Muat dapros").click()
    page.get_by_label("Berkas").set_input_files({"name": "dapros.csv", "mimeType": "text/csv", "buffer": dapros(count)})
    page.get_by_role("button", name="Unggah").click()
    expect(page).to_have_url(re.compile(r"/imports/\d+/map/$"))
    page.get_by_label("Sistem asal", exact=True).fill("Telkom")
    page.get_by_label("Simpan pemetaan sebagai").fill("Dapros bulanan")
    page.get_by_role("button", name="Coba dulu").click()
    story.expect(page.get_by_role("button", name=f"Muat {count} dapros")).to_be_visible()
    expect(page.locator("#load-progress")).to_contain_text("tunggakan “9” bulan")
    page.get_by_role("button", name=f"Muat {count} dapros").click()
    story.expect(page.locator("#load-progress")).to_contain_text(f"{count} dapros siap ditelepon")
    return Campaign.objects.get()


def call(page: Page, keys: tuple[str, ...]) -> None:
    """One call by keyboard: each digit answers a question, Control+Enter saves and brings the next one."""
    here = page.url
    reasons = {"1": "#id_reason_agree", "2": "#id_reason_no-answer"}
    expect(page.locator("#id_group_0")).to_be_visible()
    page.keyboard.press(keys[0])
    expect(page.locator(reasons[keys[0]])).to_be_focused()
    page.keyboard.press(keys[1])
    if len(keys) > 2:
        expect(page.locator("#id_promise_day_0")).to_be_focused()
        page.keyboard.press(keys[2])
    else:
        expect(page.locator("[name=reason]:checked")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(here)
    page.wait_for_load_state("load")


@pytest.mark.req("CT-1", "CT-2", "CT-3", "CT-4", "CT-8")
@pytest.mark.usefixtures("shared_uploads")
@pytest.mark.slow
def test_a_campaign_is_loaded_and_called_by_keyboard(story):
    leader, agent = story.person("20001"), story.person("50001")
    campaign = load(leader, story, len(CALLS))
    agent.goto("/dapros/")
    agent.keyboard.press("Space")
    agent.wait_for_url(re.compile(r"/dapros/\d+/$"))
    agent.wait_for_load_state("load")
    for keys in CALLS:
        call(agent, keys)
    expect(agent.locator("h1")).to_have_text("Dapros")
    assert CaringResult.objects.filter(state="awaiting_validation").count() == 2
    assert not Prospect.objects.held().exists()
    leader.goto(f"/campaigns/{campaign.pk}/")
    figures = leader.locator(".figures dd")
    expect(figures.nth(0)).to_have_text("5")
    expect(figures.nth(1)).to_contain_text("3")
    expect(figures.nth(2)).to_contain_text("2")
