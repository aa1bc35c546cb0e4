"""What falls due by the hour and the day."""

from datetime import timedelta

from celery import shared_task

from accounts.history import seal_due_days
from accounts.models import IdempotentAnswer
from common.clock import now

KEPT = timedelta(hours=24)


@shared_task
def seal_history() -> None:
    """Seal the days that are over."""
    seal_due_days()


@shared_task
def forget_old_answers() -> None:
    """Drop answers to requests with a key that are too old to be asked for again."""
    IdempotentAnswer.objects.filter(created_at__lt=now() - KEPT).delete()
