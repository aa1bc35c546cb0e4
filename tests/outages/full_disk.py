"""A small disk that is filled, and what people do meanwhile (trust.md F17)."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.servers import House
from tests.tickets.conftest import FORM
from tests.tickets.imports import row, table

FILE_MB = 3


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own for this folder; mounting needs root."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room that is left."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


def desk(house: House, code: str) -> httpx.Client:
    """A browser in which this person is signed in by the sign-in page."""
    client = httpx.Client(base_url=house.url, timeout=60, follow_redirects=True)
    form = {"username": code, "password": "kawal-demo", "csrfmiddlewaretoken": form_token(client.get("/login/").text)}
    assert client.post("/login/", data=form, headers={"Referer": house.url}).status_code == 200
    return client


def form_token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def upload(client: httpx.Client, token: str) -> int:
    content = table(*(row(number) for number in range(FILE_MB * 20_000))).read()
    sent = client.post("/imports/new/", data={"csrfmiddlewaretoken": token}, files={"file": ("ekspor.csv", content)})
    return sent.status_code


def files_of(folder: Path) -> list[Path]:
    return [each for each in (folder / "uploads").rglob("*") if each.is_file()]


def log_one(client: httpx.Client, number: str) -> int:
    return client.post("/api/v1/tickets/", json=FORM | {"service_number": number}).status_code
