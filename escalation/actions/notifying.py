"""Telling people in the page (SE-4, ESC-2)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Counter, Duty, Person
from accounts.roles import Role
from common.clock import now
from common.problems import NotVisible
from escalation.models import Event, Notification, Progress
from escalation.wording import Words, read
from tickets.actions.base import in_house_words
from tickets.models import Ticket


def bell_counter(person_id: int) -> str:
    """The name of the version counter of one person's bell."""
    return f"bell:{person_id}"


def notify(
    people: Iterable[Person], event: Event, *, key: str, ticket: Ticket | None = None, text: Any = "", url: str = ""
) -> None:
    """Tell each person once: the same ``key`` and person again changes nothing. ``url``: where it leads, if to no ticket.

    ``text``: somebody's own words as they are, or ``Words`` of ours, which each person reads in their language.
    """
    moment, says = now(), text.stored() if isinstance(text, Words) else None
    text = in_house_words("%(text)s", text=text)[:300]
    told = [
        Notification(
            person=each,
            ticket=ticket,
            event=event,
            text=text,
            says=says,
            url=url,
            key=f"{key}:{each.pk}",
            created_at=moment,
        )
        for each in {each.pk: each for each in people}.values()
    ]
    if not told:
        return
    Notification.objects.bulk_create(told, ignore_conflicts=True)
    for each in told:
        Counter.grow(bell_counter(each.person_id))


def notify_each(event: Event, told: Sequence[tuple[Person, Ticket, str]]) -> None:
    """Tell people of one ticket each, without words, in one statement: person, ticket and key."""
    moment = now()
    rows = [
        Notification(person=person, ticket=ticket, event=event, key=f"{key}:{person.pk}", created_at=moment)
        for person, ticket, key in told
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    Counter.grow_all(bell_counter(each.person_id) for each in rows)


def words_of(told: Notification) -> str:
    """The text of a notice in the language that is active now; somebody's own words as they were written."""
    return read(told.says) if told.says else told.text


def on_duty(role: Role) -> list[Person]:
    """The people of a role who are on duty (OB-7)."""
    return list(Person.objects.filter(role=role, duty=Duty.ON, is_active=True))


def on_duty_or_all(*roles: Role) -> list[Person]:
    """Who hears what must not go unheard: who is on duty of the first of these roles that has somebody.

    Where none has: all people of these roles; where there is nobody at all, administrators, again those on duty before all.
    """
    for role in roles:
        if there := on_duty(role):
            return there
    people = Person.objects.filter(role__in={*roles, Role.ADMINISTRATOR}, is_active=True)
    wanted = [each for each in people if each.role in roles]
    return wanted or [each for each in people if each.duty == Duty.ON] or list(people)


@transaction.atomic
def read_notification(notification: Notification, *, by: Person) -> Notification:
    """Mark as read; for progress this also ends the first debt, because that person now knows (SE-4)."""
    if notification.person_id != by.pk:
        raise NotVisible("")
    if notification.read_at is None:
        notification.read_at = now()
        notification.save(update_fields=["read_at"])
        Counter.grow(bell_counter(by.pk))
    if notification.event == Event.PROGRESS and notification.ticket_id:
        know_progress(notification.ticket_id, by=by)
    return notification


@transaction.atomic
def read_all_notifications(*, by: Person) -> int:
    """Mark everything as read; returns how many there were. Progress stays owed until its ticket is opened or acknowledged."""
    read = Notification.objects.filter(person=by, read_at=None).update(read_at=now())
    if read:
        Counter.grow(bell_counter(by.pk))
    return read


def know_progress(ticket_id: int, *, by: Person) -> int:
    """The person who is owed the progress of a ticket has seen it; returns how many debts that ended (SE-4)."""
    ended = (
        Progress.objects.owed_to_leader()
        .filter(owed_to__in=by.acts_for, escort__ticket_id=ticket_id)
        .update(told_inside_at=now())
    )
    if ended:
        Counter.grow(bell_counter(by.pk))
        Counter.grow("queue")
    return ended
