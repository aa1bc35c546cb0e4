"""Thin tasks: each calls an action that works on due rows."""

from celery import shared_task

from escalation.actions import timers


@shared_task
def fire_due_rungs() -> None:
    """Fire what is due (ESC-3)."""
    timers.tick()


@shared_task
def audit_timers() -> None:
    """Look for what should have fired and did not."""
    timers.audit()
