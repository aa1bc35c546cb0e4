"""A leader takes tickets away from one person and gives them to others (OB-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Distribution, Person
from accounts.roles import require
from common.problems import Conflict, Invalid, NotVisible, Problem
from tickets.actions.distributing import next_for
from tickets.actions.work import assign
from tickets.models import Ticket

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Moved:
    """What became of one ticket: to whom it went, or why it stayed."""

    number: str
    to: Person | None = None
    refused: Any = ""


def move_work(holder: Person, numbers: Sequence[str], to: Person | None, *, by: Person) -> list[Moved]:
    """Give the named tickets of ``holder`` to ``to``, or with None to whoever of the team has the least and is on duty.

    Each ticket for itself: what cannot go stays where it is and says why.
    """
    require(by, "workload.move")
    if not numbers:
        raise Invalid(_("Pilih tiketnya dulu."), errors={"tickets": [_("Pilih tiketnya dulu.")]})
    if len(numbers) > MOST_AT_ONCE:
        raise Invalid(
            _("Paling banyak %(most)s tiket sekali pindah."), most=MOST_AT_ONCE, errors={"tickets": [_("Terlalu banyak.")]}
        )
    return [_moved(holder, number, to, by) for number in dict.fromkeys(numbers)]


def _moved(holder: Person, number: str, to: Person | None, by: Person) -> Moved:
    try:
        with transaction.atomic():
            ticket = Ticket.objects.visible_to(by).by_number(number).select_related("team").first()
            if ticket is None:
                raise NotVisible(_("Tiket ini tidak ada atau bukan milik tim Anda."))
            if ticket.assignee_id != holder.pk:
                raise Conflict(_("tidak lagi dipegang %(name)s."), name=holder.online_name)
            receiver = to or _next(ticket, holder)
            assign(ticket, receiver, by=by)
    except Problem as problem:
        return Moved(number, refused=str(problem))
    return Moved(number, receiver)


def _next(ticket: Ticket, holder: Person) -> Person:
    """By line and load, whatever the team gives new tickets out by: this time a leader asks for it."""
    receiver = next_for(ticket, [ticket.team], Distribution.LINE, without=[holder.pk]) if ticket.team else None
    if receiver is None:
        raise Conflict(_("Tidak ada agen lain yang bertugas untuk layanan ini."))
    return receiver
