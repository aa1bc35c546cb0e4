"""Running a load: its rows in batches, each a transaction that also moves the load's counts (HC-3).

1. A worker claims the load by a conditional UPDATE; the moment of the claim is its token.
2. It reads the whole file once, so that a broken file is refused before its first row is loaded.
3. Each batch first renews the token: who finds another one there has lost the load and stops.
4. Killed anywhere, another worker claims the load after ``LEASE`` and goes on after the last batch that was committed.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.history import Act, record_first
from accounts.models import Counter
from common import bulk
from common.clock import now
from common.problems import Problem
from tickets.actions.importing import open_file
from tickets.models import HolderKind, ImportLoad, LoadState, OutsideReference, RefusedRow, Status, Ticket
from tickets.models.ticket import OPEN_STATUSES
from tickets.reading import ReadyMapping, ticket_values
from tickets.signals import ticket_logged

BATCH = 1000
LEASE = timedelta(minutes=2)  # a load whose worker was silent for so long is taken up by another
MOST_TAKEOVERS = 5  # workers that died over the same rows; then a person is told instead
TRIES = 3  # of a batch: another load may bring the same numbers at the same moment
Row = tuple[int, list[str]]
Good = tuple[str, dict[str, Any]]


class _Lost(Exception):
    """Another worker has this load now."""


def claim_load() -> ImportLoad | None:
    """The oldest load that waits, or whose worker fell silent; a conditional UPDATE lets one worker have it."""
    silent = Q(state=LoadState.RUNNING, claimed_at__lt=now() - LEASE)
    for load in ImportLoad.objects.filter(Q(state=LoadState.WAITING) | silent).order_by("id")[:5]:
        same = ImportLoad.objects.filter(pk=load.pk, state=load.state, claimed_at=load.claimed_at)
        takeovers = load.takeovers + (load.state == LoadState.RUNNING)
        if same.update(state=LoadState.RUNNING, claimed_at=now(), takeovers=takeovers) == 1:
            load.refresh_from_db()
            return load
    return None


def run_load(load: ImportLoad, *, until: datetime | None = None) -> ImportLoad:
    """Read all rows that are not read yet, or as many as fit before ``until``. A broken file ends the load with its problem."""
    try:
        if load.takeovers > MOST_TAKEOVERS:
            return _end(load, LoadState.FAILED, _("Berhenti berulang kali sesudah %(rows)s baris.") % {"rows": load.rows})
        _count(load)
        return _run(load, until)
    except _Lost:
        load.refresh_from_db()
        return load
    except Problem as problem:
        return _end(load, LoadState.FAILED, str(problem))
    except FileNotFoundError:
        return _end(load, LoadState.FAILED, _("File unggahan tidak ada lagi di server. Unggah lagi."))


def _count(load: ImportLoad) -> None:
    """Look at every row once before the first is loaded: for the progress, and so that no broken file is loaded by half."""
    if load.total is not None:
        return
    with load.file.open("rb") as file:
        table, _mapping = open_file(file, load.definition)
        load.total = sum(1 for _row in table.rows)
    _renew(load, total=load.total)


def _run(load: ImportLoad, until: datetime | None) -> ImportLoad:
    with load.file.open("rb") as file:
        table, mapping = open_file(file, load.definition)
        seen = _skip(load, mapping, table.rows)
        while batch := list(itertools.islice(table.rows, BATCH)):
            _load_batch(load, _read_batch(mapping, batch), mapping.system, seen)
            if until and now() > until:
                _renew(load, state=LoadState.WAITING)
                return load
    return _end(load, LoadState.DONE)


def _skip(load: ImportLoad, mapping: ReadyMapping, rows: Iterator[Row]) -> set[str]:
    """Pass over the rows that are read already. A try leaves no numbers behind by which it would know them again."""
    done = itertools.islice(rows, load.rows)
    if load.is_try:
        return {number for number, _values in _read_batch(mapping, done)[0]}
    for _row in done:
        pass
    return set()


def _renew(load: ImportLoad, **changed: Any) -> None:
    """Save with the token renewed, if it is still ours."""
    ours = ImportLoad.objects.filter(pk=load.pk, state=LoadState.RUNNING, claimed_at=load.claimed_at)
    changed = {"claimed_at": now(), **changed}
    if ours.update(**changed) != 1:
        raise _Lost
    for name, value in changed.items():
        setattr(load, name, value)


def _end(load: ImportLoad, state: LoadState, problem: str = "") -> ImportLoad:
    try:
        _renew(load, state=state, problem=problem[:500], ended_at=now())
    except _Lost:
        load.refresh_from_db()
        return load
    Counter.grow("imports")
    if not load.is_try:
        Counter.grow("tickets")
    return load


def _read_batch(mapping: ReadyMapping, batch: Iterable[Row]) -> tuple[list[Good], list[dict[str, Any]]]:
    """The rows as values of tickets with their outside numbers; and those that cannot be, with the reason."""
    good: list[Good] = []
    refused: list[dict[str, Any]] = []
    for row, cells in batch:
        try:
            good.append(ticket_values(mapping, cells))
        except Problem as problem:
            shown = [cell.replace("\x00", "")[:200] for cell in cells]
            number = shown[mapping.number][:80] if mapping.number < len(shown) else ""
            refused.append({"row": row, "number": number, "reason": str(problem)[:300], "values": shown})
    return good, refused


def _load_batch(load: ImportLoad, read: tuple[list[Good], list[dict[str, Any]]], system: str, seen: set[str]) -> None:
    for left in reversed(range(TRIES)):
        try:
            return _save_batch(load, *read, system, seen)
        except IntegrityError:
            if not left:
                raise


@transaction.atomic
def _save_batch(load: ImportLoad, good: Sequence[Good], refused: Sequence[dict[str, Any]], system: str, seen: set[str]) -> None:
    token = ImportLoad(pk=load.pk, claimed_at=load.claimed_at)
    _renew(token)
    known = seen | _known(system, [number for number, _values in good])
    fresh: dict[str, dict[str, Any]] = {}
    for number, values in good:
        if number not in known:
            fresh.setdefault(number, values)
    if load.is_try:
        seen.update(fresh)
    else:
        _write(load, system, fresh)
    RefusedRow.objects.bulk_create([RefusedRow(load=load, **each) for each in refused])
    counts = {
        "rows": load.rows + len(good) + len(refused),
        "loaded": load.loaded + len(fresh),
        "known": load.known + len(good) - len(fresh),
        "refused": load.refused + len(refused),
        "takeovers": 0,
    }
    _renew(token, **counts)
    for name, value in {**counts, "claimed_at": token.claimed_at}.items():
        setattr(load, name, value)


def _known(system: str, numbers: Sequence[str]) -> set[str]:
    return set(OutsideReference.objects.filter(system=system, number__in=numbers).values_list("number", flat=True))


def _write(load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
    moment, word = now(), _("Dimuat dari %(system)s") % {"system": system}
    tickets = [_ticket(values, load, moment, word) for values in fresh.values()]
    bulk.insert(tickets)
    numbered = zip(tickets, fresh, strict=True)
    bulk.insert([OutsideReference(ticket_id=ticket.pk, system=system, number=number) for ticket, number in numbered])
    record_first(_act(ticket, number, load) for ticket, number in zip(tickets, fresh, strict=True))
    if load.live and load.by:
        for ticket in tickets:
            if ticket.is_open:
                ticket_logged.send(Ticket, ticket=ticket, by=load.by)


def _ticket(values: Mapping[str, Any], load: ImportLoad, moment: datetime, word: str) -> Ticket:
    """An imported ticket, not saved: whatever the mapping leaves empty stays empty."""
    said = {**values, "description": values.get("description") or values["symptom"]}
    if said["status"] in OPEN_STATUSES:
        said |= {"solved_at": None, "closed_at": None}
    else:
        said["solved_at"] = said.get("solved_at") or said.get("closed_at")
        said["closed_at"] = said.get("closed_at") if said["status"] == Status.CLOSED else None
    return Ticket(
        **said,
        team_id=load.by.team_id if load.by else None,
        logged_by_id=load.by_id,
        holder_kind=HolderKind.SUPPORT_HC,
        holder_since=moment,
        imported=True,
        last_word=word,
        last_word_at=moment,
    )


def _act(ticket: Ticket, number: str, load: ImportLoad) -> Act:
    """The first row of its history. What was loaded stands in the ticket until an edit keeps it as the value before."""
    facts = {"load": load.pk, "number": number, "status": ticket.status, "kind": ticket.kind}
    return Act(ticket, "ticket.imported", load.by, facts)
