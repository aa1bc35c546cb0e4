"""Story: a campaign from its file to the printed F-19, with figures equal to what people did (CT-1 to CT-6, QC-1 to QC-4)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from outbound.actions.campaigns import create_campaign
from outbound.models import CaringResult, Product, Prospect
from quality.models import Report, Validation
from tests.keyboard import arrived
from tests.workers import environment

HEAD = "service_number,customer_name,contact_phone,arrears_months,bill_amount"
COUNT, AGREED, RETURNED = 30, 10, 3
AGREE = ("1", "1", "2")  # connected, agrees, tomorrow
OTHERS = [("2", "1"), ("2", "2"), ("1", "2"), ("2", "3")]  # RNA, busy, has paid, switched off
CALLS = [AGREE if number % 3 == 0 else OTHERS[number % 4] for number in range(COUNT)]
CONTACTED = sum(keys[0] == "1" for keys in CALLS)
FIRST_REASON = {"1": "#id_reason_agree", "2": "#id_reason_no-answer"}


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
    story.expect(leader.locator("#load-progress")).to_contain_text(f"{COUNT} dapros siap ditelepon")


def call(agent: Page, keys: tuple[str, ...]) -> None:
    """One call by keys alone; the next prospect comes by itself."""
    arrived(agent, r"/dapros/\d+/")
    before = agent.url
    agent.keyboard.press(keys[0])
    expect(agent.locator(FIRST_REASON[keys[0]])).to_be_focused()
    agent.keyboard.press(keys[1])
    if len(keys) > 2:
        expect(agent.locator("#id_promise_day_0")).to_be_focused()
        agent.keyboard.press(keys[2])
    expect(agent.locator("[name=reason]:checked")).to_have_count(1)
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
@pytest.mark.req("CT-1", "CT-4", "CT-6", "CT-8", "QC-1", "QC-2", "QC-3", "QC-4")
@pytest.mark.usefixtures("shared_uploads")
def test_a_campaign_of_thirty_calls_from_its_file_to_the_printed_f19(story, outbound_team, team_leader, quality_control):
    campaign = create_campaign("Dapros November", Product.CT0, by=team_leader, team=outbound_team)
    leader, agent = story.person("20001"), story.person("50001")
    load(story, leader, campaign)
    assert Prospect.objects.count() == COUNT

    agent.goto("/dapros/")
    agent.keyboard.press("Space")
    for keys in CALLS:
        call(agent, keys)
    assert CaringResult.objects.filter(state="awaiting_validation").count() == AGREED

    qc = story.person("60001")
    expect(qc.locator("#validations tbody tr")).to_have_count(AGREED)
    qc.keyboard.press("Space")
    for number in range(AGREED):
        approve(qc) if number < AGREED - RETURNED else give_back(qc)
    assert Validation.objects.filter(state="returned").count() == RETURNED

    agent.goto("/dapros/")
    expect(agent.locator("#returned .count")).to_have_text(str(RETURNED))
    agent.keyboard.press("Space")
    for _each in range(RETURNED):
        expect(agent.locator(".strip.returned")).to_contain_text("janji tidak diulang")
        call(agent, AGREE)
    qc.goto("/validations/")
    expect(qc.locator("#validations tbody tr")).to_have_count(RETURNED)
    qc.keyboard.press("Space")
    for _each in range(RETURNED):
        expect(qc.locator(".strip.returned")).to_contain_text("janji tidak diulang")
        approve(qc)

    look_at_the_report(story, qc)
    look_at_the_campaign(leader, campaign)


def look_at_the_report(story, qc: Page) -> None:
    """The F-19 is asked for, made and printed; its figures, its list and the page say what was done."""
    qc.goto("/quality-reports/")
    qc.get_by_role("button", name="Buat laporan").click()
    row = qc.locator("#reports tbody tr")
    story.expect(row).to_contain_text("Excel")
    promised = sum(each.promised_amount or 0 for each in CaringResult.objects.filter(state="approved"))
    done = {"validated": AGREED + RETURNED, "approved": AGREED, "returned": RETURNED, "promised": promised}
    assert Report.objects.get().figures["all"] == done
    expect(row.locator("td.right")).to_have_text(
        [str(done["validated"]), str(AGREED), str(RETURNED), f"Rp{promised:,}".replace(",", ".")]
    )
    with qc.expect_download() as download:
        row.get_by_role("link", name="PDF").click()
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(download.value.path()).pages))
    assert [words.count(each) for each in ("Approved 100,00", "R-04, janji tidak diulang")] == [AGREED, RETURNED]
    assert f"{promised:,}".replace(",", ".") in words
    assert len(set(re.findall(r"13115002\d{4}", words))) == AGREED


def look_at_the_campaign(leader: Page, campaign) -> None:
    """The TL's figures: every call, also those of the second caring."""
    leader.goto(f"/campaigns/{campaign.pk}/")
    boxes = leader.locator("section[aria-labelledby=figures] dd").all_inner_texts()
    shown = [int(each.replace(".", "").split()[0]) for each in boxes]
    assert shown[:4] == [COUNT + RETURNED, CONTACTED + RETURNED, AGREED + RETURNED, AGREED]


def give_back(qc: Page) -> None:
    """A critical item is not met: Approve closes, and Return asks for its reason."""
    press_sheet(qc, "11111")
    qc.keyboard.press("2")
    expect(qc.locator("#why-closed")).to_contain_text("Approve tertutup")
    qc.locator("#comment-6").fill("Tanggal disebut agen saja")
    qc.get_by_label("Alasan return").fill("R-04, janji tidak diulang")
    before = qc.url
    qc.locator("[data-return]").click()
    expect(qc).not_to_have_url(before)  # the next one comes by itself
