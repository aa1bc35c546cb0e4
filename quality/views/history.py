"""The history of any record (QM-2): every act on it with who, when, from where, before and after, and that nobody altered it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from accounts.history import broken_detail, broken_entry
from accounts.models import HistoryEntry, Person, Procedure, Site, Team
from accounts.roles import require
from escalation.models import Calendar, Channel, Mailbox, MessageTemplate, Outage, Policy
from escalation.views.base import paged, person_of
from outbound.models import Campaign, Prospect, Recording
from quality.models import Evaluation, Evidence, Nonconformity, RetentionTerm, ScoringForm, Validation
from tickets.models import ImportLoad, Ticket
from tickets.personal import DOOR_READERS, on_page

PAGE = 50
SEVERAL = {
    "criteria",
    "activities",
    "groups",
    "tickets",
    "lower",
    "reached",
}  # where they are named once and not before and after
LONGEST_WORD = 160
BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Subject:
    """A kind of record. People name one by ``field``, or by its number."""

    label: Any
    model: type[Model]
    field: str = ""

    def find(self, typed: str, person: Person) -> Model | None:
        """The newest record of this name that the person may see; None when there is none."""
        rows: QuerySet[Model] = self.model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(person)
        if self.model is Ticket:
            return rows.by_number(typed.upper()).first()  # type: ignore[attr-defined, no-any-return]
        named = rows.filter(**{f"{self.field}__iexact": typed}).order_by("-pk").first() if self.field else None
        if named is None and typed.isdecimal() and int(typed) <= BIGGEST and self.field != "agent_code":
            return rows.filter(pk=int(typed)).first()
        return named


SUBJECTS: Mapping[str, Subject] = {
    "ticket": Subject(_("Tiket"), Ticket, "number"),
    "person": Subject(_("Orang"), Person, "agent_code"),
    "policy": Subject(_("Kebijakan"), Policy, "name"),
    "channel": Subject(pgettext_lazy("gateway", "Kanal"), Channel, "name"),
    "calendar": Subject(_("Kalender"), Calendar, "name"),
    "mailbox": Subject(_("Kotak surat"), Mailbox, "name"),
    "messagetemplate": Subject(_("Templat pesan grup"), MessageTemplate),
    "team": Subject(_("Tim"), Team, "name"),
    "site": Subject(_("Situs"), Site, "code"),
    "procedure": Subject(_("Prosedur"), Procedure, "short"),
    "outage": Subject(_("Gangguan massal"), Outage, "name"),
    "importload": Subject(_("Muat data"), ImportLoad),
    "campaign": Subject(_("Kampanye"), Campaign, "name"),
    "prospect": Subject(_("Dapros"), Prospect),
    "recording": Subject(_("Rekaman"), Recording),
    "validation": Subject(_("Validasi"), Validation),
    "evaluation": Subject(_("Penilaian"), Evaluation),
    "nonconformity": Subject(_("Ketidaksesuaian"), Nonconformity),
    "evidence": Subject(_("Bukti"), Evidence),
    "scoringform": Subject(_("Formulir"), ScoringForm, "name"),
    "retentionterm": Subject(_("Masa simpan"), RetentionTerm),
}


@dataclass(frozen=True)
class Line:
    """One act as it is shown. ``whole``: it says what was chained, and follows the entry before it."""

    entry: HistoryEntry
    changes: list[tuple[str, str, str]]
    whole: bool


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The form, and below it the acts on the record that it names, newest first."""
    person = person_of(request)
    require(person, "history.list")
    kind, typed = request.GET.get("kind", "ticket"), request.GET.get("of", "").replace("\x00", "").strip()[:LONGEST_WORD]
    subject = SUBJECTS.get(kind, SUBJECTS["ticket"])
    record = subject.find(typed, person) if typed else None
    context: dict[str, Any] = {
        "subjects": SUBJECTS,
        "kind": kind,
        "subject": subject,
        "typed": typed,
        "record": record,
        "reads_door": person.role in DOOR_READERS,
    }
    if record is not None:
        context |= _lines(request, kind if kind in SUBJECTS else "ticket", record, person)
    return render(request, "quality/history.html", context, status=404 if typed and record is None else 200)


def _lines(request: HttpRequest, kind: str, record: Model, person: Person) -> dict[str, Any]:
    entries = HistoryEntry.objects.filter(subject_kind=kind, subject_id=record.pk)
    shown = paged(request, entries.select_related("by").prefetch_related("details"), ("-sequence",), PAGE)
    rows = list(shown.rows)
    before = _hashes_before(kind, record, rows)
    lines = [Line(entry, _changes(entry, person), _is_whole(entry, before)) for entry in rows]
    return {"lines": lines, "newer_url": shown.newer_url, "older_url": shown.older_url, "link": _link(record)}


def _hashes_before(kind: str, record: Model, rows: list[HistoryEntry]) -> dict[int, str]:
    """The hash of each shown entry, and of the one before the oldest, by their places."""
    known = {entry.sequence: entry.hash for entry in rows}
    if rows and (oldest := min(known)) > 1:
        one = HistoryEntry.objects.filter(subject_kind=kind, subject_id=record.pk, sequence=oldest - 1)
        known |= dict(one.values_list("sequence", "hash"))
    return known | {0: ""}


def _is_whole(entry: HistoryEntry, before: Mapping[int, str]) -> bool:
    place = entry.sequence - 1
    broken = chain(broken_entry(entry, place, before.get(place)), *(broken_detail(each) for each in entry.details.all()))
    return next(iter(broken), None) is None


def _changes(entry: HistoryEntry, person: Person) -> list[tuple[str, str, str]]:
    """Field, before, after; a fact that is one value was not there before. Erased personal values say so."""
    free = [
        (name, *(("", _text(value)) if name in SEVERAL and not _is_change(value) else _pair(value)))
        for name, value in entry.facts.items()
    ]
    erased = str(_("dihapus menurut retensi"))
    personal = [
        (each.field, "", erased)
        if each.erased_at
        else (each.field, _text(on_page(each.field, each.before, person)), _text(on_page(each.field, each.after, person)))
        for each in entry.details.all()
    ]
    return [*free, *personal]


def _pair(value: Any) -> tuple[str, str]:
    if isinstance(value, list) and len(value) == 2:
        return _text(value[0]), _text(value[1])
    return "", _text(value)


def _is_change(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, list) for each in value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(each) or "–" for each in value)
    return "" if value in (None, "", {}) else str(value)


def _link(record: Model) -> str:
    return record.url if isinstance(record, Ticket) else ""
