"""Looking for what should have happened and did not (ESC-3)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.roles import Role
from common.clock import now
from escalation.actions.notifying import notify, on_duty
from escalation.models import Clock, ClockRung, Escort, Event, RungState
from escalation.wording import Words


def overdue() -> tuple[int, datetime | None]:
    """How many rungs are due and not fired, and since when the oldest is."""
    due = ClockRung.objects.filter(state=RungState.WAITING, due_at__lte=now()).order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    return (due.count() if oldest else 0), oldest


def audit() -> list[str]:
    """What should have happened and did not, in words; administrators are told once an hour of each (ESC-3)."""
    grace = now() - timedelta(minutes=5)
    findings = []
    count, oldest = overdue()
    if oldest and oldest < grace:
        findings.append(Words(_("%(count)s anak tangga lewat waktu belum naik."), count=count))
    closed = Clock.objects.live().filter(ticket__status="closed").count()
    if closed:
        findings.append(Words(_("%(count)s jam masih berjalan pada tiket yang ditutup."), count=closed))
    lost = Escort.objects.filter(state="caring").exclude(ticket__status="solved").count()
    if lost:
        findings.append(Words(_("%(count)s tiket caring tidak berstatus selesai."), count=lost))
    hour = now().strftime("%Y%m%d%H")
    for place, text in enumerate(findings):
        notify(on_duty(Role.ADMINISTRATOR), Event.ALARM, key=f"audit:{hour}:{place}", text=text)
    return [str(found) for found in findings]
