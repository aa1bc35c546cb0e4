"""The checklist of P-06: ticked by the acts that show an activity done, or by hand; what is missing keeps it open (OB-2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from tickets.actions.base import lock_visible
from tickets.models import Activity, DoneActivity, Interaction, Step, Ticket
from tickets.models.activities import in_force

EDITED = ("title", "actor", "output", "aim", "kpi", "clause", "required_for", "active")
MOST = 20  # rows of the table


@dataclass(frozen=True)
class Line:
    """One row of a ticket's checklist."""

    activity: Activity
    done: DoneActivity | None
    required: bool

    @property
    def by_hand(self) -> bool:
        """Ticked by a person, who may take it back; what an act did stays done."""
        return self.done is not None and not self.done.act


def tick(ticket: Ticket, numbers: Iterable[int], *, by: Person | None, act: str) -> None:
    """An act shows that these were done. What is ticked already stays as it was; the act has its own row in the history."""
    tick_each([ticket], numbers, by=by, act=act)


def tick_each(tickets: Iterable[Ticket], numbers: Iterable[int], *, by: Person | None, act: str) -> None:
    """The same on many tickets."""
    every = list(numbers)
    rows = [DoneActivity(ticket=each, number=n, round=each.reopened, act=act, by=by, at=now()) for each in tickets for n in every]
    DoneActivity.objects.bulk_create(rows, ignore_conflicts=True)


def checklist(ticket: Ticket) -> list[Line]:
    """The rows that hold for this ticket, each with what was done."""
    done = {row.number: row for row in _done(ticket)}
    return [
        Line(activity, done.get(activity.number), ticket.interaction in activity.required_for)
        for activity in in_force(Activity.objects.all(), ticket.opened_at)
    ]


def _done(ticket: Ticket) -> list[DoneActivity]:
    rows = DoneActivity.objects.filter(ticket=ticket).select_related("by").order_by("round")
    return [row for row in rows if row.counts_in(ticket.reopened)]


def shown_by_closing(ticket: Ticket, *, further_help_offered: bool) -> set[int]:
    """What closing with the customer's word shows by itself: looked at, handled, told, confirmed, closed (SE-5)."""
    shown = {Step.CHECK, Step.TELL_RESULT, Step.CONFIRM, Step.CLOSE}
    shown.add(Step.INFORM if ticket.interaction == Interaction.INFORMATION else Step.HANDLE)
    return {*shown, Step.FURTHER_HELP} if further_help_offered else {*shown}


def require_done(ticket: Ticket, coming: Collection[int]) -> None:
    """Refuse to close while something is missing that this kind of ticket must have (OB-2)."""
    lines = checklist(ticket)
    missing = [line.activity for line in lines if line.required and not line.done and line.activity.number not in coming]
    if missing:
        names = "; ".join(str(activity) for activity in missing)
        raise Conflict(_("Aktivitas wajib belum dilakukan: %(names)s."), code="activities-missing", names=names)


def _line(ticket: Ticket, number: int) -> Line:
    line = next((each for each in checklist(ticket) if each.activity.number == number), None)
    if line is None:
        sentence = _("Aktivitas nomor ini tidak ada atau tidak berlaku.")
        raise Invalid(sentence, errors={"number": [sentence]})
    return line


@transaction.atomic
def set_activity(ticket: Ticket, number: int, *, by: Person, done: bool = True, note: str = "") -> Ticket:
    """Tick by hand what no act of Kawal shows, or take the own tick back."""
    require(by, "ticket.activity")
    ticket = lock_visible(ticket, by)
    note = clean(note, longest=300)
    line = _line(ticket, number)
    if not ticket.is_open:
        raise Conflict(_("Tiket sudah selesai. Buka lagi dulu untuk mengubah aktivitasnya."))
    if done == (line.done is not None):
        return ticket
    if done:
        values = {"ticket": ticket, "number": number, "round": ticket.reopened, "by": by, "at": now(), "note": note}
        DoneActivity.objects.create(**values)
    elif line.done and line.by_hand:
        line.done.delete()
    else:
        raise Conflict(_("Aktivitas ini tercatat dari tindakan di Kawal dan tidak dapat dibatalkan."))
    facts = {"activity": number, "title": line.activity.title}
    record(ticket, f"ticket.activity_{'done' if done else 'undone'}", by=by, facts=facts, personal={"note": (None, note)})
    Counter.grow("tickets")
    return ticket


@transaction.atomic
def change_activity(number: int, *, by: Person, changes: Mapping[str, Any]) -> Activity:
    """A new version of this row, for tickets that are opened from now on; the versions before it stay (QM-7)."""
    require(by, "activity.edit")
    if not 1 <= number <= MOST:
        raise Invalid(_("Nomor aktivitas 1 sampai 20."), errors={"number": [_("Nomor aktivitas 1 sampai 20.")]})
    versions = Activity.objects.filter(number=number)
    before = versions.select_for_update().order_by("-version").first()
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    kept = {name: getattr(before, name) for name in EDITED} if before else {"clause": "P-06 7"}
    values = kept | {name: value for name, value in changes.items() if name in EDITED}
    if values.get("active", True) and not values.get("title"):
        raise Invalid(_("Isi namanya sebelum diberlakukan."), errors={"title": [_("Isi namanya sebelum diberlakukan.")]})
    if not set(values.get("required_for", [])) <= set(Interaction.values):
        raise Invalid(_("Jenis kontak tidak dikenal."), errors={"required_for": [_("complaint, request, information")]})
    activity = Activity.objects.create(number=number, version=newest + 1, in_force_from=now(), created_by=by, **values)
    record(activity, "activity.changed", by=by, facts={"number": number, "version": newest + 1, **values}, first=True)
    return activity
