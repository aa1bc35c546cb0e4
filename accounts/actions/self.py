"""What people do about themselves."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import Token

from accounts.actions.handovers import follow_duty
from accounts.history import record
from accounts.models import Duty, Person
from common.clock import now
from common.problems import Invalid, NotAllowed


def own(person: Person, by: Person) -> Person:
    """The person's row, locked; 403 for anybody else."""
    if person.pk != by.pk:
        raise NotAllowed(_("Hanya orangnya sendiri yang dapat melakukan ini."))
    return Person.objects.select_for_update().get(pk=person.pk)


@transaction.atomic
def sign_statement(person: Person, *, by: Person) -> Person:
    """The person signs the confidentiality statement (QM-3). Signing again changes nothing."""
    person = own(person, by)
    if person.statement_signed_at is None:
        person.statement_signed_at = now()
        person.save(update_fields=["statement_signed_at"])
        record(person, "person.statement_signed", by=by)
    return person


def set_duty(person: Person, *, by: Person, duty: str) -> Person:
    """On duty, on break or off (OB-7). What somebody holds who goes off, and named nobody for, is offered to who leads them."""
    person, before = _set_duty(person, by, duty)
    follow_duty(person, before)
    return person


@transaction.atomic
def _set_duty(person: Person, by: Person, duty: str) -> tuple[Person, str]:
    if duty not in Duty.values:
        raise Invalid(_("Pilih salah satu: bertugas, istirahat, tidak bertugas."), errors={"duty": [_("Tidak dikenal.")]})
    person = own(person, by)
    before, person.duty = person.duty, duty
    if before != duty:
        person.save(update_fields=["duty"])
        record(person, "person.duty_set", by=by, facts={"duty": [before, duty]})
    return person, before


@transaction.atomic
def change_password(person: Person, *, by: Person, password: str) -> Person:
    """A new password, already checked by the rules. Tokens end; the other sessions end because their hash no longer fits."""
    person = own(person, by)
    person.set_password(password)
    person.save(update_fields=["password"])
    Token.objects.filter(user_id=person.pk).delete()
    record(person, "person.password_changed", by=by)
    return person


@transaction.atomic
def choose_preferences(person: Person, *, by: Person, language: str, theme: str, sound: bool) -> Person:
    """How the pages look and sound to this person. A taste, so no row in the history."""
    person = own(person, by)
    person.language, person.theme, person.sound = language, theme, sound
    person.save(update_fields=["language", "theme", "sound"])
    return person


@transaction.atomic
def choose_language(person: Person, *, by: Person, language: str) -> Person:
    """The language alone, from the switch on every page."""
    return choose_preferences(person, by=by, language=language, theme=person.theme, sound=person.sound)
