"""Who is there, and who leads whom, at this moment (OB-7)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Person
from accounts.roles import Role
from common.problems import Conflict


def require_on_duty(person: Person) -> None:
    """Work is given out only to those on duty: 409 for everybody else, with what to do."""
    if person.duty != Duty.ON:
        raise Conflict(_("Anda sedang tidak bertugas. Ubah dulu di akun Anda, lalu ambil lagi."), code="not-on-duty")


def leader_of(person: Person) -> Person | None:
    """Who answers for this person's work: the TL, or who stands in while the TL is away, else a supervisor of the site."""
    if person.team is None:
        return None
    above = [each for each in person.team.leading_now() if each.pk != person.pk]
    if not above:
        led = Person.objects.filter(role=Role.SUPERVISOR, is_active=True, team__site=person.team.site_id).exclude(pk=person.pk)
        above = list(led.order_by("pk"))
    return next((each for each in above if each.duty == Duty.ON), above[0] if above else None)
