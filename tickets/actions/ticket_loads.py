"""Loading tickets that another system exported (HC-3): each number there becomes one ticket here, once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.history import Act, record_each, record_first
from accounts.models import Person
from accounts.roles import may
from common import bulk
from common.clock import now
from common.words import thousands
from tickets.actions.base import remember_holder
from tickets.actions.distributing import put_into_hands, receivers_of, rule_of_loads
from tickets.actions.kinds import Good, LoadKind, Sorted
from tickets.models import HolderKind, ImportLoad, OutsideReference, Status, Ticket
from tickets.models.ticket import OPEN_STATUSES
from tickets.reading import TICKETS
from tickets.signals import ticket_logged, tickets_assigned


class TicketLoads(LoadKind):
    """Tickets of Sephia, MyCX, NOSSA or anything else; a number known in its system changes nothing."""

    name, act, shape = "tickets", "ticket.import", TICKETS
    counters, may_be_live = ("tickets",), True

    def seen_by(self, person: Person) -> Q:
        """Support HC alone: a refused row holds a customer's data as it came."""
        return Q() if may(person, self.act) else Q(pk__in=[])

    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        numbers = [each.number for each in rows]
        known = OutsideReference.objects.filter(system=system, number__in=numbers).values_list("number", flat=True)
        seen = set(known)
        fresh: dict[str, dict[str, Any]] = {}
        for each in rows:
            if each.number not in seen:
                fresh.setdefault(each.number, each.values)
        return Sorted(fresh, [])

    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        moment, word = now(), _("Dimuat dari %(system)s") % {"system": system}
        tickets = [_ticket(values, load, moment, word) for values in fresh.values()]
        given = _give_out(tickets, load.by) if load.live and load.by else []
        bulk.insert(tickets)
        numbered = zip(tickets, fresh, strict=True)
        bulk.insert([OutsideReference(ticket_id=ticket.pk, system=system, number=number) for ticket, number in numbered])
        record_first(_act(ticket, number, load) for ticket, number in zip(tickets, fresh, strict=True))
        if load.live and load.by:
            _begin(tickets, given, load.by)

    def begin_words(self, load: ImportLoad) -> str:
        return _("Muat %(count)s tiket") % {"count": thousands(load.loaded)}

    def done_words(self, load: ImportLoad) -> str:
        return _("%(count)s tiket baru ada di daftar tiket.") % {"count": thousands(load.loaded)}

    def home(self, load: ImportLoad) -> str:
        return reverse("tickets:imports")


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


def _give_out(tickets: Sequence[Ticket], by: Person) -> list[Ticket]:
    """Put the open ones into the hands of whose turn it is (OB-5); returns those that somebody got."""
    open_ones, rule = [each for each in tickets if each.is_open], rule_of_loads(by)
    receivers = receivers_of(open_ones, rule) if rule and open_ones else []
    given = [(ticket, receiver) for ticket, receiver in zip(open_ones, receivers, strict=bool(receivers)) if receiver]
    for ticket, receiver in given:
        put_into_hands(ticket, receiver)
        if ticket.status == Status.PENDING_CUSTOMER and not ticket.is_escorted:
            remember_holder(ticket)  # the customer's meanwhile; it comes back to the receiver
            ticket.holder_kind, ticket.holder_person = HolderKind.CUSTOMER, None
    return [ticket for ticket, _receiver in given]


def _begin(tickets: Sequence[Ticket], given: Sequence[Ticket], by: Person) -> None:
    """Start the clocks of the open ones, then tell who got which."""
    for ticket in tickets:
        if ticket.is_open:
            ticket_logged.send(Ticket, ticket=ticket, by=by)
    if given:
        facts = [{"assignee": [None, ticket.assignee and ticket.assignee.agent_code]} for ticket in given]
        record_each([Act(each, "ticket.distributed", None, fact) for each, fact in zip(given, facts, strict=True)])
        tickets_assigned.send(Ticket, tickets=given, by=by)


def _act(ticket: Ticket, number: str, load: ImportLoad) -> Act:
    """The first row of its history. What was loaded stands in the ticket until an edit keeps it as the value before."""
    facts = {"load": load.pk, "number": number, "status": ticket.status, "kind": ticket.kind}
    return Act(ticket, "ticket.imported", load.by, facts)
