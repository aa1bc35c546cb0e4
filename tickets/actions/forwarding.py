"""A regular ticket goes to its unit, and the unit is chased (OB-4, P-06 5.4, 5.8). Escorted ones are dispatched by Support HC."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common import bulk
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from tickets.actions.activities import tick
from tickets.actions.base import HOLDER_OF_ROLE, begin_work, end_forwardings, lock_visible, pass_ball, required, say
from tickets.actions.checking import add_reference
from tickets.models import TICKET_MOVES, Chase, Forwarding, ForwardingEnd, HolderKind, How, Outcome, Step, Ticket
from tickets.signals import ticket_forwarded, unit_chased


@transaction.atomic
def forward(
    ticket: Ticket, unit: str, *, by: Person, text: str = "", outside_reference: str = "", system: str = "nossa"
) -> Ticket:
    """Hand a regular ticket to its responsible unit, by a group by hand or an outside reference such as NOSSA.

    The unit holds the ball and its silence is timed. Forwarded again, the stretch at the unit before ends.
    """
    require(by, "ticket.forward")
    ticket = lock_visible(ticket, by)
    unit = required(unit, "unit", _("Sebutkan unit yang dituju."), longest=120)
    note, number, system = clean(text), clean(outside_reference, longest=80), clean(system, longest=30)
    TICKET_MOVES.require("forward", ticket.status)
    if ticket.is_escorted:
        raise Conflict(_("Tiket kawal dikirim ke unit oleh Support HC, bukan diteruskan."))
    if number:
        add_reference(ticket, system, number)
    end_forwardings([ticket], ForwardingEnd.ELSEWHERE)
    place = {"unit": unit, "system": system if number else "", "reference": number}
    Forwarding.objects.create(ticket=ticket, by=by, at=now(), **place)
    changed = [*begin_work(ticket, by=by), *pass_ball(ticket, HolderKind.UNIT, name=unit), *say(ticket, _("Diteruskan ke unit"))]
    ticket.save(update_fields=changed)
    record(ticket, "ticket.forwarded", by=by, facts={"unit": unit, "reference": number}, personal={"text": (None, note)})
    tick(ticket, [Step.WITH_COLLEAGUES], by=by, act="ticket.forwarded")
    ticket_forwarded.send(Ticket, ticket=ticket, by=by)
    Counter.grow("tickets")
    return ticket


@transaction.atomic
def chase(ticket: Ticket, how: str, outcome: str, *, by: Person, text: str = "") -> Ticket:
    """Ask the unit, and keep what it said; its silence is timed anew. Done, says it: the ball comes back."""
    require(by, "ticket.chase")
    ticket = lock_visible(ticket, by)
    if how not in How.values:
        raise Invalid(_("Pilih lewat apa."), errors={"how": [_("Pilih salah satu dari daftar.")]})
    if outcome not in Outcome.values:
        raise Invalid(_("Pilih hasilnya."), errors={"outcome": [_("Pilih salah satu dari daftar.")]})
    said = clean(text) if outcome == Outcome.SILENT else required(text, "text", _("Tulis apa kata unit."))
    TICKET_MOVES.require("forward", ticket.status)
    forwarding = Forwarding.objects.open().filter(ticket=ticket).first()
    if forwarding is None:
        raise Conflict(_("Tiket ini sedang tidak di unit. Teruskan dulu."), code="not-forwarded")
    Chase.objects.create(forwarding=forwarding, how=how, outcome=outcome, text=said, by=by, at=now())
    changed = say(ticket, _("Unit dikejar: %(outcome)s"), outcome=str(Outcome(outcome).label).lower())
    if outcome == Outcome.DONE:
        end_forwardings([ticket], ForwardingEnd.DONE)
        holder = ticket.assignee or by
        changed += pass_ball(ticket, HOLDER_OF_ROLE[holder.role], holder)  # type: ignore[index]
    ticket.save(update_fields=changed)
    facts = {"unit": forwarding.unit, "how": how, "outcome": outcome}
    record(ticket, "ticket.unit_chased", by=by, facts=facts, personal={"text": (None, said)} if said else None)
    tick(ticket, [Step.WITH_COLLEAGUES], by=by, act="ticket.unit_chased")
    unit_chased.send(Ticket, ticket=ticket, by=by, done=outcome == Outcome.DONE)
    Counter.grow("tickets")
    return ticket


def show_next_chases(due: Sequence[tuple[int, datetime]]) -> None:
    """Write when units are to be chased, by their tickets' keys. Escalation calls this whenever a clock of silence changes."""
    rows = Forwarding.objects.open().filter(ticket__in=[ticket for ticket, _due in due]) if due else Forwarding.objects.none()
    open_ones = dict(rows.values_list("ticket_id", "pk"))
    moments = [(open_ones[ticket], moment) for ticket, moment in due if ticket in open_ones]
    bulk.update_where(Forwarding, ["id"], ["next_chase_at"], moments)
