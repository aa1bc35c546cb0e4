"""Thin tasks: each calls an action that works on due rows."""

from time import monotonic

from celery import shared_task

from escalation.actions import (
    auditing,
    calendars,
    heartbeats,
    inbox,
    left_behind,
    mail_intake,
    mail_polling,
    mail_sending,
    outage_steps,
    probes,
    problems,
    promises,
    sending,
    standstills,
    timers,
    trying,
)

# So many rungs are fired before all others: where many are due the first messages need not wait for them.
FIRST, SECOND = 50, 400
SENDING_SECONDS = 20  # of one task, while there is more to send
# What this process has learned of each channel: how many messages go in about a second. A gateway that has become slow meanwhile
# gets no more than goes in one pass; the rest is given back.
together: dict[int, int] = {}


@shared_task
def fire_due_rungs() -> None:
    """Fire what is due (ESC-3). What was fired may stand in the outbox, and the beat would come later.

    Senders are called for the first few, then for more, because one may have found the few alone and ended by then, and for the
    rest: where much is due several workers send at once.
    """
    for batch in (FIRST, SECOND):
        if not timers.fire_due(batch=batch):
            break
        send_messages.delay()
    if timers.tick():
        send_messages.delay()


@shared_task
def audit_timers() -> None:
    """Look for what should have fired and did not."""
    auditing.audit()


@shared_task
def send_messages() -> None:
    """Send what waits in the outbox (HC-5)."""
    end = monotonic() + SENDING_SECONDS
    while (sent := sending.send_due(together)) and monotonic() < end:
        heartbeats.beat(heartbeats.SENDER)  # a long queue is work, and no silence
        if sent >= sending.MOST:
            send_messages.delay()  # whoever has nothing else to do sends beside us
    heartbeats.beat(heartbeats.SENDER)


@shared_task
def match_inbox() -> None:
    """Match what the gateways brought (HC-6)."""
    inbox.match_new()
    heartbeats.beat(heartbeats.INBOX)


@shared_task
def warn_of_promises() -> None:
    """Remind of promises whose moment comes near or is there (PM-3)."""
    while promises.warn_due():
        pass
    heartbeats.beat(heartbeats.PROMISES)


@shared_task
def watch_channels() -> None:
    """Send tests and canaries, ask the gateways how they are (HC-5), and go on after a clock that was ahead."""
    left_behind.trust_the_clock_again()
    probes.watch()
    heartbeats.beat(heartbeats.CHANNELS)


@shared_task
def extend_holidays() -> None:
    """Lay the holidays of the year that has come into view (ESC-4)."""
    calendars.lay_holidays()


@shared_task
def run_trials() -> None:
    """Go on with the oldest try of a policy that waits (ESC-6)."""
    if trial := trying.claim_trial():
        trying.run_trial(trial)


@shared_task
def poll_mailboxes() -> None:
    """Fetch what customers wrote (EM-1)."""
    if mail_polling.poll_due():
        read_mail.delay()


@shared_task
def read_mail() -> None:
    """Read what was fetched (EM-1)."""
    while mail_intake.read_new():
        pass


@shared_task
def send_mail() -> None:
    """Send what waits of customers' mail (EM-3 to EM-6)."""
    end = monotonic() + SENDING_SECONDS
    while mail_sending.send_due() and monotonic() < end:
        pass


@shared_task
def work_outages() -> None:
    """Carry the words of outages to their tickets (HC-8)."""
    outage_steps.work()


@shared_task
def work_problems() -> None:
    """Stop and let go on the clocks of application problems, and climb their ladders (P-01 6.9)."""
    problems.fire_due_ladders()
    standstills.work()
