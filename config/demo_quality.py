"""Demo work for QC: the agreed results that wait for it get a recording each (invented sound)."""

import math
import struct
from io import BytesIO

from django.core.files import File

from accounts.models import Person
from outbound.actions.recordings import attach_recording
from outbound.models import CaringResult, ResultState
from quality.actions.sampling import make_plan

RATE = 8_000
SECONDS = 31


def make() -> None:
    """After the campaign is there; and one plan draws two calls of each agent a week, large promises and returned ones first."""
    officer = Person.objects.get(agent_code="60001")
    make_plan(by=officer, name="Tapping mingguan CT-0", per_agent=2, at_random=3, large_amount=1_500_000, after_return=True)
    for result in CaringResult.objects.filter(state=ResultState.AWAITING_VALIDATION).select_related("prospect", "by"):
        attach_recording(result.prospect, result=result, file=File(BytesIO(sound(SECONDS)), name="rekaman.wav"), by=result.by)


def sound(seconds: int) -> bytes:
    """Something that looks and sounds like two voices in turn: a WAV of 8 bits."""
    samples = bytes(_sample(number) for number in range(seconds * RATE))
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _sample(number: int) -> int:
    at = number / RATE
    voice = 130 if int(at / 3.5) % 2 else 205
    word = max(0.0, math.sin(at * 5.1) * math.sin(at * 1.7))
    return int(128 + 100 * word * math.sin(2 * math.pi * voice * at))
