"""How the timers and the outbox are, for readiness and metrics."""

from typing import Any

from accounts.models import Counter
from common.clock import now
from escalation.actions.auditing import overdue
from escalation.actions.timers import TICK
from escalation.models import ESCORT_OPEN, ClockRung, InboundMessage, InboundState, Message, MessageState, Progress, RungState

STALE_TICK_SECONDS = 60
STALE_RUNG_SECONDS = 300


def timers() -> dict[str, Any]:
    """Whether the timers live: the age in seconds of the last tick and of the oldest rung that is due and has not fired."""
    last = Counter.read(TICK)
    tick_age = now().timestamp() - last if last else None
    _count, oldest = overdue()
    rung_age = (now() - oldest).total_seconds() if oldest else 0.0
    alive = tick_age is not None and tick_age < STALE_TICK_SECONDS and rung_age < STALE_RUNG_SECONDS
    return {"ok": alive, "last_tick_seconds": tick_age, "oldest_overdue_seconds": rung_age}


def figures() -> dict[str, float]:
    """The figures for metrics, each a gauge; all of them read partial indexes."""
    count, oldest = overdue()
    unsent = (
        Message.objects.filter(state=MessageState.QUEUED).order_by("next_try_at").values_list("next_try_at", flat=True).first()
    )
    to_leader = Progress.objects.owed_to_leader().filter(escort__state__in=ESCORT_OPEN)
    to_customer = Progress.objects.owed_to_customer().filter(escort__state__in=ESCORT_OPEN)
    waiting_since = to_leader.order_by("published_at").values_list("published_at", flat=True).first()
    return {
        "progress_untold_leader": to_leader.count(),
        "progress_untold_leader_oldest_seconds": (now() - waiting_since).total_seconds() if waiting_since else 0.0,
        "progress_untold_customer": to_customer.count(),
        "rungs_due": count,
        "rungs_due_oldest_seconds": (now() - oldest).total_seconds() if oldest else 0.0,
        "rungs_parked": ClockRung.objects.filter(state=RungState.PARKED).count(),
        "messages_queued": Message.objects.filter(state=MessageState.QUEUED).count(),
        "messages_queued_oldest_seconds": (now() - unsent).total_seconds() if unsent else 0.0,
        "inbox_waiting": InboundMessage.objects.filter(state=InboundState.WAITING).count(),
        "timers_last_tick_timestamp": float(Counter.read(TICK)),
    }
