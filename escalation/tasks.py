"""Thin tasks: each calls an action that works on due rows."""

from celery import shared_task

from escalation.actions import auditing, calendars, inbox, probes, promises, sending, timers, trying


@shared_task
def fire_due_rungs() -> None:
    """Fire what is due (ESC-3)."""
    if timers.tick():
        send_messages.delay()  # what was fired may stand in the outbox; the beat would come two seconds later


@shared_task
def audit_timers() -> None:
    """Look for what should have fired and did not."""
    auditing.audit()


@shared_task
def send_messages() -> None:
    """Send what waits in the outbox (HC-5)."""
    sending.send_due()


@shared_task
def match_inbox() -> None:
    """Match what the gateways brought (HC-6)."""
    inbox.match_new()


@shared_task
def warn_of_promises() -> None:
    """Remind of promises whose moment comes near or is there (PM-3)."""
    while promises.warn_due():
        pass


@shared_task
def watch_channels() -> None:
    """Send tests and canaries, and ask the gateways how they are (HC-5)."""
    probes.watch()


@shared_task
def extend_holidays() -> None:
    """Lay the holidays of the year that has come into view (ESC-4)."""
    calendars.lay_holidays()


@shared_task
def run_trials() -> None:
    """Go on with the oldest try of a policy that waits (ESC-6)."""
    if trial := trying.claim_trial():
        trying.run_trial(trial)
