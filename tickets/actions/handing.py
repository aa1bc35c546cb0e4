"""Tickets that change hands at the end of a shift (OB-7)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.holding import MOST, Held
from accounts.models import Counter, Person
from accounts.roles import Role
from common.problems import Conflict
from tickets.actions.base import HOLDER_OF_ROLE, hand_ball, lies_with, lock, say
from tickets.actions.work import ASSIGNED_TO, serves
from tickets.models import Ticket
from tickets.signals import tickets_assigned


def titled(ticket: Ticket) -> str:
    """How a ticket is called where no personal value may stand."""
    return f"{ticket.number} · {ticket.symptom}"


class Tickets:
    """The open tickets that somebody is to work on."""

    name, label, icon = "ticket", _("Tiket"), "list"

    def held_by(self, person: Person) -> Sequence[Held]:
        rows = Ticket.objects.open().filter(assignee=person).by_urgency()[:MOST]
        return [Held(row.pk, titled(row), str(row.get_status_display()), row.url, row.clock_due_at) for row in rows]

    def may_take(self, person: Person) -> bool:
        return person.role in ASSIGNED_TO and person.team_id is not None

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        ticket = lock(Ticket(pk=thing))
        if ticket.assignee_id != giver.pk or not ticket.is_open:
            raise Conflict(_("tidak lagi dipegang %(name)s."), name=giver.online_name)
        if not serves(to, ticket.service_line):
            raise Conflict(_("tim %(team)s tidak melayani layanan ini."), team=str(to.team))
        ticket.assignee = to
        if to.role != Role.SUPPORT_HC and ticket.team_id not in to.team_scope:
            ticket.team = to.team or ticket.team
        ticket.version += 1
        changed = ["assignee", "team", "version"]
        if lies_with(ticket)[1] == giver.pk:
            changed += hand_ball(ticket, HOLDER_OF_ROLE[to.role], to)  # type: ignore[index]
        ticket.save(update_fields=[*changed, *say(ticket, _("Serah terima ke %(name)s"), name=to.online_name)])
        record(ticket, "ticket.handed_over", by=to, facts={"assignee": [giver.agent_code, to.agent_code]})
        tickets_assigned.send(Ticket, tickets=[ticket], by=to)
        Counter.grow("tickets")

    fall = hand
