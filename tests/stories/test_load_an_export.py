"""Story: Support HC loads an export of MyCX by the pages; the open hard complaint in it stands in the queue."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.tickets.imports import row, table
from tests.workers import environment
from tickets.models import Ticket

ROWS = (
    row(1, opened="02/03/2023 08:00"),
    row(2, kind="HC", opened="02/03/2023 09:00"),
    row(3, status="End", opened="02/03/2023 10:00", closed="01/03/2023 10:00"),
)


@pytest.fixture
def shared_uploads(settings, db) -> None:
    """The pages keep files where the worker, a process of its own, looks for them."""
    settings.MEDIA_ROOT = Path(environment().get("KAWAL_DATA", settings.DATA_DIR)) / "uploads"


@pytest.mark.req("HC-3")
@pytest.mark.usefixtures("shared_uploads")
@pytest.mark.slow
def test_an_export_is_uploaded_mapped_tried_and_loaded_live(story):
    page = story.person("40001")
    page.goto("/imports/new/")
    page.get_by_label("Berkas").set_input_files({"name": "mycx.csv", "mimeType": "text/csv", "buffer": table(*ROWS).read()})
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/imports/\d+/map/$"))

    page.get_by_label("Sistem asal", exact=True).fill("MyCX")
    page.get_by_label("Simpan pemetaan sebagai").fill("MyCX harian")
    expect(page.locator("#read-opened_at")).to_contain_text("02-03-2023 08.00")
    page.get_by_label("Dibuka: bentuk tanggal").select_option("%m/%d/%Y %H:%M")
    expect(page.locator("#read-opened_at")).to_contain_text("03-02-2023 08.00")
    page.get_by_label("Dibuka: bentuk tanggal").select_option("%d/%m/%Y %H:%M")
    expect(page.locator("#read-opened_at")).to_contain_text("02-03-2023 08.00")
    page.get_by_label("End", exact=True).select_option("closed")
    page.locator("#from-kind").select_option(label="jenis")
    page.get_by_label("HC", exact=True).select_option("hard_complaint")
    page.locator("[name=otherwise-kind]").select_option("regular")
    page.locator("#from-service_line").select_option("constant")
    page.get_by_label("Layanan: nilai tetap").select_option("indihome")
    page.keyboard.press("Control+Enter")

    story.expect(page.get_by_role("button", name="Muat 2 tiket")).to_be_visible()
    expect(page.locator("#load-progress")).to_contain_text("sebelum dibuka")
    page.get_by_label("Muatan langsung").check()
    page.get_by_role("button", name="Muat 2 tiket").click()
    story.expect(page.locator("#load-progress")).to_contain_text("2 tiket baru ada di daftar tiket")
    hard = Ticket.objects.get(kind="hard_complaint")
    page.goto("/queue/")
    expect(page.locator("[data-rows]").first).to_contain_text(hard.number)
