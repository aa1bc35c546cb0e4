"""Writing the history (QM-2). Every action calls ``record`` once, in its own transaction."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat

from accounts.models import HistoryDetail, HistoryEntry, HistorySeal, Person
from accounts.models.history import CHAINED, as_json, chained, digest
from common import bulk
from common.clock import now
from common.queries import Prepared, any_of

# From where the present act comes: the middleware sets page or API with the address; a task or command leaves the default.
door: ContextVar[str] = ContextVar("door", default="task")

Change = tuple[Any, Any]
OWN = ("subject_id", "sequence", "facts", "previous_hash")  # what differs between entries written together; as in ``CHAINED``


@dataclass(frozen=True)
class Act:
    """One act about to be recorded. ``facts`` are free of personal values; ``personal`` maps a field to before and after."""

    subject: models.Model
    name: str
    by: Person | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Change] = field(default_factory=dict)


def record(
    subject: models.Model,
    name: str,
    *,
    by: Person | None,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Change] | None = None,
    first: bool = False,
) -> HistoryEntry:
    """Append one row to the subject's chain. The caller holds the subject's lock, or the unique place refuses the second.

    ``first``: the subject was made just now, so nothing can stand in its chain yet.
    """
    last = None if first else _last_row(subject)
    entry, details = _prepared(Act(subject, name, by, facts or {}, personal or {}), now(), last or (0, ""))
    entry.save(force_insert=True)
    HistoryDetail.objects.bulk_create(details)
    return entry


def _last_row(subject: models.Model) -> tuple[int, str] | None:
    chain = HistoryEntry.objects.filter(subject_kind=subject._meta.model_name or "", subject_id=subject.pk)
    return chain.order_by("-sequence").values_list("sequence", "hash").first()


def record_first(acts: Iterable[Act]) -> None:
    """Append the first row of many new subjects at once; for loading, where one row a statement would take hours."""
    moment = now()
    _insert([_prepared(act, moment, (0, "")) for act in acts])


def record_each(acts: Sequence[Act]) -> None:
    """Append one row each to the chains of many subjects of one model, all locked by the caller; no subject twice."""
    if not acts:
        return
    moment, ends = now(), _ends(type(acts[0].subject), {act.subject.pk for act in acts})
    _insert([_prepared(act, moment, ends[act.subject.pk]) for act in acts])


def _insert(prepared: Sequence[tuple[HistoryEntry, list[HistoryDetail]]]) -> None:
    bulk.insert([entry for entry, _ in prepared])
    for entry, details in prepared:
        for detail in details:
            detail.entry = entry  # its key is known only now
    bulk.insert([detail for _, details in prepared for detail in details])


def record_all(model: type[models.Model], name: str, acts: Sequence[tuple[int, Mapping[str, Any]]], *, by: Person | None) -> None:
    """Append ``name`` to the chains of many subjects of one model, all locked by the caller: ``acts`` are their ids and facts.

    Several acts of one subject follow each other. Two statements, however many: work in batches must not cost one a row.
    """
    kind, ends = model._meta.model_name or "", _ends(model, {subject for subject, _ in acts})
    always = {
        "subject_kind": kind,
        "at": now(),
        "by_id": by.pk if by else None,
        "door": door.get()[:80],
        "act": name,
        "digests": {},
    }
    rows, said, texts = [], _said_by_all(always), dict[int, bulk.Json]()
    for subject, facts in acts:
        # For the hash and for the row, and once where many acts share their facts.
        fact = texts.get(id(facts)) or texts.setdefault(id(facts), bulk.Json(facts, as_json(facts)))
        place, previous = ends[subject]
        last = chained(said % (subject, place + 1, fact.text, previous))
        ends[subject] = place + 1, last
        rows.append((subject, place + 1, fact, previous, last))
    bulk.insert_values(HistoryEntry, [*OWN, "hash"], rows, always)


def _said_by_all(always: Mapping[str, Any]) -> str:
    """What entries are chained over that are written together, with a place for each of ``OWN``."""
    own = dict.fromkeys(OWN, "%s") | {"previous_hash": '"%s"'}
    return f"[{', '.join(own.get(name) or as_json(always[name]).replace('%', '%%') for name in CHAINED)}]"


def _ends(model: type[models.Model], subjects: Iterable[int]) -> dict[int, tuple[int, str]]:
    """The last place and hash in the chain of each of these subjects, in one statement."""
    rows = [(subject, *(row or "0 ").split(" ")) for subject, row in _ends_of(model)(list(subjects))]
    return {subject: (int(sequence), last_hash) for subject, sequence, last_hash in rows}


@cache
def _ends_of(model: type[models.Model]) -> Prepared:
    kind = model._meta.model_name or ""
    chain = HistoryEntry.objects.filter(subject_kind=kind, subject_id=OuterRef("pk")).order_by("-sequence")
    last = Subquery(chain.values(row=Concat("sequence", Value(" "), "hash", output_field=models.TextField()))[:1])  # found once
    return Prepared(lambda subjects: model._default_manager.filter(any_of("pk", subjects)).values_list("pk", last))


def _prepared(act: Act, moment: datetime, last: tuple[int, str]) -> tuple[HistoryEntry, list[HistoryDetail]]:
    salts = {name: secrets.token_hex(16) for name in act.personal}
    entry = HistoryEntry(
        subject_kind=act.subject._meta.model_name or "",
        subject_id=act.subject.pk,
        sequence=last[0] + 1,
        at=moment,
        by=act.by,
        door=door.get()[:80],
        act=act.name,
        facts=dict(act.facts),
        digests={name: digest(salts[name], *act.personal[name]) for name in act.personal},
        previous_hash=last[1],
    )
    entry.hash = entry.computed_hash()
    details = [
        HistoryDetail(entry=entry, field=name, before=before, after=after, salt=salts[name])
        for name, (before, after) in act.personal.items()
    ]
    return entry, details


def _sealed_hash(previous: str, hashes: Iterable[str]) -> str:
    running = hashlib.sha256(previous.encode())
    for each in hashes:
        running.update(each.encode())
    return running.hexdigest()


@transaction.atomic
def seal_day(day: date, until: datetime) -> HistorySeal | None:
    """Seal all entries made before ``until`` that no seal covers yet; None where there are none or the day is sealed."""
    last = HistorySeal.objects.order_by("-day").first()
    if last and last.day >= day:
        return None
    first = last.last_entry + 1 if last else 1
    entries = list(HistoryEntry.objects.filter(id__gte=first, at__lt=until).order_by("id").values_list("id", "hash"))
    if not entries:
        return None
    previous = last.hash if last else ""
    return HistorySeal.objects.create(
        day=day,
        first_entry=first,
        last_entry=entries[-1][0],
        entries=len(entries),
        previous_hash=previous,
        hash=_sealed_hash(previous, (each for _, each in entries)),
    )


def broken_places(*, batch: int = 5000) -> Iterable[str]:
    """Every place where the history is not as it was written, in words: altered, removed or inserted rows, broken seals."""
    yield from _broken_chains(batch)
    yield from _broken_details(batch)
    yield from _broken_seals()


def _broken_chains(batch: int) -> Iterable[str]:
    subject: tuple[str, int] = ("", 0)
    place, previous = 0, ""
    for entry in HistoryEntry.objects.order_by("subject_kind", "subject_id", "sequence").iterator(batch):
        if (entry.subject_kind, entry.subject_id) != subject:
            subject, place, previous = (entry.subject_kind, entry.subject_id), 0, ""
        yield from broken_entry(entry, place, previous)
        place, previous = entry.sequence, entry.hash


def broken_entry(entry: HistoryEntry, place: int, previous: str | None) -> Iterable[str]:
    """What is wrong with an entry that should follow ``place``, where the hash ``previous`` stands (None: nothing does)."""
    if entry.sequence != place + 1 or previous is None:
        yield f"{entry}: rows before it are missing"
    elif entry.previous_hash != previous:
        yield f"{entry}: does not follow the row before it"
    if entry.hash != entry.computed_hash():
        yield f"{entry}: was altered"


def _broken_details(batch: int) -> Iterable[str]:
    for detail in HistoryDetail.objects.select_related("entry").order_by("id").iterator(batch):
        yield from broken_detail(detail)


def broken_detail(detail: HistoryDetail) -> Iterable[str]:
    """What is wrong with a personal value; what was erased is as it should be."""
    if not detail.matches():
        yield f"{detail.entry}: the value of {detail.field} was altered"


def _broken_seals() -> Iterable[str]:
    previous = ""
    for seal in HistorySeal.objects.order_by("day"):
        entries = HistoryEntry.objects.filter(id__gte=seal.first_entry, id__lte=seal.last_entry).order_by("id")
        hashes = list(entries.values_list("hash", flat=True))
        if len(hashes) != seal.entries:
            yield f"seal of {seal.day}: {seal.entries} rows were sealed, {len(hashes)} are there"
        elif seal.previous_hash != previous or seal.hash != _sealed_hash(previous, hashes):
            yield f"seal of {seal.day}: does not match its rows"
        previous = seal.hash


def seal_due_days() -> HistorySeal | None:
    """Seal everything up to yesterday's end (UTC). An hour's grace lets slow transactions commit before their day is closed."""
    moment = now()
    end = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if moment - end < timedelta(hours=1):
        return None
    return seal_day((end - timedelta(days=1)).date(), end)
