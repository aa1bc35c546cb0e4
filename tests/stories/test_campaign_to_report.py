"""Story: a campaign from its file to the printed F-19, with figures equal to what people did (CT-1 to CT-6, QC-1 to QC-4)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from outbound.actions.campaigns import create_campaign
from outbound.models import CaringResult, Product, Prospect
from quality.models import Report, Validation
from tests.workers import environment

HEAD = "service_number,customer_name,contact_phone,arrears_months,bill_amount"
COUNT, AGREED = 5, 4


def file_of_prospects() -> bytes:
    rows = [f"13115002{n:04},Bambang Sutrisno {n},0857000{n:05},3,{1_000_000 + n}" for n in range(1, COUNT + 1)]
    return "\n".join([HEAD, *rows]).encode()


@pytest.fixture
def shared_uploads(settings, db) -> None:
    """The pages keep files where the worker, a process of its own, looks for them."""
    settings.MEDIA_ROOT = Path(environment().get("KAWAL_DATA", settings.DATA_DIR)) / "uploads"


def load(story, leader: Page, campaign) -> None:
    """The TL uploads the file, tries it, and loads it."""
    leader.goto(f"/campaigns/{campaign.pk}/import/")
    leader.get_by_label("Berkas").set_input_files({"name": "dapros.csv", "mimeType": "text/csv", "buffer": file_of_prospects()})
    leader.keyboard.press("Control+Enter")
    expect(leader).to_have_url(re.compile(r"/imports/\d+/map/"))
    leader.get_by_label("Sistem asal", exact=True).fill("MyCX")
    leader.get_by_label("Simpan pemetaan sebagai").fill("Dapros harian")
    leader.keyboard.press("Control+Enter")
    button = leader.get_by_role("button", name=re.compile("^Muat [0-9]"))
    story.expect(button).to_be_visible()
    button.click()
    story.expect(leader.locator("#load-progress")).to_contain_text(f"{COUNT}")


def call(agent: Page, *, agrees: bool) -> None:
    """One call by keys alone; the next prospect comes by itself."""
    expect(agent).to_have_url(re.compile(r"/dapros/\d+/"))
    agent.wait_for_load_state("load")
    before = agent.url
    agent.keyboard.press("1" if agrees else "2")
    expect(agent.locator("#id_reason_agree" if agrees else "#id_reason_no-answer")).to_be_focused()
    agent.keyboard.press("1")
    if agrees:
        expect(agent.locator("#id_promise_day_0")).to_be_focused()
        agent.keyboard.press("2")
    agent.keyboard.press("Control+Enter")
    expect(agent).not_to_have_url(before)


def press_sheet(qc: Page, keys: str) -> None:
    """The whole F-18 by 1, 2 and 0."""
    expect(qc.locator("[data-sheet]")).to_be_visible()
    qc.wait_for_load_state("load")
    for number, key in enumerate(keys, 1):
        qc.keyboard.press(key)
        expect(qc.locator(f"[name=mark-{number}]:checked")).to_have_count(1)


def approve(qc: Page) -> None:
    press_sheet(qc, "111111111")
    expect(qc.locator("[data-total]")).to_have_text("100")
    before = qc.url
    qc.keyboard.press("a")
    expect(qc).not_to_have_url(before)


@pytest.mark.slow
@pytest.mark.req("CT-1", "CT-4", "CT-6", "QC-1", "QC-2", "QC-3", "QC-4")
@pytest.mark.usefixtures("shared_uploads")
def test_a_campaign_from_its_file_to_the_f19(story, outbound_team, team_leader, quality_control):
    campaign = create_campaign("Dapros November", Product.CT0, by=team_leader, team=outbound_team)
    load(story, story.person("20001"), campaign)
    assert Prospect.objects.count() == COUNT

    agent = story.person("50001")
    agent.goto("/dapros/")
    agent.keyboard.press("Space")
    for number in range(COUNT):
        call(agent, agrees=number < AGREED)
    assert CaringResult.objects.filter(state="awaiting_validation").count() == AGREED

    qc = story.person("60001")
    expect(qc.locator("#validations tbody tr")).to_have_count(AGREED)
    qc.keyboard.press("Space")
    for _ in range(AGREED - 1):
        approve(qc)
    give_back(qc)
    returned = Validation.objects.get(state="returned")

    agent.goto("/dapros/")
    agent.keyboard.press("Space")
    expect(agent).to_have_url(re.compile(returned.result.prospect.url))
    expect(agent.locator(".strip.returned")).to_contain_text("janji tidak diulang")
    call(agent, agrees=True)
    story.expect(qc.locator("#validations tbody tr")).to_have_count(1)
    qc.keyboard.press("Space")
    expect(qc.locator(".strip.returned")).to_contain_text("janji tidak diulang")
    approve(qc)

    qc.goto("/quality-reports/")
    qc.get_by_role("button", name="Buat laporan").click()
    row = qc.locator("#reports tbody tr")
    story.expect(row).to_contain_text("Excel")
    done = {"validated": AGREED + 1, "approved": AGREED, "returned": 1}
    assert {name: Report.objects.get().figures["all"][name] for name in done} == done
    expect(row.locator("td.right")).to_contain_text([str(done["validated"]), str(done["approved"]), str(done["returned"])])


def give_back(qc: Page) -> None:
    """A critical item is not met: Approve closes, and Return asks for its reason."""
    press_sheet(qc, "11111")
    qc.keyboard.press("2")
    expect(qc.locator("#why-closed")).to_contain_text("Approve tertutup")
    qc.locator("#comment-6").fill("Tanggal disebut agen saja")
    qc.get_by_label("Alasan return").fill("R-04, janji tidak diulang")
    qc.locator("[data-return]").click()
    expect(qc).to_have_url(re.compile(r"/validations/\?saved="))
