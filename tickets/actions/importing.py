"""Loading tickets exported from other systems (HC-3): tried first, loaded then, and never twice.

A load works in batches, each a transaction that also moves the load's counts: killed anywhere it goes on where it stood.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, Any, cast

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import Act, record, record_first
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid, Problem
from common.spreadsheets import Table, read_table
from common.text import clean
from tickets.models import HolderKind, ImportLoad, ImportMapping, LoadState, OutsideReference, RefusedRow, Status, Ticket
from tickets.reading import ReadyMapping, ready, ticket_values
from tickets.signals import ticket_logged

BATCH = 500
LEASE = timedelta(minutes=5)  # a load whose worker was silent for so long is taken up by another
Row = tuple[int, list[str]]


def open_file(file: "File[Any]", definition: Mapping[str, Any]) -> tuple[Table, ReadyMapping]:
    """The table of a file and the mapping made ready for its columns."""
    table = read_table(
        cast(IO[bytes], file.file), encoding=str(definition.get("encoding", "")), delimiter=str(definition.get("delimiter", ""))
    )
    return table, ready(definition, table.head)


@transaction.atomic
def save_mapping(name: str, definition: Mapping[str, Any], *, by: Person) -> ImportMapping:
    """Keep how a system's exports are read, under a name; the newest wins."""
    require(by, "ticket.import")
    name = clean(name, longest=60)
    if not name:
        raise Invalid(_("Beri nama pemetaan ini."), errors={"name": [_("Isian ini masih kosong.")]})
    kept = {"definition": dict(definition), "saved_by": by, "saved_at": now()}
    mapping, _made = ImportMapping.objects.update_or_create(name=name, defaults=kept)
    return mapping


@transaction.atomic
def begin_load(
    file: "File[Any]", mapping: ImportMapping, *, by: Person | None, is_try: bool = False, live: bool = False
) -> ImportLoad:
    """Take a file in for loading, or for trying without a trace. ``live``: open tickets start their clocks at load time."""
    if by is not None:
        require(by, "ticket.import")
    open_file(file, mapping.definition)
    file.seek(0)
    load = ImportLoad(
        file=file, file_name=str(file.name or "")[:200], mapping=mapping, definition=mapping.definition, is_try=is_try, live=live,
        by=by, created_at=now(),
    )  # fmt: skip
    load.file.save(f"{now():%Y%m%d-%H%M%S}.table", file, save=False)
    load.save()
    if by is not None:
        record(
            by,
            "tickets.import_begun",
            by=by,
            facts={"file": load.file_name, "mapping": mapping.name, "try": is_try, "live": live},
        )
    return load


def claim_load() -> ImportLoad | None:
    """The oldest load that waits, or whose worker fell silent; a conditional UPDATE lets one worker have it."""
    silent = Q(state=LoadState.RUNNING, claimed_at__lt=now() - LEASE)
    for load in ImportLoad.objects.filter(Q(state=LoadState.WAITING) | silent).order_by("id")[:5]:
        same = ImportLoad.objects.filter(pk=load.pk, state=load.state, claimed_at=load.claimed_at)
        if same.update(state=LoadState.RUNNING, claimed_at=now()) == 1:
            load.refresh_from_db()
            return load
    return None


def run_load(load: ImportLoad, *, until: datetime | None = None) -> ImportLoad:
    """Load all rows that are not loaded yet, or all until the given moment; a broken file ends the load with its problem."""
    try:
        with load.file.open("rb") as file:
            table, mapping = open_file(file, load.definition)
            rest = itertools.islice(table.rows, load.rows, None)
            for batch in _batches(rest):
                _load_batch(load, mapping, batch)
                if until and now() > until:
                    return load
    except Problem as problem:
        return _end(load, LoadState.FAILED, str(problem))
    return _end(load, LoadState.DONE)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


def _end(load: ImportLoad, state: LoadState, problem: str = "") -> ImportLoad:
    load.state, load.problem, load.ended_at = state, problem[:500], now()
    load.save(update_fields=["state", "problem", "ended_at"])
    if not load.is_try:
        Counter.grow("tickets")
    return load


@transaction.atomic
def _load_batch(load: ImportLoad, mapping: ReadyMapping, batch: Sequence[Row]) -> None:
    good, refused = _read_batch(mapping, batch)
    known = _known(mapping.system, [number for _row, number, _values in good])
    fresh: dict[str, dict[str, Any]] = {}
    again = 0
    for _row, number, values in good:
        if number in known or number in fresh:
            again += 1
        else:
            fresh[number] = values
    if not load.is_try:
        _write(load, mapping.system, fresh)
    RefusedRow.objects.bulk_create([RefusedRow(load=load, **each) for each in refused])
    load.rows += len(batch)
    load.loaded, load.known, load.refused = load.loaded + len(fresh), load.known + again, load.refused + len(refused)
    load.claimed_at = now()
    load.save(update_fields=["rows", "loaded", "known", "refused", "claimed_at"])


Good = tuple[int, str, dict[str, Any]]


def _read_batch(mapping: ReadyMapping, batch: Iterable[Row]) -> tuple[list[Good], list[dict[str, Any]]]:
    good: list[Good] = []
    refused: list[dict[str, Any]] = []
    for row, cells in batch:
        try:
            number, values = ticket_values(mapping, cells)
            good.append((row, number, values))
        except Problem as problem:
            number = cells[mapping.number][:80] if mapping.number < len(cells) else ""
            shown = [cell.replace("\x00", "")[:200] for cell in cells]
            refused.append({"row": row, "number": number.replace("\x00", ""), "reason": str(problem)[:300], "values": shown})
    return good, refused


def _known(system: str, numbers: Sequence[str]) -> set[str]:
    return set(OutsideReference.objects.filter(system=system, number__in=numbers).values_list("number", flat=True))


def _write(load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
    moment = now()
    tickets = Ticket.objects.bulk_create([_ticket(values, load, moment) for values in fresh.values()])
    references = [OutsideReference(ticket=t, system=system, number=n) for t, n in zip(tickets, fresh, strict=True)]
    OutsideReference.objects.bulk_create(references)
    record_first(_act(ticket, number, load) for ticket, number in zip(tickets, fresh, strict=True))
    if load.live and load.by:
        for ticket in tickets:
            if ticket.is_open:
                ticket_logged.send(Ticket, ticket=ticket, by=load.by)


def _ticket(values: Mapping[str, Any], load: ImportLoad, moment: datetime) -> Ticket:
    """An imported ticket, not saved: whatever the mapping leaves empty stays empty."""
    said = {"description": values["symptom"], **values}
    if said["status"] in (Status.SOLVED, Status.CLOSED):
        said["solved_at"] = said.get("solved_at") or said.get("closed_at")
    return Ticket(
        **said,
        team=load.by.team if load.by else None,
        logged_by=load.by,
        holder_kind=HolderKind.SUPPORT_HC,
        holder_since=moment,
        imported=True,
        last_word=str(_("Dimuat dari %(system)s") % {"system": load.definition["system"]}),
        last_word_at=moment,
    )


def _act(ticket: Ticket, number: str, load: ImportLoad) -> Act:
    facts = {"load": load.pk, "number": number, "status": ticket.status, "kind": ticket.kind, "symptom": ticket.symptom}
    return Act(ticket, "ticket.imported", load.by, facts, {"description": (None, ticket.description)})
