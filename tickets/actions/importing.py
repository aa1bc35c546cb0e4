"""Loading tables that other systems exported (HC-3, CT-1): taken in, tried, loaded, and never twice.

What becomes of the rows is in ``tickets.actions.loading``.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import IO, Any, cast

from celery import current_app
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
from tickets.actions.kinds import KINDS, kind_of
from tickets.mapping import ReadyMapping, checked, ready
from tickets.models import ImportLoad, ImportMapping, LoadState

log = logging.getLogger(__name__)
UNPACKED = {"encoding": "", "delimiter": ","}  # how an .xlsx is kept: as the CSV that it was unpacked to


def table_of(file: "File[Any]", definition: Mapping[str, Any]) -> Table:
    """The table of a file, spelled as the definition says."""
    spelling = {name: str(definition.get(name, "")) for name in UNPACKED}
    return read_table(cast(IO[bytes], file.file), **spelling)


def open_file(kind: str, file: "File[Any]", definition: Mapping[str, Any]) -> tuple[Table, ReadyMapping]:
    """The table of a file and the mapping made ready for its columns."""
    table = table_of(file, definition)
    return table, ready(KINDS[kind].shape, definition, table.head)


@transaction.atomic
def save_mapping(name: str, definition: Mapping[str, Any], *, by: Person | None, kind: str = "tickets") -> ImportMapping:
    """Keep how a system's exports are read, under a name; the newest wins. ``by`` None is the command line."""
    if by is not None:
        require(by, KINDS[kind].act)
    name = clean(name, longest=60)
    if not name:
        raise Invalid(_("Beri nama pemetaan ini."), errors={"name": [_("Isian ini masih kosong.")]})
    kept = {"definition": dict(checked(KINDS[kind].shape, definition)), "saved_by": by, "saved_at": now()}
    before = ImportMapping.objects.filter(kind=kind, name=name).first()
    if before and before.definition == kept["definition"]:
        return before
    mapping, _made = ImportMapping.objects.update_or_create(kind=kind, name=name, defaults=kept)
    if by is not None:
        record(by, "tickets.mapping_saved", by=by, facts={"mapping": name, "kind": kind})
    return mapping


@transaction.atomic
def take_in(
    file: "File[Any]",
    spelling: Mapping[str, str],
    *,
    by: Person | None,
    kind: str = "tickets",
    target: int | None = None,
) -> ImportLoad:
    """Keep a file for mapping; ``spelling`` (encoding, delimiter) is how its CSV is written. An .xlsx is kept as CSV."""
    if by is not None:
        require(by, KINDS[kind].act)
    given = cast(IO[bytes], file.file)
    plain = as_csv(given)
    definition = dict(spelling) if plain is given else dict(UNPACKED)
    kept = File(plain)
    table_of(kept, definition)
    kept.seek(0)
    load = ImportLoad(
        kind=kind, target=target, file_name=_bare(str(file.name or "")), definition=definition, is_try=True,
        state=LoadState.DRAFT, by=by, created_at=now(),
    )  # fmt: skip
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
    require(by, kind_of(load).act)
    load = ImportLoad.objects.select_for_update().get(pk=load.pk)
    if not load.is_try or hasattr(load, "load"):
        raise Conflict(_("File ini sudah dimuat. Unggah lagi untuk memuat dengan pemetaan lain."))
    definition = _spelled(mapping.definition, load.definition)
    with load.file.open("rb") as file:
        open_file(load.kind, file, definition)
    load.refused_rows.all().delete()
    load.rows = load.loaded = load.known = load.refused = load.takeovers = 0
    load.total, load.problem, load.claimed_at, load.ended_at = None, "", None, None
    load.mapping = mapping
    load.definition, load.state = definition, LoadState.WAITING
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
    require(by, kind_of(tried).act)
    tried = ImportLoad.objects.select_for_update().get(pk=tried.pk)
    if done := ImportLoad.objects.filter(tried=tried).first():
        return done
    if not tried.is_try or tried.state != LoadState.DONE:
        raise Conflict(_("Coba dulu file ini sampai selesai, baru muat."))
    load = ImportLoad.objects.create(
        kind=tried.kind, target=tried.target, file=tried.file.name, file_name=tried.file_name, mapping=tried.mapping,
        definition=tried.definition, tried=tried,
        total=tried.total, live=live, by=by, created_at=now(),
    )  # fmt: skip
    _begun(load, by)
    return load


@transaction.atomic
def begin_load(file: "File[Any]", mapping: ImportMapping, *, by: Person | None, is_try: bool, live: bool) -> ImportLoad:
    """Take a file of tickets in and begin at once: for the command line, which then runs the load itself."""
    load = take_in(file, {name: str(mapping.definition.get(name, "")) for name in UNPACKED}, by=by)
    load.claimed_at, load.is_try, load.live = now(), is_try, live
    return _begin(load, mapping.definition, mapping, LoadState.RUNNING)


@transaction.atomic
def queue_load(
    file: "File[Any]",
    kind: str,
    *,
    by: Person,
    mapping: ImportMapping | None = None,
    target: int | None = None,
    live: bool = False,
) -> ImportLoad:
    """Take a file in for a worker to load, without a try: for programs. Without a mapping it must have the usual columns.

    ``Invalid`` when the file or its columns cannot be read; what is wrong with single rows the load tells.
    """
    if live and not KINDS[kind].may_be_live:
        raise Invalid(_("Hanya tiket dapat dimuat langsung."), errors={"live": [_("Hanya tiket dapat dimuat langsung.")]})
    definition = mapping.definition if mapping else usual_definition(kind)
    load = take_in(file, {name: str(definition.get(name, "")) for name in UNPACKED}, by=by, kind=kind, target=target)
    load.is_try, load.live = False, live
    with load.file.open("rb") as kept:
        head = table_of(kept, load.definition).head
    return _begin(load, definition if mapping else _as_far_as_there(kind, definition, head), mapping, LoadState.WAITING)


def usual_definition(kind: str) -> Mapping[str, Any]:
    """How files with the usual column names are read; ``Invalid`` for a kind that has none."""
    usual = KINDS[kind].usual
    if usual is None:
        raise Invalid(_("Sebutkan pemetaannya."), errors={"mapping": [_("Sebutkan pemetaannya.")]})
    return usual


def _as_far_as_there(kind: str, definition: Mapping[str, Any], head: Sequence[str]) -> dict[str, Any]:
    """The usual definition without the columns that a file may lack."""
    needed = KINDS[kind].shape.needed
    return {**definition, "fields": {name: at for name, at in definition["fields"].items() if at in head or name in needed}}


def _begin(load: ImportLoad, definition: Mapping[str, Any], mapping: ImportMapping | None, state: LoadState) -> ImportLoad:
    load.mapping, load.definition, load.state = mapping, _spelled(definition, load.definition), state
    with load.file.open("rb") as kept:
        open_file(load.kind, kept, load.definition)
    load.save()
    _begun(load, load.by)
    return load


def saved_mapping(kind: str, name: str) -> ImportMapping | None:
    """The mapping of this name; None for no name; ``Invalid`` names those that are there."""
    if not name:
        return None
    saved = ImportMapping.objects.filter(kind=kind)
    found = saved.filter(name=name).first() if "\x00" not in name else None
    if found is None:
        known = ", ".join(saved.values_list("name", flat=True)[:20]) or "–"
        sentence = _("Pemetaan ini tidak ada. Yang tersimpan: %(known)s.")
        raise Invalid(sentence, errors={"mapping": [sentence % {"known": known}]}, known=known)
    return found


def wake() -> None:
    """Tell a worker that a load waits. A courtesy: the beat comes to it as well, so a broker that is down harms nothing."""
    try:
        current_app.send_task("tickets.tasks.run_imports", retry=False, expires=20)
    except Exception:
        log.warning("the broker could not be told of a load", exc_info=True)
