"""Recordings: attached at the call, told by their content, heard by byte ranges, every hearing noted (QC-1, S6)."""

import math
import struct
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import HistoryEntry
from outbound.actions.recordings import attach_recording
from outbound.models import Recording
from outbound.sound import shape_of
from tests.outbound.arrears import agree

pytestmark = pytest.mark.req("QC-1")
URL = "/api/v1/recordings/"
RATE = 8_000


def wav(seconds: float = 2, *, code: int = 1, bits: int = 16, data: bytes | None = None) -> bytes:
    """A call of which the second half is loud."""
    count = int(seconds * RATE)
    if data is None:
        loud = [int((26_000 if n > count // 2 else 600) * math.sin(n / 3)) for n in range(count)]
        data = struct.pack(f"<{count}h", *loud)
    form = struct.pack("<HHIIHH", code, 1, RATE, RATE * bits // 8, bits // 8, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def upload(content: bytes, name: str = "rekaman.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def attached(in_hand, outbound_agent) -> Recording:
    return attach_recording(in_hand, file=upload(wav()), by=outbound_agent)


def sent(program, **body):
    return program.post(URL, body, format="multipart")


def test_the_agent_attaches_it_during_the_call_and_it_goes_with_the_result(in_hand, api, outbound_agent):
    made = sent(api(outbound_agent), prospect=in_hand.pk, file=upload(wav())).json()
    assert (made["seconds"], made["content_type"], len(made["peaks"]), made["result"]) == (2, "audio/wav", 140, None)
    assert max(made["peaks"][:60]) < 5 < 70 < min(made["peaks"][80:])
    result = agree(in_hand, outbound_agent)
    assert api(outbound_agent).get(f"/api/v1/caring-results/{result.pk}/").json()["recording"] == made["id"]


def test_on_disk_it_has_a_name_of_ours(in_hand, outbound_agent):
    kept = attach_recording(in_hand, file=upload(wav(), "../../etc/passwd\x07.wav"), by=outbound_agent)
    path = Path(kept.file.path)
    assert (kept.name, path.name == kept.name) == ("passwd.wav", False)
    assert path.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve())


NOT_SOUND = {
    "html": b"<html><script>alert(1)</script>",
    "svg": b"<svg onload=alert(1)>",
    "pdf": b"%PDF-1.7",
    "empty": b"",
    "exe": b"MZ" * 40,
}


@pytest.mark.parametrize("what", NOT_SOUND)
def test_what_is_no_sound_is_refused_whatever_it_is_called(in_hand, api, outbound_agent, what):
    refused = sent(api(outbound_agent), prospect=in_hand.pk, file=upload(NOT_SOUND[what], "rekaman.wav"))
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["file"])
    assert not Recording.objects.exists()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://x/y", "https://u:p@x/y", "https://", "file:///etc/passwd", "http://[::1"]
)
def test_a_link_leads_to_a_page_or_is_refused(in_hand, api, outbound_agent, link):
    assert sent(api(outbound_agent), prospect=in_hand.pk, link=link).status_code == 400


def test_one_thing_is_given(in_hand, api, outbound_agent):
    assert sent(api(outbound_agent), prospect=in_hand.pk).status_code == 400
    assert sent(api(outbound_agent), prospect=in_hand.pk, file=upload(wav()), link="https://rec.example/1").status_code == 400
    assert sent(api(outbound_agent), prospect=999_999, file=upload(wav())).status_code == 400


def test_a_link_is_opened_through_us_and_noted(in_hand, sign_in, api, outbound_agent):
    made = sent(api(outbound_agent), prospect=in_hand.pk, link="https://rec.example/call/17").json()
    assert sign_in(outbound_agent).get(f"/recordings/{made['id']}/audio/").url == "https://rec.example/call/17"
    assert HistoryEntry.objects.filter(act="recording.heard").count() == 1


def test_a_file_that_is_too_big_says_so(in_hand, api, outbound_agent, monkeypatch):
    monkeypatch.setattr("outbound.actions.recordings.MOST_BYTES", 1_000)
    assert "MB" in sent(api(outbound_agent), prospect=in_hand.pk, file=upload(wav())).json()["errors"]["file"][0]


RANGES = {
    "bytes=0-99": (206, 0, 100), "bytes=100-": (206, 100, None), "bytes=-50": (206, -50, None),
    "bytes=0-99999999": (206, 0, None),
    "bytes=99999999-": (416, 0, 0), "bytes=-0": (416, 0, 0), "bytes=5-2": (200, 0, None), "bytes=0-1,4-5": (200, 0, None),
    "lines=1-2": (200, 0, None), "": (200, 0, None),
}  # fmt: skip


@pytest.mark.parametrize(("header", "expected"), RANGES.items())
def test_a_player_may_seek(attached, sign_in, outbound_agent, header, expected):
    status, first, last = expected
    answer = sign_in(outbound_agent).get(attached.audio_url, headers={"Range": header})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (answer.status_code, content) == (status, wav()[first:last] if status != 416 else b"")
    if status == 206:
        assert int(answer["Content-Length"]) == len(content)
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(wav())}"


@pytest.mark.req("QM-3")
def test_it_is_never_a_page_of_ours(attached, sign_in, outbound_agent):
    for header in ("", "bytes=0-10"):
        answer = sign_in(outbound_agent).get(attached.audio_url, headers={"Range": header})
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.req("QM-3")
def test_a_hearing_is_noted_once_in_ten_minutes(attached, sign_in, outbound_agent, forward):
    heard = HistoryEntry.objects.filter(act="recording.heard", by=outbound_agent)
    for first in (0, 1_000, 9_000):
        sign_in(outbound_agent).get(attached.audio_url, headers={"Range": f"bytes={first}-"})
    assert heard.count() == 1
    forward(minutes=11)
    sign_in(outbound_agent).get(attached.audio_url)
    assert heard.count() == 2


HEARS = {"outbound_agent": 200, "team_leader": 200, "supervisor": 200, "quality_control": 200, "administrator": 200,
         "second_outbound_agent": 404,
    "other_team_leader": 404, "agent": 403, "support_hc": 403, "client_reader": 403}  # fmt: skip


@pytest.mark.req("QM-3")
@pytest.mark.parametrize(("who", "status"), HEARS.items())
def test_who_hears_it(attached, in_hand, outbound_agent, api, sign_in, request, who, status):
    agree(in_hand, outbound_agent)
    person = request.getfixturevalue(who)
    assert sign_in(person).get(attached.audio_url).status_code == status
    assert api(person).get(f"{URL}{attached.pk}/audio/").status_code == status


def test_attaching_on_the_page_keeps_the_call_and_says_what_is_wrong(in_hand, sign_in, outbound_agent):
    page = sign_in(outbound_agent)
    where = f"/prospects/{in_hand.pk}/recordings/"
    assert page.post(where, {"file": upload(wav())}).status_code == 302
    refused = page.post(where, {"file": upload(b"<html>", "x.wav")})
    assert (refused.status_code, "WAV, MP3" in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (wav(1, bits=8, data=bytes([128, 255] * 4_000)), 1),
        (wav(1, code=7, bits=8, data=bytes([0xFF, 0x00] * 4_000)), 1),
        (wav(1, code=6, bits=8, data=bytes([0xD5, 0x2A] * 4_000)), 1),
        (wav(1, bits=24, data=b"\x00\x00\x7f" * 8_000), 1),
    ],
)
def test_the_wave_of_what_call_recorders_write(content, seconds):
    shape = shape_of(BytesIO(content))
    assert shape and (shape.seconds, len(shape.peaks)) == (seconds, 140)
    assert min(shape.peaks) >= 95


@pytest.mark.parametrize(
    "content", [b"RIFF\x00\x00\x00\x00WAVE", wav(1)[:60], wav(1, code=3, bits=32), wav(1)[:30], b"RIFF" + b"\xff" * 60]
)
def test_a_broken_one_has_no_wave_and_no_error(content):
    shape = shape_of(BytesIO(content))
    assert shape is None or all(0 <= peak <= 100 for peak in shape.peaks)
