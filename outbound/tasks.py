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
