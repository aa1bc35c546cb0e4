"""Running a load: its rows in batches, each a transaction that also moves the load's counts (HC-3).

1. A worker claims the load by a conditional UPDATE; the moment of the claim is its token.
2. It reads the whole file once, so that a broken file is refused before its first row is loaded.
3. Each batch first renews the token: who finds another one there has lost the load and stops.
4. Killed anywhere, another worker claims the load after ``LEASE`` and goes on after the last batch that was committed.
"""

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Counter
from common.clock import now
from common.problems import Problem
from tickets.actions.importing import open_file
from tickets.actions.kinds import Good, Sorted, kind_of
from tickets.mapping import ReadyMapping
from tickets.models import ImportLoad, LoadState, RefusedRow

BATCH = 1000
LEASE = timedelta(minutes=2)  # a load whose worker was silent for so long is taken up by another
MOST_TAKEOVERS = 5  # workers that died over the same rows; then a person is told instead
TRIES = 3  # of a batch: another load may bring the same numbers at the same moment
Row = tuple[int, list[str]]


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
        table, _mapping = open_file(load.kind, file, load.definition)
        load.total = sum(1 for _row in table.rows)
    _renew(load, total=load.total)


def _run(load: ImportLoad, until: datetime | None) -> ImportLoad:
    with load.file.open("rb") as file:
        table, mapping = open_file(load.kind, file, load.definition)
        seen = _skip(load, mapping, table.rows)
        while batch := list(itertools.islice(table.rows, BATCH)):
            _load_batch(load, _read_batch(load, mapping, batch), mapping.system, seen)
            if until and now() > until:
                _renew(load, state=LoadState.WAITING)
                return load
    _look_back(load)
    return _end(load, LoadState.DONE)


def _look_back(load: ImportLoad) -> None:
    """Read the file once more for what it does not name, where the kind wants to know."""
    kind = kind_of(load)
    if not kind.looks_back:
        return
    numbers: set[str] = set()
    with load.file.open("rb") as file:
        table, mapping = open_file(load.kind, file, load.definition)
        while batch := list(itertools.islice(table.rows, BATCH)):
            numbers.update(each.number for each in _read_batch(load, mapping, batch)[0])
            _renew(load)
    with transaction.atomic():  # what an earlier worker wrote down it counted too
        found = kind.look_back(load, mapping.system, numbers)
        _renew(load, unnamed=found if load.is_try else load.unnamed + found)


def _skip(load: ImportLoad, mapping: ReadyMapping, rows: Iterator[Row]) -> set[str]:
    """Pass over the rows that are read already. A try leaves no numbers behind by which it would know them again."""
    done = itertools.islice(rows, load.rows)
    if load.is_try:
        return {each.number for each in _read_batch(load, mapping, done)[0]}
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
    for name in () if load.is_try else kind_of(load).counters:
        Counter.grow(name)
    return load


Refused = dict[str, Any]


def _read_batch(load: ImportLoad, mapping: ReadyMapping, batch: Iterable[Row]) -> tuple[list[Good], list[Refused]]:
    """The rows as values with the numbers by which they are known; and those that cannot be, with the reason."""
    kind = kind_of(load)
    good: list[Good] = []
    refused: list[Refused] = []
    for row, cells in batch:
        try:
            good.append(Good(*kind.read(load, mapping, cells), row, cells))
        except Problem as problem:
            number = cells[mapping.number] if mapping.number < len(cells) else ""
            refused.append(_refusal(row, number, str(problem), cells))
    return good, refused


def _refusal(row: int, number: str, reason: str, cells: list[str]) -> Refused:
    shown = [cell.replace("\x00", "")[:200] for cell in cells]
    return {"row": row, "number": number.replace("\x00", "")[:80], "reason": reason[:300], "values": shown}


def _load_batch(load: ImportLoad, read: tuple[list[Good], list[Refused]], system: str, seen: set[str]) -> None:
    for left in reversed(range(TRIES)):
        try:
            return _save_batch(load, *read, system, seen)
        except IntegrityError:
            if not left:
                raise


@transaction.atomic
def _save_batch(load: ImportLoad, good: list[Good], refused: list[Refused], system: str, seen: set[str]) -> None:
    token = ImportLoad(pk=load.pk, claimed_at=load.claimed_at)
    _renew(token)
    sorted_rows = _sorted(load, [each for each in good if each.number not in seen], system, seen)
    late = [_refusal(each.row, each.number, reason, each.cells) for each, reason in sorted_rows.refused]
    RefusedRow.objects.bulk_create([RefusedRow(load=load, **each) for each in [*refused, *late]])
    counts = {
        "rows": load.rows + len(good) + len(refused),
        "loaded": load.loaded + len(sorted_rows.fresh),
        "known": load.known + len(good) - len(sorted_rows.fresh) - len(late),
        "refused": load.refused + len(refused) + len(late),
        "takeovers": 0,
    }
    _renew(token, **counts)
    for name, value in {**counts, "claimed_at": token.claimed_at}.items():
        setattr(load, name, value)


def _sorted(load: ImportLoad, rows: list[Good], system: str, seen: set[str]) -> Sorted:
    kind = kind_of(load)
    found = kind.sort(load, system, rows)
    if load.is_try:
        seen.update(found.fresh)
    else:
        kind.write(load, system, found.fresh)
    return found
