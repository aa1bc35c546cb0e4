"""Thin tasks: each calls an action that works on due rows."""

from celery import shared_task

from outbound import actions


@shared_task
def free_abandoned_callbacks() -> None:
    """Rows whose browser died wait again (PM-5)."""
    actions.free_abandoned_callbacks()


@shared_task
def free_abandoned_prospects() -> None:
    """Prospects that were left alone return to the pool (CT-2)."""
    actions.free_abandoned_prospects()


@shared_task
def fire_reminders() -> None:
    """Promises to pay whose day has come, or is over (CT-8)."""
    actions.fire_reminders()


@shared_task
def age_arrears() -> None:
    """Bills that are still unpaid in a new month are one month older (CT-1)."""
    actions.age_arrears()
