"""Thin tasks: each calls an action that works on rows that wait."""

from datetime import timedelta

from celery import shared_task

from common.clock import now
from tickets.actions.loading import claim_load, run_load

A_WHILE = timedelta(seconds=60)  # then the load waits for the next tick, so that it never meets the task's time limit


@shared_task
def run_imports() -> None:
    """Go on with the oldest load that waits (HC-3)."""
    if load := claim_load():
        run_load(load, until=now() + A_WHILE)
