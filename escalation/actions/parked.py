"""Rungs that were set aside because they could not be fired: an administrator lets them go on (ESC-3, O1)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common.problems import Conflict, NotVisible
from escalation.actions import clocks
from escalation.models import ClockRung, RungState
from tickets.actions.base import lock, required


def parked_rungs(person: Person) -> QuerySet[ClockRung]:
    """All that are parked now, for administrators and Support HC."""
    rows = ClockRung.objects.filter(state=RungState.PARKED).select_related("clock__ticket")
    return rows if person.role in (Role.ADMINISTRATOR, Role.SUPPORT_HC) else rows.none()


@transaction.atomic
def release_rung(rung: ClockRung, reason: str, *, by: Person) -> ClockRung:
    """Let all parked rungs of its clock wait again; they are due, so the timers take the highest of them at once.

    Where the clock has ended meanwhile they are cancelled by the timers, and nobody is called.
    """
    require(by, "rung.release")
    if not ClockRung.objects.filter(pk=rung.pk).exists():
        raise NotVisible(_("Anak tangga ini tidak ada."))
    why = required(reason, "reason", _("Tulis kenapa boleh dijalankan lagi."), longest=500)
    ticket = lock(rung.clock.ticket)
    parked = ClockRung.objects.select_for_update(of=("self",)).filter(clock=rung.clock_id, state=RungState.PARKED)
    orders = sorted(parked.values_list("order", flat=True))
    if rung.order not in orders:
        raise Conflict(_("Anak tangga ini sudah dilepas."))
    ClockRung.objects.filter(clock=rung.clock_id, state=RungState.PARKED).update(
        state=RungState.WAITING, ended_at=None, problem=""
    )
    facts = {"milestone": rung.clock.milestone, "rungs": orders}
    record(ticket, "clock.rung_released", by=by, facts=facts, personal={"reason": (None, why)})
    clocks.show(ticket)
    Counter.grow_all(["queue", "tickets"])
    return ClockRung.objects.select_related("clock__ticket").get(pk=rung.pk)
