"""What an act on a ticket means for its clocks and for the people above (ESC-5, OB-7)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Person
from accounts.roles import Role
from escalation.actions import clocks
from escalation.actions.lines import drop_ticket
from escalation.actions.notifying import notify, on_duty
from escalation.models import Clock, ClockState, Escort, EscortState, Event, MilestoneName, Progress
from escalation.wording import Words
from tickets.models import Ticket


def pause(ticket: Ticket, *, reason: str, by: Person) -> None:
    """Waiting for the customer: everything stands still."""
    clocks.pause_all(ticket, reason=reason, by=by)
    clocks.show(ticket)


def resume(ticket: Ticket, *, by: Person) -> None:
    """And runs on."""
    clocks.resume_all(ticket, by=by)
    clocks.show(ticket)


def solved(ticket: Ticket) -> None:
    """Every repair clock stops; an escorted ticket's caring clock runs. A paused clock stops where it stood.

    Nobody is asked any more to repair it: its lines go out of what has not been sent.
    """
    drop_ticket(ticket)
    clocks.stop_repair(ticket)
    if ticket.is_escorted:
        clocks.start(ticket, [MilestoneName.CARING])
    clocks.show(ticket)


def closed(ticket: Ticket) -> None:
    """At closed no clock runs; the customer, who confirmed it, is owed no word any more."""
    Progress.objects.owed_to_customer().filter(escort__ticket=ticket).update(told_customer_at=ticket.closed_at)
    clocks.end(clocks.live(ticket, MilestoneName.values), by_act="closed")
    clocks.show(ticket)


def reopened(ticket: Ticket) -> None:
    """A ticket that was not solved after all: its clocks begin anew. A denied escort has restarted its own already."""
    denied = Escort.objects.filter(ticket=ticket, state=EscortState.QUEUED, returned=True).exists()
    if not denied and not Clock.objects.filter(ticket=ticket, state__in=[ClockState.RUNNING, ClockState.PAUSED]).exists():
        clocks.start(ticket, [MilestoneName.CUSTOMER_UPDATE, MilestoneName.SOLUTION])
    clocks.show(ticket)


def take_over_requested(ticket: Ticket, *, by: Person) -> None:
    """The agent's TL is asked; where the TL is away, the supervisors of the site."""
    leader = by.team_leader
    people = [leader] if leader and leader.duty == Duty.ON else on_duty(Role.SUPERVISOR)
    text = Words(_("%(name)s meminta Anda mengambil alih."), name=by.online_name)
    notify(people, Event.TAKE_OVER, key=f"take-over:{ticket.pk}:{ticket.version}:{by.pk}", ticket=ticket, text=text)


def assigned(ticket: Ticket, *, by: Person) -> None:
    """The new assignee hears of it, unless they took it themselves."""
    if ticket.assignee and ticket.assignee_id != by.pk:
        notify([ticket.assignee], Event.ASSIGNED, key=f"assigned:{ticket.pk}:{ticket.version}", ticket=ticket)
