"""The history of a ticket in words: each act with its icon, sentence and quote. Apps above add the words of their own acts.

An act without words is still shown, by its name; nothing of the history is ever left out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import HistoryEntry, Person
from common.queries import Prepared
from tickets.models import Channel, Criterion, How, Interaction, Kind, Outcome, ReportKind, Segment, ServiceLine, Ticket, UpdateTo
from tickets.personal import on_page
from tickets.shown_scripts import Kept, kept

SHOWN = 100
# Facts that hold agent codes; their people are asked for at once, so that a long timeline costs no more than a short one.
CODES = ("assignee", "owner", "person")
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "service_line": dict(ServiceLine.choices),
    "segment": dict(Segment.choices),
    "interaction": dict(Interaction.choices),
    "channel": dict(Channel.choices),
    "kind": dict(Kind.choices),
}


@dataclass(frozen=True)
class Told:
    """One entry as its sentence needs it: free facts, and names for the agent codes in them."""

    facts: Mapping[str, Any]
    names: Mapping[str, str]
    by_system: bool = False

    def name(self, fact: str) -> str:
        """The person that a fact ends up with: ``assignee: [before, after]`` or a code alone."""
        value = self.facts.get(fact)
        code = value[-1] if isinstance(value, list) and value else value
        return self.names.get(str(code), str(code or ""))

    def first_name(self, fact: str) -> str:
        """The person that a fact began with: ``owner: [before, after]``."""
        code = str(self.facts[fact][0] or "")
        return self.names.get(code, code)


@dataclass(frozen=True)
class Words:
    """How an act is told. ``says`` goes on from the person's name; ``quote`` names the personal field that is quoted."""

    icon: str
    says: Any
    quote: str = ""
    small: bool = False
    strong: bool = False

    def sentence(self, told: Told) -> str:
        return str(self.says(told) if callable(self.says) else self.says)


@dataclass(frozen=True)
class Detail:
    """A personal value before and after."""

    field: str
    before: Any
    after: Any
    erased_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """One entry of the history as it is read for the timeline; plain values, because objects cost more than their lines."""

    sequence: int
    at: datetime
    act: str
    facts: Mapping[str, Any]
    by_code: str | None
    by_name: str | None
    details: dict[str, Detail] = field(default_factory=dict)


ENTRY = ("sequence", "at", "act", "facts", "by__agent_code", "by__online_name")
DETAIL = ("details__field", "details__before", "details__after", "details__erased_at")


@dataclass(frozen=True)
class Change:
    """A field that was changed; an erased value says so."""

    label: Any
    before: str
    after: str
    erased: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the timeline."""

    sequence: int
    at: datetime
    icon: str
    who: str
    says: str
    quote: str = ""
    erased: bool = False
    small: bool = False
    strong: bool = False
    changes: list[Change] = field(default_factory=list)
    scripts: list[Kept] = field(default_factory=list)


_words: dict[str, Words] = {}


def words(act: str, icon: str, says: Any, *, quote: str = "", small: bool = False, strong: bool = False) -> None:
    """Say how ``act`` is told. ``says`` is a sentence without its subject, or a function of ``Told`` that returns one."""
    _words[act] = Words(icon, says, quote, small, strong)


def _lines(ticket: Any, limit: int | None = SHOWN) -> QuerySet[Any, Any]:
    """The newest entries, each as often as it has details."""
    entries = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket).order_by("-sequence")
    lines = HistoryEntry.objects.filter(pk__in=entries.values("pk")[:limit]).order_by("-sequence", "details__id")
    return lines.values_list(*ENTRY, *DETAIL)


_newest, _all = Prepared(_lines), Prepared(partial(_lines, limit=None))


def rows_of(ticket: Ticket, person: Person, *, everything: bool = False) -> list[Row]:
    """The newest rows of this ticket's history, or all of them, as this person may read them."""
    entries: dict[int, Entry] = {}
    for *said, name, before, after, erased_at in (_all if everything else _newest)(ticket.pk):
        entry = entries.setdefault(said[0], Entry(*said))
        if name:
            entry.details[name] = Detail(name, before, after, erased_at)
    names = _names(entries.values())
    return _quoting_once([_row(entry, names, person) for entry in entries.values()])


def _quoting_once(rows: list[Row]) -> list[Row]:
    """Two rows of one act of one person, as a denial makes them, quote the same words once, in the older."""
    shown = rows[:]
    for place, (row, older) in enumerate(pairwise(rows)):
        said_again = row.quote and (row.quote, row.who) == (older.quote, older.who)
        if said_again and row.at - older.at < timedelta(seconds=5):
            shown[place] = replace(row, quote="")
    return shown


def last_of(ticket: Ticket) -> int:
    """The number of the newest row; what a page asks with before it reads anything else."""
    last = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).aggregate(last=models.Max("sequence"))
    return int(last["last"] or 0)


def _names(entries: Collection[Entry]) -> dict[str, str]:
    """The names behind the codes; of those who act here themselves they are known already."""
    known = {entry.by_code: entry.by_name for entry in entries if entry.by_code and entry.by_name}
    found: set[str] = set()
    for entry in entries:
        for fact in CODES:
            value = entry.facts.get(fact)
            found.update(str(code) for code in (value if isinstance(value, list) else [value]) if code)
    strangers = found - known.keys()
    people = Person.objects.filter(agent_code__in=strangers).values_list("agent_code", "online_name") if strangers else ()
    return known | dict(people)


def _row(entry: Entry, names: Mapping[str, str], person: Person) -> Row:
    known = _words.get(entry.act) or Words("history", _by_name(entry.act), small=True)
    quoted = entry.details.get(known.quote)
    return Row(
        sequence=entry.sequence,
        at=entry.at,
        icon=known.icon,
        who=entry.by_name or _("Sistem"),
        says=known.sentence(Told(entry.facts, names, by_system=not entry.by_code)),
        quote=str(on_page(quoted.field, quoted.after, person) or "") if quoted else "",
        erased=bool(quoted and quoted.erased_at),
        small=known.small,
        strong=known.strong,
        changes=_changes(entry, person) if entry.act == "ticket.edited" else [],
        scripts=kept(entry.facts),
    )


def _by_name(act: str) -> str:
    return act.split(".")[-1].replace("_", " ")


def _changes(entry: Entry, person: Person) -> list[Change]:
    free = [Change(_label(name), _value(name, pair[0]), _value(name, pair[1])) for name, pair in entry.facts.items()]
    personal = [
        Change(
            _label(name),
            str(on_page(name, detail.before, person) or "–"),
            str(on_page(name, detail.after, person) or "–"),
            erased=detail.erased_at is not None,
        )
        for name, detail in entry.details.items()
    ]
    return free + personal


def _label(name: str) -> Any:
    return _("tanda") if name == "criteria" else getattr(Ticket._meta.get_field(name), "verbose_name", name)


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return _signs(value) or "–"
    return str(CHOICES.get(name, {}).get(value, value)) if value not in (None, "") else "–"


def _logged(told: Told) -> str:
    if told.facts.get("kind") == Kind.HARD_COMPLAINT:
        return _("mencatat tiket, langsung hard complaint: %(signs)s") % {"signs": _signs(told.facts.get("criteria", []))}
    return _("mencatat tiket lewat %(channel)s") % {"channel": _channel(told)}


def _signs(codes: Iterable[str]) -> str:
    return ", ".join(str(dict(Criterion.choices).get(code, code)).lower() for code in codes)


def _channel(told: Told) -> str:
    channel = told.facts.get("channel", "")
    return _value("channel", channel).lower()


def _repeated(told: Told) -> str:
    if told.facts.get("kind") == ReportKind.PROGRESS_QUESTION:
        return _("mencatat pertanyaan progres dari pelanggan")
    said = _("mencatat lapul ke-%(count)s") % {"count": told.facts.get("repeat_count", 0)}
    return f"{said}: {_signs(told.facts['criteria'])}" if told.facts.get("criteria") else said


def _turned_hard(told: Told) -> str:
    if told.by_system:
        return _("menaikkan menjadi hard complaint: lapul 3× atau lebih")
    return _("menaikkan menjadi hard complaint")


def _updated(told: Told) -> str:
    if told.facts.get("to") == UpdateTo.CUSTOMER:
        return _("mengabari pelanggan lewat %(channel)s") % {"channel": _channel(told)}
    return _("menulis catatan internal")


def _verified(told: Told) -> str:
    names = {"name_matches": _("nama"), "customer_id_matches": _("ID"), "contact_matches": _("nomor kontak")}
    matching = [word for name, word in names.items() if told.facts.get(name)]
    if not matching:
        return _("memverifikasi penelepon: tidak ada yang cocok")
    return _("memverifikasi penelepon: %(what)s cocok") % {"what": ", ".join(matching)}


def _chased(told: Told) -> str:
    how, outcome = told.facts.get("how", ""), told.facts.get("outcome", "")
    return _("mengejar %(unit)s lewat %(how)s: %(outcome)s") % {
        "unit": told.facts.get("unit", ""),
        "how": dict(How.choices).get(how, how),
        "outcome": str(dict(Outcome.choices).get(outcome, outcome)).lower(),
    }


def _forwarded(told: Told) -> str:
    unit, number = told.facts.get("unit", ""), told.facts.get("reference", "")
    if number:
        return _("meneruskan ke %(unit)s dengan nomor %(number)s") % {"unit": unit, "number": number}
    return _("meneruskan ke %(unit)s") % {"unit": unit}


def handed(fact: str) -> Callable[[Told], str]:
    """Who gave it at the end of a shift; the entry is by who accepted."""
    return lambda told: _("menerima serah terima dari %(name)s") % {"name": told.first_name(fact)}


def _assigned(told: Told) -> str:
    return _("menyerahkan tiket kepada %(name)s") % {"name": told.name("assignee")}


def _distributed(told: Told) -> str:
    return _("membagikan tiket kepada %(name)s") % {"name": told.name("assignee")}


def _moved(told: Told) -> str:
    return _("memindahkan tiket ke tim %(name)s") % {"name": told.name("team")}


def _overruled(told: Told) -> str:
    return _("membatalkan tanda: %(sign)s") % {"sign": _signs([told.facts.get("criterion", "")])}


Says = Callable[[Told], str]
OWN: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("ticket.logged", "plus", _logged, {"quote": "description"}),
    ("ticket.imported", "up", gettext_lazy("memuat tiket ini dari sistem lain"), {}),
    (
        "ticket.difference_settled",
        "check2",
        gettext_lazy("membereskan selisih dengan sistem lain"),
        {"quote": "note", "small": True},
    ),
    ("ticket.repeat_reported", "history", _repeated, {"quote": "description"}),
    ("ticket.turned_hard", "k-hc", _turned_hard, {"strong": True}),
    ("ticket.eased", "undo", gettext_lazy("mengembalikan ke reguler, tanpa tanda lagi"), {}),
    ("ticket.criterion_overruled", "undo", _overruled, {"quote": "reason"}),
    ("ticket.updated", "chat", _updated, {"quote": "text"}),
    (
        "ticket.customer_told",
        "phone",
        lambda told: _("mengabari pelanggan lewat %(channel)s") % {"channel": _channel(told)},
        {"quote": "text"},
    ),
    ("ticket.caller_verified", "shield", _verified, {"small": True}),
    ("ticket.forwarded", "send", _forwarded, {"quote": "text"}),
    ("ticket.unit_chased", "bell", _chased, {"quote": "text"}),
    ("ticket.handed_over", "swap", handed("assignee"), {}),
    ("ticket.take_over_requested", "hand", gettext_lazy("meminta TL mengambil alih"), {}),
    ("ticket.taken_over", "swap", gettext_lazy("mengambil alih tiket"), {}),
    ("ticket.assigned", "swap", _assigned, {}),
    ("ticket.distributed", "swap", _distributed, {}),
    ("ticket.twin_linked", "copy", lambda told: _("menautkan sebagai kembaran %(of)s") % {"of": told.facts.get("of", "")}, {}),
    ("ticket.has_twin", "copy", lambda told: _("menautkan kembaran %(twin)s") % {"twin": told.facts.get("twin", "")}, {}),
    ("ticket.twin_unlinked", "undo", lambda told: _("melepas tautan ke %(of)s") % {"of": told.facts.get("of", "")}, {}),
    ("ticket.moved_to_team", "swap", _moved, {"small": True}),
    ("ticket.paused", "c-paused", gettext_lazy("menjeda, menunggu pelanggan"), {"quote": "reason"}),
    ("ticket.resumed", "play", gettext_lazy("melanjutkan"), {}),
    ("ticket.solved", "check", gettext_lazy("menandai selesai"), {"quote": "solution"}),
    ("ticket.closed", "c-met", gettext_lazy("menutup tiket, pelanggan membenarkan"), {"quote": "solution"}),
    ("ticket.reopened", "undo", gettext_lazy("membuka lagi"), {"quote": "reason"}),
    ("ticket.edited", "pencil", gettext_lazy("mengubah isian"), {"small": True}),
    ("customer.unmasked", "eye", gettext_lazy("membuka data kontak pelanggan"), {"quote": "reason", "small": True}),
]
for _act, _icon, _says, _looks in OWN:
    words(_act, _icon, _says, **_looks)
