"""Looking for what should have happened and did not (ESC-3, O1)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import Counter
from accounts.roles import Role
from common.clock import now
from escalation.actions.heartbeats import AUDITOR, Pulse, beat, pulses
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import Clock, ClockRung, ClockState, Escort, Event, Message, MessageState, RungState
from escalation.models.mail import Mailbox, MailMessage, MailPart, PartState, Reading
from escalation.wording import Words

GRACE = timedelta(minutes=5)
UNSENT_AFTER = timedelta(minutes=15)  # by then a message has arrived, has failed, or is in a person's hands
FINDINGS = "count:audit_findings"
LIVE = [ClockState.RUNNING, ClockState.PAUSED]  # as the partial index says it


def overdue() -> tuple[int, datetime | None]:
    """How many rungs are due and not fired, and since when the oldest is."""
    due = ClockRung.objects.filter(state=RungState.WAITING, due_at__lte=now()).order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    return (due.count() if oldest else 0), oldest


def audit() -> list[str]:
    """What should have happened and did not, in words; administrators are told once an hour of each (ESC-3)."""
    found = findings()
    for name, text in found.items():
        key = f"audit:{now():%Y%m%d%H}:{name}"
        notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=key, text=text, url="/health/")
    Counter.put(FINDINGS, len(found))
    beat(AUDITOR)
    return [str(text) for text in found.values()]


def findings() -> dict[str, Words]:
    """Each thing that is not as it should be, under a name of its own."""
    found = {name: look() for name, look in LOOKS.items()} | _silent()
    return {name: text for name, text in found.items() if text}


def _not_fired() -> Words | None:
    count, oldest = overdue()
    late = oldest is not None and oldest < now() - GRACE
    return Words(_("%(count)s anak tangga lewat waktu belum naik."), count=count) if late else None


def _parked() -> Words | None:
    count = ClockRung.objects.filter(state=RungState.PARKED).count()
    return Words(_("%(count)s anak tangga tersangkut menunggu dilepas."), count=count) if count else None


def _unsent() -> Words | None:
    """Queued for longer than giving up takes: whoever sends is not there."""
    count = Message.objects.filter(state=MessageState.QUEUED, queued_at__lt=now() - UNSENT_AFTER).count()
    return Words(_("%(count)s pesan mengantre lebih dari 15 menit."), count=count) if count else None


def _mail_unsent() -> Words | None:
    """Due for so long and not tried: its sender is not there, or its channel is left alone all the while."""
    count = MailPart.objects.filter(state=PartState.QUEUED, next_try_at__lt=now() - UNSENT_AFTER).count()
    return Words(_("%(count)s surat keluar menunggu lebih dari 15 menit."), count=count) if count else None


def _mail_unread() -> Words | None:
    count = MailMessage.objects.filter(reading=Reading.RAW, received_at__lt=now() - UNSENT_AFTER).count()
    return Words(_("%(count)s surat masuk belum dibaca sistem lebih dari 15 menit."), count=count) if count else None


def _mailboxes_not_asked() -> Words | None:
    """One whose server refuses is asked again and told of by itself; this one nobody asks."""
    rows = Mailbox.objects.filter(active=True, next_poll_at__lt=now() - UNSENT_AFTER).exclude(base_url="")
    count = rows.count()
    return Words(_("%(count)s kotak surat tidak ditanya lebih dari 15 menit."), count=count) if count else None


def _clocks_of_closed() -> Words | None:
    count = Clock.objects.filter(state__in=LIVE, ticket__status="closed").count()
    return Words(_("%(count)s jam masih berjalan pada tiket yang ditutup."), count=count) if count else None


def _lost_caring() -> Words | None:
    count = Escort.objects.filter(state="caring").exclude(ticket__status="solved").count()
    return Words(_("%(count)s tiket caring tidak berstatus selesai."), count=count) if count else None


LOOKS: dict[str, Callable[[], Words | None]] = {
    "not-fired": _not_fired,
    "parked": _parked,
    "unsent": _unsent,
    "mail-unsent": _mail_unsent,
    "mail-unread": _mail_unread,
    "mailboxes": _mailboxes_not_asked,
    "closed": _clocks_of_closed,
    "caring": _lost_caring,
}


def _silent() -> dict[str, Words | None]:
    """Parts that lived and left no mark for too long. Of the auditor the web tells (``escalation/stopped.py``)."""
    return {f"silent-{each.part.name}": silence(each) for each in pulses() if each.is_silent and each.part != AUDITOR}


def silence(pulse: Pulse) -> Words:
    """That a part left no mark for so long."""
    text = _("%(part)s diam sejak %(minutes)s menit.")
    return Words(text, part=pulse.part.label, minutes=int((pulse.seconds or 0) // 60))
