"""Rungs that want everybody's acknowledgement: who has given it, and who has not (ESC-2)."""

from accounts.models import Duty, Person
from common.clock import now
from escalation.models import Clock, ClockRung, Notification, RungState


def acknowledge_rung(clock: Clock, *, by: Person) -> list[str]:
    """Write down that ``by`` has heard the clock's last call; returns the names of those who still must.

    There are none where one is enough. Who was called and has gone off duty since, or was disabled, is not waited for.
    """
    rung = clock.rungs.exclude(reached="").order_by("-order").first()
    if rung is None or not rung.all_must_acknowledge:
        return []
    rung.acknowledged_by = sorted({*(rung.acknowledged_by or []), by.pk})
    rung.save(update_fields=["acknowledged_by"])
    told = Notification.objects.filter(key__startswith=f"rung:{rung.pk}:").values("person")
    missing = Person.objects.filter(pk__in=told, duty=Duty.ON, is_active=True).exclude(pk__in=rung.acknowledged_by)
    return list(missing.order_by("pk").values_list("online_name", flat=True))


def end_repeats(clock: Clock) -> None:
    """Somebody has it: what has told its people already repeats no more."""
    repeating = ClockRung.objects.filter(clock=clock, state=RungState.WAITING).exclude(reached="")
    repeating.update(state=RungState.FIRED, ended_at=now())
