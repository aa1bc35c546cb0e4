"""Thin tasks: each calls an action that works on due rows."""

from celery import shared_task

from quality.actions import nonconformities


@shared_task
def tell_overdue_improvements() -> None:
    """Improvements whose day has passed (QC-6)."""
    nonconformities.tell_overdue()
