"""Parts of a file by byte ranges (RFC 9110, 14), so that a player can seek; and files that never open on our own address (S6)."""

import re
from collections.abc import Iterator
from typing import IO, Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 64 * 1024
LONGEST_HEADER = 100
ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
# Whatever the bytes turn out to be, no browser shows them as a page of ours.
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


class Unsatisfiable(Exception):
    """The range begins beyond the end."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte, both included. None where the whole file is meant: no range, several, or none that we understand."""
    found = ONE_RANGE.fullmatch(header.strip()) if len(header) <= LONGEST_HEADER else None
    if not found or found[1] == found[2] == "":
        return None
    if found[1] == "":
        length = int(found[2])
        if not length or not size:
            raise Unsatisfiable
        return max(0, size - length), size - 1
    first, last = int(found[1]), min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return first, last


def served(file: IO[bytes], *, size: int, name: str, content_type: str, header: str) -> HttpResponseBase:
    """The file or the part that ``header`` (Range) asks for: 200, 206, or 416. Always an attachment."""
    about = {**GUARDS, "Accept-Ranges": "bytes"}
    try:
        part = asked_range(header, size)
    except Unsatisfiable:
        file.close()
        return HttpResponse(status=416, headers={**about, "Content-Range": f"bytes */{size}"})
    if part is None:
        return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=about)
    first, last = part
    about |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    about["Content-Disposition"] = f'attachment; filename="{name}"'
    return StreamingHttpResponse(_pieces(file, first, last - first + 1), status=206, content_type=content_type, headers=about)


def _pieces(file: Any, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(CHUNK, length))):
            length -= len(piece)
            yield piece
