"""What falls due by the hour and the day."""

from datetime import timedelta

from celery import shared_task

from accounts.actions import fall_due
from accounts.history import seal_due_days
from accounts.models import IdempotentAnswer
from common.clock import now

KEPT = timedelta(hours=24)


@shared_task
def seal_history() -> None:
    """Seal the days that are over."""
    seal_due_days()


@shared_task
def fall_handovers() -> None:
    """What nobody accepted in time goes to who leads the giver (OB-7)."""
    fall_due()


@shared_task
def forget_old_answers() -> None:
    """Drop answers to requests with a key that are too old to be asked for again."""
    IdempotentAnswer.objects.filter(created_at__lt=now() - KEPT).delete()
