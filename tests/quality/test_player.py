"""The player of a recording by keys: play, five seconds, speed, a mark into the note (QC-1)."""

import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from outbound.actions.recordings import attach_recording
from quality.models import Mark
from tests.keyboard import arrived, sign_in_by_keyboard
from tests.outbound.test_recordings import wav
from tests.quality.conftest import COUNT
from tests.workers import eventually

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("QC-1", "QC-2")]
SECONDS = 20


@pytest.fixture
def heard(claimed, outbound_agent, page: Page, live_server, quality_control) -> Page:
    """The validation that 60001 holds, its recording ready to be heard."""
    sound = SimpleUploadedFile("rekaman.wav", wav(SECONDS))
    attach_recording(claimed.result.prospect, result=claimed.result, file=sound, by=outbound_agent)
    sign_in_by_keyboard(page, live_server.url, quality_control)
    arrived(page, r"/validations/$")
    page.goto(f"{live_server.url}{claimed.url}")
    arrived(page, rf"{claimed.url}$")
    comes(page, "audio.readyState >= 1")
    return page


def comes(page: Page, what: str) -> None:
    """Wait until this is true of the audio element; the page's policy forbids what Playwright would poll with."""
    eventually(lambda: page.evaluate(f"(audio => {what})(document.querySelector('audio'))"), within=20)


def test_a_recording_is_worked_by_keys_alone(heard, claimed):
    page = heard
    expect(page.locator("[data-length]")).to_have_text("00.20")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    comes(page, "audio.currentTime === 10")
    expect(page.locator("[data-at]")).to_have_text("00.10")
    page.keyboard.press("ArrowLeft")
    comes(page, "audio.currentTime === 5")
    for key, speed in (("]", 1.25), ("]", 1.5), ("[", 1.25), ("[", 1), ("[", 0.8), ("[", 0.8)):
        page.keyboard.press(key)
        assert page.evaluate("document.querySelector('audio').playbackRate") == speed
    page.keyboard.press("Space")
    comes(page, "!audio.paused && audio.currentTime > 5.2")
    page.keyboard.press("Space")
    comes(page, "audio.paused")
    page.keyboard.press("m")
    expect(page.locator("#comment-1")).to_be_focused()
    expect(page.locator("#second-1")).to_have_value(re.compile(r"00\.0[5-9]"))
    page.keyboard.type("Salam terlewat")
    page.keyboard.press("[")  # typed, not heard by the player
    expect(page.locator("#comment-1")).to_have_value("Salam terlewat[")
    page.locator("#comment-1").press("Backspace")
    page.keyboard.press("Escape")
    page.locator("[name=mark-1][value=no]").check()
    for number in range(2, COUNT + 1):
        page.locator(f"[name=mark-{number}][value=yes]").check()
    page.get_by_label("Alasan return").fill("R-01, salam")
    page.locator("[data-return]").click()
    page.wait_for_url(re.compile(r"/validations/\?saved="))
    mark = Mark.objects.get(parameter__number=1)
    assert (mark.comment, mark.at_second in range(5, 10)) == ("Salam terlewat", True)
