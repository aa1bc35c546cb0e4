"""How the timers and the outbox are, for readiness and metrics."""

from typing import Any

from accounts.models import Counter
from common.clock import now
from escalation.actions import breaker
from escalation.actions.auditing import FINDINGS, overdue
from escalation.actions.firing import FIRED
from escalation.actions.heartbeats import TIMERS, pulses
from escalation.actions.outcomes import RETRIED
from escalation.models import (
    ESCORT_OPEN,
    Channel,
    ClockRung,
    InboundMessage,
    InboundState,
    Message,
    MessageState,
    Progress,
    RungState,
)
from escalation.stopped import watch_over

STALE_RUNG_SECONDS = 300


def timers() -> dict[str, Any]:
    """Whether the timers live: the age in seconds of the last tick and of the oldest rung that is due and has not fired.

    ``parts``: the age of each part's last mark, null for one that has not begun; ``silent`` names those that lived and do not
    now. The ladders alone decide about ``ok``: a balancer acts on it, and no page needs a sender.
    """
    seen = pulses()
    tick_age = next(pulse.seconds for pulse in seen if pulse.part == TIMERS)
    _count, oldest = overdue()
    rung_age = (now() - oldest).total_seconds() if oldest else 0.0
    watch_over(seen)  # whoever asks this is no part of what is watched
    alive = tick_age is not None and tick_age < TIMERS.silent_after and rung_age < STALE_RUNG_SECONDS
    parts = {pulse.part.name: pulse.seconds for pulse in seen}
    silent = [pulse.part.name for pulse in seen if pulse.is_silent]
    lateness = {"last_tick_seconds": tick_age, "oldest_overdue_seconds": rung_age}
    return {"ok": alive} | lateness | {"parts": parts, "silent": silent}


def figures() -> dict[str, float]:
    """The figures for metrics, each a gauge; all of them read partial indexes or counters."""
    count, oldest = overdue()
    unsent = Message.objects.filter(state=MessageState.QUEUED)
    oldest_unsent = unsent.order_by("queued_at").values_list("queued_at", flat=True).first()
    to_leader = Progress.objects.owed_to_leader().filter(escort__state__in=ESCORT_OPEN)
    to_customer = Progress.objects.owed_to_customer().filter(escort__state__in=ESCORT_OPEN)
    waiting_since = to_leader.order_by("published_at").values_list("published_at", flat=True).first()
    counted = Counter.read_all([TIMERS.counter, FIRED, RETRIED, FINDINGS])
    return {
        "progress_untold_leader": to_leader.count(),
        "progress_untold_leader_oldest_seconds": (now() - waiting_since).total_seconds() if waiting_since else 0.0,
        "progress_untold_customer": to_customer.count(),
        "rungs_due": count,
        "rungs_due_oldest_seconds": (now() - oldest).total_seconds() if oldest else 0.0,
        "rungs_parked": ClockRung.objects.filter(state=RungState.PARKED).count(),
        "rungs_fired_total": counted[FIRED],
        "messages_queued": unsent.count(),
        "messages_queued_oldest_seconds": (now() - oldest_unsent).total_seconds() if oldest_unsent else 0.0,
        "messages_to_send_by_hand": Message.objects.filter(state=MessageState.TO_SEND_BY_HAND).count(),
        "messages_failed": Message.objects.filter(state=MessageState.FAILED).count(),
        "messages_retried_total": counted[RETRIED],
        "inbox_waiting": InboundMessage.objects.filter(state=InboundState.WAITING).count(),
        "audit_findings": counted[FINDINGS],
        "timers_last_tick_timestamp": counted[TIMERS.counter],
    }


def ages() -> dict[str, float]:
    """Seconds since the last mark of each part that has begun."""
    return {pulse.part.name: pulse.seconds for pulse in pulses() if pulse.seconds is not None}


def open_breakers() -> dict[str, float]:
    """By the slug of each channel in use: 1 while its messages wait for it, else 0."""
    return {each.slug: float(breaker.is_open(each)) for each in Channel.objects.filter(active=True)}
