"""What an act on a ticket means for its clocks and for the people above (ESC-5, OB-7)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Duty, HistoryEntry, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict
from escalation.actions import clocks
from escalation.actions.debts import hand_debts
from escalation.actions.escorts import queue_again
from escalation.actions.lines import drop_tickets
from escalation.actions.notifying import bell_counter, notify, notify_each, on_duty
from escalation.models import Clock, Escort, Event, MilestoneName, Notification, Progress
from escalation.wording import Words
from tickets.actions.base import lock_visible
from tickets.models import Criterion, Ticket


def pause(ticket: Ticket, *, reason: str, by: Person) -> None:
    """Waiting for the customer: everything stands still."""
    clocks.pause_all(ticket, reason=reason, by=by)
    clocks.show(ticket)


def resume(ticket: Ticket, *, by: Person) -> None:
    """And runs on."""
    clocks.resume_all(ticket, by=by)
    clocks.show(ticket)


def solved(tickets: Sequence[Ticket]) -> None:
    """Every repair clock of tickets solved together stops; an escorted ticket's caring clock runs. A paused one stops where it
    stood.

    Nobody is asked any more to repair them: their lines go out of what has not been sent.
    """
    drop_tickets(tickets)
    clocks.stop_repair(tickets)
    clocks.start_each([each for each in tickets if each.is_escorted], [MilestoneName.CARING])
    clocks.show_each(tickets)


def closed(ticket: Ticket) -> None:
    """At closed no clock runs and nobody is asked to act; the customer, who confirmed it, is owed no word any more."""
    drop_tickets([ticket])
    Progress.objects.owed_to_customer().filter(escort__ticket=ticket).update(told_customer_at=ticket.closed_at)
    clocks.end(clocks.live(ticket, MilestoneName.values), by_act="closed")
    clocks.show(ticket)


def reopened(ticket: Ticket) -> None:
    """A ticket that was not solved after all: its clocks begin anew, and one of an escorted kind is Support HC's again. A denied
    escort has returned, and restarted its clocks, already."""
    if not Escort.objects.open().filter(ticket=ticket).exists():
        milestones = [MilestoneName.CUSTOMER_UPDATE, MilestoneName.SOLUTION]
        if ticket.is_escorted:
            escort = queue_again(ticket)
            notify(on_duty(Role.SUPPORT_HC), Event.RETURNED, key=f"returned:{escort.pk}:{escort.returns}", ticket=ticket)
            milestones += [MilestoneName.CLAIM, MilestoneName.DISPATCH]
        if not Clock.objects.live().filter(ticket=ticket).exists():
            clocks.start(ticket, milestones)
    clocks.show(ticket)


def forwarded(ticket: Ticket) -> None:
    """The unit has it: its silence is timed, from now."""
    clocks.renew(ticket, MilestoneName.UNIT_SILENCE, by_act="forwarded")
    clocks.show(ticket)


def chased(ticket: Ticket, *, done: bool) -> None:
    """It was chased: in time or late. Timed anew, unless the unit says that it is repaired."""
    if done:
        clocks.meet(ticket, MilestoneName.UNIT_SILENCE, by_act="chased")
    else:
        clocks.renew(ticket, MilestoneName.UNIT_SILENCE, by_act="chased")
    clocks.show(ticket)


def take_over_requested(ticket: Ticket, *, by: Person) -> None:
    """The agent's TL and who stands in are asked; where they are away, the supervisors of the site."""
    there = [each for each in (by.team.leading_now() if by.team else []) if each.duty == Duty.ON]
    site = by.team.site_id if by.team else None
    people = there or [each for each in on_duty(Role.SUPERVISOR) if each.team and each.team.site_id == site]
    said = _("%(name)s meminta Anda mengambil alih.")
    if Criterion.REFUSES_AGENT in ticket.criteria:
        said = _("%(name)s meminta Anda mengambil telepon: pelanggan menolak agen.")
    text = Words(said, name=by.online_name)
    notify(people, Event.TAKE_OVER, key=f"take-over:{ticket.pk}:{ticket.version}:{by.pk}", ticket=ticket, text=text)


def taken_over(ticket: Ticket, *, before: Person | None, by: Person) -> None:
    """The request is answered for everybody who was asked; who asked, and who worked on it until now, hear of it."""
    askers = end_requests(ticket)
    people = [each for each in (*askers, *([before] if before else [])) if each.pk != by.pk]
    text = Words(_("%(name)s mengambil alih; Anda lepas tangan."), name=by.online_name)
    hand_debts([ticket])
    notify(people, Event.TAKE_OVER_ANSWERED, key=f"taken-over:{ticket.pk}:{ticket.version}", ticket=ticket, text=text)


@transaction.atomic
def help_instead(ticket: Ticket, *, by: Person) -> Ticket:
    """A leader helped the agent another way; the request asks no more, and the agent who asked hears of it."""
    require(by, "ticket.take_over")
    ticket = lock_visible(ticket, by)
    if not Notification.objects.filter(ticket=ticket, event=Event.TAKE_OVER, read_at=None).exists():
        raise Conflict(_("Tidak ada permintaan ambil alih yang menunggu."))
    askers = end_requests(ticket)
    record(ticket, "ticket.helped_instead", by=by)
    text = Words(_("%(name)s membantu; tiket tetap pada Anda."), name=by.online_name)
    key = f"helped:{ticket.pk}:{now().timestamp()}"
    notify([each for each in askers if each.pk != by.pk], Event.TAKE_OVER_ANSWERED, key=key, ticket=ticket, text=text)
    return ticket


def end_requests(ticket: Ticket) -> list[Person]:
    """The requests to take this ticket over ask nobody any more; returns who asked last, if anybody was still asked."""
    asked = Notification.objects.filter(ticket=ticket, event=Event.TAKE_OVER, read_at=None)
    people = list(asked.values_list("person", flat=True))
    if not people:
        return []
    asked.update(read_at=now())
    Counter.grow_all(bell_counter(person) for person in people)
    entry = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk, act="ticket.take_over_requested")
    last = entry.select_related("by").order_by("-sequence").first()
    return [last.by] if last and last.by else []


def assigned(tickets: Sequence[Ticket], *, by: Person) -> None:
    """The new assignees hear of it, unless they took it themselves."""
    hand_debts(tickets)
    given = [(person, each) for each in tickets if (person := each.assignee) and person.pk != by.pk]
    notify_each(Event.ASSIGNED, [(person, each, f"assigned:{each.pk}:{each.version}") for person, each in given])
