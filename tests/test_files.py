"""Files are kept whole or not at all, and a full disk is said in words (F17)."""

import errno
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile

from accounts.models import Person
from config.files import WholeFiles


class Breaks(ContentFile):
    """The disk is full in the middle of it."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_breaks_off_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="No space"):
        WholeFiles(tmp_path).save("surat/a.eml", Breaks(b""))
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_name_that_is_taken_is_never_taken_again(tmp_path):
    files = WholeFiles(tmp_path)
    names = [files.save("a.table", ContentFile(words)) for words in (b"satu", b"dua")]
    assert names[0] == "a.table" and names[1] != "a.table"
    assert [(tmp_path / name).read_bytes() for name in names] == [b"satu", b"dua"]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_name_that_somebody_takes_meanwhile_is_left_to_them(tmp_path, monkeypatch):
    files = WholeFiles(tmp_path)
    (tmp_path / "a.table").write_bytes(b"lain")
    first = iter([False])
    monkeypatch.setattr(files, "exists", lambda name: next(first, (tmp_path / name).exists()))
    name = files.save("a.table", ContentFile(b"kita"))
    assert (tmp_path / "a.table").read_bytes() == b"lain"
    assert (tmp_path / name).read_bytes() == b"kita"


@pytest.mark.django_db
def test_a_full_disk_is_said_through_pages_and_api(agent: Person, sign_in, api, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("accounts.views.PreferencesForm", full)
    browser = sign_in(agent)
    browser.raise_request_exception = False
    assert browser.post("/me/", {"theme": "dark"}).status_code == 503
    monkeypatch.setattr("tickets.api.views.TicketViewSet.list", full)
    answer = api(agent).get("/api/v1/tickets/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
