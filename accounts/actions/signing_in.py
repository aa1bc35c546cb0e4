"""Coming and going (QM-3, OB-7). Whether the password is right was decided before; here it becomes duty and history."""

from django.db import transaction

from accounts.actions.handovers import follow_duty
from accounts.history import record
from accounts.models import Duty, Person


def sign_in(person: Person, *, by: Person) -> Person:
    """The person is here: on duty, unless on break or signing in with two devices left it so (OB-7)."""
    person, before = _come(person, by)
    follow_duty(person, before)
    return person


@transaction.atomic
def _come(person: Person, by: Person) -> tuple[Person, str]:
    person = Person.objects.select_for_update().get(pk=person.pk)
    before = person.duty
    if before == Duty.OFF:
        person.duty = Duty.ON
        person.save(update_fields=["duty"])
    record(person, "person.signed_in", by=by, facts={"duty": [before, person.duty]})
    return person, before


def sign_out(person: Person, *, by: Person) -> Person:
    """The person leaves: off duty, so that ladders look elsewhere."""
    person, before = _leave(person, by)
    follow_duty(person, before)
    return person


@transaction.atomic
def _leave(person: Person, by: Person) -> tuple[Person, str]:
    person = Person.objects.select_for_update().get(pk=person.pk)
    before, person.duty = person.duty, Duty.OFF
    person.save(update_fields=["duty"])
    record(person, "person.signed_out", by=by, facts={"duty": [before, person.duty]})
    return person, before


@transaction.atomic
def refuse_sign_in(agent_code: str, *, by: Person | None = None) -> None:
    """Somebody typed a wrong password for this code. Kept with the person; a code that nobody has leaves no row."""
    _note(agent_code, "person.sign_in_refused", by)


@transaction.atomic
def refuse_code(agent_code: str, *, by: Person | None = None) -> None:
    """The password was right and the second factor was not."""
    _note(agent_code, "person.second_factor_refused", by)


@transaction.atomic
def lock_out(agent_code: str, *, by: Person | None = None) -> None:
    """Too many wrong passwords from one address: it may not try this code for a while."""
    _note(agent_code, "person.locked_out", by)


def _note(agent_code: str, act: str, by: Person | None) -> None:
    person = Person.objects.select_for_update().filter(agent_code=agent_code).first()
    if person:
        record(person, act, by=by)
