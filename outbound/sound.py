"""What a recording is, told by its content, and the shape of its sound (QC-1)."""

import struct
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

BARS = 140
LOOKED_AT = 2_000_000  # bytes or samples of a long recording that are looked at; the rest is skipped evenly
PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE

Test = Callable[[bytes], bool]
KINDS: list[tuple[str, str, Test]] = [
    ("audio/wav", "wav", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE"),
    (
        "audio/mpeg",
        "mp3",
        lambda head: head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa")),
    ),
    ("audio/ogg", "ogg", lambda head: head[:4] == b"OggS"),
    ("audio/mp4", "m4a", lambda head: head[4:8] == b"ftyp"),
    ("audio/flac", "flac", lambda head: head[:4] == b"fLaC"),
    ("audio/webm", "webm", lambda head: head[:4] == b"\x1a\x45\xdf\xa3"),
    ("audio/amr", "amr", lambda head: head[:5] == b"#!AMR"),
]


def kind_of(head: bytes) -> tuple[str, str] | None:
    """Content type and ending by the first bytes; None for what is no recording that we know, whatever it is called."""
    return next(((kind, ending) for kind, ending, is_it in KINDS if is_it(head)), None)


@dataclass(frozen=True)
class Shape:
    """How long it is in seconds, and how loud each of ``BARS`` stretches, 0 to 100."""

    seconds: int
    peaks: list[int]


def shape_of(file: IO[bytes]) -> Shape | None:
    """Of a WAV as call recorders write it: PCM of 8, 16, 24 or 32 bits, A-law or mu-law. None for what we cannot read."""
    try:
        layout, start, length = _chunks(file)
    except (struct.error, ValueError):
        return None
    code, channels, rate, width = layout
    loud = _loudness(code, width)
    if loud is None or not channels or not rate or not length:
        return None
    frame = channels * width
    frames = length // frame
    return Shape(frames // rate, _peaks(file, start, frames, frame, loud))


def _chunks(file: IO[bytes]) -> tuple[tuple[int, int, int, int], int, int]:
    """The format (code, channels, rate, bytes a sample) and where the sound lies."""
    file.seek(0, 2)
    end = file.tell()
    file.seek(12)
    layout: tuple[int, int, int, int] | None = None
    while file.tell() + 8 <= end:
        name, size = struct.unpack("<4sI", file.read(8))
        at = file.tell()
        if name == b"fmt ":
            head = file.read(min(size, 40))
            code, channels, rate, _bytes, _block, bits = struct.unpack("<HHIIHH", head[:16])
            code = struct.unpack("<H", head[24:26])[0] if code == EXTENSIBLE and len(head) >= 26 else code
            layout = (code, channels, rate, bits // 8)
        elif name == b"data" and layout:
            return layout, at, min(size, end - at)
        file.seek(at + size + size % 2)
    raise ValueError("no sound")


def _loudness(code: int, width: int) -> Callable[[bytes], int] | None:
    """How loud a stretch is, 0 to 100, for one way of writing samples."""
    if code == PCM and width == 1:
        return _table([abs(value - 128) * 100 // 128 for value in range(256)])
    if code in (A_LAW, MU_LAW) and width == 1:
        return _table([_law(value, code) for value in range(256)])
    if code == PCM and width == 2:
        return _of_16_bits
    if code == PCM and width in (3, 4):
        top = _table([abs(value - 256 if value > 127 else value) * 100 // 128 for value in range(256)])
        return lambda stretch: top(stretch[width - 1 :: width])
    return None


def _table(levels: list[int]) -> Callable[[bytes], int]:
    table = bytes(levels)
    return lambda stretch: max(stretch.translate(table), default=0)


def _law(value: int, code: int) -> int:
    """G.711: the exponent and the mantissa are in the seven lower bits, turned over."""
    turned = value ^ (0x55 if code == A_LAW else 0xFF)
    exponent, mantissa = (turned >> 4) & 7, turned & 15
    size = ((mantissa << 1) + 33) << exponent
    return min(100, size * 100 // (63 << 7))


def _of_16_bits(stretch: bytes) -> int:
    samples = array("h", stretch[: len(stretch) // 2 * 2])
    return max(max(samples), -min(samples)) * 100 // 32_768 if samples else 0


def _peaks(file: IO[bytes], start: int, frames: int, frame: int, loud: Callable[[bytes], int]) -> list[int]:
    found, room = [], max(1, LOOKED_AT // BARS // frame)
    for bar in range(min(BARS, frames)):
        first = frames * bar // min(BARS, frames)
        last = frames * (bar + 1) // min(BARS, frames)
        file.seek(start + first * frame)
        found.append(min(100, loud(file.read(min(room, last - first) * frame))))
    return found
