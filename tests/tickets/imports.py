"""Files and mappings of another system, for the tests of loading."""

from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Person
from tickets.actions.importing import begin_load, save_mapping
from tickets.actions.loading import claim_load, run_load
from tickets.models import ImportLoad

DEFINITION: dict[str, Any] = {
    "system": "MyCX",
    "number": "nomor",
    "fields": {
        "opened_at": "dibuka",
        "closed_at": "ditutup",
        "status": {"column": "status", "values": {"Open": "open", "Work": "in_progress", "Done": "solved", "End": "closed"}},
        "kind": {"column": "jenis", "values": {"HC": "hard_complaint", "": "regular"}},
        "service_line": {"constant": "indihome"},
        "symptom": "gejala",
        "service_number": "layanan",
    },
}
HEAD = "nomor,dibuka,ditutup,status,jenis,gejala,layanan"


def row(number: Any, *, status: str = "Open", kind: str = "", opened: str = "2023-03-01 08:00", closed: str = "") -> str:
    return f"{number},{opened},{closed},{status},{kind},Mati total {number},15240{number}"


def table(*rows: str) -> ContentFile:
    return ContentFile("\n".join([HEAD, *rows]).encode(), name="ekspor.csv")


def begun(file: ContentFile, by: Person | None, *, is_try: bool = False, live: bool = False) -> ImportLoad:
    mapping = save_mapping("MyCX", DEFINITION, by=by)
    return begin_load(file, mapping, by=by, is_try=is_try, live=live)


def loaded(file: ContentFile, by: Person | None, **how: bool) -> ImportLoad:
    return run_load(begun(file, by, **how))


def run_next() -> ImportLoad:
    """What the worker does at a tick."""
    load = claim_load()
    assert load, "no load waits"
    return run_load(load)


def counts(load: ImportLoad) -> tuple[str, int, int, int, int]:
    """State, rows, loaded, known, refused; and that they add up, in memory as in the database."""
    load.refresh_from_db()
    assert load.rows == load.loaded + load.known + load.refused
    return load.state, load.rows, load.loaded, load.known, load.refused
