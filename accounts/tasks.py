"""What falls due by the day."""

from celery import shared_task

from accounts.history import seal_due_days


@shared_task
def seal_history() -> None:
    """Seal the days that are over."""
    seal_due_days()
