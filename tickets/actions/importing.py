"""Loading tickets exported from other systems (HC-3): taken in, tried, loaded, and never twice.

What becomes of the rows is in ``tickets.actions.loading``.
"""

from collections.abc import Mapping
from typing import IO, Any, cast

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.spreadsheets import Table, as_csv, read_table
from common.text import clean
from tickets.models import ImportLoad, ImportMapping, LoadState
from tickets.reading import ReadyMapping, checked, ready

UNPACKED = {"encoding": "", "delimiter": ","}  # how an .xlsx is kept: as the CSV that it was unpacked to


def table_of(file: "File[Any]", definition: Mapping[str, Any]) -> Table:
    """The table of a file, spelled as the definition says."""
    spelling = {name: str(definition.get(name, "")) for name in UNPACKED}
    return read_table(cast(IO[bytes], file.file), **spelling)


def open_file(file: "File[Any]", definition: Mapping[str, Any]) -> tuple[Table, ReadyMapping]:
    """The table of a file and the mapping made ready for its columns."""
    table = table_of(file, definition)
    return table, ready(definition, table.head)


@transaction.atomic
def save_mapping(name: str, definition: Mapping[str, Any], *, by: Person | None) -> ImportMapping:
    """Keep how a system's exports are read, under a name; the newest wins. ``by`` None is the command line."""
    if by is not None:
        require(by, "ticket.import")
    name = clean(name, longest=60)
    if not name:
        raise Invalid(_("Beri nama pemetaan ini."), errors={"name": [_("Isian ini masih kosong.")]})
    kept = {"definition": dict(checked(definition)), "saved_by": by, "saved_at": now()}
    before = ImportMapping.objects.filter(name=name).first()
    if before and before.definition == kept["definition"]:
        return before
    mapping, _made = ImportMapping.objects.update_or_create(name=name, defaults=kept)
    if by is not None:
        record(by, "tickets.mapping_saved", by=by, facts={"mapping": name})
    return mapping


@transaction.atomic
def take_in(file: "File[Any]", spelling: Mapping[str, str], *, by: Person | None) -> ImportLoad:
    """Keep a file for mapping; ``spelling`` (encoding, delimiter) is how its CSV is written. An .xlsx is kept as CSV."""
    if by is not None:
        require(by, "ticket.import")
    given = cast(IO[bytes], file.file)
    plain = as_csv(given)
    definition = dict(spelling) if plain is given else dict(UNPACKED)
    kept = File(plain)
    table_of(kept, definition)
    kept.seek(0)
    load = ImportLoad(
        file_name=_bare(str(file.name or "")), definition=definition, is_try=True, state=LoadState.DRAFT, by=by, created_at=now()
    )
    load.file.save(f"{now():%Y%m%d-%H%M%S}.table", kept, save=False)
    load.save()
    Counter.grow("imports")
    return load


def _bare(name: str) -> str:
    """The name of a file as it may be shown, whatever path and marks came with it; on disk it has a name of ours."""
    return "".join(letter for letter in name.replace("\\", "/").split("/")[-1] if letter.isprintable())[:200]


@transaction.atomic
def begin_try(load: ImportLoad, mapping: ImportMapping, *, by: Person) -> ImportLoad:
    """Read a file by this mapping without loading anything; again and again until it is loaded."""
    require(by, "ticket.import")
    load = ImportLoad.objects.select_for_update().get(pk=load.pk)
    if not load.is_try or hasattr(load, "load"):
        raise Conflict(_("File ini sudah dimuat. Unggah lagi untuk memuat dengan pemetaan lain."))
    definition = _spelled(mapping.definition, load.definition)
    with load.file.open("rb") as file:
        open_file(file, definition)
    load.refused_rows.all().delete()
    load.rows = load.loaded = load.known = load.refused = load.takeovers = 0
    load.total, load.problem, load.claimed_at, load.ended_at = None, "", None, None
    load.mapping, load.definition, load.state = mapping, definition, LoadState.WAITING
    load.save()
    _begun(load, by)
    return load


def _spelled(definition: Mapping[str, Any], spelling: Mapping[str, Any]) -> dict[str, Any]:
    """The definition for one kept file: how that file is spelled was settled when it was taken in."""
    return {**definition, "encoding": spelling.get("encoding", ""), "delimiter": spelling.get("delimiter", "")}


def _begun(load: ImportLoad, by: Person | None) -> None:
    Counter.grow("imports")
    if by is not None:
        facts = {"file": load.file_name, "mapping": str(load.mapping), "try": load.is_try, "live": load.live}
        record(by, "tickets.import_begun", by=by, facts=facts)


@transaction.atomic
def load_tried(tried: ImportLoad, *, live: bool, by: Person) -> ImportLoad:
    """Load what was tried; twice is once. ``live``: open tickets start their clocks now, and hard ones stand in the queue."""
    require(by, "ticket.import")
    tried = ImportLoad.objects.select_for_update().get(pk=tried.pk)
    if done := ImportLoad.objects.filter(tried=tried).first():
        return done
    if not tried.is_try or tried.state != LoadState.DONE:
        raise Conflict(_("Coba dulu file ini sampai selesai, baru muat."))
    load = ImportLoad.objects.create(
        file=tried.file.name, file_name=tried.file_name, mapping=tried.mapping, definition=tried.definition, tried=tried,
        total=tried.total, live=live, by=by, created_at=now(),
    )  # fmt: skip
    _begun(load, by)
    return load


@transaction.atomic
def begin_load(file: "File[Any]", mapping: ImportMapping, *, by: Person | None, is_try: bool, live: bool) -> ImportLoad:
    """Take a file in and begin at once: for the command line, which then runs the load itself."""
    load = take_in(file, {name: str(mapping.definition.get(name, "")) for name in UNPACKED}, by=by)
    load.mapping, load.definition = mapping, _spelled(mapping.definition, load.definition)
    with load.file.open("rb") as kept:
        open_file(kept, load.definition)
    load.is_try, load.live, load.state, load.claimed_at = is_try, live, LoadState.RUNNING, now()
    load.save()
    _begun(load, by)
    return load
