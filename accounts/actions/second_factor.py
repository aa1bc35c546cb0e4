"""A code from the phone beside the password (RFC 6238), and codes on paper for the day on which the phone is lost (QM-3).

A right code is taken once. Wrong ones make the next try wait: a second, two, four, and so on.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.authtoken.models import Token

from accounts.actions.self import own
from accounts.actions.signing_in import refuse_code
from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, Problem

RECOVERY_CODES = 10


class Wait(Problem):
    """Too many wrong codes: ``seconds`` until the next one is looked at."""

    status, code = 429, "too-many-wrong-codes"

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Terlalu banyak kode yang salah. Coba lagi dalam %(seconds)s detik."), seconds=seconds)
        self.seconds = seconds


def _wrong() -> Invalid:
    said = _("Kode tidak cocok. Ketik yang sekarang tampil di ponsel; tiap kode hanya berlaku sekali.")
    return Invalid(said, code="otp-wrong", errors={"code": [said]})


@transaction.atomic
def begin_second_factor(person: Person, *, by: Person) -> TOTPDevice:
    """A new secret for the person's phone, which counts when a first code has shown that it is there; 409 when one counts."""
    person = _without(person, by)
    TOTPDevice.objects.filter(user=person).delete()
    return TOTPDevice.objects.create(user=person, name="authenticator", confirmed=False)


@transaction.atomic
def add_second_factor(person: Person, code: str, *, by: Person) -> list[str]:
    """From now on signing in needs a code; the other sessions and the tokens end. Gives the recovery codes, this once.

    400 when the code is not the phone's, or no secret was made.
    """
    person = _without(person, by)
    device = TOTPDevice.objects.filter(user=person, confirmed=False).first()
    if device is None or not device.verify_token(_typed(code)):
        raise _wrong()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _since(person, now())
    record(person, "person.second_factor_added", by=by)
    return _fresh_recovery_codes(person)


def renew_recovery_codes(person: Person, code: str, *, by: Person) -> list[str]:
    """Ten new recovery codes in place of those that are left. Needs a code, as signing in does."""
    check_second_factor(person, code, by=by)
    with transaction.atomic():
        person = own(person, by)
        record(person, "person.recovery_codes_renewed", by=by)
        return _fresh_recovery_codes(person)


def remove_second_factor(person: Person, code: str, *, by: Person) -> None:
    """The password alone again. Needs a code; 409 for a role that must have one."""
    check_second_factor(person, code, by=by)
    with transaction.atomic():
        person = own(person, by)
        _forget(person)
        if person.must_add_second_factor:
            raise Conflict(_("Peran Anda wajib memakai kode kedua. Ganti ponsel lewat administrator."))
        record(person, "person.second_factor_removed", by=by)


@transaction.atomic
def reset_second_factor(person: Person, *, by: Person | None) -> Person:
    """The phone is lost: an administrator (None: the command line) takes the second factor away; sessions and tokens end."""
    if by is not None:
        require(by, "person.edit")
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.second_factor_at:
        _forget(person)
        record(person, "person.second_factor_reset", by=by)
    return person


def check_second_factor(person: Person, code: str, *, by: Person) -> None:
    """Take the phone's code, or a recovery code. ``Invalid`` for a wrong or used one; ``Wait`` after too many."""
    refused = _refusal(person, code, by)
    if isinstance(refused, Invalid):
        refuse_code(person.agent_code)
    if refused:
        raise refused


@transaction.atomic
def _refusal(person: Person, code: str, by: Person) -> Problem | None:
    """Given and not raised: that a try was made stays, where the transaction would take it back."""
    own(person, by)
    typed = _typed(code)
    model = TOTPDevice if typed.isdecimal() else StaticDevice
    device = model.objects.filter(user=person, confirmed=True).first()
    if device is None:
        return _wrong()
    may_try, why = device.verify_is_allowed()
    if not may_try:
        return Wait(max(1, round((why["locked_until"] - now()).total_seconds())))
    return None if device.verify_token(typed) else _wrong()


def recovery_codes_left(person: Person) -> int:
    """How many of the codes on paper have not been used."""
    return int(StaticToken.objects.filter(device__user=person).count())


def _typed(code: str) -> str:
    """Without the spaces and strokes with which people and phones write it."""
    return "".join(code.replace("-", " ").split()).lower()


def _without(person: Person, by: Person) -> Person:
    person = own(person, by)
    if person.second_factor_at:
        raise Conflict(_("Kode kedua sudah terpasang."))
    return person


def _since(person: Person, moment: datetime | None) -> None:
    person.second_factor_at = moment
    person.save(update_fields=["second_factor_at"])
    Token.objects.filter(user_id=person.pk).delete()


def _forget(person: Person) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    _since(person, None)


def _fresh_recovery_codes(person: Person) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    paper = StaticDevice.objects.create(user=person, name="recovery")
    codes = [StaticToken.random_token() for _each in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    return codes
